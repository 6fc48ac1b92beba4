"""Forecasts kept with their day, so that they can be scored when the outcome is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit
from tiaodu.rooms.projects.models import Project, StageOutlook
from tiaodu.rooms.projects.selectors.networks import unfinished
from tiaodu.rooms.projects.selectors.outlooks import SCENARIOS, bases_of, outlooks_of, written
from tiaodu.rooms.projects.selectors.rows import ProjectRow, rows_of


def outlooks_keep_all(day: date) -> tuple[int, int]:
    """Forecast every project that is neither ended nor finished; how many they are, how many were new."""
    with clock.as_of(day):
        alive = Project.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), created_on__lte=day)
        rows = rows_of(unfinished(alive, day), day)
        return len(rows), outlooks_keep(rows)


@transaction.atomic
def outlooks_keep(rows: Sequence[ProjectRow]) -> int:
    """Keep the forecasts of projects on their day; those kept already, from the same inputs, stay alone."""
    told, bases = outlooks_of(rows), bases_of(rows)
    made = [
        StageOutlook(
            project=row.project,
            as_of=row.day,
            basis=bases[row.project.pk],
            scenarios=SCENARIOS,
            rows=written(told[row.project.pk]),
        )
        for row in rows
    ]
    kept = set(StageOutlook.objects.filter(basis__in=bases.values()).values_list("project", "as_of", "basis"))
    new = [each for each in made if (each.project_id, each.as_of, each.basis) not in kept]
    StageOutlook.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        audit.record(
            action="projects.outlooks_keep", actor=None, after={"day": new[0].as_of, "projects": len(new)}
        )
    return len(new)

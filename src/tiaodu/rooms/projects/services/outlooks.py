"""Forecasts kept with their day, so that they can be scored when the outcome is known."""

from __future__ import annotations

from collections.abc import Sequence

from tiaodu.rooms.projects.models import StageOutlook
from tiaodu.rooms.projects.selectors.outlooks import SCENARIOS, bases_of, outlooks_of, written
from tiaodu.rooms.projects.selectors.rows import ProjectRow


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
    before = StageOutlook.objects.filter(project__in=[row.project for row in rows]).count()
    StageOutlook.objects.bulk_create(made, ignore_conflicts=True)
    return StageOutlook.objects.filter(project__in=[row.project for row in rows]).count() - before

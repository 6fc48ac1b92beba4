"""What projects offer to be decided: that a step that can go on now is finished by a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Drawn, Intervention
from tiaodu.engine.projects.forecast import StepForecast, closed_by
from tiaodu.engine.stages.standing import Standing
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.misses import Kept, forecasts_kept
from tiaodu.rooms.projects.selectors.networks import unfinished
from tiaodu.rooms.projects.selectors.outlooks import case_of
from tiaodu.rooms.projects.selectors.rows import ProjectRow, rows_of
from tiaodu.rooms.projects.tables import words_in


def interventions(*, region: Region, as_of: date) -> list[Intervention]:
    """Every open step with a forecast of each project that runs, in a fixed number of queries."""
    alive = Q(ended_on__isnull=True) | Q(ended_on__gt=as_of)
    found = Project.objects.filter(alive, region__path__startswith=region.path, created_on__lte=as_of)
    rows = [row for row in rows_of(unfinished(found, as_of), as_of) if row.current]
    kept = forecasts_kept(rows, as_of) if rows else {}
    return [offer for row in rows if row.project.pk in kept for offer in _of(row, kept[row.project.pk])]


def _of(row: ProjectRow, kept: Kept) -> Iterator[Intervention]:
    prefix = row.project.subject.code
    open_keys = tuple(f"{prefix}/{code}" for code in kept.forecast.steps)
    url = reverse("projects:project", args=[row.project.pk])
    for standing in row.open_steps:
        code = standing.step.code
        told = kept.forecast.of(code)
        if told is None or standing.step.milestone:
            continue
        day = _day(told, row.day)
        yield Intervention(
            key=f"projects.close:{row.project.pk}-{code}",
            room="projects",
            title=_title(row.name, standing.step.name, day),
            reason=_reason(told),
            about=About("projects.project", str(row.project.pk), row.name, url),
            decides=_decides(row, standing),
            by=day,
            steps=open_keys,
            dates=partial(_dates, row, code, day),
        )


def _decides(row: ProjectRow, standing: Standing) -> str:
    doer, officer = row.doer(standing), row.officer
    return f"{doer}（{officer}）" if officer else doer


def _day(told: StepForecast, today: date) -> date:
    """The day asked for: the one that is promised where it lies before what is likely, else the earliest that
    can be hoped for (one scenario in ten).
    """
    if told.promised is not None and today < told.promised <= told.p50:
        return told.promised
    return max(told.p10, today + timedelta(days=1))


def _dates(row: ProjectRow, code: str, day: date) -> Mapping[str, Drawn]:
    prefix = row.project.subject.code
    return {f"{prefix}/{name}": drawn for name, drawn in closed_by(case_of(row), code, day).items()}


def _title_now(name: str, step: object, day: date) -> str:
    return _("%(project)s：%(day)s 前办结“%(step)s”") % {"project": name, "step": words_in(step), "day": day}


def _reason_now(told: StepForecast) -> str:
    if told.chance is None or told.promised is None:
        return _("现在大约 %(p50)s 办结") % {"p50": told.p50}
    percent = min(99, max(1, round(told.chance * 100)))
    words = _("现在大约 %(p50)s 办结，承诺 %(day)s，按期把握 %(percent)s%%")
    return words % {"p50": told.p50, "day": told.promised, "percent": percent}


# Worded when they are read, in the language of who reads.
_title, _reason = lazy(_title_now, str), lazy(_reason_now, str)

"""What projects will miss: steps past their due, and promised days that are unlikely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.engine.kernel.datafile import Integer, load_datafile, with_head
from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.engine.projects.forecast import Forecast, StepForecast
from tiaodu.engine.stages.standing import Standing
from tiaodu.foundation.registry.models import Liaison, Subject
from tiaodu.rooms.projects.models import Project, StageOutlook
from tiaodu.rooms.projects.proofs import projects_data
from tiaodu.rooms.projects.selectors.outlooks import read
from tiaodu.rooms.projects.selectors.rows import ProjectRow, wait_words
from tiaodu.rooms.projects.tables import words_in

CHANCES = "projects.chances"
LATE, UNLIKELY = "projects.late", "projects.unlikely"
_SHAPE = with_head(
    {"ask_below": Integer(0, 100), "act_below": Integer(0, 100), "outlook_days": Integer(1, 366)}
)


@lru_cache(maxsize=1)
def reminders() -> Mapping[str, Any]:
    """The values of data/projects/reminders.yaml."""
    found: dict[str, Any] = load_datafile(projects_data("reminders.yaml"), _SHAPE)
    return found


def misses_of(rows: Sequence[ProjectRow], day: date) -> list[Alert]:
    """A reminder for every project with a step past its due, and for every one that will probably miss a day
    that was promised, by the newest forecast that was kept.
    """
    told = forecasts_kept(rows, day) if rows else {}
    return [alert for row in rows for alert in _of(row, told.get(row.project.pk))]


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest forecast of a project and the day it was made."""

    day: date
    forecast: Forecast


def forecasts_kept(rows: Iterable[ProjectRow], day: date) -> dict[int, Kept]:
    """The newest forecast of each project that is not too old, by project; two queries."""
    newest = StageOutlook.objects.filter(
        project=OuterRef("pk"), as_of__lte=day, as_of__gt=day - timedelta(days=reminders()["outlook_days"])
    ).order_by("-as_of", "-pk")
    projects = Project.objects.filter(pk__in=[row.project.pk for row in rows])
    keys = projects.annotate(newest=Subquery(newest.values("pk")[:1])).values_list("newest", flat=True)
    kept = StageOutlook.objects.filter(pk__in=[pk for pk in keys if pk is not None])
    return {each.project_id: Kept(each.as_of, read(each.rows)) for each in kept}


def _of(row: ProjectRow, told: Kept | None) -> Iterator[Alert]:
    if row.late_steps:
        yield _late(row, row.late_steps)
    if told is not None and (worst := _least_likely(row, told.forecast)):
        yield _unlikely(row, told, *worst)


def _late(row: ProjectRow, late: list[Standing]) -> Alert:
    worst = late[0]
    words = ngettext("“%(step)s”逾期 %(days)s 个工作日", "“%(step)s”逾期 %(days)s 个工作日", worst.late) % {
        "step": words_in(worst.step.name),
        "days": worst.late,
    }
    if worst.wait is not None:
        words = _("%(words)s，正在%(wait)s") % {"words": words, "wait": wait_words(worst.wait.reason)}
    if len(late) > 1:
        words = _("%(worst)s，另有 %(count)s 步逾期") % {"worst": words, "count": len(late) - 1}
    found = _Matter(LATE, Severity.RED, _("步骤逾期"), words, row.doer(worst))
    since = worst.due + timedelta(days=1) if worst.due else None
    return _alert(row, found, since, worst.due, _audience(row, late, released=row.project.released))


def _least_likely(row: ProjectRow, told: Forecast) -> tuple[str, StepForecast] | None:
    """The open step whose promise, not broken yet, has the lowest chance, where that is low."""
    asked = [
        (code, step)
        for code, step in told.steps.items()
        if step.chance is not None
        and step.chance * 100 < reminders()["ask_below"]
        and step.promised is not None
        and step.promised >= row.day
        and row.state.of(code).promised == step.promised
        and row.state.of(code).finished is None
    ]
    return min(asked, key=lambda each: (each[1].chance, each[0]), default=None)


def _unlikely(row: ProjectRow, told: Kept, code: str, step: StepForecast) -> Alert:
    percent = min(99, max(1, round((step.chance or 0) * 100)))
    holding = _holding_back(row, told.forecast)
    words = _("“%(step)s”按期把握 %(percent)s%%，大约 %(p50)s（%(day)s 研判）") % {
        "step": words_in(row.template.by_code[code].name),
        "percent": percent,
        "p50": step.p50,
        "day": told.day,
    }
    if holding is not None and holding.step.code != code:
        words = _("%(words)s；关键在“%(step)s”") % {"words": words, "step": words_in(holding.step.name)}
    severity = Severity.RED if percent < reminders()["act_below"] else Severity.AMBER
    found = _Matter(UNLIKELY, severity, _("可能误期"), words, row.doer(holding or row.steps[code]))
    steps = [row.steps[code], *([holding] if holding else [])]
    return _alert(row, found, told.day, step.promised, _audience(row, steps, overview=CHANCES))


def _holding_back(row: ProjectRow, told: Forecast) -> Standing | None:
    """Of the steps that can go on now the one that most often drives the end."""
    driving = [(told.steps[s.step.code].drives, s) for s in row.open_steps if s.step.code in told.steps]
    return max(driving, key=lambda each: each[0], default=(0.0, None))[1]


@dataclass(frozen=True, slots=True)
class _Matter:
    """What an alert says: its kind and light, the light's word, why, and whom to ask."""

    kind: str
    severity: Severity
    word: str
    reason: str
    who: str


def _alert(
    row: ProjectRow, found: _Matter, since: date | None, due: date | None, audience: Audience
) -> Alert:
    url = reverse("projects:project", args=[row.project.pk])
    return Alert(
        key=f"{found.kind}:{row.project.pk}",
        room="projects",
        severity=found.severity,
        title=row.name,
        word=found.word,
        reason=found.reason,
        about=About("projects.project", str(row.project.pk), row.name, url),
        day=since,
        due=due,
        who=found.who,
        region_code=row.project.region.code,
        audience=audience,
        sample=row.sample,
    )


def _audience(
    row: ProjectRow, steps: Iterable[Standing], *, released: bool = False, overview: str = ""
) -> Audience:
    """Who reads all; who does one of the steps or looks after the project."""
    doers: list[Subject] = [row.doers[s.step.by] for s in steps if s.step.by in row.doers]
    cares: list[Liaison] = list(row.liaisons.values())
    return Audience(
        permission="projects.read",
        overview=overview,
        sector=row.subject.sector,
        departments=frozenset(
            [*(doer.pk for doer in doers), *(c.department_id for c in cares if c.department_id is not None)]
        ),
        subjects=frozenset(pk for pk in (row.project.subject_id, row.project.developer_id) if pk is not None),
        people=frozenset(c.user_id for c in cares if c.user_id is not None),
        released=released,
    )

"""Promised days of steps, by who answers for them, with the forecasts a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, OuterRef, Subquery

from tiaodu.engine.projects.promises import Forecast, Outcome, Promise, outcome
from tiaodu.engine.stages.model import Step
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.registry.models import Liaison, Subject
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.projects.models import Project, StageEvent, StageOutlook
from tiaodu.rooms.projects.selectors.departments import Doers, doers_of
from tiaodu.rooms.projects.selectors.networks import events_of, template_of
from tiaodu.rooms.projects.selectors.scope import actor_name, projects_visible_to, sees_inside
from tiaodu.rooms.projects.tables import words_in

RELATED = ("subject", "region", "network")
Unit = tuple[str, Any]  # ("department", key) or ("actor", code of the template)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of the table ``projects.promises``."""

    lead_days: int
    small_count: int
    bins: int
    leader_record: bool


@dataclass(frozen=True)
class Told:
    """One promised step: whose, of which project, and what was promised."""

    project: Project
    step: Step
    unit: Unit
    unit_name: str
    promise: Promise
    led: bool  # whether this person is the leader in charge of the project

    @property
    def pk(self) -> str:
        return f"{self.project.pk}-{self.step.code}"

    @property
    def sample(self) -> bool:
        return self.project.sample

    @property
    def step_name(self) -> str:
        return words_in(self.step.name)

    @property
    def first(self) -> date:
        return self.promise.days[0]

    @property
    def last(self) -> date:
        return self.promise.days[-1]

    def outcome(self, day: date) -> Outcome | None:
        """What became of the first promised day."""
        return outcome(self.first, self.promise.finished, day)

    @property
    def words(self) -> str:
        return f"{self.project.subject.name} {self.project.code} {self.step_name} {self.unit_name}"


def settings_of(user: User, day: date) -> Settings:
    """How promises are counted where the person is."""
    body = table("projects.promises", region=user.region, day=day).body
    names = ("lead_days", "small_count", "bins", "leader_record")
    return Settings(**{name: body[name] for name in names})


def promises_told(user: User, day: date | None = None) -> list[Told]:
    """Every promise whose record the person may see, by project and step.

    Who reads all of a county sees those of every unit, others those of their own department. A day that was
    entered after it had passed is no promise and is left out.
    """
    day = day or clock.today()
    everything, department = scope_of(user).sees_all, user.department_id
    if not sees_inside(user) or (not everything and department is None):
        return []
    projects = {p.pk: p for p in projects_visible_to(user, day, ended=True).select_related(*RELATED)}
    days, made = _promised(projects.keys(), day, settings_of(user, day).lead_days)
    events = events_of([projects[pk] for pk, _step in days], day)
    regions = {projects[pk].region_id: projects[pk].region for pk, _step in days}
    doers = {pk: doers_of(region, day) for pk, region in regions.items()}
    led = led_by(user, day)
    sight = Sight(access.may(user, "projects.chances"), department, led)
    found = []
    for (pk, code), own in sorted(days.items(), key=lambda each: (projects[each[0][0]].code, each[0][1])):
        project, event = projects[pk], events[pk].get(code)
        step = template_of(project.network).by_code.get(code)
        if step is None or (event is not None and (event.skipped or event.needed is False)):
            continue
        unit, name = _unit(step, doers[project.region_id])
        if not everything and unit != ("department", department):
            continue
        forecasts = made.get((pk, code), ()) if sight.sees(project, unit) else ()
        promise = Promise((pk, code), unit, own, event.finished if event else None, tuple(forecasts))
        found.append(Told(project, step, unit, name, promise, project.subject_id in led))
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose chances a person sees: all for dispatch; the leader in charge those of his projects; the
    responsible department those of its own steps.
    """

    all: bool
    department: int | None
    led: frozenset[int]

    def sees(self, project: Project, unit: Unit) -> bool:
        """Whether the chance of a step that ``unit`` answers for is shown."""
        own = self.department is not None and unit == ("department", self.department)
        return self.all or own or project.subject_id in self.led


def led_by(user: User, day: date) -> frozenset[int]:
    """The subjects the person is the leader in charge of (包联领导)."""
    held = Liaison.objects.holding(day).filter(role=Liaison.Role.LEADER, user=user)
    return frozenset(held.values_list("subject_id", flat=True))


def _unit(step: Step, doers: Doers) -> tuple[Unit, str]:
    """Who answers for a step: the county's department, else the actor of the template."""
    doer: Subject | None = doers.get(step.by)
    return (
        (("department", doer.pk), doer.name) if doer is not None else (("actor", step.by), actor_name(step))
    )


Key = tuple[int, str]


def _promised(
    projects: Iterable[int], day: date, lead_days: int
) -> tuple[dict[Key, tuple[date, ...]], Mapping[Key, Sequence[Forecast]]]:
    """The days promised for each step in their order, and the forecast each is scored by."""
    latest = ExpressionWrapper(OuterRef("promised") - timedelta(days=lead_days), output_field=DateField())
    before = StageOutlook.objects.filter(project=OuterRef("project"), as_of__lte=latest)
    rows = (
        StageEvent.objects.filter(
            project__in=list(projects),
            verb=StageEvent.Verb.PROMISED,
            known_on__lte=day,
            promised__gte=F("known_on"),
        )
        .annotate(outlook=Subquery(before.order_by("-as_of", "-pk").values("pk")[:1]))
        .order_by("revision")
        .values_list("project_id", "step", "promised", "outlook")
    )
    days: dict[Key, tuple[date, ...]] = {}
    scored: list[tuple[Key, date, int]] = []
    for project, step, promised, outlook in rows:
        key = (project, step)
        days[key] = (*days.get(key, ()), promised)
        if outlook is not None and promised < day:
            scored.append((key, promised, outlook))
    return days, _forecasts(scored)


def _forecasts(scored: Sequence[tuple[Key, date, int]]) -> dict[Key, list[Forecast]]:
    kept = StageOutlook.objects.in_bulk([outlook for _key, _due, outlook in scored])
    found: dict[Key, list[Forecast]] = {}
    for key, due, outlook in scored:
        row = kept[outlook]
        told = row.rows.get("steps", {}).get(key[1])
        if told and told.get("chance") is not None and told.get("promised") == due.isoformat():
            found.setdefault(key, []).append(Forecast(row.as_of, due, told["chance"], row.scenarios))
    return found

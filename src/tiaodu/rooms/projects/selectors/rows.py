"""Projects as they stood on a day: stage, steps, plan, who looks after them; in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.standing import Place, Reached, Standing, reached, standings
from tiaodu.engine.stages.state import Network, NetworkState
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation import clock
from tiaodu.foundation.audit.keeping import sql_of
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.registry.models import Liaison, Subject
from tiaodu.rooms.projects.models import InvestmentPlan, Project, StageEvent
from tiaodu.rooms.projects.selectors.departments import Doers, doers_of
from tiaodu.rooms.projects.selectors.keeping import kept
from tiaodu.rooms.projects.selectors.laid import EventPool, Laid, laid_of
from tiaodu.rooms.projects.selectors.networks import take_networks_of
from tiaodu.rooms.projects.tables import words_in

STAGES = tuple(load_words().stages)
OUTSIDE = frozenset({"city", "province", "nation", "court", "grid", "institute"})


@dataclass(frozen=True)
class ProjectRow:
    """One project on ``day``. ``plan`` is that of the day's year; ``liaisons`` by role.

    ``last`` is the newest event of its record; ``shared`` keeps what follows from the record, the calendar
    and the day for every row of it.
    """

    project: Project
    day: date
    template: Template
    events: Mapping[str, StageEvent]
    state: NetworkState
    network: Network
    calendar: WorkingCalendar
    doers: Doers
    plan: InvestmentPlan | None
    liaisons: Mapping[str, Liaison] = field(default_factory=dict)
    last: int = 0
    shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    # What was worked out for this row once; a row with another network or record begins anew.
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def subject(self) -> Subject:
        return self.project.subject

    @property
    def name(self) -> str:
        return self.project.subject.name

    @property
    def sample(self) -> bool:
        return self.project.sample

    @property
    def kind_words(self) -> str:
        return words_in(self.template.title)

    @cached_property
    def steps(self) -> dict[str, Standing]:
        """Every step of the template, in its order."""
        found: dict[str, Standing] = self._once(
            "steps", lambda: standings(self.network, self.state, self.calendar, self.day)
        )
        return found

    @cached_property
    def reached(self) -> Reached:
        found: Reached = self._once("reached", lambda: reached(self.network, self.state, STAGES))
        return found

    def _once(self, name: str, work: Callable[[], Any]) -> Any:
        if name not in self.shared:
            self.shared[name] = work()
        return self.shared[name]

    @property
    def current(self) -> bool:
        """Whether it still runs, or came to its end in the day's year: what boards and maps show."""
        if not self.reached.finished:
            return True
        return max(record.finished or date.min for record in self.state.steps.values()).year == self.day.year

    @property
    def stage(self) -> str:
        return self.reached.stage

    @property
    def stage_words(self) -> str:
        return stage_words(self.stage)

    @cached_property
    def open_steps(self) -> list[Standing]:
        """What can go on now: under way, waiting, or ready; the latest first, then by due."""
        found: list[Standing] = self._once("open_steps", self._open_steps)
        return found

    def _open_steps(self) -> list[Standing]:
        alive = standings(self.network, self.state, self.calendar, self.day, unfinished=True)
        found = [s for s in alive.values() if s.place in (Place.UNDER_WAY, Place.WAITING, Place.READY)]
        return sorted(found, key=lambda s: (-s.late, s.due or date.max, s.place != Place.UNDER_WAY))

    @property
    def next_step(self) -> Standing | None:
        return self.open_steps[0] if self.open_steps else None

    @cached_property
    def late_steps(self) -> list[Standing]:
        """Open steps past their due, the latest first."""
        return [s for s in self.open_steps if s.late]

    @property
    def late(self) -> int:
        """Working days the latest open step is past its due."""
        return max((s.late for s in self.late_steps), default=0)

    @property
    def late_words(self) -> str:
        """How late the latest open step is."""
        return _("%(days)s 个工作日") % {"days": self.late}

    @property
    def leader(self) -> str:
        return self._who(Liaison.Role.LEADER)

    @property
    def officer(self) -> str:
        return self._who(Liaison.Role.OFFICER)

    def _who(self, role: str) -> str:
        liaison = self.liaisons.get(role)
        return liaison.who if liaison else ""

    def doer(self, step: Standing) -> str:
        """Who does a step: the county's department by its name, else the word of the template."""
        subject = self.doers.get(step.step.by)
        return subject.name if subject else words_in(load_words().actors[step.step.by].name)

    def outside(self, step: Standing) -> bool:
        """Whether nobody in the county can act on it now."""
        return load_words().actors[step.step.by].level in OUTSIDE or (
            step.wait is not None and bool(wait_outside(step.wait.reason))
        )


def wait_outside(reason: str) -> tuple[str, ...]:
    """The levels a reason to wait waits for; none for a pause of law."""
    found = load_words().waits.get(reason)
    return found.outside if found else ()


def stage_words(stage: str) -> str:
    """A stage in the reader's language."""
    return words_in(load_words().stages[stage])


def wait_words(reason: str) -> str:
    """A reason to wait or to pause in the reader's language."""
    words = load_words()
    return words_in((words.waits.get(reason) or words.pauses[reason]).name)


def out_words(reason: str) -> str:
    """Why a step is out of play, in the reader's language."""
    if reason == "not_needed":
        return _("本项目不需要")
    label = load_words().skips.get(reason)
    return words_in(label) if label else reason


RELATED = ("subject", "region", "network", "developer", "zone", "park", "township")


def rows_of(projects: QuerySet[Project], day: date | None = None) -> list[ProjectRow]:
    """The projects of a queryset as they stood on ``day``; the same number of queries for any number. Kept
    until an act may change them.
    """
    day = day or clock.today()
    asked = sql_of(projects)
    if not asked:
        return []
    return list(kept.get(("rows", *asked, day), lambda: _rows(projects, day)))


def _rows(projects: QuerySet[Project], day: date) -> list[ProjectRow]:
    # A template has hundreds of lines and is known after its first use.
    listed = projects.select_related(*RELATED).defer("network__body")
    found = list(listed.order_by("region__path", "code"))
    take_networks_of(found, day)
    pool = EventPool(found, day)
    laid = laid_of(found, day)
    plans = _plans(found, day)
    liaisons = _liaisons(found, day)
    regions = {project.region_id: project.region for project in found}
    shared = {pk: (working_calendar(region, day), doers_of(region, day)) for pk, region in regions.items()}
    return [
        _row(project, day, laid[project.pk], pool, plans, liaisons, shared[project.region_id])
        for project in found
    ]


def _row(
    project: Project,
    day: date,
    laid: Laid,
    pool: EventPool,
    plans: Mapping[int, InvestmentPlan],
    liaisons: Mapping[int, Mapping[str, Liaison]],
    shared: tuple[WorkingCalendar, Doers],
) -> ProjectRow:
    cared = {**liaisons.get(project.developer_id or 0, {}), **liaisons.get(project.subject_id, {})}
    return ProjectRow(
        project=project,
        day=day,
        template=laid.template,
        events=pool.events(project.pk),
        state=laid.state,
        network=laid.network,
        calendar=shared[0],
        doers=shared[1],
        plan=plans.get(project.pk),
        liaisons=cared,
        last=laid.last,
        shared=laid.on(day, shared[0]),
    )


def _plans(projects: Sequence[Project], day: date) -> dict[int, InvestmentPlan]:
    """The plan of the day's year as it was known on the day, else the newest of the years before."""
    rows = InvestmentPlan.objects.filter(project__in=projects, year__lte=day.year, known_on__lte=day)
    return {plan.project_id: plan for plan in rows.order_by("year", "revision")}


def _liaisons(projects: Iterable[Project], day: date) -> dict[int, dict[str, Liaison]]:
    """Who looks after the projects and their developers, by subject and role."""
    subjects: set[int | None] = set()
    for project in projects:
        subjects |= {project.subject_id, project.developer_id}
    held = Liaison.objects.holding(day).filter(subject__in=subjects - {None})
    found: dict[int, dict[str, Liaison]] = {}
    for liaison in held.select_related("user", "department"):
        found.setdefault(liaison.subject_id, {})[liaison.role] = liaison
    return found

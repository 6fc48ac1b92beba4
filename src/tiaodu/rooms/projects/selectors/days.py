"""Days really taken, from the county's own record: each kind of step by who does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.projects.promises import wilson
from tiaodu.engine.stages.learning import StepRecord, records_of, taken
from tiaodu.engine.stages.learning.taken import Taken
from tiaodu.engine.stages.model import Limit, LimitKind, Step, Unit
from tiaodu.engine.stages.state import StepState
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.departments import Doers, doers_of
from tiaodu.rooms.projects.selectors.laid import laid_of
from tiaodu.rooms.projects.selectors.outlooks import day_table
from tiaodu.rooms.projects.selectors.rows import STAGES
from tiaodu.rooms.projects.selectors.scope import actor_name, projects_visible_to, sees_inside
from tiaodu.rooms.projects.tables import words_in


@dataclass(frozen=True)
class Begun:
    """A step of a project that has begun, with the days it took or has taken so far."""

    project: Project
    step: Step
    record: StepRecord
    started: date
    finished: date | None
    doer: str

    @property
    def sample(self) -> bool:
        return self.project.sample

    @property
    def step_name(self) -> str:
        return words_in(self.step.name)

    @property
    def pk(self) -> str:
        return f"{self.project.pk}-{self.step.code}"

    @property
    def words(self) -> str:
        return f"{self.project.subject.name} {self.project.code} {self.step_name} {self.doer}"


@dataclass(frozen=True)
class DaysRow:
    """A kind of step as one unit does it. ``law`` is the limit of law, in its own unit."""

    kind: str
    name: str
    doer: str
    stage: str
    taken: Taken
    law: Limit | None
    sample: bool

    @property
    def working(self) -> bool:
        return self.taken.unit == Unit.WORKING

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share kept."""
        if self.taken.kept is None:
            return None
        return wilson(round(self.taken.kept * self.taken.judged), self.taken.judged)

    @property
    def words(self) -> str:
        return f"{self.name} {self.doer}"


def days_begun(user: User, day: date | None = None) -> list[Begun]:
    """Every step that has begun by ``day`` in the projects of the person's reach, ended ones included."""
    day = day or clock.today()
    if not sees_inside(user):
        return []
    rows = projects_visible_to(user, day, ended=True).select_related("subject", "region", "network")
    projects = list(rows)
    laid = laid_of(projects, day)
    regions: Mapping[int, Region] = {project.region_id: project.region for project in projects}
    known = {pk: (day_table(working_calendar(r, day), day), doers_of(r, day)) for pk, r in regions.items()}
    found: list[Begun] = []
    for project in projects:
        table, doers = known[project.region_id]
        network, state = laid[project.pk].network, laid[project.pk].state
        records = records_of(network, state, project=project.code, today=day, table=table)
        begun = (step for step in network.steps if _has_begun(step, state.of(step.code), day))
        for step, record in zip(begun, records, strict=True):
            now = state.of(step.code)
            assert now.started is not None  # noqa: S101  only such are records
            found.append(Begun(project, step, record, now.started, now.finished, _doer(step, doers)))
    return found


def _has_begun(step: Step, now: StepState, day: date) -> bool:
    """Whether a step has a record of days: it began, and takes time of its own."""
    return not step.milestone and now.started is not None and (now.finished or day) >= now.started


def _doer(step: Step, doers: Doers) -> str:
    subject = doers.get(step.by)
    return subject.name if subject is not None else actor_name(step)


def days_rows(begun: Sequence[Begun]) -> list[DaysRow]:
    """Each kind of step by each who does it, in the order of stages and templates."""
    groups: dict[tuple[str, str], list[Begun]] = defaultdict(list)
    for one in begun:
        groups[one.step.kind, one.doer].append(one)
    return [
        DaysRow(
            kind=kind,
            name=own[-1].step_name,
            doer=doer,
            stage=own[-1].step.stage,
            taken=taken(one.record for one in own)[kind],
            law=_law(own),
            sample=any(one.sample for one in own),
        )
        for (kind, doer), own in sorted(groups.items(), key=_order)
    ]


def _law(own: Sequence[Begun]) -> Limit | None:
    return next((limit for one in reversed(own) if (limit := one.step.limit(LimitKind.LAW))), None)


def _order(group: tuple[tuple[str, str], Sequence[Begun]]) -> tuple[int, str, str, str]:
    (kind, doer), own = group
    return STAGES.index(own[0].step.stage), own[0].step.code, kind, doer

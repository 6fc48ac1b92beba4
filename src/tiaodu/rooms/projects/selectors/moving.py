"""What it would do to a project to put it on the template that holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Max, QuerySet

from tiaodu.engine.projects.forecast import StepForecast, forecast
from tiaodu.engine.stages.findings import Finding, check_state
from tiaodu.engine.stages.model import Step, Template
from tiaodu.engine.stages.moving import StepChange, carried, changes, left_behind, pairs
from tiaodu.engine.stages.state import StepState, network_of
from tiaodu.rooms.projects.models import NetworkChange, Project, StageEvent
from tiaodu.rooms.projects.selectors.outlooks import case_of, path_of
from tiaodu.rooms.projects.selectors.rows import ProjectRow
from tiaodu.rooms.projects.selectors.templates import template_for


@dataclass(frozen=True, slots=True)
class Course:
    """Where a network leads: the steps that set the finish, and when the goal is probably reached (None: it
    is, or nobody knows the length of ``unknown`` steps).
    """

    critical: Sequence[Step]
    goal: StepForecast | None
    unknown: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Move:
    """A project beside the template that holds now. ``left``: steps with a record and no place in it, each
    with its record; ``findings``: what would be wrong with the record there and is not now.
    """

    template: Template
    number: int | None  # the county's version; None: the package's
    steps: Sequence[StepChange]
    records: Mapping[str, StepState]  # of the steps before, by their codes
    left: Sequence[Step]
    findings: Sequence[Finding]
    before: Course
    after: Course

    @property
    def differs(self) -> bool:
        return any(change.kind != "kept" for change in self.steps)


def move_of(row: ProjectRow) -> Move:
    """What changes, what becomes of the record, and where the project leads before and after."""
    template, number = template_for(row.project.region, row.template.kind, row.day)
    same = pairs(row.template, template)
    there = moved(row, template, same)
    left = left_behind(row.state, same)
    return Move(
        template=template,
        number=number,
        steps=changes(row.template, template),
        records=row.state.steps,
        left=[row.template.by_code[code] for code in left],
        findings=_new_findings(row, there),
        before=_course(row),
        after=_course(there),
    )


def moved(row: ProjectRow, template: Template, same: Mapping[str, str]) -> ProjectRow:
    """The project as it would stand on another template."""
    state = carried(row.state, same)
    events = {same[code]: event for code, event in row.events.items() if code in same}
    network = network_of(template, state)
    return replace(row, template=template, state=state, network=network, events=events, shared={})


def _new_findings(row: ProjectRow, there: ProjectRow) -> list[Finding]:
    known = {(f.code, f.step) for f in check_state(row.template, row.state, today=row.day)}
    found = check_state(there.template, there.state, today=row.day)
    return [finding for finding in found if (finding.code, finding.step) not in known]


def _course(row: ProjectRow) -> Course:
    told, path = forecast(case_of(row)), path_of(row)
    steps = row.template.by_code
    return Course(
        critical=[steps[code] for code in path.critical if not steps[code].milestone],
        goal=told.of(row.template.goal),
        unknown=[steps[code] for code in told.unknown.get(row.template.goal, ())],
    )


def last_event(project_id: int, day: date) -> int:
    """The number of the last event of a project known on ``day``; 0 when there is none."""
    known = StageEvent.objects.filter(project=project_id, known_on__lte=day)
    return int(known.aggregate(last=Max("pk"))["last"] or 0)


def moves_before(project: Project, day: date) -> QuerySet[NetworkChange]:
    """When a project was put on another template up to ``day``, by whom and why."""
    return NetworkChange.objects.filter(project=project, known_on__lte=day).select_related("by")

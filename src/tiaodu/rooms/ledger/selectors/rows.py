"""Tasks as they stood on a day: states, figures and last progress, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.display import display
from tiaodu.engine.ledger import standing as judging
from tiaodu.engine.ledger.early import EarlyRule
from tiaodu.engine.ledger.standing import Standing, Thresholds
from tiaodu.foundation import clock
from tiaodu.foundation.audit.keeping import sql_of
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.ledger.models import (
    Event,
    Indicator,
    Progress,
    Task,
    TaskDepartment,
    Term,
)
from tiaodu.rooms.ledger.rules import early, thresholds, working_calendar
from tiaodu.rooms.ledger.selectors.fetching import known_tasks
from tiaodu.rooms.ledger.selectors.figures import figures_of
from tiaodu.rooms.ledger.selectors.keeping import kept_rows
from tiaodu.rooms.ledger.words import comparison_words, due_words, measure_name, reason_words


@dataclass(frozen=True, slots=True)
class PartRow:
    """An indicator or a milestone on the day: its term, its standing and its latest figure."""

    part: Any
    term: Term
    standing: Standing
    latest: Progress | Evidence | None  # of an indicator its figure, of a step its last report
    terms: Sequence[Term]

    @property
    def is_indicator(self) -> bool:
        return isinstance(self.part, Indicator)

    @property
    def state(self) -> str:
        return self.standing.state.value

    @property
    def reason(self) -> str:
        return reason_words(self.standing)

    @property
    def due_display(self) -> str:
        return due_words(self.term, self.standing.due)

    @property
    def name(self) -> str:
        """What the figure counts or the step is, in words."""
        if not self.is_indicator:
            return str(self.part.action)
        measure = measure_name(self.part.measure) if self.part.measure else self.part.measure_key
        return _("新增%(measure)s") % {"measure": measure} if self.part.increment else measure

    @property
    def target_words(self) -> str:
        """The promised figure with its name: 生产线 58条."""
        return f"{self.name} {self.promised}" if self.promised else self.name

    @property
    def promised(self) -> str:
        """The promised figure alone: 58条; empty for a step."""
        if self.term.value is None:
            return ""
        return comparison_words(self.term.comparator) + display(self.term.value, self.part.unit)

    @property
    def share(self) -> int | None:
        """How much of the target is reached, in percent."""
        target = self.term.value
        if self.value is None or not target or target < 0:
            return None
        return int(self.value / target * 100)

    @property
    def value(self) -> Decimal | None:
        """The latest figure reported."""
        return self.latest.value if isinstance(self.latest, Evidence) else None

    @property
    def is_short(self) -> bool:
        """Whether the latest report does not show the promised figure kept; never reported counts as not."""
        if self.term.value is None or not self.is_open:
            return False
        if self.value is None:
            return True
        if self.term.comparator in ("<", "<="):  # an upper bound: the bound must reach the figure
            lowest = ">" if self.term.comparator == "<" else "="
            return not judging.is_reached(lowest, self.term.value, self.value)
        return not judging.is_reached(self.term.comparator, self.value, self.term.value)

    @property
    def is_open(self) -> bool:
        return self.standing.state is not judging.State.STRUCK_OFF

    @property
    def short_words(self) -> str:
        """How far a figure is from its promise: 生产线 58条，已报 15条."""
        told = display(self.value, self.part.unit) if self.value is not None else _("未报")
        return _("%(promised)s，已报 %(told)s") % {"promised": self.target_words, "told": told}

    @property
    def revised(self) -> bool:
        return len(self.terms) > 1


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task on the day, as lists and boards show it."""

    task: Task
    parts: Sequence[PartRow]
    standing: Standing
    departments: Sequence[TaskDepartment]
    progress: Sequence[Progress]  # latest first, superseded ones included
    events: Sequence[Event]
    day: date
    thresholds: Thresholds

    @property
    def pk(self) -> int:
        return int(self.task.pk)

    @property
    def state(self) -> str:
        return self.standing.state.value

    @property
    def reason(self) -> str:
        return reason_words(self.standing)

    @property
    def url(self) -> str:
        return reverse("ledger:task", args=[self.task.pk])

    @property
    def sample(self) -> bool:
        """Whether it says 示例: the task does, or a subject does that it is about."""
        about = [self.task.subject, *(row.part.subject for row in self.parts)]
        return self.task.sample or any(subject is not None and subject.sample for subject in about)

    @property
    def title(self) -> str:
        return self.task.title

    @property
    def due(self) -> date | None:
        """The day that decides the state."""
        return self.standing.due

    @property
    def last_due(self) -> date | None:
        """The latest due of its parts."""
        return max((p.standing.due for p in self.parts if p.standing.due), default=None)

    @property
    def due_display(self) -> str:
        deciding = next((p for p in self.parts if p.standing is self.standing), None)
        return deciding.due_display if deciding else ""

    @property
    def lead(self) -> Subject | None:
        """The leading department, else the first responsible one."""
        order = (TaskDepartment.Part.LEAD, TaskDepartment.Part.RESPONSIBLE, TaskDepartment.Part.ASSISTING)
        found = sorted(self.departments, key=lambda d: order.index(TaskDepartment.Part(d.part)))
        return found[0].department if found and found[0].part != TaskDepartment.Part.ASSISTING else None

    @property
    def awaited(self) -> Sequence[tuple[str, str, bool]]:
        """Departments nobody registered yet, while their part is open: part, name, whether the text names
        them.
        """
        held = {told.part for told in self.departments}
        return [(part, name, named) for part, name, named in self.task.unregistered if part not in held]

    @property
    def lead_words(self) -> str:
        """The leading department; one that is not registered yet is marked."""
        if self.lead is not None:
            return self.lead.name
        told = next((name for part, name, _named in self.awaited if part == TaskDepartment.Part.LEAD), "")
        return _("%(name)s（未登记）") % {"name": told} if told else ""

    @property
    def last_progress(self) -> Progress | None:
        """The latest report that was not corrected since."""
        return self.progress[0] if self.progress else None

    @property
    def is_open(self) -> bool:
        return self.standing.state in judging.OPEN

    @property
    def is_unreported(self) -> bool:
        """Open, with or without a date, and silent for longer than the rule allows.

        Counted from the day it came into the ledger or the last day anything was reported on it.
        """
        if not self.is_open or self.standing.reason == "waits_for_event":
            return False
        return (self.day - self.last_heard).days > self.thresholds.unreported_days

    @property
    def last_heard(self) -> date:
        """The last day anything was reported on it, else the day it came into the ledger."""
        return max([self.task.created_on, *(report.known_on for report in self.progress)])

    @property
    def words(self) -> str:
        """What a search also looks in: names of parts and departments."""
        names = [part.part.subject_text + part.name for part in self.parts]
        return " ".join([*names, *(d.department.name for d in self.departments)])

    @property
    def short(self) -> Sequence[PartRow]:
        """The figures a strike-off would close now although no report shows them kept."""
        return [p for p in self.parts if p.is_short and p.standing.state is judging.State.CLAIMED]

    @property
    def figures(self) -> Sequence[PartRow]:
        """The parts that promise a figure."""
        return [part for part in self.parts if part.term.value is not None]

    @property
    def waits(self) -> bool:
        return any(part.standing.state is judging.State.NOT_TRIGGERED for part in self.parts)

    @property
    def documents(self) -> Sequence[Any]:
        """The documents that state or restate it, first told first."""
        found = {s.statement.document_id: s.statement.document for s in self.task.known_sources}  # type: ignore[attr-defined]
        return list(found.values())


def rows_of(tasks: QuerySet[Task], day: date | None = None) -> list[TaskRow]:
    """The tasks with everything known on ``day`` (today when not given), kept until an act may change it."""
    day = day or clock.today()
    asked = sql_of(tasks)
    if not asked:
        return []
    return list(kept_rows.get((*asked, day), lambda: _judged(known_tasks(tasks, day), day)))


def _judged(found: Sequence[Task], day: date) -> list[TaskRow]:
    regions = {task.region for task in found}
    judged_by = {
        region: Judging(thresholds(region, day), early(region, day), working_calendar(region, day))
        for region in regions
    }
    figures = figures_of((i for task in found for i in _indicators(task)), day)
    return [row_of(task, day, judged_by[task.region], figures) for task in found]


def _indicators(task: Any) -> Sequence[Indicator]:
    """The indicators of a prefetched task, each knowing its task."""
    for indicator in task.known_indicators:
        indicator.task = task
    return list(task.known_indicators)


@dataclass(frozen=True, slots=True)
class Judging:
    """What the tasks of a region are judged by on one day."""

    thresholds: Thresholds
    early: Sequence[EarlyRule]
    workdays: WorkingCalendar


def row_of(task: Any, day: date, judged_by: Judging, figures: Mapping[int, Evidence]) -> TaskRow:
    """One prefetched task, judged on ``day`` by the rules of its region. ``figures``: by indicator."""
    superseded = {p.corrects_id for p in task.known_progress}
    valid = [p for p in task.known_progress if p.pk not in superseded]
    known = [p for p in (*task.known_indicators, *task.known_milestones) if p.known_terms]
    parts = [_part_row(task, part, _latest(part, valid, figures), day, judged_by) for part in known]
    verbs = [e.verb for e in task.known_events if e.indicator_id is None and e.milestone_id is None]
    row = TaskRow(
        task=task,
        parts=parts,
        standing=judging.stand_task([p.standing for p in parts], verbs),
        departments=task.known_departments,
        progress=valid,
        events=task.known_events,
        day=day,
        thresholds=judged_by.thresholds,
    )
    if row.sample:  # whenever the subject was marked: what was reported of it is shown as sample too
        for told in (*task.known_progress, *task.known_events):
            told.sample = True
    return row


def _part_row(
    task: Any, part: Any, latest: Progress | Evidence | None, day: date, judged_by: Judging
) -> PartRow:
    term = part.known_terms[-1]
    mine = [e for e in task.known_events if _bears_on(e, part)]
    value = latest.value if isinstance(latest, Evidence) else None
    judged = judging.Part(
        due=term.due_end,
        event=term.due_event,
        offset=term.due_offset,
        happened_on=next(
            (e.happened_on for e in reversed(mine) if e.verb == Event.Verb.EVENT_HAPPENED), None
        ),
        verbs=[e.verb for e in mine],
        reached=judging.is_reached(term.comparator, value, term.value),
        ongoing=bool(term.due_text) and term.due_end is None and not term.due_event,
        done=value / term.value if value is not None and term.value else None,
        gone=_time_gone(task, part, term, day),
        strength=task.strength,
    )
    standing = judging.stand(judged, day, judged_by.thresholds, judged_by.workdays, judged_by.early)
    return PartRow(part, term, standing, latest, part.known_terms)


def _time_gone(task: Any, part: Any, term: Term, day: date) -> Decimal | None:
    """The share of a figure's time that is over: since it is counted, else since the plan year began."""
    if not isinstance(part, Indicator) or term.due_end is None:
        return None
    begin = part.counts_from or date(min(task.plan_year, term.due_end.year), 1, 1)
    length = (term.due_end - begin).days + 1
    return Decimal(min(max((day - begin).days + 1, 0), length)) / length if length > 0 else None


def _bears_on(event: Event, part: Any) -> bool:
    """Whether an event is the part's own or its whole task's."""
    if event.indicator_id is None and event.milestone_id is None:
        return True
    return bool((event.indicator_id if isinstance(part, Indicator) else event.milestone_id) == part.pk)


def _latest(
    part: Any, progress: Iterable[Progress], figures: Mapping[int, Evidence]
) -> Progress | Evidence | None:
    if isinstance(part, Indicator):
        return figures.get(part.pk)
    return next((p for p in progress if p.milestone_id == part.pk), None)

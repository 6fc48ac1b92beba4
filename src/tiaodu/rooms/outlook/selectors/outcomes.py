"""What came of the promises that outlooks spoke of, as known on a day, in a fixed number of queries.

Figures come from evidence, days of steps from the networks; the outlook itself gives only what it was asked:
the figure and the day that were promised when it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from tiaodu.engine.kernel.offers import StepDate
from tiaodu.engine.ledger.standing import State as Standing
from tiaodu.engine.outlook.scoring import DECIDED, Asked, Outcome, State, Told, outcome
from tiaodu.foundation.evidence.selectors import Place, Revision, revised
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.slots.selectors import collect_step_dates
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow, rows_of
from tiaodu.rooms.ledger.selectors.figures import region_subjects, series_of, subject_of_figures
from tiaodu.rooms.outlook.models import Outlook

Question = tuple[str, date | None, float | None, str]  # promise, due, target, comparator


def about_of(told: Outlook) -> str:
    """A name for the promise an outlook is about."""
    return f"i{told.indicator_id}" if told.indicator_id else f"m{told.milestone_id}"


def question_of(told: Outlook) -> Question:
    """What an outlook was asked; a promise that was changed later is judged by what it was then."""
    return about_of(told), told.due, told.target, told.comparator


@dataclass(frozen=True)
class _Ground:
    """What is known on the day: the ledger, the evidence and the steps."""

    day: date
    parts: Mapping[str, tuple[TaskRow, PartRow]]
    whole: Mapping[int, Subject]
    told: Mapping[Place, Sequence[Revision]]
    steps: Mapping[str, StepDate]


def outcomes_of(
    told: Iterable[Outlook], tasks: QuerySet[Task], region: Region, day: date
) -> dict[Question, Outcome]:
    """The outcome of everything these outlooks were asked; ``tasks`` are those the reader may see."""
    once = {question_of(each): each for each in told}
    parts = _parts(rows_of(tasks, day))
    whole = region_subjects({row.task.region for row, _part in parts.values()})
    places = {
        place
        for each in once.values()
        if each.indicator_id and about_of(each) in parts
        if (place := _place(parts[about_of(each)][1], whole)) is not None
    }
    steps = _steps([each for each in once.values() if each.milestone_id], region, day)
    ground = _Ground(day, parts, whole, revised(places, day), steps)
    return {question: _outcome(ground, each) for question, each in once.items()}


def _parts(rows: Iterable[TaskRow]) -> dict[str, tuple[TaskRow, PartRow]]:
    found = {}
    for row in rows:
        for part in row.parts:
            if part.is_indicator:
                part.part.task = row.task
            found[f"{'i' if part.is_indicator else 'm'}{part.part.pk}"] = (row, part)
    return found


def _place(part: PartRow, whole: Mapping[int, Subject]) -> Place | None:
    indicator = part.part
    subject = subject_of_figures(indicator, whole)
    if subject is None or indicator.measure_id is None:
        return None
    return subject.pk, indicator.measure_id, series_of(subject)


def _steps(told: Sequence[Outlook], region: Region, day: date) -> dict[str, StepDate]:
    """The steps outlooks speak of. A network that was finished in an earlier year is offered no more: it is
    asked for as it stood at the end of the year of the due.
    """
    wanted = {str(each.provenance.get("step", "")): each.due for each in told}
    days = [day, *sorted({date(due.year, 12, 31) for due in wanted.values() if due and due.year < day.year})]
    found: dict[str, StepDate] = {}
    for one in days if wanted else ():
        for step in collect_step_dates(region, one).offers:
            if step.key in wanted:
                found.setdefault(step.key, step)
    return found


def _outcome(ground: _Ground, told: Outlook) -> Outcome:
    known = ground.parts.get(about_of(told))
    if known is None:
        return Outcome(State.UNJUDGED, "withdrawn")
    if told.due is None:
        return Outcome(State.UNJUDGED, "no_due")
    found = _figure(ground, told, known[1]) if told.indicator_id else _milestone(ground, told, *known)
    if found.state in DECIDED or known[1].standing.state is not Standing.STRUCK_OFF:
        return found
    return Outcome(State.UNJUDGED, "struck_off", found.value, found.until, found.evidence)


def _figure(ground: _Ground, told: Outlook, part: PartRow) -> Outcome:
    place = _place(part, ground.whole)
    due, target = told.due, told.target
    if place is None or due is None or target is None or not told.comparator:
        return Outcome(State.UNJUDGED, "no_series")
    indicator: Any = part.part
    asked = Asked(
        indicator.counts_from or _start_of(part, due) or date(due.year, 1, 1),
        due,
        told.comparator,
        target,
        sums=indicator.measure.kind == "flow",
        adds=indicator.increment,
    )
    figures = [
        Told(None if one.value is None else float(one.value), *one[1:]) for one in ground.told.get(place, ())
    ]
    return outcome(asked, figures, ground.day)


def _start_of(part: PartRow, due: date) -> date | None:
    """The first day of the due as it was promised for that day."""
    return next((term.due_start for term in reversed(part.terms) if term.due_end == due), None)


def _milestone(ground: _Ground, told: Outlook, row: TaskRow, part: PartRow) -> Outcome:
    due, day = told.due, ground.day
    assert due is not None  # noqa: S101  asked by _outcome
    step = ground.steps.get(str(told.provenance.get("step", "")))
    done, reason = (step.finished, "finished") if step is not None else (None, "")
    if done is None and part.standing.state is Standing.STRUCK_OFF:
        done, reason = _claimed(row, part), "verified"
    if done is not None:
        kept = done <= due
        state, decided = (State.KEPT, done) if kept else (State.BROKEN, due + timedelta(days=1))
        return Outcome(state, reason, float(done.toordinal()), done, (), decided)
    if day <= due:
        return Outcome(State.OPEN, "unfinished")
    if part.standing.state is Standing.CLAIMED and (_claimed(row, part) or day) <= due:
        return Outcome(State.WAITING, "claimed")
    return Outcome(State.BROKEN, "unfinished", until=day, decided=due + timedelta(days=1))


def _claimed(row: TaskRow, part: PartRow) -> date | None:
    """The day the step, or its whole task, was last reported as done."""
    own = [
        event.known_on
        for event in row.events
        if event.verb == "claimed"
        and event.indicator_id is None
        and event.milestone_id in (None, part.part.pk)
    ]
    return max(own, default=None)

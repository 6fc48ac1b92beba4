"""The escalation ladder: after how many working days over the due an item is brought before whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.items.clock import Facts, reached_on, read
from tiaodu.engine.kernel.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Step:
    """A rung: ``after`` working days over the due the item comes before ``target`` (a code of the data)."""

    after: int
    target: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A rung that an item has reached, and the day it did."""

    step: Step
    day: date


def reached(steps: Sequence[Step], facts: Facts, day: date, calendar: WorkingCalendar) -> tuple[Reached, ...]:
    """The rungs reached by ``day``, lowest first; none while the item is in time.

    >>> from tiaodu.engine.items.clock import Term
    >>> late = Facts(date(2024, 4, 15), Term(day=date(2024, 4, 30), set_on=date(2024, 4, 15)))
    >>> rungs = (Step(1, "department"), Step(3, "leader"))
    >>> [(r.step.target, r.day.day) for r in reached(rungs, late, date(2024, 5, 7), WorkingCalendar())]
    [('department', 6)]
    """
    overdue = read(facts, day, calendar).overdue
    return tuple(
        Reached(step, reached_on(facts, step.after, calendar))
        for step in sorted(steps, key=lambda s: s.after)
        if 0 < step.after <= overdue
    )

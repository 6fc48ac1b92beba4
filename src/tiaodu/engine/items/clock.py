"""The working-day clock of a tracked item: when it is due, how much is left, how far it is over.

The rules (Civil Code art. 201 and 203; Administrative Licensing Law art. 45 and 82):

- the day on which the clock starts is not counted, nor is the day on which it is resumed;
- a limit in working days ends on its last working day; a limit in calendar days that ends on a day off ends
  on the next working day; a day that was named stays that day;
- while the clock is stopped no day is counted, so a stop can only move the due later, never nearer;
- after the due, working days count as days over it.

Everything is computed from facts that are kept: start, term and stops. So a later notice of the State Council
changes the due, and the same facts always give the same clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar

LONGEST = 3660  # days: a limit beyond ten years is a mistake in typing
ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a limit counts."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Term:
    """Until when: so many ``days`` after the start, or a ``day`` that was named on ``set_on``."""

    days: int | None = None
    unit: Unit = Unit.WORKING
    day: date | None = None
    set_on: date | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.day is None):
            raise ValueError("a term has either days or a day")
        if self.days is not None and not 1 <= self.days <= LONGEST:
            raise ValueError(f"a term has 1 to {LONGEST} days, not {self.days}")
        if self.day is not None and self.set_on is None:
            raise ValueError("a named day needs the day on which it was named")


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stands still after ``start`` up to and including ``end``; None: it still does."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether ``day`` is not counted because of this stop."""
        return self.start < day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a due is computed from: the day the clock starts, the term in force, and every stop so far."""

    start: date
    term: Term
    stops: tuple[Stop, ...] = ()

    @property
    def stopped_on(self) -> date | None:
        """Since when the clock stands still; None while it runs."""
        return self.stops[-1].start if self.stops and self.stops[-1].end is None else None

    def stop(self, day: date) -> Facts:
        """The facts with the clock stopped on ``day``; unchanged when it stands still already."""
        return self if self.stopped_on else replace(self, stops=(*self.stops, Stop(day)))

    def resume(self, day: date) -> Facts:
        """The facts with the clock running again after ``day``."""
        if self.stopped_on is None:
            return self
        last = replace(self.stops[-1], end=max(day, self.stops[-1].start))
        return replace(self, stops=(*self.stops[:-1], last))


@dataclass(frozen=True, slots=True)
class Due:
    """The last day, and whether a year on the way has no published notice yet (暂定)."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock read on a day. ``left`` and ``overdue``: working days, never below 0 and never both above it.

    ``late``: the due has passed (on the days off right after it, 0 working days over). ``stopped``: nothing
    counts now; left and overdue are those of the day it stopped. ``soon``: little is left.
    """

    due: date
    provisional: bool
    left: int
    overdue: int
    late: bool
    soon: bool
    stopped: bool


def _counted(stops: Sequence[Stop]) -> Callable[[date], bool]:
    return lambda day: not any(stop.holds(day) for stop in stops)


def _nth(after: date, count: int, is_counted: Callable[[date], bool]) -> date:
    """The ``count``-th day after ``after`` that is counted."""
    day = after
    while count:
        day += ONE_DAY
        count -= is_counted(day)
    return day


def _between(start: date, end: date, is_counted: Callable[[date], bool]) -> int:
    """How many days after ``start`` up to and including ``end`` are counted; 0 when ``end`` is not later."""
    return sum(is_counted(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def due_of(facts: Facts, calendar: WorkingCalendar) -> Due:
    """When the item is due; a stop that has not ended counts as if it ended on the day it began.

    >>> holiday = Facts(date(2024, 4, 28), Term(days=3))  # 29 and 30 April, then the holiday of Labour Day
    >>> due_of(holiday, WorkingCalendar())
    Due(day=datetime.date(2024, 5, 6), provisional=False)
    """
    ended = [stop for stop in facts.stops if stop.end is not None]
    runs = _counted(ended)

    def works(day: date) -> bool:
        return calendar.is_working_day(day) and runs(day)

    term = facts.term
    if term.day is not None and term.set_on is not None:
        day = _of_named_day(term.day, term.set_on, works, calendar)
        # Without a stop on the way a named day is the day that was named, whatever the calendar says.
        provisional = day != term.day and _is_provisional(term.set_on, day, calendar)
        return Due(day, provisional)
    if term.unit is Unit.CALENDAR:
        day = calendar.add_working_days(_nth(facts.start, term.days or 0, runs), 0)
    else:
        day = _nth(facts.start, term.days or 0, works)
    return Due(day, _is_provisional(facts.start, day, calendar))


def _of_named_day(
    named: date, set_on: date, works: Callable[[date], bool], calendar: WorkingCalendar
) -> date:
    """The named day, moved by as many working days as stops took from the way to it."""
    granted = max(0, calendar.working_days_between(set_on, named))
    return max(named, _nth(set_on, granted, works))


def _is_provisional(start: date, end: date, calendar: WorkingCalendar) -> bool:
    return any(calendar.is_provisional(year) for year in range(start.year, end.year + 1))


def read(
    facts: Facts, day: date, calendar: WorkingCalendar, *, soon: int = 0, closed_on: date | None = None
) -> Clock:
    """The clock on ``day``, or on ``closed_on`` when the work was over by then. ``soon``: working days.

    >>> late = Facts(date(2024, 4, 15), Term(day=date(2024, 4, 30), set_on=date(2024, 4, 15)))
    >>> clock = read(late, date(2024, 5, 7), WorkingCalendar())  # 6 and 7 May: two working days over
    >>> clock.left, clock.overdue, clock.late
    (0, 2, True)
    """
    due = due_of(facts, calendar)
    stopped_on = facts.stopped_on
    at = min(day, *(known for known in (closed_on, stopped_on) if known is not None), day)
    runs = _counted([stop for stop in facts.stops if stop.end is not None])

    def works(one: date) -> bool:
        return calendar.is_working_day(one) and runs(one)

    left = _between(at, due.day, works)
    late = at > due.day
    return Clock(
        due=due.day,
        provisional=due.provisional,
        left=left,
        overdue=_between(due.day, at, works),
        late=late,
        soon=not late and left <= soon,
        stopped=stopped_on is not None and stopped_on <= day,
    )


def reached_on(facts: Facts, count: int, calendar: WorkingCalendar) -> date:
    """The day on which the item is ``count`` working days over its due."""
    runs = _counted([stop for stop in facts.stops if stop.end is not None])
    due = due_of(facts, calendar).day
    return _nth(due, count, lambda day: calendar.is_working_day(day) and runs(day))


def as_mapping(facts: Facts) -> dict[str, Any]:
    """The facts as JSON keeps them."""
    term = facts.term
    return {
        "start": facts.start.isoformat(),
        "days": term.days,
        "unit": term.unit.value,
        "day": _text(term.day),
        "set_on": _text(term.set_on),
        "stops": [[stop.start.isoformat(), _text(stop.end)] for stop in facts.stops],
    }


def of_mapping(kept: Mapping[str, Any]) -> Facts:
    """The facts that :func:`as_mapping` has written.

    >>> facts = Facts(date(2024, 4, 28), Term(days=3), (Stop(date(2024, 4, 29)),))
    >>> of_mapping(as_mapping(facts)) == facts
    True
    """
    term = Term(kept["days"], Unit(kept["unit"]), _day(kept["day"]), _day(kept["set_on"]))
    stops = tuple(Stop(date.fromisoformat(start), _day(end)) for start, end in kept["stops"])
    return Facts(date.fromisoformat(kept["start"]), term, stops)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

"""The critical path: forward and backward pass in working and calendar days, knock-on, and what speeding
up buys.

The passes are those of the critical path method (Kelley and Walker 1959) on finishes counted in whole days: a
step that takes n days from the day it may begin finishes n days later, that day not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.stages.graph import followers
from tiaodu.engine.stages.lengths import Length
from tiaodu.engine.stages.state import Network, NetworkState


@dataclass(frozen=True, slots=True)
class Row:
    """One step on the path. ``ready``: all it needs is done; ``latest``: the last finish that moves no goal.

    ``float_days`` is what lies between finish and latest, in the step's own unit; None where nobody knows the
    length of a step before it, or the goal. ``drivers`` are the prerequisites that set ``ready``.
    """

    code: str
    ready: date | None
    start: date | None
    finish: date | None
    latest: date | None
    float_days: int | None
    critical: bool
    drivers: tuple[str, ...]
    done: bool


@dataclass(frozen=True, slots=True)
class Path:
    """The rows in network order, the finish of the goal, and the steps whose length nobody knows."""

    rows: tuple[Row, ...]
    finish: date | None
    unknown: tuple[str, ...]

    @property
    def critical(self) -> tuple[str, ...]:
        """The steps whose delay delays the goal, in order."""
        return tuple(row.code for row in self.rows if row.critical)

    def row(self, code: str) -> Row:
        """The row of a step in play."""
        return next(row for row in self.rows if row.code == code)

    def leading_to(self, code: str) -> tuple[str, ...]:
        """The open steps whose delay delays ``code``, in order; of the goal: the critical path."""
        chain = _chain(code, {row.code: row.drivers for row in self.rows})
        return tuple(row.code for row in self.rows if row.code in chain and not row.done)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a path is computed from: the network, what happened, today, lengths, and the table of days."""

    network: Network
    state: NetworkState
    today: date
    lengths: Mapping[str, Length]
    table: DayTable


Places = dict[str, int]


def critical_path(plan: Plan) -> Path:
    """The path from ``plan.today``: what is done stays, what is open begins today at the earliest.

    >>> from tiaodu.engine.kernel.calendar import WorkingCalendar
    >>> from tiaodu.engine.stages.lengths import planned_lengths, Length, Unit
    >>> from tiaodu.engine.stages.state import network_of
    >>> from tiaodu.engine.stages.template import package_templates
    >>> network = network_of(package_templates()["generic"], NetworkState())
    >>> lengths = {**planned_lengths(network), "G01": Length(5, Unit.CALENDAR),
    ...            "G04": Length(100, Unit.CALENDAR), "G05": Length(10, Unit.WORKING)}
    >>> table = DayTable.of(WorkingCalendar(), date(2024, 1, 1), date(2025, 12, 31))
    >>> path = critical_path(Plan(network, NetworkState(), date(2024, 3, 1), lengths, table))
    >>> path.finish.isoformat(), path.critical
    ('2024-07-26', ('G01', 'G02', 'G03', 'G04', 'G05', 'G06'))
    """
    ready, finish = _forward(plan)
    latest = _backward(plan, finish)
    goal = plan.network.template.goal
    driving = _driving(plan.network, ready, finish)
    critical = _chain(goal, driving) if goal in finish else frozenset()
    rows = tuple(
        Row(
            code=code,
            ready=_day(plan, ready.get(code)),
            start=plan.state.of(code).started or _day(plan, ready.get(code)),
            finish=_day(plan, finish.get(code)),
            latest=_day(plan, latest.get(code)),
            float_days=_float(plan, code, finish, latest),
            critical=code in critical and plan.state.of(code).finished is None,
            drivers=driving.get(code, ()),
            done=plan.state.of(code).finished is not None,
        )
        for code in plan.network.codes
    )
    unknown = tuple(c for c in plan.network.codes if c not in plan.lengths and not plan.state.of(c).finished)
    return Path(rows, _day(plan, finish.get(goal)), unknown)


def _day(plan: Plan, place: int | None) -> date | None:
    return None if place is None else plan.table.date(place)


def _forward(plan: Plan) -> tuple[Places, Places]:
    """The day each step may begin and the day it finishes; absent where an unknown length lies before it."""
    ready: Places = {}
    finish: Places = {}
    now = plan.table.offset(plan.today)
    for code in plan.network.codes:
        needs = plan.network.needs[code]
        known = all(need in finish for need in needs)
        if known:
            ready[code] = max((finish[need] for need in needs), default=_begin(plan))
        place = _finish(plan, code, ready.get(code), now)
        if place is not None:
            finish[code] = place
    return ready, finish


def _begin(plan: Plan) -> int:
    return plan.table.offset(plan.state.signed or plan.today)


def _finish(plan: Plan, code: str, ready: int | None, now: int) -> int | None:
    """A finish that happened, else one from its start or from today; never before today."""
    record, length = plan.state.of(code), plan.lengths.get(code)
    if record.finished:
        return plan.table.offset(record.finished)
    if length is None:
        return None
    if record.started:
        return max(
            now, plan.table.later(plan.table.offset(record.started), length.days, working=length.working)
        )
    if ready is None:
        return None
    return plan.table.later(max(ready, now), length.days, working=length.working)


def _backward(plan: Plan, finish: Places) -> Places:
    """The latest finish of each step that leaves the goal where it is."""
    goal = plan.network.template.goal
    if goal not in finish:
        return {}
    after = followers(plan.network.needs)
    latest: Places = {}
    for code in reversed(plan.network.codes):
        bounds = [_latest_ready(plan, other, latest[other]) for other in after[code] if other in latest]
        if code == goal:
            bounds.append(finish[goal])
        if bounds and code in finish:
            latest[code] = min(bounds)
    return latest


def _latest_ready(plan: Plan, code: str, latest: int) -> int:
    """The last day a step may become ready; one that has begun waits for nothing any more."""
    length, record = plan.lengths.get(code), plan.state.of(code)
    if record.started or record.finished or length is None:
        return latest
    return plan.table.latest_start(latest, length.days, working=length.working)


def _float(plan: Plan, code: str, finish: Places, latest: Places) -> int | None:
    if code not in latest or plan.state.of(code).finished:
        return None
    length = plan.lengths.get(code)
    return plan.table.between(finish[code], latest[code], working=length is not None and length.working)


def _driving(network: Network, ready: Places, finish: Places) -> dict[str, tuple[str, ...]]:
    """For each step the prerequisites that finish on the day it becomes ready."""
    return {
        code: tuple(need for need in network.needs[code] if finish[need] == place)
        for code, place in ready.items()
    }


def _chain(goal: str, driving: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Every step on a chain of drivers that ends in the goal."""
    found: set[str] = set()
    left = [goal]
    while left:
        code = left.pop()
        if code not in found:
            found.add(code)
            left.extend(driving.get(code, ()))
    return frozenset(found)


def knock_on(plan: Plan, code: str, days: int) -> Mapping[str, int]:
    """Calendar days by which every later step moves when ``code`` takes ``days`` longer (less when negative).

    Days are of the step's own unit; steps that do not move are left out.
    """
    longer = dict(plan.lengths)
    length = longer[code]
    longer[code] = Length(max(0, length.days + days), length.unit, length.origin)
    _, before = _forward(plan)
    _, after = _forward(Plan(plan.network, plan.state, plan.today, longer, plan.table))
    moved = {each: after[each] - before[each] for each in before if each in after}
    return {each: shift for each, shift in moved.items() if shift}


@dataclass(frozen=True, slots=True)
class Gain:
    """What it buys to shorten one step: ``days`` saved in it, and calendar days the goal comes earlier."""

    code: str
    days: int
    goal_days: int


def accelerations(plan: Plan, *, share: float = 0.2) -> tuple[Gain, ...]:
    """For every open step the gain of shortening it by ``share`` of its length, the best first.

    The saving is whole days, one at least; steps that buy nothing are listed last.
    """
    goal = plan.network.template.goal
    found = []
    for code in plan.network.codes:
        length = plan.lengths.get(code)
        if length is None or length.days == 0 or plan.state.of(code).finished:
            continue
        saved = min(length.days, max(1, round(length.days * share)))
        found.append(Gain(code, saved, -knock_on(plan, code, -saved).get(goal, 0)))
    return tuple(sorted(found, key=lambda gain: (-gain.goal_days, gain.days)))


def span_of(state: NetworkState, today: date, *, years: int = 20) -> tuple[date, date]:
    """First and last day that a table of days must hold for a record: from its first date to years ahead."""
    days = [day for record in state.steps.values() for day in (record.started, record.finished) if day]
    first = min(day for day in (today, state.signed, *days) if day)
    return first - timedelta(days=1), today + timedelta(days=366 * years)

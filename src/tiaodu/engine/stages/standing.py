"""Where each step of a network stands on a day: its state, its clock, the days it took; the stage reached.

>>> from tiaodu.engine.stages.state import StepState, network_of
>>> from tiaodu.engine.stages.template import package_templates
>>> template = package_templates()["generic"]
>>> record = NetworkState({"G01": StepState(date(2024, 9, 2), date(2024, 9, 20)),
...                        "G02": StepState(date(2024, 9, 20))})
>>> found = standings(network_of(template, record), record, WorkingCalendar(), date(2024, 11, 1))
>>> step = found["G02"]
>>> step.place, step.due.isoformat(), step.due_origin, step.taken, step.allowed, step.late
(<Place.UNDER_WAY: 'under_way'>, '2024-10-23', 'law', 27, 20, 7)
>>> found["G03"].place, found["G03"].missing
(<Place.NOT_READY: 'not_ready'>, ('G02',))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.stages.graph import reached as reached_from
from tiaodu.engine.stages.lengths import limit_ends
from tiaodu.engine.stages.model import Limit, LimitKind, Step, Unit
from tiaodu.engine.stages.state import Network, NetworkState, StepState, Wait


class Place(StrEnum):
    """What can be done with a step now."""

    DONE = "done"
    WAITING = "waiting"  # under way, standing still for a reason of its template
    UNDER_WAY = "under_way"
    READY = "ready"  # all it needs is done
    NOT_READY = "not_ready"
    OUT = "out"  # skipped, not needed, or another way was taken


@dataclass(frozen=True, slots=True)
class Standing:
    """One step on a day.

    ``due``: the day promised, else the end of the limit that runs; ``due_origin``: promised, committed, law,
    or empty. ``late``: working days past the due, up to the finish or the day. ``taken``: days since it began
    (of a finished step the days it really took), without pauses, in ``unit``; ``allowed``: the limit's days.
    ``wait``: the wait that lasts; ``missing``: prerequisites that are open; ``out``: why it is out of play.
    """

    step: Step
    place: Place
    due: date | None = None
    due_origin: str = ""
    late: int = 0
    taken: int | None = None
    allowed: int | None = None
    unit: Unit = Unit.WORKING
    wait: Wait | None = None
    missing: tuple[str, ...] = ()
    out: str = ""


def standings(
    network: Network,
    state: NetworkState,
    calendar: WorkingCalendar,
    today: date,
    *,
    confirmed: bool = False,
    unfinished: bool = False,
) -> dict[str, Standing]:
    """Every step of the template on ``today``, in its order. ``confirmed``: unsure limits count too;
    ``unfinished`` leaves out what is done, as lists of many networks do.
    """
    found = {}
    for step in network.template.steps:
        if unfinished and state.of(step.code).finished:
            continue
        record = state.of(step.code)
        if step.code in network.out:
            found[step.code] = Standing(step, Place.OUT, out=network.out[step.code])
        else:
            found[step.code] = _standing(step, record, network, state, _Clock(calendar, today, confirmed))
    return found


@dataclass(frozen=True, slots=True)
class _Clock:
    calendar: WorkingCalendar
    today: date
    confirmed: bool


def _standing(
    step: Step, record: StepState, network: Network, state: NetworkState, clock: _Clock
) -> Standing:
    missing = tuple(need for need in network.needs[step.code] if state.of(need).finished is None)
    wait = next((each for each in record.waits if each.end is None), None)
    limit = running_limit(step, confirmed=clock.confirmed)
    due, origin = _due(step, record, limit, clock)
    unit = limit.unit if limit else Unit.CALENDAR
    until = record.finished or clock.today
    return Standing(
        step=step,
        place=_place(record, wait, missing),
        due=due,
        due_origin=origin,
        late=max(0, clock.calendar.working_days_between(due, until)) if due and until > due else 0,
        taken=None if step.milestone else days_taken(step, record, clock.calendar, clock.today, unit),
        allowed=limit.days if limit else None,
        unit=unit,
        wait=wait,
        missing=missing,
    )


def _place(record: StepState, wait: Wait | None, missing: Sequence[str]) -> Place:
    if record.finished:
        return Place.DONE
    if record.started:
        return Place.WAITING if wait else Place.UNDER_WAY
    return Place.NOT_READY if missing else Place.READY


def running_limit(step: Step, *, confirmed: bool = False) -> Limit | None:
    """The limit the clock of a step runs by: the promised one, else the law's."""
    return step.limit(LimitKind.COMMITTED, confirmed=confirmed) or step.limit(LimitKind.LAW)


def _due(step: Step, record: StepState, limit: Limit | None, clock: _Clock) -> tuple[date | None, str]:
    if record.promised:
        return record.promised, "promised"
    if record.started is None or limit is None or step.milestone:
        return None, ""
    pauses = pauses_of(step, record, clock.today)
    return limit_ends(limit, record.started, clock.calendar, pauses=pauses), limit.kind.value


def pauses_of(step: Step, record: StepState, today: date) -> list[tuple[date, date]]:
    """First and last day of every wait that stops the clock by law."""
    return [(wait.start, wait.end or today) for wait in record.waits if wait.reason in step.pauses]


def days_taken(
    step: Step, record: StepState, calendar: WorkingCalendar, today: date, unit: Unit
) -> int | None:
    """Days from the start to the finish, or to today, the first not counted, without those of pauses."""
    if record.started is None:
        return None
    until = record.finished or today
    paused = [(first, min(last, until)) for first, last in pauses_of(step, record, today) if first <= until]
    if unit == Unit.WORKING:
        stood = sum(calendar.working_days_between(first, last) for first, last in paused)
        return max(0, calendar.working_days_between(record.started, until) - stood)
    stood = sum((last - first).days for first, last in paused)
    return max(0, (until - record.started).days - stood)


@dataclass(frozen=True, slots=True)
class Reached:
    """The stage a network is in: the furthest in which a step of the way to the goal has begun, or the next
    one where all of that stage is done. ``finished``: the goal is reached; ``done`` of ``steps`` in play.
    """

    stage: str
    finished: bool
    done: int
    steps: int


def reached(network: Network, state: NetworkState, stages: Sequence[str]) -> Reached:
    """The stage reached, of ``stages`` in their order.

    >>> from tiaodu.engine.stages.state import network_of
    >>> from tiaodu.engine.stages.template import package_templates
    >>> from tiaodu.engine.stages.words import load_words
    >>> order = tuple(load_words().stages)
    >>> plant, day = package_templates()["manufacturing"], date(2024, 3, 1)
    >>> record = NetworkState({code: StepState(day, day) for code in ("A01", "A02")})
    >>> reached(network_of(plant, record), record, order).stage
    'procedures'
    """
    way = _way_to_goal(network)
    goal_done = state.of(network.template.goal).finished is not None
    done = sum(1 for step in network.steps if state.of(step.code).finished)
    own = [stage for stage in stages if any(step.stage == stage for step in network.steps)]
    begun = [own.index(s.stage) for s in network.steps if s.code in way and _begun(state.of(s.code))]
    at = max(begun, default=0)
    while at < len(own) - 1 and not _open_in(own[at], network, state, way):
        held = [place for place in range(at) if _open_in(own[place], network, state, way)]
        if held and not _ready_in(own[at + 1], network, state, way):
            at = held[-1]  # what comes next waits for an earlier stage: the land is there, a permit is not
            break
        at += 1
    return Reached(own[at], goal_done, done, len(network.steps))


def _begun(record: StepState) -> bool:
    return record.started is not None or record.finished is not None


def _open_in(stage: str, network: Network, state: NetworkState, way: frozenset[str]) -> bool:
    """Whether a step of the stage that lies on the way to the goal is not finished."""
    steps = (step for step in network.steps if step.stage == stage and step.code in way)
    return any(state.of(step.code).finished is None for step in steps)


def _ready_in(stage: str, network: Network, state: NetworkState, way: frozenset[str]) -> bool:
    """Whether a step of the stage that lies on the way to the goal has all it needs."""
    steps = (step for step in network.steps if step.stage == stage and step.code in way)
    return any(all(state.of(need).finished for need in network.needs[step.code]) for step in steps)


def _way_to_goal(network: Network) -> frozenset[str]:
    """The goal and every step it needs, through however many others."""
    return frozenset(reached_from([network.template.goal], network.needs))

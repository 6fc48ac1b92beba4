"""Where a promise stands on a given day, with the reason.

>>> from datetime import date
>>> thresholds = Thresholds(due_soon_days=7, unreported_days=31, default_offset_days=5)
>>> part = Part(due=date(2024, 4, 30))
>>> standing = stand(part, date(2024, 4, 25), thresholds, WorkingCalendar())
>>> standing.state.value, standing.reason, dict(standing.params)
('due_soon', 'days_left', {'days': 5})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.datafile import Integer, Record
from tiaodu.engine.ledger.early import EarlyRule, Facts, early_rules, first_that_holds


class State(StrEnum):
    """State of an indicator, a milestone or a task on one day."""

    NOT_TRIGGERED = "not_triggered"  # 未触发: waits for an event
    NOT_DUE = "not_due"  # 未到期
    DUE_SOON = "due_soon"  # 临期
    OVERDUE = "overdue"  # 逾期
    CLAIMED = "claimed"  # 完成待核: reported as done, not yet verified
    STRUCK_OFF = "struck_off"  # 已销号


WORST_FIRST = (
    State.OVERDUE,
    State.DUE_SOON,
    State.CLAIMED,
    State.NOT_DUE,
    State.NOT_TRIGGERED,
    State.STRUCK_OFF,
)
OPEN = frozenset({State.NOT_TRIGGERED, State.NOT_DUE, State.DUE_SOON, State.OVERDUE})

# Phases of the close-out and the verbs each allows: nothing is struck off that was not claimed.
TRANSITIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "open": MappingProxyType({"claimed": "claimed"}),
        "claimed": MappingProxyType({"struck_off": "struck_off", "sent_back": "open"}),
        "struck_off": MappingProxyType({"reopened": "open"}),
    }
)
DAYS_LEFT = early_rules([{"when": "剩余天数 <= 临期天数", "words": ""}])
PHASE_OPEN, PHASE_CLAIMED, PHASE_STRUCK_OFF = "open", "claimed", "struck_off"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days of the table ``ledger.standing``: calendar days, except the offset, which counts working days."""

    due_soon_days: int
    unreported_days: int
    default_offset_days: int


THRESHOLDS = Record(
    {
        "due_soon_days": Integer(0, 366),
        "unreported_days": Integer(1, 366),
        "default_offset_days": Integer(0, 366),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator or a milestone as it is known on the day judged.

    ``due`` is the last day it may be kept; ``event`` the occurrence it waits for, with ``offset`` working
    days after it; ``happened_on`` the day that occurred. ``verbs`` are the close-out events in order, its own
    and its task's. ``reached``: the latest figure meets the target, though nobody has claimed it.
    ``ongoing``: the duty has no end by its own words (长期坚持), so no date is asked for. ``done`` and
    ``gone`` are the shares of the figure and of the time, ``strength`` that of the wording: early rules may
    speak of them.
    """

    due: date | None = None
    event: str = ""
    offset: int | None = None
    happened_on: date | None = None
    verbs: Sequence[str] = ()
    reached: bool = False
    ongoing: bool = False
    done: Decimal | None = None
    gone: Decimal | None = None
    strength: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A state with its reason: a code and its parameters, worded by the room. ``due`` is the day that
    counts.
    """

    state: State
    reason: str
    params: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))
    due: date | None = None


def can(phase: str, verb: str) -> bool:
    """Whether the close-out allows ``verb`` in ``phase``."""
    return verb in TRANSITIONS[phase]


def phase_after(verbs: Iterable[str]) -> str:
    """The phase after the events in order. One that does not apply (a task's claim on a struck-off step)
    changes nothing.

    >>> phase_after(["claimed", "sent_back", "claimed", "struck_off"]), phase_after(["struck_off"])
    ('struck_off', 'open')
    """
    phase = PHASE_OPEN
    for verb in verbs:
        phase = TRANSITIONS[phase].get(verb, phase)
    return phase


def due_day(part: Part, thresholds: Thresholds, calendar: WorkingCalendar) -> date | None:
    """The last day the part may be kept: its own, else counted in working days from its event; None while
    unknown.
    """
    if part.due is not None:
        return part.due
    if part.event and part.happened_on is not None:
        offset = part.offset if part.offset is not None else thresholds.default_offset_days
        return calendar.add_working_days(part.happened_on, offset)
    return None


def stand(
    part: Part,
    day: date,
    thresholds: Thresholds,
    calendar: WorkingCalendar,
    early: Sequence[EarlyRule] = DAYS_LEFT,
) -> Standing:
    """Where ``part`` stands on ``day``; ``early`` are the rules by which it falls due before its day."""
    due = due_day(part, thresholds, calendar)
    phase = phase_after(part.verbs)
    if phase == PHASE_STRUCK_OFF:
        return Standing(State.STRUCK_OFF, "verified", due=due)
    if phase == PHASE_CLAIMED:
        return Standing(State.CLAIMED, "awaits_verification", due=due)
    if due is None:
        if part.event:
            return Standing(State.NOT_TRIGGERED, "waits_for_event", MappingProxyType({"event": part.event}))
        return Standing(State.NOT_DUE, "ongoing" if part.ongoing else "no_date")
    left = (due - day).days
    if left < 0:
        reason = "reached_unclaimed" if part.reached else "days_over"
        return Standing(State.OVERDUE, reason, MappingProxyType({"days": -left}), due)
    return _in_time(part, due, left, first_that_holds(early, _facts(part, left, thresholds)))


def _facts(part: Part, left: int, thresholds: Thresholds) -> Facts:
    return Facts(left, thresholds.due_soon_days, part.done, part.gone, part.strength)


def _in_time(part: Part, due: date, left: int, rule: EarlyRule | None) -> Standing:
    state = State.NOT_DUE if rule is None else State.DUE_SOON
    if part.reached:
        return Standing(state, "reached_unclaimed_in_time", MappingProxyType({"days": left}), due)
    if rule is not None and rule.words:
        return Standing(state, "early_rule", MappingProxyType({"words": rule.words, "days": left}), due)
    return Standing(state, "due_today" if left == 0 else "days_left", MappingProxyType({"days": left}), due)


def stand_task(parts: Sequence[Standing], verbs: Sequence[str] = ()) -> Standing:
    """A task stands as its worst part; among equals the earliest due speaks. Without parts its own events
    decide.

    >>> from datetime import date
    >>> late = Standing(State.OVERDUE, "days_over", {"days": 3}, date(2024, 4, 30))
    >>> stand_task([Standing(State.STRUCK_OFF, "verified"), late]).state.value
    'overdue'
    >>> stand_task([]).reason
    'no_date'
    """
    if not parts:
        phase = phase_after(verbs)
        if phase == PHASE_STRUCK_OFF:
            return Standing(State.STRUCK_OFF, "verified")
        if phase == PHASE_CLAIMED:
            return Standing(State.CLAIMED, "awaits_verification")
        return Standing(State.NOT_DUE, "no_date")
    return min(parts, key=_badness)


def _badness(standing: Standing) -> tuple[int, bool, date]:
    return WORST_FIRST.index(standing.state), standing.due is None, standing.due or date.max


def is_reached(comparator: str, value: Decimal | None, target: Decimal | None) -> bool:
    """Whether a figure keeps the promise (domain dossier 10.5): 突破 is strict, 控制在…以内 an upper bound, =
    at least.

    An upper bound is never reached before its due, because the figure may still rise: only a lower one is.

    >>> from decimal import Decimal
    >>> is_reached(">", Decimal(130), Decimal(130)), is_reached("=", Decimal(58), Decimal(58))
    (False, True)
    """
    if value is None or target is None or comparator in ("<", "<="):
        return False
    return value > target if comparator == ">" else value >= target

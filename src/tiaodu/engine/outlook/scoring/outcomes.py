"""What came of a promise that is due, from figures alone: never from what was foreseen.

A sum is judged by what its months brought up to its due, a level by what stood on it. What was told later
replaces what was told before, so that a correction shows: an outcome says what was known when it could first
be decided and what is known now.

>>> from datetime import date
>>> asked = Asked(date(2024, 1, 1), date(2024, 6, 30), ">=", 100.0, sums=True)
>>> told = [Told(90.0, date(2024, 1, 1), date(2024, 5, 31), date(2024, 6, 4), 1),
...         Told(108.0, date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 4), 2)]
>>> [outcome(asked, told, day).state.value for day in (date(2024, 6, 30), date(2024, 7, 3), date(2024, 7, 4))]
['open', 'waiting', 'kept']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

_HELD = {">=": "__ge__", ">": "__gt__", "=": "__ge__", "~": "__ge__", "<=": "__le__", "<": "__lt__"}
UPPER = ("<", "<=")


class State(StrEnum):
    """Where the outcome of a promise stands on a day."""

    OPEN = "open"  # the due has not passed
    WAITING = "waiting"  # it has, and the figure that decides is not there
    KEPT = "kept"
    BROKEN = "broken"
    UNJUDGED = "unjudged"  # it will never be known, with the reason


DECIDED = frozenset({State.KEPT, State.BROKEN})


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it was told: for which days, known since when, by which evidence. ``value`` None: taken
    back.
    """

    value: float | None
    start: date
    end: date
    known: date
    evidence: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What was promised: ``target`` by ``due``, counted from ``begin``; ``sums``: what the months bring adds
    up and cannot fall; ``adds``: a level's growth since the eve of ``begin``.
    """

    begin: date
    due: date
    comparator: str
    target: float
    sums: bool = False
    adds: bool = False

    def held(self, value: float) -> bool:
        """Whether a final figure keeps the promise: a plain figure (=) is kept when it is reached."""
        found: bool = getattr(float(value), _HELD[self.comparator])(self.target)
        return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came, as known on a day.

    ``value`` is the figure that decides, or the newest there is while nothing decides; ``until`` the last day
    it speaks of. ``decided``: the day it could first be decided; ``first``: the outcome of that day where it
    differs from this one. ``reason``: a code.
    """

    state: State
    reason: str = ""
    value: float | None = None
    until: date | None = None
    evidence: tuple[int, ...] = ()
    decided: date | None = None
    first: Outcome | None = None

    @property
    def kept(self) -> bool | None:
        """None while nothing is decided."""
        return self.state is State.KEPT if self.state in DECIDED else None


def outcome(asked: Asked, told: Sequence[Told], day: date) -> Outcome:
    """The outcome of a promise as known on ``day``, with what was known when it was first decided.

    Raises KeyError for a comparator that is none.
    """
    now = _on(asked, told, day)
    if now.state not in DECIDED:
        return now
    days = {asked.due + timedelta(days=1), *(each.known for each in told)}
    for earlier in sorted(one for one in days if one <= day):
        then = _on(asked, told, earlier)
        if then.state in DECIDED:
            other = (then.state, then.value) != (now.state, now.value)
            return replace(now, decided=earlier, first=replace(then, decided=earlier) if other else None)
    return now  # pragma: no cover  the day itself is among those that change something


def _on(asked: Asked, told: Iterable[Told], day: date) -> Outcome:
    figures = _holding(told, day)
    if asked.sums:
        return _sum(asked, figures, day)
    return _growth(asked, figures, day) if asked.adds else _level(asked, figures, day)


def _holding(told: Iterable[Told], day: date) -> list[Told]:
    """For each period the figure known last on ``day``, the earliest end first; none that was taken back."""
    last: dict[tuple[date, date], Told] = {}
    for each in sorted(told, key=lambda one: (one.known, one.evidence)):
        if each.known <= day:
            last[each.start, each.end] = each
    found = [each for each in last.values() if each.value is not None]
    return sorted(found, key=lambda one: (one.end, one.start))


def _sum(asked: Asked, figures: Sequence[Told], day: date) -> Outcome:
    ends: dict[date, tuple[float, tuple[int, ...]]] = {asked.begin - timedelta(days=1): (0.0, ())}
    for each in figures:
        before = ends.get(each.start - timedelta(days=1))
        if each.end > asked.due or before is None or each.value is None:
            continue
        if each.start == asked.begin or each.end not in ends:  # the accumulated figure itself comes first
            ends[each.end] = (before[0] + each.value, (*before[1], each.evidence))
    until = max(ends)
    value, evidence = ends[until]
    if until < asked.begin:
        return Outcome(_before(asked, day), "untold")
    found = Outcome(_before(asked, day), "older", value, until, evidence)
    if until == asked.due and day > asked.due:
        return replace(found, state=_state(asked, value), reason="figure")
    if asked.held(value) == (asked.comparator not in UPPER):  # a sum cannot fall: decided already
        state = _state(asked, value)
        return replace(found, state=state, reason="reached" if state is State.KEPT else "exceeded")
    return found


def _level(asked: Asked, figures: Sequence[Told], day: date) -> Outcome:
    until = [each for each in figures if each.end <= asked.due]
    after = next((each for each in figures if each.end > asked.due), None)
    last = until[-1] if until else None
    if last is None and after is None:
        return Outcome(_before(asked, day), "untold")
    shown = last or after
    assert shown is not None and shown.value is not None  # noqa: S101  one of the two is there
    found = Outcome(_before(asked, day), "older", shown.value, shown.end, (shown.evidence,))
    if day <= asked.due:
        return found
    if last is not None and last.value is not None and _same_month(last.end, asked.due):
        return replace(found, state=_state(asked, last.value), reason="figure")
    if last is None or last.value is None or after is None or after.value is None:
        return replace(found, reason="older" if last is not None else "later")
    if asked.held(last.value) != asked.held(after.value):
        return replace(found, state=State.UNJUDGED, reason="between")
    both = (last.evidence, after.evidence)
    return replace(found, state=_state(asked, last.value), reason="around", evidence=both)


def _growth(asked: Asked, figures: Sequence[Told], day: date) -> Outcome:
    """The level at the due less that on the eve; accumulated figures, where there are some, come first."""
    added = [each for each in figures if each.start == asked.begin and each.start != each.end]
    if added:
        # As a level: what was added may be taken away again.
        return _level(asked, added, day)
    eve = asked.begin - timedelta(days=1)
    levels = [each for each in figures if each.start == each.end]
    base = next((each for each in reversed(levels) if each.end <= eve), None)
    if base is None or base.value is None or not _same_month(base.end, eve):
        return Outcome(_before(asked, day), "no_base")
    since = [
        replace(each, value=each.value - base.value)
        for each in levels
        if each.end > eve and each.value is not None
    ]
    found = _level(asked, since, day)
    return replace(found, evidence=(base.evidence, *found.evidence)) if found.evidence else found


def _before(asked: Asked, day: date) -> State:
    return State.WAITING if day > asked.due else State.OPEN


def _state(asked: Asked, value: float) -> State:
    return State.KEPT if asked.held(value) else State.BROKEN


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def counted(outlooks: Iterable[tuple[str, date, int]]) -> Mapping[tuple[str, str], int]:
    """Which outlook of a promise counts for a month: of its first day with a chance in that month the one
    made last, so that runs repeated every night weigh no more. ``outlooks`` are (promise, day, key); the keys
    grow as they are made.

    >>> from datetime import date
    >>> counted([("a", date(2024, 7, 1), 1), ("a", date(2024, 7, 1), 2), ("a", date(2024, 7, 31), 3)])
    {('a', '2024-07'): 2}
    """
    chosen: dict[tuple[str, str], tuple[date, int]] = {}
    for about, day, key in outlooks:
        month = (about, f"{day:%Y-%m}")
        there = chosen.get(month)
        if there is None or (day, -key) < (there[0], -there[1]):
            chosen[month] = (day, key)
    return {month: key for month, (_day, key) in chosen.items()}

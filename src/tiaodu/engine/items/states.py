"""States of a tracked item, what may be done in each, and whose turn it then is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where an item stands."""

    OFFERED = "offered"  # opened, nobody has taken it yet: who opened it answers for it
    DECLINED = "declined"  # given back with a reason: it must go to somebody else
    HANDLING = "handling"
    WAITING = "waiting"
    CLAIMED = "claimed"
    STRUCK_OFF = "struck_off"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can happen to an item. Each is one kind of log entry."""

    OPENED = "opened"
    TAKEN = "taken"
    DECLINED = "declined"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"  # offered to another officer
    TAKEN_OVER = "taken_over"
    KEPT = "kept"  # the offer was turned down or taken back: who had it keeps it
    WAITED = "waited"
    RESUMED = "resumed"
    NOTED = "noted"
    CLAIMED = "claimed"
    STRUCK_OFF = "struck_off"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    ESCALATED = "escalated"
    RECOMPUTED = "recomputed"
    RELEASED = "released"
    UNRELEASED = "unreleased"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """Whose turn it is."""

    OURS = "ours"  # who handles it
    ISSUER = "issuer"
    FIRM = "firm"
    DEPARTMENT = "department"
    SUPERIOR = "superior"
    COURT = "court"
    EXPERT = "expert"
    NOBODY = "nobody"


_S, _V = State, Verb
OPEN = frozenset({_S.OFFERED, _S.DECLINED, _S.HANDLING, _S.WAITING, _S.CLAIMED})
RUNNING = frozenset({_S.OFFERED, _S.DECLINED, _S.HANDLING, _S.WAITING})  # not yet claimed as done
_HANDLED = {
    _V.HANDED_OVER: None,
    _V.TAKEN_OVER: None,
    _V.KEPT: None,
    _V.ASSIGNED: None,
    _V.CLAIMED: _S.CLAIMED,
    _V.EXTENSION_ASKED: None,
}
_OPEN = {
    _V.NOTED: None,
    _V.EXTENDED: None,
    _V.EXTENSION_REFUSED: None,
    _V.ESCALATED: None,
    _V.RECOMPUTED: None,
    _V.RELEASED: None,
    _V.UNRELEASED: None,
    _V.WITHDRAWN: _S.WITHDRAWN,
}
# state → verb → the state after it; None: the state stays. What is not here cannot be done.
TRANSITIONS: Mapping[State, Mapping[Verb, State | None]] = MappingProxyType(
    {
        _S.OFFERED: {_V.TAKEN: _S.HANDLING, _V.DECLINED: _S.DECLINED, _V.ASSIGNED: None, **_OPEN},
        _S.DECLINED: {_V.ASSIGNED: _S.OFFERED, **_OPEN},
        _S.HANDLING: {_V.WAITED: _S.WAITING, **_HANDLED, **_OPEN},
        _S.WAITING: {_V.RESUMED: _S.HANDLING, **_HANDLED, **_OPEN},
        _S.CLAIMED: {
            _V.STRUCK_OFF: _S.STRUCK_OFF,
            _V.SENT_BACK: _S.HANDLING,
            _V.NOTED: None,
            _V.RELEASED: None,
            _V.UNRELEASED: None,
        },
        _S.STRUCK_OFF: {
            _V.REOPENED: _S.HANDLING,
            _V.NOTED: None,
            _V.RELEASED: None,
            _V.UNRELEASED: None,
        },
        _S.WITHDRAWN: {},
    }
)
# Entries a firm may see; of their words it sees only those meant for it. Everything else stays inside.
OUTSIDE = frozenset(
    {
        _V.OPENED,
        _V.TAKEN,
        _V.WAITED,
        _V.RESUMED,
        _V.CLAIMED,
        _V.STRUCK_OFF,
        _V.REOPENED,
        _V.EXTENDED,
        _V.RECOMPUTED,
        _V.WITHDRAWN,
    }
)
# Entries that change nothing an open form depends on: they make no form stale.
QUIET = frozenset({_V.NOTED, _V.ESCALATED})


def can(state: State, verb: Verb) -> bool:
    """Whether ``verb`` may happen in ``state``.

    >>> can(State.HANDLING, Verb.STRUCK_OFF), can(State.CLAIMED, Verb.STRUCK_OFF)
    (False, True)
    """
    return verb in TRANSITIONS[state]


def after(state: State, verb: Verb) -> State:
    """The state after ``verb``; KeyError when it cannot happen.

    >>> after(State.WAITING, Verb.NOTED).value
    'waiting'
    """
    return TRANSITIONS[state][verb] or state


def turn(state: State, waits_for: Turn | None = None) -> Turn:
    """Whose turn it is in ``state``; ``waits_for`` is the turn of the waiting reason.

    >>> turn(State.WAITING, Turn.FIRM).value, turn(State.CLAIMED).value
    ('firm', 'issuer')
    """
    if state is State.WAITING and waits_for is not None:
        return waits_for
    if state in (State.DECLINED, State.CLAIMED):
        return Turn.ISSUER
    return Turn.OURS if state in OPEN else Turn.NOBODY

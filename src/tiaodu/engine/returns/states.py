"""Where a return stands, what may happen to it in each state, and who does it.

An official asks, reminds and sends back; every figure comes from the unit itself. So each verb belongs to one
side, and none that is an official's touches a figure.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a return stands; whether it is overdue follows from the clock."""

    DUE = "due"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUESTIONED = "questioned"  # an official asked about a figure; it stands meanwhile
    SENT_BACK = "sent_back"  # the unit is asked to look at it again; its figures stand until it corrects them
    CORRECTED = "corrected"
    NOTHING = "nothing"  # reported as nothing, with the reason (停产)
    DECLINED = "declined"  # a form that may be refused was refused


class Verb(StrEnum):
    """What can happen to a return: each is one kind of entry of its log."""

    OPENED = "opened"
    SEEN = "seen"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    NOTHING = "nothing"
    DECLINED = "declined"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"  # the unit stands by a figure that was asked about or looks strange
    ANSWERED = "answered"
    BROUGHT_TAKEN = "brought_taken"  # the unit takes over what it finds in a file that was brought
    BROUGHT_REFUSED = "brought_refused"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    QUESTIONED = "questioned"
    SENT_BACK = "sent_back"
    BROUGHT = "brought"  # an official handed in a file of the firm's: no figure until the firm takes it


class Side(StrEnum):
    """Who does it."""

    UNIT = "unit"
    OFFICIAL = "official"
    CLOCK = "clock"


_S, _V = State, Verb
SIDES: dict[Verb, Side] = {
    **dict.fromkeys((_V.OPENED, _V.ESCALATED), Side.CLOCK),
    **dict.fromkeys((_V.REMINDED, _V.QUESTIONED, _V.SENT_BACK, _V.BROUGHT), Side.OFFICIAL),
    **dict.fromkeys(
        (
            _V.SEEN,
            _V.DRAFTED,
            _V.SUBMITTED,
            _V.NOTHING,
            _V.DECLINED,
            _V.CORRECTED,
            _V.CONFIRMED,
            _V.ANSWERED,
            _V.BROUGHT_TAKEN,
            _V.BROUGHT_REFUSED,
        ),
        Side.UNIT,
    ),
}
_ALWAYS: dict[Verb, State | None] = {_V.SEEN: None}
_WAITING: dict[Verb, State | None] = {
    **_ALWAYS,
    _V.DRAFTED: _S.DRAFT,
    _V.SUBMITTED: _S.SUBMITTED,
    _V.NOTHING: _S.NOTHING,
    _V.DECLINED: _S.DECLINED,
    _V.REMINDED: None,
    _V.ESCALATED: None,
    _V.BROUGHT: None,
    _V.BROUGHT_TAKEN: _S.DRAFT,
    _V.BROUGHT_REFUSED: None,
}
_IN: dict[Verb, State | None] = {
    **_ALWAYS,
    _V.CORRECTED: _S.CORRECTED,
    _V.CONFIRMED: None,
    _V.QUESTIONED: _S.QUESTIONED,
    _V.SENT_BACK: _S.SENT_BACK,
    _V.BROUGHT_REFUSED: None,
}
_ASKED: dict[Verb, State | None] = {
    **_IN,
    _V.CONFIRMED: _S.SUBMITTED,
    _V.ANSWERED: _S.SUBMITTED,
    _V.REMINDED: None,
    _V.ESCALATED: None,
}
TRANSITIONS: dict[State, dict[Verb, State | None]] = {
    _S.DUE: {**_WAITING, _V.OPENED: None},
    _S.DRAFT: _WAITING,
    _S.SUBMITTED: _IN,
    _S.CORRECTED: _IN,
    _S.QUESTIONED: _ASKED,
    _S.SENT_BACK: {**_ASKED, _V.QUESTIONED: None},
    _S.NOTHING: _IN,
    _S.DECLINED: {**_WAITING, _V.DRAFTED: _S.DRAFT},
}
# What leaves a page that is open elsewhere as good as it was: nothing that was sent has changed.
QUIET = frozenset(
    {
        _V.SEEN,
        _V.DRAFTED,
        _V.REMINDED,
        _V.ESCALATED,
        _V.BROUGHT,
        _V.BROUGHT_TAKEN,
        _V.BROUGHT_REFUSED,
    }
)
IN = frozenset({_S.SUBMITTED, _S.QUESTIONED, _S.SENT_BACK, _S.CORRECTED, _S.NOTHING})
WAITING = frozenset({_S.DUE, _S.DRAFT})  # something is still to come


def after(state: State, verb: Verb) -> State | None:
    """The state after ``verb``; None where the verb cannot happen in ``state``.

    >>> after(State.SUBMITTED, Verb.SENT_BACK), after(State.DUE, Verb.SENT_BACK)
    (<State.SENT_BACK: 'sent_back'>, None)
    >>> after(State.DRAFT, Verb.REMINDED)
    <State.DRAFT: 'draft'>
    """
    allowed = TRANSITIONS[state]
    return (allowed[verb] or state) if verb in allowed else None


def may(state: State, verb: Verb, side: Side) -> bool:
    """Whether ``side`` can do ``verb`` in ``state``."""
    return SIDES[verb] is side and verb in TRANSITIONS[state]

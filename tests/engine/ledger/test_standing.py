"""States on given days, and the close-out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.ledger.standing import (
    TRANSITIONS,
    WORST_FIRST,
    Part,
    Standing,
    State,
    Thresholds,
    can,
    phase_after,
    stand,
    stand_task,
)

RULES = Thresholds(due_soon_days=7, unreported_days=31, default_offset_days=5)
CALENDAR = WorkingCalendar()
DUE = date(2024, 4, 30)
VERBS = ("claimed", "sent_back", "struck_off", "reopened")


def state_on(day: date, **fields: object) -> Standing:
    return stand(Part(**{"due": DUE, **fields}), day, RULES, CALENDAR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "state", "reason"),
    [
        (date(2024, 4, 22), State.NOT_DUE, "days_left"),
        (date(2024, 4, 23), State.DUE_SOON, "days_left"),
        (date(2024, 4, 30), State.DUE_SOON, "due_today"),
        (date(2024, 5, 1), State.OVERDUE, "days_over"),
    ],
)
def test_the_due_day_still_counts(day: date, state: State, reason: str) -> None:
    standing = state_on(day)
    assert (standing.state, standing.reason) == (state, reason)


def test_a_due_after_an_event_counts_working_days() -> None:
    waiting = Part(event="批复", offset=5)
    assert stand(waiting, date(2024, 5, 1), RULES, CALENDAR).state is State.NOT_TRIGGERED
    # 批复 on 2024-04-28 (a worked Sunday): 29, 30 April, then 6, 7, 8 May after the Labour Day holidays.
    happened = Part(event="批复", offset=5, happened_on=date(2024, 4, 28))
    standing = stand(happened, date(2024, 5, 8), RULES, CALENDAR)
    assert (standing.due, standing.state) == (date(2024, 5, 8), State.DUE_SOON)
    assert stand(happened, date(2024, 5, 9), RULES, CALENDAR).state is State.OVERDUE


def test_without_an_offset_the_rule_of_the_county_counts() -> None:
    told = stand(Part(event="批复", happened_on=date(2024, 6, 3)), date(2024, 6, 3), RULES, CALENDAR)
    assert told.due == date(2024, 6, 11)  # the Dragon Boat festival of 10 June is off


def test_a_duty_without_date_is_asked_about_unless_it_goes_on() -> None:
    assert stand(Part(), DUE, RULES, CALENDAR).reason == "no_date"
    assert stand(Part(ongoing=True), DUE, RULES, CALENDAR).reason == "ongoing"


def test_a_figure_that_is_reached_is_still_to_be_claimed() -> None:
    late = state_on(date(2024, 5, 2), reached=True)
    assert (late.state, late.reason) == (State.OVERDUE, "reached_unclaimed")
    assert state_on(date(2024, 4, 1), reached=True).reason == "reached_unclaimed_in_time"


@given(st.lists(st.sampled_from(VERBS)))
@settings(derandomize=True)
def test_nothing_is_struck_off_that_was_not_claimed(verbs: list[str]) -> None:
    if phase_after(verbs) == "struck_off":
        last = len(verbs) - 1 - verbs[::-1].index("struck_off")
        assert "claimed" in verbs[:last]
    assert all(not can(phase, "struck_off") for phase in TRANSITIONS if phase != "claimed")


@given(st.lists(st.sampled_from(VERBS)), st.integers(-400, 400))
@settings(derandomize=True)
def test_time_alone_never_closes_a_promise(verbs: list[str], days: int) -> None:
    standing = state_on(DUE + timedelta(days=days), verbs=verbs)
    closed = {"struck_off": State.STRUCK_OFF, "claimed": State.CLAIMED}
    assert standing.state == closed.get(phase_after(verbs), standing.state)
    if phase_after(verbs) == "open":
        assert (standing.state is State.OVERDUE) == (days > 0)


@given(st.lists(st.sampled_from(WORST_FIRST), min_size=1))
@settings(derandomize=True)
def test_a_task_stands_as_its_worst_part(states: list[State]) -> None:
    parts = [Standing(state, "days_left", due=DUE) for state in states]
    assert stand_task(parts).state is min(states, key=WORST_FIRST.index)
    assert stand_task(parts[::-1]).state is stand_task(parts).state

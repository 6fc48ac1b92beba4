"""The working-day clock: worked examples over the holidays of 2024, and what must hold for any clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.items.clock import (
    Due,
    Facts,
    Stop,
    Term,
    Unit,
    as_mapping,
    due_of,
    of_mapping,
    reached_on,
    read,
)
from tiaodu.engine.kernel.calendar import WorkingCalendar

CALENDAR = WorkingCalendar()
FEW = settings(derandomize=True, max_examples=120, deadline=None)


def test_the_first_day_is_not_counted_and_holidays_are_not_either() -> None:
    # Issued on Sunday 28 April, a make-up day: 29 and 30 April, then 6 May after Labour Day.
    assert due_of(Facts(date(2024, 4, 28), Term(days=3)), CALENDAR) == Due(
        date(2024, 5, 6), provisional=False
    )
    # The make-up Saturday of 11 May counts.
    assert due_of(Facts(date(2024, 5, 8), Term(days=3)), CALENDAR).day == date(2024, 5, 11)


def test_a_limit_in_calendar_days_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    """Civil Code art. 203."""
    assert due_of(Facts(date(2024, 4, 21), Term(days=10, unit=Unit.CALENDAR)), CALENDAR).day == date(
        2024, 5, 6
    )
    assert due_of(Facts(date(2024, 4, 21), Term(days=8, unit=Unit.CALENDAR)), CALENDAR).day == date(
        2024, 4, 29
    )


def test_overdue_is_counted_in_working_days_across_the_holiday() -> None:
    facts = Facts(date(2024, 4, 15), Term(day=date(2024, 4, 30), set_on=date(2024, 4, 15)))
    seen = {
        day: (clock.left, clock.overdue, clock.late)
        for day in (
            date(2024, 4, 29),
            date(2024, 4, 30),
            date(2024, 5, 3),
            date(2024, 5, 6),
            date(2024, 5, 7),
        )
        for clock in [read(facts, day, CALENDAR)]
    }
    assert seen == {
        date(2024, 4, 29): (1, 0, False),
        date(2024, 4, 30): (0, 0, False),
        date(2024, 5, 3): (0, 0, True),  # over, but no working day yet
        date(2024, 5, 6): (0, 1, True),
        date(2024, 5, 7): (0, 2, True),
    }


def test_a_stop_takes_its_working_days_out_and_the_day_of_resuming_is_not_counted() -> None:
    facts = Facts(date(2024, 6, 3), Term(days=5), (Stop(date(2024, 6, 4), date(2024, 6, 7)),))
    assert due_of(facts, CALENDAR).day == date(2024, 6, 14)  # 4, (5 6 7 stopped, 10 off), 11, 12, 13, 14 June
    same_day = Facts(date(2024, 6, 3), Term(days=5), (Stop(date(2024, 6, 4), date(2024, 6, 4)),))
    assert due_of(same_day, CALENDAR) == due_of(Facts(date(2024, 6, 3), Term(days=5)), CALENDAR)


def test_while_it_stands_still_nothing_changes() -> None:
    facts = Facts(date(2024, 6, 3), Term(days=5)).stop(date(2024, 6, 4))
    read_on = [read(facts, date(2024, 6, 4) + timedelta(days=n), CALENDAR) for n in (0, 10, 90)]
    assert {(c.left, c.overdue, c.stopped) for c in read_on} == {(4, 0, True)}
    late = Facts(date(2024, 6, 3), Term(days=1)).stop(date(2024, 6, 7))
    assert read(late, date(2024, 12, 1), CALENDAR).overdue == 3


def test_a_named_day_stays_unless_a_stop_takes_days_from_the_way_to_it() -> None:
    sunday = date(2024, 6, 16)
    named = Facts(date(2024, 6, 3), Term(day=sunday, set_on=date(2024, 6, 3)))
    assert due_of(named, CALENDAR) == Due(sunday, provisional=False)
    stopped = named.stop(date(2024, 6, 4)).resume(date(2024, 6, 6))
    assert due_of(stopped, CALENDAR).day == date(2024, 6, 18)
    # Named anew after the stop, the new day knows of it.
    assert (
        due_of(Facts(named.start, Term(day=sunday, set_on=date(2024, 6, 7)), stopped.stops), CALENDAR).day
        == sunday
    )


def test_a_year_without_a_notice_is_provisional_until_it_is_published() -> None:
    facts = Facts(date(2030, 12, 20), Term(days=20))
    assert due_of(facts, CALENDAR).provisional
    known = WorkingCalendar({date(2031, 1, 2): False}, frozenset({2030, 2031}))
    assert not due_of(facts, known).provisional
    assert due_of(facts, known).day > due_of(facts, CALENDAR).day
    assert not due_of(Facts(date(2024, 12, 2), Term(days=5)), CALENDAR).provisional


@pytest.mark.parametrize(
    "wrong", [{}, {"days": 3, "day": date(2024, 1, 1)}, {"days": 0}, {"day": date(2024, 1, 1)}]
)
def test_a_term_is_days_or_a_day(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"term|named"):
        Term(**wrong)  # type: ignore[arg-type]


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    """A start, a term of either form, and stops one after the other, the last perhaps still on."""
    start = draw(st.dates(date(2023, 1, 1), date(2026, 1, 1)))
    if draw(st.booleans()):
        term = Term(days=draw(st.integers(1, 60)), unit=draw(st.sampled_from(Unit)))
    else:
        term = Term(day=start + timedelta(days=draw(st.integers(0, 90))), set_on=start)
    day, stops = start, []
    for _ in range(draw(st.integers(0, 3))):
        begin = day + timedelta(days=draw(st.integers(0, 20)))
        day = begin + timedelta(days=draw(st.integers(0, 20)))
        stops.append(Stop(begin, day))
    if stops and draw(st.booleans()):
        stops[-1] = Stop(stops[-1].start)
    return Facts(start, term, tuple(stops))


@FEW
@given(some_facts(), st.integers(0, 200))
def test_a_clock_is_never_negative_and_never_both(facts: Facts, days: int) -> None:
    clock = read(facts, facts.start + timedelta(days=days), CALENDAR, soon=3)
    assert clock.left >= 0
    assert clock.overdue >= 0
    assert not (clock.left and clock.overdue)
    assert not (clock.late and (clock.left or clock.soon))
    assert clock.late or not clock.overdue


@FEW
@given(some_facts())
def test_stops_never_shorten(facts: Facts) -> None:
    without = Facts(facts.start, facts.term)
    assert due_of(facts, CALENDAR).day >= due_of(without, CALENDAR).day
    fewer = Facts(facts.start, facts.term, facts.stops[:-1])
    assert due_of(facts, CALENDAR).day >= due_of(fewer, CALENDAR).day


@FEW
@given(some_facts(), st.integers(0, 30), st.integers(0, 30))
def test_a_longer_stop_never_comes_out_shorter(facts: Facts, first: int, more: int) -> None:
    day = max([facts.start, *(s.end or s.start for s in facts.stops)]) + timedelta(days=1)
    running = facts.resume(day)
    short = running.stop(day).resume(day + timedelta(days=first))
    long = running.stop(day).resume(day + timedelta(days=first + more))
    assert due_of(running, CALENDAR).day <= due_of(short, CALENDAR).day <= due_of(long, CALENDAR).day


@FEW
@given(some_facts(), st.integers(0, 120))
def test_the_clock_moves_by_the_working_days_that_pass(facts: Facts, days: int) -> None:
    facts = facts.resume(facts.start + timedelta(days=60))
    day = facts.start + timedelta(days=days)
    one, next_day = read(facts, day, CALENDAR), read(facts, day + timedelta(days=1), CALENDAR)
    counted = CALENDAR.is_working_day(day + timedelta(days=1)) and not any(
        stop.holds(day + timedelta(days=1)) for stop in facts.stops
    )
    if next_day.late and not one.late:  # a named day off ends without a working day
        assert (one.left, next_day.overdue) == (0, int(counted))
    else:
        assert (one.left - next_day.left) + (next_day.overdue - one.overdue) == counted


@FEW
@given(some_facts(), st.integers(1, 40))
def test_a_rung_is_reached_on_the_day_the_clock_says_so(facts: Facts, count: int) -> None:
    facts = facts.resume(facts.start + timedelta(days=60))
    day = reached_on(facts, count, CALENDAR)
    assert read(facts, day, CALENDAR).overdue == count
    assert read(facts, day - timedelta(days=1), CALENDAR).overdue == count - 1


@FEW
@given(some_facts())
def test_facts_are_kept_and_read_again_as_they_were(facts: Facts) -> None:
    assert of_mapping(as_mapping(facts)) == facts


def test_what_was_closed_stands_at_the_day_it_was_closed() -> None:
    facts = Facts(date(2024, 6, 3), Term(days=2))
    clock = read(facts, date(2024, 12, 1), CALENDAR, closed_on=date(2024, 6, 6))
    assert (clock.overdue, clock.late) == (1, True)

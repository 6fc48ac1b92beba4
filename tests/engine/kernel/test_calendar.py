"""Working days of mainland China."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.calendar import WorkingCalendar

CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 9), True),  # the notice of 2023 only encourages leave on the eve
        (date(2024, 2, 12), False),
        (date(2024, 2, 18), True),  # Sunday, made up
        (date(2024, 10, 1), False),
        (date(2024, 10, 12), True),  # Saturday, made up
        (date(2024, 10, 13), False),
    ],
)
def test_days_of_the_state_councils_notice(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


def test_the_day_of_the_event_is_not_counted() -> None:
    assert CALENDAR.add_working_days(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert CALENDAR.add_working_days(date(2024, 10, 8), -1) == date(2024, 9, 30)
    assert CALENDAR.add_working_days(date(2024, 10, 1), 0) == date(2024, 10, 8)


def test_overrides_win_and_confirm_a_year() -> None:
    saturday = date(2024, 10, 5)
    assert WorkingCalendar({saturday: True}).is_working_day(saturday)
    assert CALENDAR.is_provisional(2031)
    assert not WorkingCalendar(confirmed_years=frozenset({2031})).is_provisional(2031)
    assert not CALENDAR.is_provisional(2024)


@settings(derandomize=True, max_examples=60)
@given(st.dates(date(2019, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    later = CALENDAR.add_working_days(day, count)
    assert CALENDAR.working_days_between(day, later) == count
    assert CALENDAR.is_working_day(later)
    assert CALENDAR.working_days_between(later, day) == -count
    assert later - day >= timedelta(days=count)

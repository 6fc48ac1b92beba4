"""Days as tables agree with the calendar they are made from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable

CALENDAR = WorkingCalendar()
FIRST = date(2023, 1, 1)
TABLE = DayTable.of(CALENDAR, FIRST, date(2026, 12, 31))


@settings(derandomize=True, max_examples=80)
@given(st.dates(date(2023, 6, 1), date(2025, 6, 1)), st.integers(-60, 60))
def test_adding_working_days_agrees_with_the_calendar(day: date, count: int) -> None:
    later = TABLE.later(TABLE.offset(day), count, working=True)
    assert TABLE.date(later) == (CALENDAR.add_working_days(day, count) if count else day)
    assert TABLE.date(TABLE.later(TABLE.offset(day), count, working=False)) == day + timedelta(days=count)


@settings(derandomize=True, max_examples=80)
@given(st.dates(date(2023, 6, 1), date(2025, 6, 1)), st.integers(0, 60), st.booleans())
def test_the_latest_start_just_reaches(day: date, count: int, working: bool) -> None:
    finish = TABLE.offset(day)
    start = TABLE.latest_start(finish, count, working=working)
    assert TABLE.later(start, count, working=working) <= finish
    assert TABLE.later(start + 1, count, working=working) > finish


def test_counting_agrees_with_the_calendar() -> None:
    start, end = TABLE.offset(date(2024, 9, 30)), TABLE.offset(date(2024, 10, 12))
    assert TABLE.between(start, end, working=True) == 5
    assert TABLE.between(start, end, working=False) == 12


def test_days_past_the_end_are_told_as_the_last_one() -> None:
    last = len(TABLE) - 1
    assert TABLE.later(last - 3, 400, working=True) == last
    assert TABLE.later(last - 3, 400, working=False) == last
    assert TABLE.offset(date(2050, 1, 1)) == last
    assert TABLE.offset(date(1999, 1, 1)) == 0
    with pytest.raises(ValueError, match="cannot end"):
        DayTable.of(CALENDAR, FIRST, date(2022, 1, 1))


def test_years_without_a_notice_are_named() -> None:
    assert DayTable.of(CALENDAR, date(2024, 1, 1), date(2031, 1, 1)).provisional[-1] == 2031
    assert 2024 not in TABLE.provisional

"""Periods and their compact writing."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.period import Period


@pytest.mark.parametrize(
    "text",
    [
        "2024",
        "2024H1",
        "2024Q1",
        "2024-03",
        "2024-01..2024-02",
        "2024-03-05",
        "2021..2025",
        "2024-03-05..2024-04-07",
    ],
)
def test_writing_returns_what_was_read(text: str) -> None:
    assert str(Period.parse(text)) == text


def test_ends_are_included() -> None:
    february = Period.month(2024, 2)
    assert (february.start, february.end, february.days) == (date(2024, 2, 1), date(2024, 2, 29), 29)
    assert date(2024, 2, 29) in february
    assert date(2024, 3, 1) not in february


@pytest.mark.parametrize("text", ["2024-13", "24", "2024Q5", "2024H3", "2024-02-30", "2024-03..2024-01", ""])
def test_a_wrong_writing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Period.parse(text)


@settings(derandomize=True)
@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_every_period_is_written_and_read_back(one: date, other: date) -> None:
    period = Period(min(one, other), max(one, other))
    assert Period.parse(str(period)) == period

"""Histories for the tests of the series forecast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.series import Figure

KNOWN = date(2024, 7, 5)


def monthly(
    value: Callable[[int, int], float], *, years: range = range(2020, 2025), last: int = 6
) -> list[Figure]:
    """A figure a month from January of the first year to the month ``last`` of the last."""
    return [
        Figure(Period.month(year, month), value(year, month), KNOWN)
        for year in years
        for month in range(1, 13)
        if year < years[-1] or month <= last
    ]


def cumulative(
    value: Callable[[int, int], float], *, years: range = range(2020, 2025), last: int = 6
) -> list[Figure]:
    """The same from January on, told from February as the statistics do."""
    return [
        Figure(Period.months(year, 1, month), sum(value(year, each) for each in range(1, month + 1)), KNOWN)
        for year in years
        for month in range(2, 13)
        if year < years[-1] or month <= last
    ]


def seasonal(year: int, month: int) -> float:
    """Growing by 5 % a year, twice as much in December as in June."""
    return 100 * 1.05 ** (year - 2020) * (1 + abs(month - 6) / 6)

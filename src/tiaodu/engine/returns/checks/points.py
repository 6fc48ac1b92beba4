"""The course of a figure as points that can be compared: earlier periods of the same kind, one after another.

January and February are one point where a rule asks for it: the Spring Festival moves between them, so the
two stand together at their mean a month (statistics.md: January is never judged alone).

>>> [str(p) for p in points_before(Period.parse("2024-03"), 3, merged=True)]
['2023-11', '2023-12', '2024-01..2024-02']
>>> [str(p) for p in points_before(Period.parse("2024-03"), 3, merged=False)]
['2023-12', '2024-01', '2024-02']
>>> str(point_of(Period.parse("2024-02"), merged=True)), point_of(Period.parse("2024-01"), merged=True)
('2024-01..2024-02', None)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from tiaodu.engine.kernel.expression import period_of
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.checks.model import Array, Columns

_WHOLE_MONTHS: Final = {1: 12, 2: 6, 3: 4, 6: 2, 12: 1}  # months of a period: periods a year


def months_of(period: Period) -> int:
    """How many whole months a period has; 0 for one that is not made of whole months."""
    whole = period.start.day == 1 and Period.month(period.end.year, period.end.month).end == period.end
    if not whole or period.start.year != period.end.year:
        return 0
    return period.end.month - period.start.month + 1


def is_month(period: Period) -> bool:
    return months_of(period) == 1


def jan_feb(year: int) -> Period:
    return Period.months(year, 1, 2)


def point_of(period: Period, *, merged: bool) -> Period | None:
    """The point a period is judged as; None for a January that waits for its February."""
    if not merged or not is_month(period) or period.start.month > 2:
        return period
    return jan_feb(period.start.year) if period.start.month == 2 else None


@lru_cache(maxsize=1024)
def points_before(period: Period, count: int, *, merged: bool) -> tuple[Period, ...]:
    """The ``count`` points before a point, the oldest first."""
    found: list[Period] = []
    at = period
    while len(found) < count:
        at = period_of("previous", Period.month(at.start.year, 1) if _is_jan_feb(at) else at)
        if merged and is_month(at) and at.start.month == 2:
            at = jan_feb(at.start.year)
        found.append(at)
    return tuple(reversed(found))


def a_year(period: Period, *, merged: bool) -> int:
    """How many points a year has; 0 for periods that a year has no whole number of (days)."""
    if _is_jan_feb(period) or (merged and is_month(period)):
        return 11
    return _WHOLE_MONTHS.get(months_of(period), 0)


def _is_jan_feb(period: Period) -> bool:
    return (period.start.month, period.end.month, months_of(period)) == (1, 2, 2)


def values_at(columns: Columns, measure: str, point: Period) -> Array:
    """The figures of a point; of January and February together their mean a month.

    A figure told for the two months together counts before the two told apart.
    """
    told = columns.of(measure, point)
    if not _is_jan_feb(point):
        return told
    year = point.start.year
    apart = columns.of(measure, Period.month(year, 1)) + columns.of(measure, Period.month(year, 2))
    joined: Array = np.where(np.isnan(told), apart, told) / 2
    return joined


def course(columns: Columns, measure: str, points: tuple[Period, ...]) -> Array:
    """Firms × points as powers of ten; NaN where nothing above nothing was told."""
    if not points:
        return np.empty((columns.rows, 0))
    values = np.stack([values_at(columns, measure, point) for point in points], axis=1)
    return logs(values)


def logs(values: Array) -> Array:
    """log10 of what is above zero, NaN elsewhere."""
    safe = np.where(values > 0, values, np.nan)
    found: Array = np.log10(safe)
    return found

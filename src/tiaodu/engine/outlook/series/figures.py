"""What was reported of a monthly flow, as cumulative figures of each year on the day of the outlook.

A figure is a month (2024-05) or the months from January on (2024-01..2024-05). January and February are one
point, as in the statistics themselves: the Spring Festival moves between them.

>>> def figure(period, value):
...     return Figure(Period.parse(period), value, date(2024, 5, 10))
>>> told = [figure("2024-01..2024-02", 70), figure("2024-03", 40), figure("2024-01..2024-04", 152)]
>>> months = months_of(told, as_of=date(2024, 5, 20))
>>> [months.so_far(2024, month) for month in (1, 2, 3, 4, 5)]
[None, 70.0, 110.0, 152.0, None]
>>> months.last(2024), months.slots(2024)[:4]
(4, (35.0, 40.0, 42.0, nan))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite, nan

from tiaodu.engine.kernel.period import Period

MONTHS, SLOTS, PAIR = 12, 11, 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a flow in ``period``, known on ``known_on``; None takes a figure back."""

    period: Period
    value: Decimal | float | None
    known_on: date


@dataclass(frozen=True, slots=True)
class Months:
    """Cumulative figures by year and month as known on ``as_of``; a month nobody told is not there.

    ``restated``: how many periods were told again with another value.
    """

    as_of: date
    cumulative: Mapping[tuple[int, int], float]
    restated: int = 0

    def so_far(self, year: int, month: int) -> float | None:
        """The sum of the months up to ``month``; nothing before January."""
        return self.cumulative.get((year, month)) if month else 0.0

    def last(self, year: int) -> int:
        """The last month of ``year`` whose cumulative figure is known; 0: none."""
        return max((month for of, month in self.cumulative if of == year), default=0)

    def years(self) -> range:
        """From the first to the last year told."""
        told = [year for year, _ in self.cumulative]
        return range(min(told), max(told) + 1) if told else range(0)

    def slots(self, year: int) -> tuple[float, ...]:
        """The year's eleven points: January and February as their monthly mean, then March to December.

        Months told only together (1—6月) have even shares. Not a number where unknown. Never
        below zero: a year that was corrected downwards shows in the sum, not in a month.
        """
        points = [nan] * SLOTS
        before, base = 0, 0.0
        for month in range(PAIR, MONTHS + 1):
            now = self.so_far(year, month)
            if now is not None:
                each = max(0.0, (now - base) / (month - before))
                points[max(0, before - 1) : month - 1] = [each] * (month - 1 - max(0, before - 1))
                before, base = month, now
        return tuple(points)


def months_of(figures: Iterable[Figure], *, as_of: date) -> Months:
    """Cumulative figures from what was known on ``as_of``: of a period told twice, the later.

    Raises ValueError for a period that is neither one month nor the months from January on, and for a value
    that is no number. A figure of a period that had not ended on ``as_of`` is left out.
    """
    latest: dict[Period, Figure] = {}
    told_twice = set()
    known = (each for each in figures if each.known_on <= as_of and each.period.end <= as_of)
    for figure in sorted(known, key=lambda each: each.known_on):
        before = latest.get(figure.period)
        if before is not None and before.value != figure.value:
            told_twice.add(figure.period)
        latest[figure.period] = figure
    single: dict[tuple[int, int], float] = {}
    cumulative: dict[tuple[int, int], float] = {}
    for period, figure in latest.items():
        if figure.value is not None:
            first, last = _span(period)
            value = _number(figure)
            if first == 1:
                cumulative[period.start.year, last] = value
            else:
                single[period.start.year, last] = value
    return Months(as_of, _added_up(cumulative, single), len(told_twice))


@lru_cache(maxsize=1024)
def _span(period: Period) -> tuple[int, int]:
    start, end = period.start, period.end
    whole = start.year == end.year and start.day == 1 and (end + timedelta(days=1)).day == 1
    if not whole or start.month not in (1, end.month):
        raise ValueError(f"{period} is neither one month nor the months from January on")
    return start.month, end.month


def _number(figure: Figure) -> float:
    value = float(figure.value or 0)
    if not isfinite(value):
        raise ValueError(f"the figure of {figure.period} is not a number")
    return value


def _added_up(
    cumulative: Mapping[tuple[int, int], float], single: Mapping[tuple[int, int], float]
) -> dict[tuple[int, int], float]:
    """A cumulative figure that was told counts; where none was, the month is added to what came before it."""
    found = dict(cumulative)
    for year, month in sorted(single):
        before = found.get((year, month - 1))
        if (year, month) not in found and before is not None:
            found[year, month] = before + single[year, month]
    return _backwards(found, single)


def _backwards(
    found: dict[tuple[int, int], float], single: Mapping[tuple[int, int], float]
) -> dict[tuple[int, int], float]:
    """A gap before a cumulative figure is closed where the month itself is known."""
    for year, month in sorted(single, reverse=True):
        now = found.get((year, month))
        if month > PAIR and now is not None and (year, month - 1) not in found:
            found[year, month - 1] = now - single[year, month]
    return found

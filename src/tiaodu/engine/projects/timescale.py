"""A stretch of time laid across a width: which months it shows, and where a day lies.

>>> scale = Scale(date(2024, 1, 1), date(2024, 12, 31))
>>> scale.share(date(2024, 7, 2))
0.5
>>> scale.piece(date(2023, 6, 1), date(2024, 1, 1))
Piece(x=0.0, width=0.00273, cut_left=True, cut_right=False)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Zoom(StrEnum):
    """What a column of the picture is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS_IN = {Zoom.MONTH: 1, Zoom.QUARTER: 3, Zoom.YEAR: 12}
# How many months are shown, and how many of them lie before today; years show all there is.
SHOWN = {Zoom.MONTH: (18, 6), Zoom.QUARTER: (36, 12)}
MOST_YEARS = 12
MOST_YEARS_AWAY = 70


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of the width, as shares of it; ``cut`` where the whole reaches beyond the picture."""

    x: float
    width: float
    cut_left: bool = False
    cut_right: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A month, quarter or year of the picture."""

    first: date
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from ``first`` to ``last``, both shown whole."""

    first: date
    last: date
    zoom: Zoom = Zoom.MONTH

    @property
    def days(self) -> int:
        """How many days are shown."""
        return (self.last - self.first).days + 1

    def shows(self, day: date) -> bool:
        """Whether a day lies within."""
        return self.first <= day <= self.last

    def share(self, day: date) -> float:
        """Where a day begins, from 0 to 1; days outside lie on the edge."""
        return round(min(1.0, max(0.0, (day - self.first).days / self.days)), 5)

    def piece(self, start: date, end: date) -> Piece | None:
        """The part of the width from ``start`` to ``end``, both included; None where it lies outside."""
        if end < start or end < self.first or start > self.last:
            return None
        x = self.share(start)
        right = self.share(end + timedelta(days=1))
        return Piece(x, round(right - x, 5), start < self.first, end > self.last)

    def columns(self) -> Iterator[Column]:
        """The months, quarters or years shown, each from its first day."""
        day = _month(self.first, 0, MONTHS_IN[self.zoom])
        while day <= self.last:
            after = _month(day, MONTHS_IN[self.zoom], MONTHS_IN[self.zoom])
            x = self.share(max(day, self.first))
            yield Column(day, x, round(self.share(after) - x, 5))
            day = after

    def moved(self, part: float) -> date:
        """The first day after going on by a part of the months shown, whole columns at least one."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step = MONTHS_IN[self.zoom]
        columns = max(1, round(abs(part) * months / step))
        return _month(self.first, columns * step if part > 0 else -columns * step, step)


def _month(day: date, months: int, every: int) -> date:
    """The first day of the column so many months later: a month, a quarter's first, a January."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count - count % every, 12)
    return date(year, month + 1, 1)


def scale_of(days: Iterable[date], today: date, zoom: Zoom, first: date | None = None) -> Scale:
    """What to show: so many months of a zoom around ``today`` or from ``first``; by year, all there is.

    A ``first`` more than a lifetime from today is no wish but a slip, and is not followed.

    >>> found = scale_of([], date(2024, 7, 1), Zoom.MONTH)
    >>> found.first.isoformat(), found.last.isoformat(), len(list(found.columns()))
    ('2024-01-01', '2025-06-30', 18)
    """
    if first and abs(first.year - today.year) > MOST_YEARS_AWAY:
        first = None
    if zoom in SHOWN:
        months, before = SHOWN[zoom]
        start = _month(first or today, 0 if first else -before, MONTHS_IN[zoom])
        return Scale(start, _month(start, months, MONTHS_IN[zoom]) - timedelta(days=1), zoom)
    every = [today, *days]
    start = date((first or min(every)).year, 1, 1)
    years = min(MOST_YEARS, max(2, max(every).year - start.year + 1))
    return Scale(start, _month(start, 12 * years, 12) - timedelta(days=1), zoom)

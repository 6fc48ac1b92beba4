"""A run of calendar months, numbered so that the same month has the same number in every run.

>>> run = Months.parse("2024-11..2025-02")
>>> [month_text(month) for month in run], len(run), run.place("2025-01")
(['2024-11', '2024-12', '2025-01', '2025-02'], 4, 2)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.period import Period


def month_of(text: str | date) -> int:
    """The number of a month: twelve times the year and the months before it.

    >>> month_of("2024-03"), month_of(date(2024, 3, 5))
    (24290, 24290)
    """
    day = text if isinstance(text, date) else Period.parse(text).start
    return day.year * 12 + day.month - 1


def month_text(month: int) -> str:
    """A month as it is written, 2024-03."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def month_period(month: int) -> Period:
    """The days of a month."""
    return Period.month(month // 12, month % 12 + 1)


@dataclass(frozen=True, slots=True)
class Months:
    """``count`` months from the month ``first`` on."""

    first: int
    count: int

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a run has at least one month")

    @classmethod
    def parse(cls, text: str) -> Months:
        """The months of a period of whole months."""
        return cls.of(Period.parse(text))

    @classmethod
    def of(cls, period: Period) -> Months:
        """The months of ``period``; raises ValueError when it does not begin and end with a month."""
        first, last = month_of(period.start), month_of(period.end)
        if period.start.day != 1 or period.end != month_period(last).end:
            raise ValueError(f"{period} is no run of whole months")
        return cls(first, last - first + 1)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.first + self.count))

    def __contains__(self, month: object) -> bool:
        return isinstance(month, int) and self.first <= month < self.first + self.count

    def place(self, month: int | str) -> int:
        """The place of a month in the run; raises ValueError when it is outside."""
        number = month_of(month) if isinstance(month, str) else month
        if number not in self:
            raise ValueError(f"{month_text(number)} is not in {self}")
        return number - self.first

    def places(self, period: Period) -> range:
        """The places of the months of ``period``; raises ValueError when one is outside the run."""
        inner = Months.of(period)
        first = self.place(inner.first)
        self.place(inner.first + inner.count - 1)
        return range(first, first + inner.count)

    def edges(self) -> NDArray[np.int32]:
        """The first day of every month and the day after the last, as proleptic day numbers."""
        months = (*self, self.first + self.count)
        return np.array([month_period(month).start.toordinal() for month in months], np.int32)

    def __str__(self) -> str:
        return f"{month_text(self.first)}..{month_text(self.first + self.count - 1)}"

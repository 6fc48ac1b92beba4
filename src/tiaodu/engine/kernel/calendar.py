"""Working days of mainland China: the State Council's yearly notice, corrected by an installation's own
overrides.

Statutory holidays and make-up days come from the ``holidays`` package. A year whose notice it does not know
yet has no
make-up days there: dates computed in it are provisional until the overrides are loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

SATURDAY = 5


@lru_cache(maxsize=64)
def _published(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and make-up working days of ``year``; the package's own lists."""
    import holidays  # noqa: PLC0415  a program that asks for no working day does not load it

    found: Any = holidays.country_holidays("CN", years=year)
    off = frozenset(day for day in found if day.year == year)
    return off, frozenset(day for day in found.weekend_workdays if day.year == year)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked. ``overrides`` maps a day to True (worked) or False (off) and wins over the
    package.

    ``confirmed_years`` are years whose notice the overrides hold in full.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    confirmed_years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        if day in self.overrides:
            return self.overrides[day]
        off, made_up = _published(day.year)
        return day in made_up or (day.weekday() < SATURDAY and day not in off)

    def is_provisional(self, year: int) -> bool:
        """True when no notice with make-up days is known for ``year``."""
        return year not in self.confirmed_years and not _published(year)[1]

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it when negative); the day itself is not
        counted.

        Civil Code art. 201: the day of the event is not counted. With 0 the day itself, or the next working
        day.
        """
        step = timedelta(days=-1 if count < 0 else 1)
        left = abs(count)
        if not left:
            while not self.is_working_day(day):
                day += step
            return day
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier.

        >>> WorkingCalendar().working_days_between(date(2024, 9, 30), date(2024, 10, 12))
        5
        """
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

"""A period of days, both ends included, and its compact writing.

>>> [str(Period.parse(t)) for t in ("2024", "2024H1", "2024Q3", "2024-03", "2024-01..2024-02")]
['2024', '2024H1', '2024Q3', '2024-03', '2024-01..2024-02']
>>> Period.parse("2024Q1").end.isoformat()
'2024-03-31'
>>> Period.parse("2024-02") < Period.parse("2024-03") < Period.parse("2024-04-01")
True
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_SINGLE = re.compile(
    r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``start`` and ``end`` are inclusive days; periods are ordered by start, then end."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period cannot end on {self.end} before it starts on {self.start}")

    @classmethod
    def between(cls, start: date, end: date) -> Period:
        """The period from ``start`` to ``end``."""
        return cls(start, end)

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls.between(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def half(cls, year: int, number: int) -> Period:
        """The first (1) or second (2) half of a year."""
        return cls.months(year, 6 * number - 5, 6 * number)

    @classmethod
    def quarter(cls, year: int, number: int) -> Period:
        """A quarter, 1 to 4."""
        return cls.months(year, 3 * number - 2, 3 * number)

    @classmethod
    def months(cls, year: int, first: int, last: int) -> Period:
        """Whole months of one year, both included."""
        return cls.between(date(year, first, 1), date(year, last, monthrange(year, last)[1]))

    @classmethod
    def month(cls, year: int, number: int) -> Period:
        """One month."""
        return cls.months(year, number, number)

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls.between(day, day)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read the compact writing; raises ValueError naming what is accepted."""
        first, dots, last = text.partition("..")
        if dots:
            return cls.between(cls._single(first).start, cls._single(last).end)
        return cls._single(text)

    @classmethod
    def _single(cls, text: str) -> Period:
        found = _SINGLE.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is no period; accepted: 2024, 2024H1, 2024Q1, 2024-03, 2024-03-05, a..b"
            )
        year = int(found["year"])
        if found["half"]:
            return cls.half(year, int(found["half"]))
        if found["quarter"]:
            return cls.quarter(year, int(found["quarter"]))
        if found["day"]:
            return cls.day(date(year, int(found["month"]), int(found["day"])))
        return cls.month(year, int(found["month"])) if found["month"] else cls.year(year)

    def __str__(self) -> str:
        return _compact(self) or f"{_edge(self.start, first=True)}..{_edge(self.end, first=False)}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days + 1


def _compact(period: Period) -> str | None:  # noqa: PLR0911  one for each rule
    start, end = period.start, period.end
    if start == end:
        return start.isoformat()
    if start.year != end.year or start.day != 1 or (end + timedelta(days=1)).day != 1:
        if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
            return f"{start.year}..{end.year}"
        return None
    span = (start.month, end.month)
    if span == (1, 12):
        return f"{start.year}"
    if span in ((1, 6), (7, 12)):
        return f"{start.year}H{span[1] // 6}"
    if span[1] - span[0] == 2 and span[1] % 3 == 0:
        return f"{start.year}Q{span[1] // 3}"
    return f"{start:%Y-%m}" if span[0] == span[1] else None


def _edge(day: date, *, first: bool) -> str:
    whole = day.day == 1 if first else (day + timedelta(days=1)).day == 1
    return f"{day:%Y-%m}" if whole else day.isoformat()

"""序时进度: what share of the year's investment a plan has done by a day.

A curve says it for the ends of the twelve months; inside a month days count alike. The linear curve is the
legal habit; northern building is seasonal, so a county may count by another; a project's own plan by month
goes before both.

>>> from datetime import date
>>> planned_share(LINEAR, date(2024, 6, 30)), planned_share(LINEAR, date(2024, 1, 1)) < Decimal("0.01")
(Decimal('0.5'), True)
>>> shanxi = curve_of("shanxi", ["1.7", "3.3", 5, 9, 17, 32, 42, 53, 65, 77, 88, 100])
>>> planned_share(shanxi, date(2024, 5, 31)), planned_share(shanxi, date(2024, 6, 15))
(Decimal('0.17'), Decimal('0.245'))

A project that is to start within the year has nothing to do before the month of its start; what the curve
gives the rest of the year is stretched to the whole:

>>> planned_share(LINEAR, date(2024, 9, 30), begins=date(2024, 7, 10))
Decimal('0.5')
>>> planned_share(LINEAR, date(2024, 6, 30), begins=date(2024, 7, 10))
Decimal('0')
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal

MONTHS = 12
_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)


class CurveError(ValueError):
    """Twelve points that cannot be a curve; ``month`` (from 1) is the first that cannot be."""

    def __init__(self, month: int, message: str) -> None:
        super().__init__(message)
        self.month = month


@dataclass(frozen=True, slots=True)
class Curve:
    """The share done by the end of each month, from 0 to 1 and never falling; ``code`` names it."""

    code: str
    points: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if len(self.points) != MONTHS:
            raise CurveError(len(self.points), f"a curve has {MONTHS} points, not {len(self.points)}")
        before = _ZERO
        for month, point in enumerate(self.points, start=1):
            if not before <= point <= _ONE:
                raise CurveError(month, f"month {month}: {point} falls or lies beyond the whole")
            before = point
        if self.points[-1] != _ONE:
            raise CurveError(MONTHS, "by the end of December all is done")

    def by_month(self, month: int) -> Decimal:
        """The share by the end of ``month``; month 0 is the end of the year before."""
        return self.points[month - 1] if month else _ZERO


LINEAR = Curve("linear", tuple(Decimal(month) / MONTHS for month in range(1, MONTHS + 1)))
OWN = "own"


def curve_of(code: str, percent: Sequence[Decimal | str | int]) -> Curve:
    """A curve from twelve percentages. Raises CurveError."""
    return Curve(code, tuple(Decimal(each) / _HUNDRED for each in percent))


def own_curve(months: Sequence[Decimal], planned: Decimal) -> Curve | None:
    """The curve of a project's own plan, from what is to be done by the end of each month; None where it has
    none or plans nothing.

    >>> own_curve([Decimal(0)] * 11 + [Decimal(300)], Decimal(300)).points[10:]
    (Decimal('0'), Decimal('1'))
    """
    return Curve(OWN, tuple(each / planned for each in months)) if len(months) and planned else None


def planned_share(curve: Curve, day: date, begins: date | None = None) -> Decimal:
    """The share of the year's plan that is to be done by the end of ``day``.

    ``begins``: the day a project is promised to start; only a day of the same year changes anything, and a
    project's own plan has it in its months.
    """
    share = _share(curve, day)
    if begins is None or begins.year != day.year or curve.code == OWN:
        return share
    before = curve.by_month(begins.month - 1)
    if share <= before or before == _ONE:
        return _ZERO
    return (share - before) / (_ONE - before)


def _share(curve: Curve, day: date) -> Decimal:
    low, high, days = (
        curve.by_month(day.month - 1),
        curve.by_month(day.month),
        monthrange(day.year, day.month)[1],
    )
    return high if day.day == days else low + (high - low) * day.day / days


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def months_between(start: date, end: date) -> int:
    """Whole months from ``start`` to ``end``, both days as dates of a calendar; none before ``start``.

    >>> months_between(date(2024, 1, 31), date(2024, 2, 29))
    1
    >>> months_between(date(2024, 1, 15), date(2024, 3, 14))
    1
    """
    months = (end.year - start.year) * MONTHS + end.month - start.month
    last = monthrange(end.year, end.month)[1]
    return max(0, months - (end.day < min(start.day, last)))


def months_and_days(start: date, end: date) -> Decimal:
    """Months from ``start`` to ``end``, a day over a whole month as a thirty-first.

    >>> [str(months_and_days(date(2024, 3, 20), date(2024, 5, day))) for day in (20, 23)]
    ['2.0', '2.1']
    """
    whole = months_between(start, end)
    since = _later(start, whole)
    return whole + (Decimal(max(0, (end - since).days)) / 31).quantize(Decimal("0.1"), ROUND_UP)


def _later(day: date, months: int) -> date:
    """The same day ``months`` later, or the last one of a shorter month."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_missed(promised: date, day: date) -> int:
    """How many months ended, the promised one first, by the end of ``day``.

    >>> [months_missed(date(2024, 3, 10), date(2024, month, 31)) for month in (1, 3, 5)]
    [0, 1, 3]
    >>> months_missed(date(2024, 3, 10), date(2024, 3, 30))
    0
    """
    whole = (day.year - promised.year) * MONTHS + day.month - promised.month
    return max(0, whole + (day.day == monthrange(day.year, day.month)[1]))

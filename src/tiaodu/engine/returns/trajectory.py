"""The way from nothing to a year's target, month by month, and how far the county is off it.

The share of the year that is usually done by the end of each month is learned from complete years of the same
figure; without one it is the share of the days (序时). January has no point: it is never judged alone.

>>> from decimal import Decimal
>>> shares = usual_shares([[Decimal(5)] * 6 + [Decimal(15)] * 6])
>>> str(shares[6]), 1 in shares, shares[12] == 1
('0.25', False, True)
>>> standing = stand(Decimal(400), Decimal(120), shares, 6, 2024)
>>> str(standing.planned), str(standing.gap), str(standing.ahead), str(standing.done)
('100.00', '20.00', '5.0', '30.0')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

_TENTH = Decimal("0.1")
MONTHS = range(2, 13)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a year's figure stands by the end of a month, beside what is usual on the way to ``target``.

    ``gap`` is above nothing when more was done; ``done`` is the per cent of the target, ``ahead`` the points
    above what is usual by then (超序时进度 … 个百分点).
    """

    target: Decimal
    so_far: Decimal
    planned: Decimal

    @property
    def gap(self) -> Decimal:
        return self.so_far - self.planned

    @property
    def done(self) -> Decimal:
        return _points(self.so_far, self.target)

    @property
    def ahead(self) -> Decimal:
        return _points(self.gap, self.target)


def _points(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * 100).quantize(_TENTH, ROUND_HALF_UP)


def usual_shares(years: Sequence[Sequence[Decimal]]) -> Mapping[int, Decimal]:
    """The median share done by the end of each month from complete years of twelve months; {} without one."""
    whole = [year for year in years if len(year) == 12 and sum(year) > 0]
    if not whole:
        return {}
    found = {
        month: median(sum(year[:month], Decimal(0)) / sum(year, Decimal(0)) for year in whole)
        for month in MONTHS
    }
    return {month: Decimal(share) for month, share in found.items()}


def share_of_days(month: int, year: int) -> Decimal:
    """The share of a year's days that is over at the end of a month.

    >>> round(share_of_days(6, 2024), 4)
    Decimal('0.4973')
    """
    end = date(year + (month == 12), month % 12 + 1, 1)
    whole = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return Decimal((end - date(year, 1, 1)).days) / whole


def way(target: Decimal, shares: Mapping[int, Decimal], year: int) -> Mapping[int, Decimal]:
    """What should be done by the end of each month from February on."""
    return {month: target * (shares.get(month) or share_of_days(month, year)) for month in MONTHS}


def stand(
    target: Decimal, so_far: Decimal, shares: Mapping[int, Decimal], month: int, year: int
) -> Standing | None:
    """The standing at the end of a month; None for January and without a target above nothing."""
    if target <= 0 or month not in MONTHS:
        return None
    return Standing(target, so_far, way(target, shares, year)[month])

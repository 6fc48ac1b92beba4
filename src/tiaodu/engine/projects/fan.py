"""What the year will bring: the investment of a project by the end of each month that is left, as a range.

What is done counts as it is. Of what the plan has for the rest of the year a share x comes, and x is what is
uncertain: learned from the complete years of the county's projects, or a prior that somebody confirmed.

    investment(k) = done + x · (plan(k) - plan(m))        m: the month of the last figure, k > m

An index of the pace so far is not extrapolated: on real projects that doubles the early error.

>>> from datetime import date
>>> from tiaodu.engine.projects.investment import Reported, YearPlan, year_standing
>>> plan = YearPlan(2024, Decimal(900), Decimal(300))
>>> june = year_standing(plan, [Reported(date(2024, 6, 30), Decimal(120))], [], day=date(2024, 7, 10))
>>> fan = fan_of(june, Prior(median=1.0, common=0.3, single=0.6).share(months=6))
>>> fan.months[0], fan.months[-1], fan.at(12).p50, fan.at(12).p10 < fan.at(12).p50 < fan.at(12).p90
(7, 12, Decimal('270'), True)
>>> round(fan.chance, 2)
0.32
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.projects.curve import MONTHS
from tiaodu.engine.projects.investment import YearStanding

LEVELS = (0.1, 0.5, 0.9)
NODES = 257
_NORMAL = NormalDist()
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the rest of a plan comes: its quantiles at evenly spread probabilities, and whence.

    ``origin`` is learned or prior; ``years`` how many complete years of projects it was learned from.
    """

    quantiles: tuple[float, ...]
    origin: str
    years: int = 0

    def at(self, probability: float | Floats) -> Floats:
        """The share that is not exceeded with this probability."""
        levels = (np.arange(len(self.quantiles)) + 0.5) / len(self.quantiles)
        return np.asarray(np.interp(probability, levels, self.quantiles), float)

    def chance(self, needed: float) -> float:
        """The probability that the share is at least ``needed``; a small sample never makes it sure."""
        reached = len(self.quantiles) - bisect_left(self.quantiles, needed)
        return (reached + 0.5) / (len(self.quantiles) + 1)


@dataclass(frozen=True, slots=True)
class Prior:
    """A share where nothing was learned: lognormal with a spread that all months have in common and one that
    evens out over the months that are left.
    """

    median: float
    common: float
    single: float

    def share(self, *, months: int) -> Share:
        """The share of the rest of a plan with so many months left."""
        spread = sqrt(self.common**2 + self.single**2 / max(1, months))
        levels = ((number + 0.5) / NODES for number in range(NODES))
        return Share(tuple(self.median * exp(spread * _NORMAL.inv_cdf(level)) for level in levels), "prior")


@dataclass(frozen=True, slots=True)
class PastYear:
    """A complete year of a project: what was planned and what was done by the end of its months.

    ``done`` has the months that were reported; December must be among them for the year to teach anything.
    """

    planned: tuple[Decimal, ...]
    done: Mapping[int, Decimal]

    def share(self, month: int) -> float | None:
        """How much of the plan's rest came after ``month``; figures that were taken back count as nothing."""
        rest = self.planned[-1] - (self.planned[month - 1] if month else 0)
        so_far = self.done.get(month) if month else Decimal(0)
        if rest <= 0 or so_far is None or MONTHS not in self.done:
            return None
        return float(max(Decimal(0), self.done[MONTHS] - so_far) / rest)


def learned_share(years: Iterable[PastYear], month: int, *, enough: int) -> Share | None:
    """The share learned from past years of projects for what comes after ``month``; None: too few.

    >>> plan = (Decimal(10),) * 11 + (Decimal(20),)
    >>> years = [PastYear(plan, {11: Decimal(8), 12: Decimal(n)}) for n in (13, 18)]
    >>> learned_share(years, 11, enough=2).quantiles, learned_share(years, 11, enough=3)
    ((0.5, 1.0), None)
    """
    found = sorted(share for year in years if (share := year.share(month)) is not None)
    return Share(tuple(found), "learned", len(found)) if found and len(found) >= enough else None


@dataclass(frozen=True, slots=True)
class Range:
    """What will have been done by the end of a month."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True, slots=True)
class Fan:
    """The range of each month that is left, the chance that the year's plan is done, and whence the share."""

    months: tuple[int, ...]
    ranges: tuple[Range, ...]
    chance: float
    origin: str
    years: int

    def at(self, month: int) -> Range:
        return self.ranges[self.months.index(month)]


def fan_of(now: YearStanding, share: Share, *, room: Decimal | None = None) -> Fan | None:
    """The fan of one project; None where nothing was reported, or the plan has nothing left for the year.

    ``room``: what the total investment leaves beyond what was done in earlier years; no range goes beyond it.
    """
    rest = _rest(now)
    if rest is None or now.done is None:
        return None
    months, ahead = rest
    quantiles = [share.at(level) for level in LEVELS]
    ranges = tuple(
        Range(*(_money(now.done, more, float(quantile), room) for quantile in quantiles)) for more in ahead
    )
    needed = float((now.plan.planned - now.done) / ahead[-1])
    chance = 0.0 if room is not None and room < now.plan.planned else share.chance(needed)
    return Fan(months, ranges, chance, share.origin, share.years)


def _rest(now: YearStanding) -> tuple[tuple[int, ...], tuple[Decimal, ...]] | None:
    """The months that are left, and what the plan has for each of them beyond the last figure."""
    last = now.as_of.month if now.as_of.year == now.plan.year else 0
    months = tuple(range(last + 1, MONTHS + 1))
    by = now.plan.by_months()
    ahead = tuple(by[month - 1] - now.planned_so_far for month in months)
    return (months, ahead) if ahead and ahead[-1] > 0 else None


def _money(done: Decimal, ahead: Decimal, share: float, room: Decimal | None) -> Decimal:
    """In whole yuan: a range of what may come has no cents."""
    found = done + Decimal(round(float(ahead) * share))
    return found if room is None else max(done, min(found, room))


def fan_of_sum(nows: Sequence[tuple[YearStanding, Share]], draws: Draws, *, shared: float) -> Fan | None:
    """The fan of the sum of many projects, from the scenarios of ``draws``.

    ``shared`` is the correlation of the shares of two projects. What of a project is known for certain (its
    plan has nothing left) goes in as it is; None where nobody reported.
    """
    told = [(now, share) for now, share in nows if now.done is not None]
    if not told:
        return None
    first = max(now.as_of.month if now.as_of.year == now.plan.year else 0 for now, _ in told)
    months = tuple(range(first + 1, MONTHS + 1))
    if not months:
        return None
    common = draws.normal("county")
    sums = np.zeros((len(months), len(draws)))
    for number, (now, share) in enumerate(told):
        own = draws.normal(f"project {number}")
        level = _cumulative(sqrt(shared) * common + sqrt(1 - shared) * own)
        sums += float(now.done or 0) + np.outer(_ahead(now, months), share.at(level))
    planned = float(sum((now.plan.planned for now, _ in told), Decimal(0)))
    quantiles = np.quantile(sums, LEVELS, axis=1)
    ranges = tuple(Range(*(Decimal(round(float(each))) for each in column)) for column in quantiles.T)
    origins = {share.origin for _, share in told}
    years = max(share.years for _, share in told)
    chance = float((sums[-1] >= planned).mean())
    return Fan(months, ranges, chance, origins.pop() if len(origins) == 1 else "mixed", years)


def _ahead(now: YearStanding, months: Sequence[int]) -> Floats:
    by = now.plan.by_months()
    return np.array([float(max(Decimal(0), by[month - 1] - now.planned_so_far)) for month in months])


def _cumulative(values: Floats) -> Floats:
    """The normal distribution function, by interpolation in a table: exact to 1e-4, which no figure shows."""
    nodes = np.linspace(-6, 6, 1201)
    table = np.array([_NORMAL.cdf(node) for node in nodes])
    return np.asarray(np.interp(values, nodes, table), float)

"""Whether what was told with 70 % happened in 70 %: a picture with counts and intervals, never without
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Judged:
    """A chance and whether it was kept. ``about``: the promise; empty where each stands for its own."""

    chance: float
    kept: bool
    about: str = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """Chances told alike: their mean, how many, the part that was kept and its 95 % interval.

    ``promises``: how many promises they are about. Months of one promise come out together, so the interval
    is that of so many, not of ``count``. ``fits``: whether the mean told lies in the interval.
    """

    told: float
    count: int
    kept: float
    low: float
    high: float
    promises: int = 0

    @property
    def fits(self) -> bool:
        """Whether what was told agrees with what came, as far as so few can say."""
        return self.low <= self.told <= self.high


@dataclass(frozen=True, slots=True)
class Parts:
    """Brier = reliability − resolution + uncertainty (Murphy 1973), each chance taken as the mean of its
    bin.
    """

    reliability: float
    resolution: float
    uncertainty: float


def wilson(kept: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a part by its score test (Wilson 1927). Raises ValueError unless 0 ≤ kept ≤
    count > 0.

    >>> tuple(round(each, 4) for each in wilson(8, 10))
    (0.4902, 0.9433)
    """
    if not 0 <= kept <= count or not count:
        raise ValueError(f"{kept} of {count} is no part")
    return share_interval(kept / count, count)


def share_interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's interval of a share that needs not be a whole number of ``count``: of means over promises.

    >>> share_interval(0.8, 10) == wilson(8, 10)
    True
    """
    square = _NORMAL_95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _NORMAL_95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
    # The ends are exact for none and all, where rounding could leave the part itself outside.
    return max(0.0, middle - half) if share > 0 else 0.0, min(1.0, middle + half) if share < 1 else 1.0


def reliability(judged: Sequence[Judged], *, most: int = 10, fewest: int = 10) -> tuple[Bin, ...]:
    """Bins of nearly equal count, at most ``most`` and with at least ``fewest`` where there are as many;
    equal chances stay together. Few forecasts give few bins, none gives none.

    >>> even = [Judged(0.8, kept < 8) for kept in range(10)] + [Judged(0.2, kept < 2) for kept in range(10)]
    >>> [(round(each.told, 2), each.count, each.kept) for each in reliability(even)]
    [(0.2, 10, 0.2), (0.8, 10, 0.8)]
    """
    ordered = sorted(judged, key=lambda each: each.chance)
    size = max(fewest, -(-len(ordered) // most))
    bins: list[list[Judged]] = []
    for each in ordered:
        full = bins and len(bins[-1]) >= size and bins[-1][-1].chance != each.chance
        if full or not bins:
            bins.append([])
        bins[-1].append(each)
    if len(bins) > 1 and len(bins[-1]) < fewest:
        last = bins.pop()
        bins[-1] += last
    return tuple(map(_bin, bins))


def _bin(judged: Sequence[Judged]) -> Bin:
    count, kept = len(judged), sum(each.kept for each in judged)
    named = {each.about for each in judged if each.about}
    promises = len(named) + sum(not each.about for each in judged)
    low, high = share_interval(kept / count, promises)
    return Bin(sum(each.chance for each in judged) / count, count, kept / count, low, high, promises)


def parts(bins: Sequence[Bin]) -> Parts:
    """The parts of the Brier score; raises ValueError for no bins."""
    count = sum(each.count for each in bins)
    if not count:
        raise ValueError("nothing was judged")
    rate = sum(each.count * each.kept for each in bins) / count
    return Parts(
        sum(each.count * (each.told - each.kept) ** 2 for each in bins) / count,
        sum(each.count * (each.kept - rate) ** 2 for each in bins) / count,
        rate * (1 - rate),
    )

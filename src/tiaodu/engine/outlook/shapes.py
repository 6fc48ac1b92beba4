"""Shapes of chance: each says what figure belongs to a standard normal score.

All but the lognormal, the normal and the triangular (which have formulas of their own) are tables of their
quantiles over scores from -6 to 6, with straight lines between: the share beyond is 2e-9. A shape that has no
width is degenerate and gives the same figure always.

>>> from statistics import NormalDist
>>> table = Pert(0.6, 1.0, 1.8).table()
>>> [round(float(np.interp(NormalDist().inv_cdf(p), SCORES, table)), 3) for p in (0.1, 0.5, 0.9)]
[0.784, 1.051, 1.373]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EDGE, STEPS = 6.0, 64  # scores of a table, and nodes to a unit of score
NODES = int(2 * EDGE * STEPS) + 1
SCORES: Floats = np.linspace(-EDGE, EDGE, NODES)
_STANDARD = NormalDist()


@lru_cache(maxsize=1)
def _shares() -> Floats:
    """The share of scores below each node."""
    return np.array([_STANDARD.cdf(score) for score in SCORES])


@dataclass(frozen=True, slots=True)
class Lognormal:
    """``median`` · exp(``sigma`` · score)."""

    median: float
    sigma: float

    def flaw(self) -> str:
        """What is wrong with its parameters; empty when nothing is."""
        return "" if self.median > 0 and self.sigma >= 0 else "median > 0, sigma >= 0"

    @property
    def degenerate(self) -> bool:
        """Whether it gives one figure only."""
        return self.sigma == 0


@dataclass(frozen=True, slots=True)
class Normal:
    """``mean`` + ``sd`` · score."""

    mean: float
    sd: float

    def flaw(self) -> str:
        """What is wrong with its parameters; empty when nothing is."""
        return "" if self.sd >= 0 else "sd >= 0"

    @property
    def degenerate(self) -> bool:
        """Whether it gives one figure only."""
        return self.sd == 0


@dataclass(frozen=True, slots=True)
class _Three:
    low: float
    mode: float
    high: float

    def flaw(self) -> str:
        """What is wrong with its parameters; empty when nothing is."""
        return "" if self.low <= self.mode <= self.high else "low <= mode <= high"

    @property
    def degenerate(self) -> bool:
        """Whether it gives one figure only."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Triangular(_Three):
    """The least, the likeliest and the most."""

    def at(self, share: Floats) -> Floats:
        """The quantile of each share (kernel/draws.py has the formula)."""
        width = self.high - self.low
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share * width <= self.mode - self.low, rising, falling)

    def table(self) -> Floats:
        """Quantiles at SCORES."""
        return self.at(_shares())


@dataclass(frozen=True, slots=True)
class Pert(_Three):
    """Beta over [low, high] with α = 1 + 4(mode − low)/(high − low), β = 1 + 4(high − mode)/(high − low).

    Source: the PERT three-point estimate of Malcolm et al. (1959) with the usual weight of four.
    """

    def table(self) -> Floats:
        """Quantiles at SCORES: its density summed over 1,024 strips and turned round."""
        if self.degenerate:
            return np.full(NODES, self.low)
        return _pert_table(self.low, self.mode, self.high)


@lru_cache(maxsize=4096)
def _pert_table(low: float, mode: float, high: float) -> Floats:
    width = high - low
    rising, falling = 4 * (mode - low) / width, 4 * (high - mode) / width
    # Nodes crowd at both ends, where the density has its steepest rise.
    x = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, 1025))
    middle = (x[1:] + x[:-1]) / 2
    strips = middle**rising * (1 - middle) ** falling * np.diff(x)
    below = np.concatenate([[0.0], np.cumsum(strips)])
    return low + width * np.interp(_shares(), below / below[-1], x)


@dataclass(frozen=True, slots=True)
class Empirical:
    """Figures seen before, such as actual over planned of earlier months, with straight lines between."""

    values: tuple[float, ...]

    def flaw(self) -> str:
        """What is wrong with its parameters; empty when nothing is."""
        return "" if self.values else "at least one figure"

    @property
    def degenerate(self) -> bool:
        """Whether it gives one figure only."""
        return min(self.values) == max(self.values)

    def table(self) -> Floats:
        """Quantiles at SCORES; the k-th of n figures stands at the share (k − ½)/n (Hazen)."""
        ordered = np.sort(np.array(self.values, float))
        found: Floats = np.interp(_shares(), (np.arange(ordered.size) + 0.5) / ordered.size, ordered)
        return found


@dataclass(frozen=True, slots=True)
class Stop:
    """The share of a month that is worked: with probability ``chance`` a part is lost, else none.

    What is lost is triangular between ``low`` and ``high``; the lower the score, the more.
    """

    chance: float
    low: float
    mode: float
    high: float

    def flaw(self) -> str:
        """What is wrong with its parameters; empty when nothing is."""
        inside = 0 <= self.chance <= 1 and 0 <= self.low <= self.mode <= self.high <= 1
        return "" if inside else "0 <= chance <= 1, 0 <= low <= mode <= high <= 1"

    @property
    def degenerate(self) -> bool:
        """Whether the chance is exactly 0 or 1."""
        return self.chance in (0.0, 1.0)

    @property
    def cut(self) -> float:
        """The score from which on nothing is lost."""
        return cut_of(self.chance)

    above = 1.0

    def table(self) -> Floats:
        """What is worked at SCORES below the cut."""
        lost = Triangular(self.low, self.mode, self.high)
        return 1 - lost.at(1 - np.minimum(1.0, _shares() / max(self.chance, 1e-12)))


@dataclass(frozen=True, slots=True)
class Happens:
    """1 with probability ``chance``, else 0."""

    chance: float

    def flaw(self) -> str:
        """What is wrong with its parameters; empty when nothing is."""
        return "" if 0 <= self.chance <= 1 else "0 <= chance <= 1"

    @property
    def degenerate(self) -> bool:
        """Whether the chance is exactly 0 or 1."""
        return self.chance in (0.0, 1.0)

    @property
    def cut(self) -> float:
        """The score from which on it does not happen."""
        return cut_of(self.chance)

    above = 0.0

    def table(self) -> Floats:
        """1 below the cut."""
        return np.ones(NODES)


def cut_of(chance: float) -> float:
    """The score below which lies the share ``chance``."""
    if 0 < chance < 1:
        return _STANDARD.inv_cdf(chance)
    return -inf if chance <= 0 else inf


def own_part(loadings: tuple[float, ...]) -> float:
    """What is left for a node's own chance beside its causes: √(1 − Σ loading²).

    >>> round(own_part((0.6, 0.0)), 3)
    0.8
    """
    return sqrt(max(0.0, 1 - sum(each * each for each in loadings)))


Shape = Lognormal | Normal | Triangular | Pert | Empirical | Stop | Happens

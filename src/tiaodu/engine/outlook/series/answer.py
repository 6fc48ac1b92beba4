"""What the outlook of a yearly total is: a distribution with its basis and reasons, a fact, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from math import exp, isnan, log
from types import MappingProxyType

import numpy as np

from tiaodu.engine.outlook.series.kriging import Floats
from tiaodu.engine.outlook.series.pooled import Learned

FALLING = frozenset({"<", "<="})
COMPARATORS = frozenset({"=", ">=", ">", "<=", "<", "~"})
_LEAST = 1e-12


class Basis(StrEnum):
    """What a total rests on."""

    FACT = "fact"  # the year is known
    SERIES = "series"  # its own months
    REFERENCE = "reference"  # what became of plans like this one
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its parameters, worded by the room."""

    code: str
    params: Mapping[str, int | float | str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class NothingBehind:
    """No figure: nothing is known that would carry one, and why."""

    year: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability. ``decided``: it is 0 or 1 because it happened, or cannot happen any more, not by
    forecast.
    """

    probability: float
    decided: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class MonthRange:
    """A month that is left: its own value, and the year's sum up to it, each as P10, P50, P90."""

    month: int
    alone: tuple[float, float, float]
    summed: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """ln(x) is ``centre`` + ``width``·q(u), q the quantiles of past errors."""

    centre: float
    width: float
    learned: Learned

    def quantile(self, level: float | Floats) -> Floats:
        """x at a level, or at an array of levels."""
        found: Floats = np.exp(self.centre + self.width * self.learned.off(level))
        return found

    def below(self, value: float) -> float:
        """The probability that x ≤ ``value``."""
        if value <= 0:
            return 0.0
        return self.learned.level((log(value) - self.centre) / self.width)


@dataclass(frozen=True, slots=True)
class YearOutlook:
    """The total of ``year`` as it looks from the month ``origin`` (0: nothing of it is known yet).

    ``so_far`` came up to then; ``rest`` is the distribution of what follows (None: nothing follows).
    ``surest``: no undecided chance goes beyond it. ``about``: what is told as 约 may stay this part below.
    """

    year: int
    origin: int
    so_far: float
    rest: Spread | None
    months: tuple[MonthRange, ...]
    basis: Basis
    reasons: tuple[Reason, ...]
    surest: float
    about: float

    def quantile(self, level: float | Floats | Sequence[float]) -> Floats:
        """The total that is not exceeded with this probability; with uniform numbers, scenarios of it.

        Raises ValueError unless 0 < level < 1.
        """
        levels = np.asarray(level, float)
        if not ((levels > 0) & (levels < 1)).all():
            raise ValueError("a level lies between 0 and 1, neither included")
        if self.rest is None:
            return np.full(levels.shape, self.so_far)
        return self.so_far + self.rest.quantile(levels)

    @property
    def point(self) -> float:
        """One figure, for whom a range is too much: what the months themselves say. It lies a little below
        P50, where the error in percent of what will come is smallest.
        """
        return self.so_far + (exp(self.rest.centre) if self.rest else 0.0)

    @property
    def p10(self) -> float:
        """Nine times of ten it is more."""
        return float(self.quantile(0.1))

    @property
    def p50(self) -> float:
        """As often more as less."""
        return float(self.quantile(0.5))

    @property
    def p90(self) -> float:
        """Nine times of ten it is less."""
        return float(self.quantile(0.9))

    def needed(self, target: Decimal | float) -> float | None:
        """What the months that are left must bring on average; None where none is left."""
        left = 12 - self.origin
        return max(0.0, float(target) - self.so_far) / left if left else None

    def chance(self, comparator: str, target: Decimal | float) -> Chance:
        """How likely the total stands in this relation to ``target``.

        A plain figure (=) is kept when it is reached or passed, as the ledger judges it; 约 (~) from a little
        below on. Raises ValueError for another comparator or a target that is no number.
        """
        value = float(target)
        if comparator not in COMPARATORS or isnan(value):
            raise ValueError(f"{comparator} {target}: accepted: {' '.join(sorted(COMPARATORS))} and a number")
        value = value * (1 - self.about) if comparator == "~" else value
        if self.rest is None:
            return Chance(float(_holds(comparator, self.so_far, value)), True, Reason("year_known"))  # noqa: FBT003
        told = self._already(comparator, value)
        if told is not None:
            return told
        below = self.rest.below(value - self.so_far)
        kept = below if comparator in FALLING else 1 - below
        kept = min(self.surest, max(1 - self.surest, kept))
        return Chance(kept, False, Reason("forecast", {"basis": self.basis.value}))  # noqa: FBT003

    def _already(self, comparator: str, value: float) -> Chance | None:
        """A flow only grows: what is passed stays passed."""
        if comparator in FALLING:
            gone = not _holds(comparator, self.so_far, value)
            return Chance(0.0, True, Reason("already_passed")) if gone else None  # noqa: FBT003
        reached = _holds(comparator, self.so_far, value)
        return Chance(1.0, True, Reason("already_reached")) if reached else None  # noqa: FBT003


def _holds(comparator: str, value: float, target: float) -> bool:
    if comparator == "<":
        return value < target
    if comparator == "<=":
        return value <= target
    return value > target if comparator == ">" else value >= target


def lognormal(centre: float, width: float) -> Spread:
    """A spread with normal quantiles.

    >>> round(float(lognormal(log(100), 0.1).quantile(0.9)), 1)
    113.7
    """
    return Spread(centre, max(width, _LEAST), Learned())


_TOLD = (0.1, 0.5, 0.9)


def ranges(months: Sequence[tuple[int, float, float, Spread]], so_far: float) -> tuple[MonthRange, ...]:
    """From (month, its expected value, its spread, spread of the sum up to it)."""
    found = []
    for month, expected, width, summed in months:
        low, middle, high = _offs(summed.learned)
        own = (expected * exp(width * low), expected * exp(width * middle), expected * exp(width * high))
        base, each = exp(summed.centre), summed.width
        up_to = (base * exp(each * low), base * exp(each * middle), base * exp(each * high))
        found.append(MonthRange(month, own, (so_far + up_to[0], so_far + up_to[1], so_far + up_to[2])))
    return tuple(found)


@lru_cache(maxsize=64)
def _offs(learned: Learned) -> tuple[float, float, float]:
    low, middle, high = (float(learned.off(level)) for level in _TOLD)
    return low, middle, high

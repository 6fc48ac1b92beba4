"""How long steps may take, as distributions: a median, a spread of the step's own, and a factor the
project shares.

>>> fixed = Duration.of_range(20, 35, 60, Unit.CALENDAR)
>>> [round(fixed.days_at(p)) for p in (0.0, 0.5, 1.0)]
[20, 38, 60]
>>> learned = Duration(scale=30, unit=Unit.WORKING, sigma=0.4)
>>> [round(learned.days_at(p)) for p in (0.1, 0.5, 0.8)]
[18, 30, 42]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.stages.model import Range, Unit

NODES = 257  # of a table of quantiles, evenly from 0 to 1; the ends stand for 1/1024 and 1023/1024
_END = 1 / (4 * (NODES - 1))
Floats = NDArray[np.float64]


def levels() -> Floats:
    """The probability each node of a table stands for."""
    found = np.linspace(0, 1, NODES)
    found[0], found[-1] = _END, 1 - _END
    return found


@lru_cache(maxsize=512)
def _nodes(shape: tuple[float, ...]) -> Floats:
    """The nodes as an array; those of a standard normal distribution when there are none."""
    standard = NormalDist()
    return np.array(shape or [standard.inv_cdf(level) for level in levels()])


@dataclass(frozen=True, slots=True)
class Duration:
    """Days of a step: ``floor + scale · exp(shared factor + sigma · e)``, never below ``least``.

    ``shape`` holds the quantiles of ``e`` at the nodes of a table, normal if empty; with ``given`` they
    are the
    days themselves (a range somebody typed) and scale and sigma say nothing. ``shared``: whether the
    project's
    factor stretches it. ``origin`` tells where it comes from: learned, planned, range, milestone.
    """

    scale: float
    unit: Unit
    sigma: float = 0.0
    floor: float = 0.0
    least: int = 0
    shared: bool = True
    shape: tuple[float, ...] = ()
    given: bool = False
    origin: str = ""

    @classmethod
    def of_range(cls, low: float, likely: float, high: float, unit: Unit) -> Duration:
        """A triangle from ``low`` to ``high`` with its top at ``likely``, as people give it."""
        if not 0 <= low <= likely <= high:
            raise ValueError(f"a range needs 0 ≤ low ≤ likely ≤ high, not {low}, {likely}, {high}")
        u, width = np.linspace(0, 1, NODES), high - low
        rising = low + np.sqrt(u * width * (likely - low))
        days = np.where(u * width <= likely - low, rising, high - np.sqrt((1 - u) * width * (high - likely)))
        return cls(1.0, unit, shared=False, shape=tuple(days.tolist()), given=True, origin="range")

    @classmethod
    def of_usual(cls, usual: Range) -> Duration:
        """The range of a template's step."""
        return cls.of_range(usual.low, usual.likely, usual.high, usual.unit)

    @property
    def working(self) -> bool:
        """Whether it counts working days."""
        return self.unit == Unit.WORKING

    def table(self) -> Floats:
        """What the nodes are worth: the factor on the scale, or the days themselves; never below
        ``least``.
        """
        shape = _nodes(self.shape)
        table = shape if self.given else np.exp(self.sigma * shape)
        if self.least and self.scale > 0:
            table = np.maximum(table, (self.least - self.floor) / self.scale)
        return table

    def days_at(self, probability: float) -> float:
        """The days that are enough with ``probability`` when the project's factor is 1."""
        place = np.interp(probability, np.linspace(0, 1, NODES), self.table())
        return max(0.0, self.floor + self.scale * float(place))


MILESTONE = Duration(0.0, Unit.CALENDAR, shared=False, origin="milestone")


@dataclass(frozen=True, slots=True)
class Durations:
    """The duration of each step that has one, and what is known of the factor the project shares.

    ``waits`` are the days that lie idle between the day a step may begin and the day it does. ``mean`` and
    ``sd`` are of the factor's logarithm: 0 and the learned spread for a project of which nothing
    is known yet; moved and narrowed by the steps it has finished.
    """

    steps: Mapping[str, Duration]
    mean: float = 0.0
    sd: float = 0.0
    waits: Mapping[str, Duration] = field(default_factory=lambda: MappingProxyType({}))

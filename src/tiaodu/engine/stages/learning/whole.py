"""The factor of a project, and the days of a project seen as one step.

What the traits say is a Gaussian process (``traits``). What is left is no normal number: some plans are
kept to the day, and hardly any is undercut. Its shape is taken from projects that are like this one
(``forest``), drawn to a normal shape as if that had been seen some times more; and below the plan it is as
thin as it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.durations import levels
from tiaodu.engine.stages.learning.forest import Forest
from tiaodu.engine.stages.learning.mixed import Floats
from tiaodu.engine.stages.learning.records import Trait
from tiaodu.engine.stages.learning.traits import TraitModel, TraitPriors, fit_traits

_SEED = 1
_KEPT = 0.005  # of the plan: a project that ends so much before it has undercut it


@dataclass(frozen=True, slots=True)
class WholeSettings:
    """``least``: projects below which nothing is learned of their traits; ``trees`` and ``leaf`` of the
    forest; ``shape_weight``: how many like projects the normal shape counts as.
    """

    priors: TraitPriors
    least: int
    trees: int
    leaf: int
    shape_weight: float


@dataclass(frozen=True, slots=True, eq=False)
class ProjectModel:
    """What is learned of projects."""

    traits: TraitModel
    forest: Forest
    shape_weight: float

    @classmethod
    def of(
        cls, y: Floats, known: Floats, projects: Sequence[Mapping[str, Trait]], settings: WholeSettings
    ) -> ProjectModel:
        """From the logarithms of the factors of ``projects``, each seen with an error of the variance
        ``known``.
        """
        model = fit_traits(y, known, projects, settings.priors)
        columns = model.encoding.columns(projects, seen=True)
        forest = Forest.grow(columns, model.left, Draws(_SEED, 1), trees=settings.trees, leaf=settings.leaf)
        return cls(model, forest, settings.shape_weight)

    def factor(self, traits: Mapping[str, Trait]) -> tuple[float, float, float]:
        """Mean and variance of the logarithm of the factor, and the spread of what is left."""
        mean, variance, rest = self.traits.predict([traits])
        return float(mean[0]), float(variance[0]), float(rest[0])

    def shape(self, traits: Mapping[str, Trait]) -> Floats:
        """Quantiles, at the nodes of a table, of what is left in projects like this one."""
        weights = self.forest.weights(self.traits.encoding.columns([traits]))[0]
        left = self.traits.left
        order = np.argsort(left, kind="stable")
        reached = np.cumsum(weights[order]) - weights[order] / 2
        own = np.interp(levels(), reached, left[order])
        like = 1.0 / float((weights**2).sum())
        part = like / (like + self.shape_weight)
        found: Floats = part * own + (1 - part) * np.array(standard_nodes())
        return found


@lru_cache(maxsize=1)
def standard_nodes() -> tuple[float, ...]:
    """The quantiles of a standard normal number at the nodes of a table."""
    standard = NormalDist()
    return tuple(standard.inv_cdf(float(level)) for level in levels())


def undercut(ratios: Floats) -> float:
    """The share of logarithms of days over plan that lie below it."""
    return float((ratios < -_KEPT).mean()) if ratios.size else 1.0


def floored(shape: Floats, at: float, share: float) -> Floats:
    """``shape`` not below ``at``, but for the lowest ``share`` of it.

    >>> floored(np.array([-2.0, -1.0, 0.0, 1.0]), -0.5, 0.0).tolist()
    [-0.5, -0.5, 0.0, 1.0]
    """
    chances = np.linspace(0.0, 1.0, shape.size)
    found: Floats = np.where(chances >= share, np.maximum(shape, at), shape)
    return np.maximum.accumulate(found)

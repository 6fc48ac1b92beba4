"""What is known of a project beside its steps (sector, region, size, year, planned length) and what that
says of its days.

The logarithm of the project's factor is a Gaussian process of its traits (Rasmussen and Williams 2006): a
constant, a group effect for every text, a straight line and a smooth surface over all numbers, whose reach
in each of them is learned. What is left has a spread that itself changes with the numbers: a short plan is
overrun by a less certain part of itself than a long one. All of it is found by the greatest marginal
likelihood, held by priors of data/stages/learning.yaml. Numbers are counted in standard deviations from
their mean, no further than six; one that is not known stands at the mean.
A text with many levels also counts how common its level is: what is done often is done otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log1p

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.stages.learning.climb import climb
from tiaodu.engine.stages.learning.mixed import Floats
from tiaodu.engine.stages.learning.records import Trait

_FAR, _MANY = 6.0, 20
_BLUR = 1e-4  # variance that nothing is told more exactly than
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Held:
    """A parameter's usual value and how far its logarithm (for a slope: itself) strays from it."""

    middle: float
    stray: float


@dataclass(frozen=True, slots=True)
class TraitPriors:
    """Spreads of the surface, the lines, a group, and what is left; reach; slope of what is left; the
    constant.
    """

    surface: Held
    line: Held
    group: Held
    rest: Held
    reach: Held
    slope: Held
    constant: float


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Projects as arrays: standard numbers, and the level of every text, −1 where it has none that is
    known.
    """

    numbers: Floats
    codes: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """The numbers and texts that projects have, in their order; ``common``: how often each level was seen."""

    names: tuple[str, ...]
    centres: Floats
    scales: Floats
    levels: Mapping[str, tuple[str, ...]]
    common: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, projects: Sequence[Mapping[str, Trait]]) -> Encoding:
        """From the traits of all projects; a trait that is the same for all says nothing and is left out."""
        values: dict[str, set[Trait]] = {}
        for traits in projects:
            for name, value in traits.items():
                values.setdefault(name, set()).add(value)
        told = sorted(name for name, found in values.items() if len(found) > 1)
        texts = [name for name in told if any(isinstance(value, str) for value in values[name])]
        names = tuple(name for name in told if name not in texts)
        levels = {name: tuple(sorted(str(each) for each in values[name])) for name in texts}
        counts = {name: Counter(str(traits[name]) for traits in projects if name in traits) for name in texts}
        bare = cls(names, np.zeros(0), np.ones(0), levels, counts)
        table = bare.table(projects, seen=True)
        known = np.isfinite(table)
        count = np.maximum(known.sum(0), 1)
        centres = np.where(known, table, 0.0).sum(0) / count
        scales = np.sqrt((np.where(known, table - centres, 0.0) ** 2).sum(0) / count)
        return replace(bare, centres=centres, scales=np.where(scales == 0, 1.0, scales))

    def table(self, projects: Sequence[Mapping[str, Trait]], *, seen: bool = False) -> Floats:
        """Projects × numbers as they are, NaN where not known; ``seen``: they are those it was made of."""
        many = {name: count for name, count in self.common.items() if len(count) > _MANY}
        found = [
            [_number(traits, name) for name in self.names]
            + [_commonness(count, traits.get(name), seen=seen) for name, count in many.items()]
            for traits in projects
        ]
        return np.array(found, float).reshape(len(projects), len(self.names) + len(many))

    def columns(self, projects: Sequence[Mapping[str, Trait]], *, seen: bool = False) -> Floats:
        """Everything as numbers, for trees: numbers, the places of levels, and how common these are."""
        encoded = self.encode(projects, seen=seen)
        counts = [
            [_commonness(count, traits.get(name), seen=seen) for name, count in self.common.items()]
            for traits in projects
        ]
        common = np.array(counts, float).reshape(len(projects), len(self.common))
        found: Floats = np.hstack([encoded.numbers, encoded.codes, common]).astype(np.float64)
        return found

    def encode(self, projects: Sequence[Mapping[str, Trait]], *, seen: bool = False) -> Encoded:
        """Projects as arrays."""
        moved = (self.table(projects, seen=seen) - self.centres) / self.scales
        numbers: Floats = np.clip(np.where(np.isfinite(moved), moved, 0.0), -_FAR, _FAR)
        codes = [
            [_place(levels, traits.get(name)) for name, levels in self.levels.items()] for traits in projects
        ]
        return Encoded(numbers, np.array(codes, np.int64).reshape(len(projects), len(self.levels)))


def _number(traits: Mapping[str, Trait], name: str) -> float:
    value = traits.get(name)
    return float("nan") if value is None or isinstance(value, str) else float(value)


def _commonness(count: Mapping[str, int], value: Trait | None, *, seen: bool) -> float:
    """The logarithm of how many other projects have the level; one that was itself counted is no other."""
    return log1p(max(count.get(str(value), 0) - seen, 0))


def _place(levels: Sequence[str], value: Trait | None) -> int:
    return levels.index(str(value)) if value is not None and str(value) in levels else -1


@dataclass(frozen=True, slots=True, eq=False)
class TraitModel:
    """``parameters``: logarithms of the spreads of surface, line, rest; of every group and reach; slopes of
    the rest.
    """

    encoding: Encoding
    priors: TraitPriors
    parameters: Floats
    seen: Encoded
    weights: Floats  # covariance⁻¹ · y
    inverse: Floats

    @property
    def left(self) -> Floats:
        """What is left of every project when the others tell what is expected of it, in spreads of that."""
        found: Floats = self.weights / np.sqrt(np.diag(self.inverse))
        return found

    def predict(self, projects: Sequence[Mapping[str, Trait]]) -> tuple[Floats, Floats, Floats]:
        """Mean and variance of the logarithm of the factor, and the spread of what is left, for every
        project.
        """
        new = self.encoding.encode(projects)
        across = _covariance(new, self.seen, self.parameters, self.priors)
        own = _prior_variance(new, self.parameters, self.priors)
        variance = own - np.einsum("ij,jk,ik->i", across, self.inverse, across)
        return across @ self.weights, np.maximum(variance, 0.0), _rest(new, self.parameters)


def fit_traits(
    y: Floats, known: Floats, projects: Sequence[Mapping[str, Trait]], priors: TraitPriors
) -> TraitModel:
    """The model of projects whose factor's logarithm is seen as ``y``, each with an error of the variance
    ``known``.

    >>> projects = [{"size": float(n), "sector": "ab"[n % 2]} for n in range(40)]
    >>> held = Held(0.15, 0.7)
    >>> priors = TraitPriors(held, held, held, Held(0.25, 1.0), Held(2.0, 0.7), Held(0.0, 0.5), 0.5)
    >>> y = np.array([0.02 * n + 0.3 * (n % 2) for n in range(40)])
    >>> model = fit_traits(y, np.zeros(40), projects, priors)
    >>> mean, _, rest = model.predict([{"size": 10.0, "sector": "a"}, {"size": 10.0, "sector": "b"}])
    >>> [round(float(value), 1) for value in mean]
    [0.2, 0.5]
    """
    encoding = Encoding.of(projects)
    seen = encoding.encode(projects, seen=True)
    held = _held(seen, priors)
    start = np.array([each.middle for each in held])

    def value(parameters: Floats) -> tuple[float, Floats]:
        return _evidence(y, known, seen, parameters, priors, held)

    parameters = climb(value, start)
    noise = _rest(seen, parameters) ** 2 + known + _BLUR
    whole = _covariance(seen, seen, parameters, priors) + np.diag(noise)
    inverse: Floats = np.linalg.inv(whole).astype(np.float64)
    weights: Floats = inverse @ y
    return TraitModel(encoding, priors, parameters, seen, weights, inverse)


def _held(seen: Encoded, priors: TraitPriors) -> list[Held]:
    """Usual value and stray of every parameter, spreads and reaches by their logarithm."""
    numbers, groups = seen.numbers.shape[1], seen.codes.shape[1]
    spreads = [priors.surface, priors.line, priors.rest, *[priors.group] * groups, *[priors.reach] * numbers]
    return [Held(float(np.log(each.middle)), each.stray) for each in spreads] + [priors.slope] * numbers


def _parts(seen: Encoded, parameters: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Spreads of surface, line and rest; of groups; reaches; slopes."""
    numbers, groups = seen.numbers.shape[1], seen.codes.shape[1]
    ends = np.cumsum([3, groups, numbers])
    values = np.exp(parameters[: ends[2]])
    return values[:3], values[3 : ends[1]], values[ends[1] :], parameters[ends[2] :]


def _rest(seen: Encoded, parameters: Floats) -> Floats:
    """The spread of what is left, of every project."""
    spreads, _, _, slopes = _parts(seen, parameters)
    found: Floats = spreads[2] * np.exp(seen.numbers @ slopes)
    return found


def _alike(a: Encoded, b: Encoded) -> list[Floats]:
    """Where two projects have the same level, for every text."""
    return [
        ((a.codes[:, n][:, None] == b.codes[:, n][None]) & (a.codes[:, n] >= 0)[:, None]).astype(np.float64)
        for n in range(a.codes.shape[1])
    ]


def _bumps(a: Encoded, b: Encoded, reaches: Floats) -> Floats:
    """exp(−½ Σ ((x − x') / reach)²)."""
    left, right = a.numbers / reaches, b.numbers / reaches
    squares = (left**2).sum(1)[:, None] + (right**2).sum(1)[None] - 2 * left @ right.T
    found: Floats = np.exp(-0.5 * np.maximum(squares, 0.0))
    return found


def _covariance(a: Encoded, b: Encoded, parameters: Floats, priors: TraitPriors) -> Floats:
    spreads, groups, reaches, _ = _parts(a, parameters)
    found = np.full((len(a.numbers), len(b.numbers)), priors.constant**2)
    for spread, alike in zip(groups, _alike(a, b), strict=True):
        found += spread**2 * alike
    found += spreads[1] ** 2 * (a.numbers @ b.numbers.T)
    found += spreads[0] ** 2 * _bumps(a, b, reaches)
    return found


def _prior_variance(new: Encoded, parameters: Floats, priors: TraitPriors) -> Floats:
    """Of projects before anything was seen; a level nobody has seen varies as the others do."""
    spreads, groups, _, _ = _parts(new, parameters)
    line = spreads[1] ** 2 * (new.numbers**2).sum(1)
    found: Floats = priors.constant**2 + float((groups**2).sum()) + line + spreads[0] ** 2
    return found


def _evidence(
    y: Floats, known: Floats, seen: Encoded, parameters: Floats, priors: TraitPriors, held: Sequence[Held]
) -> tuple[float, Floats]:
    """Logarithm of the marginal likelihood and the priors, and its gradient."""
    spreads, groups, reaches, _ = _parts(seen, parameters)
    bumps = spreads[0] ** 2 * _bumps(seen, seen, reaches)
    lines = spreads[1] ** 2 * (seen.numbers @ seen.numbers.T)
    alike = [spread**2 * each for spread, each in zip(groups, _alike(seen, seen), strict=True)]
    rest = _rest(seen, parameters) ** 2
    whole = priors.constant**2 + bumps + lines + sum(alike) + np.diag(rest + known + _BLUR)
    sign, determinant = np.linalg.slogdet(whole)
    middles = np.array([each.middle for each in held])
    strays = np.array([each.stray for each in held])
    off = (parameters - middles) / strays
    if sign <= 0 or not np.isfinite(determinant):
        return -np.inf, np.zeros_like(parameters)
    inverse = np.linalg.inv(whole)
    weights = inverse @ y
    value = -0.5 * (float(y @ weights) + determinant + float(off @ off))
    pull = np.outer(weights, weights) - inverse
    gaps = [
        (seen.numbers[:, n][:, None] - seen.numbers[:, n][None]) ** 2 / reaches[n] ** 2
        for n in range(seen.numbers.shape[1])
    ]
    diagonal = np.diag(pull) * rest
    pulled = pull * bumps
    gradient = [
        float(pulled.sum()),
        float((pull * lines).sum()),
        float(diagonal.sum()),
        *[float((pull * each).sum()) for each in alike],
        *[0.5 * float((pulled * gap).sum()) for gap in gaps],
        *(diagonal @ seen.numbers).tolist(),
    ]
    return value, np.array(gradient) - off / strays

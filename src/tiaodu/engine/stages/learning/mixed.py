"""A linear model with groups that borrow from each other: partial pooling by empirical Bayes, censored rows
included.

``y = Σ terms + e``: every term has coefficients of its own, drawn around nothing with a spread that is
itself learned (a group with few rows stays near its neighbours, one with many follows its own mean); ``e``
has a spread of its own in every class of rows. Spreads are found by the fixed point of Fellner (1986) and
Schall (1991), each held by a prior spread that counts as so many observations. A row that is censored is
known to be at least ``y``: it enters with the mean and variance of a normal beyond it (Buckley and James
1979, Schmee and Hahn 1979).

>>> rows = np.array([0.1, 0.2, 0.15, 0.9, 1.0, 1.1])
>>> groups = Term("kind", np.repeat(np.eye(2), 3, axis=0), Spread(0.3, 2))
>>> found = fit(rows, [Term("all", np.ones((6, 1)), Spread(1.0, 0), fixed=True), groups], Spread(0.3, 2))
>>> [round(float(value), 2) for value in found.predict(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]))[0]]
[0.17, 0.98]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erfc, exp, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

ROUNDS = 60
ENOUGH = 1e-4  # relative change of every spread at which the rounds end
LEAST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Spread:
    """A standard deviation, and how many observations it counts as where it is held against data."""

    sd: float
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """Columns whose coefficients have one spread; ``fixed``: the spread is given, not learned."""

    name: str
    columns: Floats
    spread: Spread
    fixed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients with their covariance, the spread of every term, and of the rows of every class."""

    mean: Floats
    covariance: Floats
    spreads: Mapping[str, float]
    places: Mapping[str, slice]
    sigma: Floats
    pooled: float
    residuals: Floats  # of the rows, censored ones at their expected value
    leverage: Floats

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the model at ``rows`` × coefficients, without the spread of a row."""
        variance = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return rows @ self.mean, np.maximum(variance, 0.0)


@dataclass(slots=True, eq=False)
class _Rounds:
    """What changes from round to round."""

    filled: Floats
    extra: Floats  # variance of a censored row beyond its expected value
    spreads: Floats
    pooled: float
    sigma: Floats  # of every class


def fit(
    y: Floats,
    terms: Sequence[Term],
    spread: Spread,
    *,
    censored: Flags | None = None,
    classes: Places | None = None,
    class_weight: float = 8.0,
) -> Fit:
    """Fit ``terms`` to ``y``. ``classes`` number the rows whose spread is alike; each is held to the spread
    of all as if by ``class_weight`` observations.
    """
    columns = np.hstack([term.columns for term in terms])
    places = _places(terms)
    classes = np.zeros(y.size, np.int64) if classes is None else classes
    censored = np.zeros(y.size, np.bool_) if censored is None else censored
    count = int(classes.max(initial=0)) + 1
    rounds = _Rounds(
        y.copy(),
        np.zeros(y.size),
        np.array([term.spread.sd for term in terms]),
        spread.sd,
        np.full(count, spread.sd),
    )
    for _ in range(ROUNDS):
        before = np.concatenate([rounds.spreads, [rounds.pooled], rounds.sigma])
        mean, covariance, leverage = _solve(columns, places, classes, rounds)
        _learn_spreads(terms, places, mean, covariance, rounds)
        fitted = columns @ mean
        _learn_sigma(fitted, leverage, classes, (spread, class_weight), rounds)
        _fill(y, fitted, censored, classes, rounds)
        after = np.concatenate([rounds.spreads, [rounds.pooled], rounds.sigma])
        if np.max(np.abs(after - before) / before) < ENOUGH:
            break
    mean, covariance, leverage = _solve(columns, places, classes, rounds)
    names = [term.name for term in terms]
    return Fit(
        mean,
        covariance,
        dict(zip(names, rounds.spreads.tolist(), strict=True)),
        dict(zip(names, places, strict=True)),
        rounds.sigma,
        rounds.pooled,
        rounds.filled - columns @ mean,
        leverage,
    )


def _places(terms: Sequence[Term]) -> list[slice]:
    ends = np.cumsum([0, *(term.columns.shape[1] for term in terms)]).tolist()
    return [slice(low, high) for low, high in pairwise(ends)]


def _solve(
    columns: Floats, places: Sequence[slice], classes: Places, rounds: _Rounds
) -> tuple[Floats, Floats, Floats]:
    """Henderson's equations (1975): coefficients, covariance, and the leverage of every row."""
    weights = 1.0 / rounds.sigma[classes] ** 2
    normal = columns.T @ (columns * weights[:, None])
    for place, sd in zip(places, rounds.spreads, strict=True):
        normal[place, place] += np.eye(place.stop - place.start) / sd**2
    covariance = np.linalg.inv(normal)
    covariance = (covariance + covariance.T) / 2
    mean = covariance @ (columns.T @ (weights * rounds.filled))
    leverage = np.einsum("ij,ij->i", columns @ covariance, columns) * weights
    return mean, covariance, np.clip(leverage, 0.0, 0.999)


def _learn_spreads(
    terms: Sequence[Term], places: Sequence[slice], mean: Floats, covariance: Floats, rounds: _Rounds
) -> None:
    """Squares of the coefficients over what they are free to move, held by the prior."""
    for n, (term, place) in enumerate(zip(terms, places, strict=True)):
        if term.fixed:
            continue
        free = (place.stop - place.start) - np.trace(covariance[place, place]) / rounds.spreads[n] ** 2
        squares = float(mean[place] @ mean[place]) + term.spread.weight * term.spread.sd**2
        rounds.spreads[n] = max(LEAST_SPREAD, sqrt(squares / (max(free, 0.0) + term.spread.weight)))


def _learn_sigma(
    fitted: Floats, leverage: Floats, classes: Places, prior: tuple[Spread, float], rounds: _Rounds
) -> None:
    """The spread of all rows, and of each class held to it."""
    spread, weight = prior
    squares = (rounds.filled - fitted) ** 2 + rounds.extra
    free = 1.0 - leverage
    top = squares.sum() + spread.weight * spread.sd**2
    rounds.pooled = max(LEAST_SPREAD, sqrt(top / (free.sum() + spread.weight)))
    count = rounds.sigma.size
    above = np.bincount(classes, squares, count) + weight * rounds.pooled**2
    below = np.bincount(classes, free, count) + weight
    rounds.sigma = np.maximum(LEAST_SPREAD, np.sqrt(above / below))


def _fill(y: Floats, fitted: Floats, censored: Flags, classes: Places, rounds: _Rounds) -> None:
    """Give censored rows the mean and the variance they have beyond what is known of them."""
    for i in np.flatnonzero(censored):
        sd = float(rounds.sigma[classes[i]])
        at = (float(y[i]) - float(fitted[i])) / sd
        hazard = beyond(at)
        rounds.filled[i] = fitted[i] + sd * hazard
        rounds.extra[i] = sd**2 * max(0.0, 1.0 + at * hazard - hazard**2)


def beyond(at: float) -> float:
    """The mean of a standard normal number that is at least ``at``.

    >>> [round(beyond(at), 3) for at in (-2.0, 0.0, 2.0, 12.0)]
    [0.055, 0.798, 2.373, 12.082]
    """
    if at > 8.0:  # the tail as a continued fraction, where the ratio of two tiny numbers is lost
        return at + 1.0 / (at + 2.0 / (at + 3.0 / at))
    return sqrt(2.0 / pi) * exp(-(at**2) / 2.0) / erfc(at / sqrt(2.0))

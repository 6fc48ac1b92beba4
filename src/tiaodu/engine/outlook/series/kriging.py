"""Foretelling the months of a year from a series' own past: Bayesian averaging of closed-form Gaussian
models.

On the scale z = ln(x + κ·m), m the mean of the last three points, a series is

    z(t) = level + drift·t + walk(t) + passing(t) + season(point, year) + noise(t)

with known covariances in units of the noise; so the best linear forecast (kriging, Matheron 1963; Rasmussen
and Williams 2006, eq. 2.25–2.26) and its covariance are closed formulas, the same weights for all series
with the same points. A few models differ in how much of the movement stays (walk), passes (passing), goes
on (drift) or recurs (season). They are weighed by the series' own marginal likelihood with its scale
profiled out, tempered:

    weight ∝ exp(τ·(−n/2·ln(z'K⁻¹z/n) − ½·ln|K| − Σz))          (−Σz: Jacobian of the scale)

A point in the past that its neighbours contradict by more than ``clip`` robust standard deviations is drawn
towards them (leave-one-out residuals, Sundararajan and Keerthi 2001); the newest point is taken as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.outlook.series.figures import MONTHS, SLOTS

Floats = NDArray[np.float64]
YEARS = 7  # the year foretold and six before it
POINTS = YEARS * SLOTS
_VAGUE = 100.0  # variance of the level before anything was seen, in units of the noise
_ROUNDS, _PULL, _MAD = 3, 0.7, 1.4826
_TIMES = np.array([1.5, *range(3, MONTHS + 1)])
_LEAST = 0.02  # a series at rest is measured against this part of its own mean


@dataclass(frozen=True, slots=True)
class Model:
    """Standard deviations in units of the noise: ``walk`` after a year, ``passing`` and the months it lasts,
    ``drift`` a year, ``season`` that changes with a correlation of ``alike`` a year and one that stays.
    """

    walk: float
    passing: float
    lasts: float
    drift: float
    season: float
    alike: float
    lasting: float


@dataclass(frozen=True, slots=True)
class Averaging:
    """The models, the shifts κ of their scales, and how they are weighed. ``pair_noise``: variance of the
    point of January and February, in that of a month. ``spread``: usual standard deviation of the noise,
    which counts as ``spread_weight`` points.
    """

    models: tuple[Model, ...]
    shifts: tuple[float, ...]
    temper: float
    clip: float
    pair_noise: float
    spread: float
    spread_weight: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """Of each series: the points that are left (series × points, monthly means), the variance of the
    logarithm of their sum up to each point and of each point alone, and the weights of the models.
    """

    points: Floats
    variances: Floats
    single_variances: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class _Solved:
    """A model for one set of known points: inverse, forecast weights, covariance of what is left, ½·ln|K|."""

    inverse: Floats
    onward: Floats
    left: Floats
    half_log: float


def foretell(windows: Floats, known: int, averaging: Averaging) -> Foretold:
    """The points after the first ``known`` of the last year.

    ``windows``: series × points, seven years of eleven points with the year foretold last, not a number where
    unknown. Every series needs two points or more and a mean above zero.
    """
    left = POINTS - SLOTS + known
    points = np.empty((len(windows), POINTS - left))
    variances, singles = np.empty_like(points), np.empty_like(points)
    count = len(averaging.models) * len(averaging.shifts)
    weights = np.empty((len(windows), count))
    alike: dict[bytes, list[int]] = {}
    for number, row in enumerate(np.isfinite(windows)):
        alike.setdefault(row.tobytes(), []).append(number)
    for numbers in alike.values():
        seen = np.flatnonzero(np.isfinite(windows[numbers[0]]))
        found = _average(windows[np.array(numbers)][:, seen], tuple(map(int, seen)), left, averaging)
        points[numbers], variances[numbers], singles[numbers], weights[numbers] = found
    return Foretold(points, variances, singles, weights)


def _average(
    values: Floats, seen: tuple[int, ...], left: int, averaging: Averaging
) -> tuple[Floats, Floats, Floats, Floats]:
    """Points, variances of sums and of points, and weights, of series that have the same points."""
    mean = values.mean(axis=1, keepdims=True)
    scaled = values / mean
    base = np.maximum(scaled[:, -3:].mean(axis=1, keepdims=True), _LEAST)
    told, spreads, likely = [], [], []
    for shift in averaging.shifts:
        logs = np.log(scaled + shift * base)
        for model in averaging.models:
            solved = _solved(model, averaging.pair_noise, seen, left)
            ahead, scale, log_like = _one(logs, solved, averaging)
            shifted = np.exp(np.minimum(ahead, logs.max(axis=1, keepdims=True) + _FAR))
            told.append(np.maximum(shifted - shift * base, 0.0))
            spreads.append(_spread(shifted, told[-1], solved.left) * scale[:, None])
            likely.append(log_like - logs.sum(axis=1))
    points, sums, singles, weights = _mixed(
        np.array(told), np.array(spreads), np.array(likely), averaging.temper
    )
    return points * mean, sums, singles, weights


_FAR = 3.0  # no point beyond twenty times the highest ever seen


def _one(logs: Floats, solved: _Solved, averaging: Averaging) -> tuple[Floats, Floats, Floats]:
    """What is ahead on the scale, the variance of the noise, and the logarithm of the likelihood."""
    middle = logs.mean(axis=1, keepdims=True)
    z = logs - middle
    own = np.diag(solved.inverse)
    root = np.sqrt(own)
    for _ in range(_ROUNDS):
        off = (z @ solved.inverse) / root  # leave-one-out residual over its standard deviation
        limit = averaging.clip * np.maximum(_MAD * np.median(np.abs(off), axis=1, keepdims=True), 1e-9)
        beyond = (off - np.clip(off, -limit, limit)) / root
        beyond[:, -1] = 0.0
        z = z - _PULL * beyond
    n = logs.shape[1]
    squares = np.maximum(((z @ solved.inverse) * z).sum(axis=1), 1e-12)
    weight = averaging.spread_weight
    scale = (squares + weight * averaging.spread**2) / (n + weight)
    return z @ solved.onward.T + middle, scale, -n / 2 * np.log(scale) - solved.half_log


def _spread(shifted: Floats, points: Floats, left: Floats) -> Floats:
    """Variance of the logarithm of the sum up to each point and of each point, in units of the noise, one
    after the other: a'Ca with a = dx/dz over the sum.
    """
    parts = _PARTS[-points.shape[1] :]
    steps = shifted * parts
    pairs = (steps[:, :, None] * left[None]) * steps[:, None, :]
    blocks = np.cumsum(np.cumsum(pairs, axis=1), axis=2)
    diagonal = np.arange(points.shape[1])
    sums = blocks[:, diagonal, diagonal] / np.maximum(np.cumsum(points * parts, axis=1), _NOTHING) ** 2
    singles = pairs[:, diagonal, diagonal] / np.maximum(points * parts, _NOTHING) ** 2
    return np.concatenate([sums, singles], axis=1)


_PARTS = np.array([2.0, *[1.0] * (SLOTS - 1)])  # months of a point
_NOTHING = 1e-9


def _mixed(
    told: Floats, spreads: Floats, likely: Floats, temper: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Means of the models, and variance within plus between them."""
    weights = np.exp(temper * (likely - likely.max(axis=0)))
    weights /= weights.sum(axis=0)
    points = (told * weights[:, :, None]).sum(axis=0)
    both = np.concatenate([np.cumsum(told * _PARTS[-told.shape[2] :], axis=2), told], axis=2)
    middle = (both * weights[:, :, None]).sum(axis=0)
    between = np.clip(np.log(np.maximum(both, _NOTHING) / np.maximum(middle, _NOTHING)), -_FAR, _FAR) ** 2
    variances = ((spreads + between) * weights[:, :, None]).sum(axis=0)
    sums, singles = np.split(variances, 2, axis=1)
    return points, sums, singles, weights.T


@lru_cache(maxsize=4096)
def _solved(model: Model, pair_noise: float, seen: tuple[int, ...], left: int) -> _Solved:
    whole = _covariance(model)
    at, ahead = np.array(seen), np.arange(left, POINTS)
    noise = np.where(np.arange(POINTS) % SLOTS == 0, pair_noise, 1.0)
    known = whole[np.ix_(at, at)] + np.diag(noise[at])
    inverse = np.linalg.inv(known)
    cross = whole[np.ix_(ahead, at)]
    onward = cross @ inverse
    left_over = whole[np.ix_(ahead, ahead)] - onward @ cross.T + np.diag(noise[ahead])
    return _Solved(inverse, onward, left_over, float(np.linalg.slogdet(known)[1]) / 2)


@lru_cache(maxsize=64)
def _covariance(model: Model) -> Floats:
    """Of all points of seven years, without the noise."""
    year, slot = np.divmod(np.arange(POINTS), SLOTS)
    time = (year * MONTHS + _TIMES[slot]) / MONTHS
    apart = np.abs(time[:, None] - time)
    centred = time - time[-1] + 1.0
    found: Floats = _VAGUE + model.walk**2 * np.minimum(time[:, None], time)
    found += model.passing**2 * np.exp(-apart * MONTHS / model.lasts)
    found += model.drift**2 * centred[:, None] * centred
    same = slot[:, None] == slot
    years = np.abs(year[:, None] - year)
    found += same * (model.season**2 * model.alike**years + model.lasting**2)
    return found


def window(slots: Sequence[Sequence[float]]) -> Floats:
    """Seven years' points in one row; earlier years are left out, missing ones unknown."""
    rows = [list(each) for each in slots[-YEARS:]]
    missing = [[float("nan")] * SLOTS] * (YEARS - len(rows))
    return np.array([*missing, *rows], float).ravel()

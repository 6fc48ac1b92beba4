"""Correcting chances by what came of earlier ones, only when enough is known.

Platt scaling on the log odds (Platt 1999; the symmetric case of beta calibration, Kull, Silva Filho and
Flach 2017):

    logit q = a + b·logit p

with a normal prior on a around 0 and on b around 1, so that few outcomes change little; the maximum is
found by Newton's method. It is kept only if it does better on promises it has not seen (left out in folds)
than the chances as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from tiaodu.engine.outlook.scoring.summary import Scored

FEWEST, FEWEST_EACH, FOLDS = 60, 15, 10
_SUREST, _ROUNDS, _PRIOR = 1e-4, 50, (0.5, 0.3)  # prior standard deviations of a and b − 1
_STEEPEST, _FLATTEST = 4.0, 0.05


@dataclass(frozen=True, slots=True)
class Recalibration:
    """``shift`` a and ``slope`` b; ``gain``: log score saved per promise on promises left out, in nats."""

    shift: float
    slope: float
    promises: int
    gain: float

    def __call__(self, chance: float) -> float:
        """The corrected chance; order is kept, and it is never 0 or 1."""
        return 1 / (1 + exp(-(self.shift + self.slope * _odds(chance))))

    def steepness(self, chance: float) -> float:
        """By how much the corrected chance q moves when the chance p does: dq/dp = b · q(1−q) / p(1−p).

        >>> found = Recalibration(0.2, 0.8, 60, 0.01)
        >>> round(found.steepness(0.3), 4), round((found(0.301) - found(0.299)) / 0.002, 4)
        (0.9, 0.9)
        """
        told, found = _within(chance), self(chance)
        return self.slope * found * (1 - found) / (told * (1 - told))


@dataclass(frozen=True, slots=True)
class Refused:
    """No recalibration. ``reason``: too_few, too_few_kept, too_few_missed, no_gain; with the count there is
    and the count needed (of no_gain: 0).
    """

    reason: str
    there: int
    needed: int


def recalibrate(
    scored: Sequence[Scored], *, fewest: int = FEWEST, fewest_each: int = FEWEST_EACH
) -> Recalibration | Refused:
    """A correction learned from outcomes; forecasts of one promise share its weight of one.

    It is learned from no fewer than ``fewest`` promises, ``fewest_each`` of them kept and as many broken.
    """
    names = sorted({each.about for each in scored})
    kept = len({each.about for each in scored if each.kept})
    missed = len({each.about for each in scored if not each.kept})
    for reason, there, needed in (
        ("too_few", len(names), fewest),
        ("too_few_kept", kept, fewest_each),
        ("too_few_missed", missed, fewest_each),
    ):
        if there < needed:
            return Refused(reason, there, needed)
    fold = {name: number % FOLDS for number, name in enumerate(names)}
    counts: dict[str, int] = {}
    for each in scored:
        counts[each.about] = counts.get(each.about, 0) + 1
    odds = np.array([_odds(each.chance) for each in scored])
    came = np.array([float(each.kept) for each in scored])
    weights = np.array([1 / counts[each.about] for each in scored])
    folds = np.array([fold[each.about] for each in scored])
    gain = 0.0
    for number in range(FOLDS):
        out = folds == number
        shift, slope = _fit(odds[~out], came[~out], weights[~out])
        before, after = _losses(odds[out], came[out]), _losses(shift + slope * odds[out], came[out])
        gain += float((weights[out] * (before - after)).sum())
    if gain <= 0:
        return Refused("no_gain", len(names), 0)
    shift, slope = _fit(odds, came, weights)
    return Recalibration(shift, slope, len(names), gain / len(names))


def _fit(odds: np.ndarray, came: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    design = np.stack([np.ones_like(odds), odds], axis=1)
    precision = np.array([_PRIOR[0] ** -2, _PRIOR[1] ** -2])
    middle = np.array([0.0, 1.0])
    beta = middle.copy()
    for _ in range(_ROUNDS):
        told = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (weights * (came - told)) - precision * (beta - middle)
        bend = (design * (weights * told * (1 - told))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(bend, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(np.clip(beta[1], _FLATTEST, _STEEPEST))


def _losses(odds: np.ndarray, came: np.ndarray) -> np.ndarray:
    """−ln of the probability given to what came."""
    found: np.ndarray = np.logaddexp(0, np.where(came > 0, -odds, odds))
    return found


def _odds(chance: float) -> float:
    if not 0 <= chance <= 1:
        raise ValueError(f"{chance} is no chance: it lies between 0 and 1")
    told = _within(chance)
    return log(told / (1 - told))


def _within(chance: float) -> float:
    """A chance as it is corrected: what is surer than one in ten thousand counts as that."""
    return min(1 - _SUREST, max(_SUREST, chance))

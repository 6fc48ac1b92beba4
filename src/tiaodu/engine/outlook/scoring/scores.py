"""Proper scores of forecasts whose outcome is known; the less the better.

>>> brier(0.7, kept=True), round(log_score(0.7, kept=True), 4)
(0.09, 0.3567)
>>> round(crps_normal(0.0, mean=0.0, spread=1.0), 4)
0.2337
>>> round(crps([1.0, 2.0, 4.0], 2.0), 4)
0.3333
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erf, exp, inf, isfinite, log, pi, sqrt

import numpy as np


def brier(chance: float, *, kept: bool) -> float:
    """(p − o)², Brier (1950) for an event that is or is not. Raises ValueError outside of 0 to 1."""
    return round((_chance(chance) - kept) ** 2, 15)


def log_score(chance: float, *, kept: bool) -> float:
    """−ln of the probability that was given to what happened (Good 1952); infinite where that was 0."""
    told = _chance(chance) if kept else 1 - _chance(chance)
    return -log(told) if told > 0 else inf


def _chance(chance: float) -> float:
    if not 0 <= chance <= 1:
        raise ValueError(f"{chance} is no chance: it lies between 0 and 1")
    return chance


def crps(scenarios: Sequence[float], outcome: float) -> float:
    """E|X − y| − ½·E|X − X'| over equally likely scenarios (Gneiting and Raftery 2007, eq. 20), in the unit
    of the figure. Raises ValueError for none, or for what is no number.
    """
    values = np.sort(np.asarray(scenarios, float))
    if not len(values) or not np.isfinite(values).all() or not isfinite(outcome):
        raise ValueError("scenarios and outcome are numbers, and at least one scenario")
    n = len(values)
    pairs = 2 * float(((2 * np.arange(1, n + 1) - n - 1) * values).sum()) / n**2  # mean |x − x'|
    return float(np.abs(values - outcome).mean()) - pairs / 2


def crps_normal(outcome: float, *, mean: float, spread: float) -> float:
    """σ·(z·(2Φ(z) − 1) + 2φ(z) − 1/√π) (Gneiting and Raftery 2007, eq. 21)."""
    if spread <= 0:
        raise ValueError("a spread is above 0")
    z = (outcome - mean) / spread
    density = exp(-z * z / 2) / sqrt(2 * pi)
    return spread * (z * erf(z / sqrt(2)) + 2 * density - 1 / sqrt(pi))


def pinball(level: float, quantile: float, outcome: float) -> float:
    """(y − q)·(τ − [y < q]), the score of one quantile (Koenker and Bassett 1978).

    >>> round(pinball(0.9, 100, 110), 6), round(pinball(0.9, 100, 90), 6)
    (9.0, 1.0)
    """
    return (outcome - quantile) * (level - (outcome < quantile))


def interval_score(low: float, high: float, outcome: float, *, outside: float = 0.2) -> float:
    """(u − l) + 2/α·(how far the outcome lies beyond), α the part told to lie outside (Gneiting and Raftery
    2007, eq. 43): narrow ranges are good, and missed ones cost.

    >>> interval_score(10, 20, 15), interval_score(10, 20, 22)
    (10, 30.0)
    """
    beyond = max(low - outcome, outcome - high, 0)
    return (high - low) + (2 / outside * beyond if beyond else 0)

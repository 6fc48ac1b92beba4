"""Generated firms: years of monthly revenue with growth, season and noise that differ from firm to firm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.returns.crossing import POINTS, History, Point
from tiaodu.engine.returns.learned import Companion

START = Point(2021, 1)
MONTHS = np.array([2.0] + [1.0] * 10)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """Firms as they were known, and what came: firms × points, 万元."""

    known: list[History]
    came: Floats


def county(  # one knob for each thing firms differ in
    seed: int,
    firms: int,
    *,
    years: int = 3,
    ahead: int = POINTS,
    tails: float = 8.0,
    follows: float = 0.0,
) -> County:
    """Firms of log-normal size; shocks that stay and shocks that pass, as t-distributed as ``tails`` says.

    ``follows``: power moves with the part of the shock that stays, and is known through the future.
    """
    chance = np.random.default_rng(seed)
    count = years * POINTS + ahead
    season = chance.normal(0, 0.15, POINTS)
    spread = np.exp(chance.normal(np.log(0.15), 0.4, (firms, 1)))
    shocks = _tailed(chance, (firms, count), tails) * spread * 0.5
    growth = chance.normal(0.004, 0.012, (firms, 1))
    level = np.log(np.exp(chance.normal(5.0, 0.5, (firms, 1)))) + np.cumsum(growth + shocks, axis=1)
    places = np.arange(count) % POINTS
    noise = _tailed(chance, (firms, count), tails) * spread * 0.6
    revenue = np.exp(level + season[places] + noise) * MONTHS[places]
    power = (
        np.exp(3 + np.cumsum(shocks * 0.8 + chance.normal(0, 0.02, shocks.shape), axis=1)) * MONTHS[places]
    )
    cut = years * POINTS
    known = [
        History(
            f"firm-{n}",
            START,
            tuple(float(value) for value in revenue[n, :cut]),
            Companion("power", tuple(float(value) for value in power[n])) if follows else None,
        )
        for n in range(firms)
    ]
    return County(known, revenue[:, cut:])


def _tailed(chance: np.random.Generator, shape: tuple[int, int], tails: float) -> Floats:
    """Numbers of spread 1 with the tails of Student's t."""
    drawn: Floats = chance.standard_t(tails, shape) / np.sqrt(tails / (tails - 2))
    return drawn

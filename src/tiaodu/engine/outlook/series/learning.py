"""Learning over many series what one alone cannot tell: how far forecasts are off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tiaodu.engine.outlook.series.kriging import Floats
from tiaodu.engine.outlook.series.pooled import LEVELS, Learned

_LEAST, _FARTHEST, _STEP = 1e-3, 3.0, 1e-3
FEWEST_ERRORS = 200


@dataclass(frozen=True, slots=True)
class Past:
    """Forecasts of one month of origin whose years are over: what was told and what came, one entry a
    forecast.

    ``expected``: the sum of the months left; ``spreads``: the standard deviation of its logarithm;
    ``came``: what came; ``total`` of the year.
    """

    expected: Floats
    spreads: Floats
    came: Floats
    total: Floats

    @property
    def off(self) -> Floats:
        """ln(came/expected) in standard deviations, a rest of nothing counted as a thousandth of the year."""
        least = _LEAST * self.total
        ratio = np.log(np.maximum(self.came, least) / np.maximum(self.expected, least))
        found: Floats = np.clip(ratio, -_FARTHEST, _FARTHEST) / self.spreads
        return found


def learn(past: Past) -> Learned | None:
    """The quantiles of how far past forecasts were off; None where they are too few to say anything."""
    if len(past.came) < FEWEST_ERRORS:
        return None
    quantiles = np.quantile(past.off, LEVELS)
    for at in range(1, len(LEVELS)):
        quantiles[at] = max(quantiles[at], quantiles[at - 1] + _STEP)
    return Learned(tuple(map(float, quantiles)), len(past.came))

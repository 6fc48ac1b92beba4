"""What a running project's own steps say of the factor they share.

>>> finished = [Evidence(0.5, 0.3, finished=True)] * 4
>>> [round(value, 2) for value in posterior(0.3, finished)]
[0.4, 0.13]
>>> [round(value, 2) for value in posterior(0.3, [Evidence(0.5, 0.3, finished=False)])]
[0.35, 0.23]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, log, sqrt

import numpy as np

_REACH, _NODES = 6.0, 481  # of the grid, in prior standard deviations


@dataclass(frozen=True, slots=True)
class Evidence:
    """One step: ``gap``, the logarithm of its days over those expected of it, and the spread of its own.

    A step that still runs has taken ``gap`` at least.
    """

    gap: float
    sd: float
    finished: bool


def posterior(sd: float, steps: Sequence[Evidence]) -> tuple[float, float]:
    """Mean and spread of the factor's logarithm, given that it was 0 ± ``sd`` before anything was known."""
    if not steps or sd <= 0:
        return 0.0, sd
    grid = np.linspace(-_REACH * sd, _REACH * sd, _NODES)
    weight = -0.5 * (grid / sd) ** 2
    for step in steps:
        at = (step.gap - grid) / step.sd
        weight = weight + (-0.5 * at**2 if step.finished else np.array([_log_beyond(x) for x in at.tolist()]))
    chance = np.exp(weight - weight.max())
    chance /= chance.sum()
    mean = float(chance @ grid)
    return mean, sqrt(max(float(chance @ (grid - mean) ** 2), 1e-12))


def _log_beyond(at: float) -> float:
    """The logarithm of the chance that a standard normal number is above ``at``."""
    if at > 8.0:
        return -0.5 * at**2 - log(at * 2.5066282746310002)
    return log(erfc(at / sqrt(2.0)) / 2.0)

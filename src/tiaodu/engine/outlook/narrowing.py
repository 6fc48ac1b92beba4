"""What a report would be worth before it is there: by how much the range of a figure would narrow.

What is thought of Y once X is told is E[Y | X] and what is left beside it. E[Y | X] is the projection of Y on
polynomials of X up to degree three, orthonormal over the scenarios that were run (polynomial chaos: Sudret,
Reliability Engineering & System Safety 93, 2008). The range P10 to P90 of what is left, beside that of Y, is
what would remain of it on average, whatever X turns out to be (expected value of information on a range; the
spread left is taken to be the same for all X). The standard error is that of the same share over batches of
scenarios.

>>> import numpy as np
>>> told, other = np.random.default_rng(1).standard_normal((2, 20_000))
>>> found = narrowing(Values(told + other), Values(told))
>>> round(found.share, 2), found.error < 0.01, found.sure  # 1 - 1/sqrt(2) = 0.29
(0.3, True, True)
>>> narrowing(Values(other), Values(told)).sure, narrowing(Values(0 * other), Values(told))
(False, None)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from tiaodu.engine.outlook.result import Values
from tiaodu.engine.outlook.shapes import Floats
from tiaodu.engine.outlook.shares import DEGREE

BATCHES = 10
_CHANCE = 3.0  # standard errors below which a share is not told from chance


@dataclass(frozen=True, slots=True)
class Narrowing:
    """``share`` of the range P10 to P90 that would go, with its standard ``error``; ``sure`` when the figure
    hangs on what is told by more than chance would show.
    """

    share: float
    error: float
    sure: bool


def narrowing(figure: Values, told: Values) -> Narrowing | None:
    """By how much the range of ``figure`` would narrow if ``told`` were known, in the same scenarios.

    None where nothing varies, or too few scenarios know both.
    """
    known = ~np.isnan(figure.every + told.every)
    y, x = figure.every[known], told.every[known]
    if y.size < 10 * BATCHES or not _width(y) > 0:
        return None
    bases = _polynomials(x)
    left = y - y.mean() - (bases @ y / y.size) @ bases if len(bases) else y - y.mean()
    explained = 1 - float(left.var() / y.var()) - len(bases) / y.size
    error = sqrt(2 * max(len(bases), 1)) / y.size
    parts = [_share(a, b) for a, b in zip(_batches(y), _batches(left), strict=True)]
    spread = float(np.std(parts, ddof=1)) / sqrt(BATCHES)
    return Narrowing(max(0.0, _share(y, left)), spread, explained > _CHANCE * error)


def _polynomials(figures: Floats) -> Floats:
    """Polynomials of ``figures`` of degree 1 to 3, orthonormal over them; fewer where few figures differ."""
    degree = min(DEGREE, np.unique(figures).size - 1)
    if degree < 1:
        return np.zeros((0, figures.size))
    score = (figures - figures.mean()) / figures.std()
    turned, _triangle = np.linalg.qr(np.stack([score**power for power in range(degree + 1)], axis=1))
    found: Floats = turned.T[1:] * sqrt(figures.size)
    return found


def _share(whole: Floats, left: Floats) -> float:
    width = _width(whole)
    return 1 - _width(left) / width if width > 0 else 0.0


def _width(figures: Floats) -> float:
    low, _middle, high = Values(figures).quantiles()
    return high - low


def _batches(figures: Floats) -> list[Floats]:
    return np.array_split(figures, BATCHES)

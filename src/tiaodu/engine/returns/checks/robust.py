"""Medians and spreads that a few wrong figures cannot move, over rows with gaps.

>>> table = np.array([[1.0, np.nan, 3.0, 2.0], [np.nan, np.nan, np.nan, np.nan]])
>>> medians(table).tolist()[0], counts(table).tolist()
(2.0, [3, 0])
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tiaodu.engine.returns.checks.model import Array

NORMAL: Final = 1.4826  # median absolute deviation × this: the standard deviation of a normal distribution


def counts(table: Array) -> Array:
    """How many values of each row are known."""
    found: Array = (~np.isnan(table)).sum(axis=1)
    return found


def medians(table: Array) -> Array:
    """The median of each row's known values; NaN where there are none."""
    if table.shape[1] == 0:
        return np.full(table.shape[0], np.nan)
    ordered = np.sort(table, axis=1)  # NaN stand last
    known = counts(table)
    rows = np.arange(table.shape[0])
    low = ordered[rows, np.maximum(known - 1, 0) // 2]
    high = ordered[rows, np.minimum(known // 2, table.shape[1] - 1)]
    found: Array = (low + high) / 2
    return found


def spreads(table: Array, centre: Array) -> Array:
    """The robust standard deviation of each row around its centre."""
    found: Array = medians(np.abs(table - centre[:, None])) * NORMAL
    return found


def of_groups(values: Array, groups: Array) -> tuple[Array, Array, Array]:
    """Median, spread and number of the known values of each firm's group, one place a firm.

    >>> median, spread, count = of_groups(np.array([1.0, 3.0, np.nan, 9.0]), np.array([0, 0, 0, -1]))
    >>> median.tolist()[:3], count.tolist()
    ([2.0, 2.0, 2.0], [2, 2, 2, 0])
    """
    median, spread = np.full(values.size, np.nan), np.full(values.size, np.nan)
    count = np.zeros(values.size, np.int64)
    for group in np.unique(groups[groups >= 0]):
        place = groups == group
        known = values[place][~np.isnan(values[place])]
        count[place] = known.size
        if known.size:
            middle = np.median(known)
            median[place], spread[place] = middle, np.median(np.abs(known - middle)) * NORMAL
    return median, spread, count

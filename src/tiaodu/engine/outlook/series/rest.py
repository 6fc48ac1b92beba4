"""What is left of a year, of many series at once, in months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tiaodu.engine.outlook.series.figures import PAIR, SLOTS, Months
from tiaodu.engine.outlook.series.kriging import YEARS, Averaging, Floats, foretell, window

WIDEST = 1.5  # a rest is taken as known within a factor of e^1.5 = 4.5 either way at worst
FEWEST = 3  # points of a series below which nothing is foretold from it


@dataclass(frozen=True, slots=True)
class Rest:
    """Of each series the months that are left: ``months`` (series × months) their expected values,
    ``spreads`` the standard deviation of the logarithm of their sum up to each, ``singles`` that of each
    month alone.
    """

    months: Floats
    spreads: Floats
    singles: Floats


def origin_of(months: Months, year: int) -> int:
    """The month the year is known to; January alone is not yet a point of the series."""
    last = months.last(year)
    return 0 if last < PAIR else last


def points_of(months: Months, year: int) -> Floats:
    """Seven years of points, the last of them ``year``."""
    return window([months.slots(of) for of in range(year - YEARS + 1, year + 1)])


def enough(points: Floats) -> bool:
    """Whether a series can be foretold: points enough, and not all of them zero."""
    known = points[np.isfinite(points)]
    return len(known) >= FEWEST and bool(known.max() > 0)


def rest_of(windows: Floats, origin: int, averaging: Averaging) -> Rest:
    """What is left after the month ``origin`` for series that are known that far and have :func:`enough`
    points.
    """
    foretold = foretell(windows, max(0, origin - 1), averaging)
    spreads, singles = (
        np.minimum(np.sqrt(each), WIDEST) for each in (foretold.variances, foretold.single_variances)
    )
    if origin:
        return Rest(foretold.points, spreads, singles)
    first = [0, 0, *range(1, SLOTS)]  # January and February share their point
    return Rest(foretold.points[:, first], spreads[:, first], singles[:, first])


def rests(series: Sequence[Months], year: int, origin: int, averaging: Averaging) -> Rest:
    """:func:`rest_of` for what is known of many series."""
    return rest_of(np.array([points_of(each, year) for each in series]), origin, averaging)

"""All forecasts of a benchmark: every series and year that can be judged, from every month of origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from official import Series, judged, whole

from tiaodu.engine.outlook.series.figures import Months
from tiaodu.engine.outlook.series.kriging import YEARS, Floats
from tiaodu.engine.outlook.series.learning import Past
from tiaodu.engine.outlook.series.pooled import Pooled
from tiaodu.engine.outlook.series.rest import enough, points_of, rest_of


@dataclass(frozen=True)
class Told:
    """Forecasts of one year and origin: series names, and what is learned from them once the year is over."""

    names: tuple[str, ...]
    past: Past
    so_far: Floats


def known(
    series: Mapping[tuple[int, int], float], year: int, origin: int, *, back: int = YEARS - 1
) -> Months:
    """What of a series was known at the end of the month of origin: the unbroken whole years before it."""
    first = year
    while first > year - back and whole(dict(series), first - 1):
        first -= 1
    told = {
        (of, month): value
        for (of, month), value in series.items()
        if month >= 2 and first <= of <= year and (of < year or month <= origin)
    }
    return Months(date(year, max(1, origin), 28), told)


def forecasts(series: Series, pooled: Pooled, years: Sequence[int], origin: int) -> dict[int, Told]:
    """The forecasts of each year from one month of origin."""
    found: dict[int, Told] = {}
    for year in years:
        names = [name for name, each in series.items() if judged(each, year)]
        months = [known(series[name], year, origin) for name in names]
        windows = [points_of(each, year) for each in months]
        kept = [number for number, each in enumerate(windows) if enough(each)]
        names = [names[number] for number in kept]
        if not names:
            continue
        rest = rest_of(np.array([windows[number] for number in kept]), origin, pooled.averaging)
        total = np.array([series[name][year, 12] for name in names])
        so_far = np.array([series[name][year, origin] if origin else 0.0 for name in names])
        past = Past(rest.months.sum(axis=1), rest.spreads[:, -1], total - so_far, total)
        found[year] = Told(tuple(names), past, so_far)
    return found


def together(told: Sequence[Told]) -> Past:
    """The forecasts of several years as one."""
    parts = [each.past for each in told]
    columns = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("expected", "spreads", "came", "total")
    )
    return Past(*columns)

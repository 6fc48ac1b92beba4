"""Peers for the year's total: the simple rules offices use, and three models of statsforecast.

A series is its cumulative figures by (year, month). Every peer sees what was known at the end of the month of
origin and foretells December's cumulative figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

Cumulative = Mapping[tuple[int, int], float]
Case = tuple[str, int, int]  # series, year, month of origin
YEARS_BACK, FEWEST_MONTHS = 9, 26
BEST_SIMPLE = "mean seasonal share of two years"


def simple(series: Cumulative, year: int, month: int) -> dict[str, float]:
    """What the simple rules say."""
    now, before, earlier = (series[year - back, month] for back in range(3))
    last, older = series[year - 1, 12], series[year - 2, 12]
    growth = now / before
    return {
        "straight line": now * 12 / month,
        "last year's total": last,
        "last year's remainder": now + last - before,
        "year-on-year ratio": last * growth,
        BEST_SIMPLE: now / ((before / last + earlier / older) / 2),
        "remainder x growth^0.5": now + (last - before) * sqrt(min(3.0, max(0.3, growth))),
        "remainder x growth of 3 months": now + (last - before) * _recent(series, year, month, growth),
    }


def _recent(series: Cumulative, year: int, month: int, growth: float) -> float:
    def span(of: int) -> float:
        return series[of, month] - (series[of, month - 3] if month >= 5 else 0.0)

    before = span(year - 1)
    return min(3.0, max(0.3, span(year) / before if before > 0 else growth))


def increments(series: Cumulative, year: int) -> dict[tuple[int, int], float]:
    """Months of up to nine years before and of ``year``; January and February share evenly."""
    found: dict[tuple[int, int], float] = {}
    for of in range(year - YEARS_BACK, year + 1):
        if not all((of, month) in series for month in range(2, 13)):
            found = found if of == year else {}
            continue
        pair = series[of, 2] / 2
        rest = [series[of, month] - series[of, month - 1] for month in range(3, 13)]
        found.update({(of, at + 1): max(each, 0.0) for at, each in enumerate([pair, pair, *rest])})
    return found


def library(series: Mapping[str, Cumulative], cases: Sequence[Case], keep: Path | None) -> dict[str, Any]:
    """Totals by ETS, CES and Theta and their median, for cases with history enough, in the order given.

    ``keep``: a file to hold what was found, because the search for an ETS model takes minutes.
    """
    if keep and keep.exists():
        found: dict[str, Any] = json.loads(keep.read_text())
        if found["cases"] == [list(case) for case in cases]:
            return {name: np.array(totals) for name, totals in found["totals"].items()}
    totals = {name: list(each) for name, each in _models(series, cases)}
    totals["median of ETS, CES and Theta"] = np.median(list(totals.values()), axis=0).tolist()
    if keep:
        keep.write_text(json.dumps({"cases": cases, "totals": totals}))
    return {name: np.array(each) for name, each in totals.items()}


def _models(series: Mapping[str, Cumulative], cases: Sequence[Case]) -> Iterator[tuple[str, Iterator[float]]]:
    import pandas as pd  # noqa: PLC0415  only where the peers are installed
    from statsforecast import StatsForecast  # noqa: PLC0415
    from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta, SeasonalNaive  # noqa: PLC0415

    rows = [
        (str(number), at, value)
        for number, (name, year, month) in enumerate(cases)
        for at, (when, value) in enumerate(sorted(increments(series[name], year).items()))
        if when <= (year, month)
    ]
    table = pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
    for model in (AutoETS, AutoCES, DynamicOptimizedTheta):
        engine = StatsForecast(
            models=[model(season_length=12)], freq=1, n_jobs=1, fallback_model=SeasonalNaive(12)
        )
        told = engine.forecast(df=table, h=10).reset_index()
        column = next(each for each in told.columns if each not in ("unique_id", "ds", "index"))
        by = {key: each[column].to_numpy() for key, each in told.groupby("unique_id")}
        yield (
            model.__name__,
            (
                series[name][year, month] + float(np.clip(by[str(number)][: 12 - month], 0, None).sum())
                for number, (name, year, month) in enumerate(cases)
            ),
        )

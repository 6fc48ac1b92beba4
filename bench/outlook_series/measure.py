"""The year's total from the months so far, beside simple rules and field models, in one run.

    PYTHONPATH=src OPENBLAS_NUM_THREADS=1 python bench/outlook_series/measure.py
        [--only totals|short|speed] [--keep FILE] [--picture FILE]

What is learned over series (the quantiles of errors) is learned anew for every year from the years before
it, never from the year foretold. See README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from cases import Told, forecasts, known, together
from official import Series, core, judged, read_all
from peers import BEST_SIMPLE, FEWEST_MONTHS, increments, library, simple
from picture import reliability

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.series import Figure, NothingBehind, forecast_many
from tiaodu.engine.outlook.series.kriging import Floats
from tiaodu.engine.outlook.series.learning import learn
from tiaodu.engine.outlook.series.pooled import LEVELS, Learned, load_pooled
from tiaodu.engine.outlook.series.rest import enough, points_of, rest_of

FIRST_LEARNED, FIRST_JUDGED, LAST = 2007, 2014, 2024
MONTHS = range(2, 12)
Row = tuple[str, int, int]


def by_month(rows: list[Row], errors: Floats) -> Floats:
    """Mean absolute error in percent of each month of origin."""
    months = np.array([month for *_, month in rows])
    return np.array([100 * np.abs(errors[months == month]).mean() for month in MONTHS])


def show(name: str, rows: list[Row], totals: Floats, came: Floats) -> float:
    """One line; the mean over months is what counts."""
    found = by_month(rows, (totals - came) / came)
    print(f"{name:34s}" + "".join(f"{each:7.2f}" for each in found) + f"{found.mean():9.3f}")
    return float(found.mean())


def totals(series: Series, keep: Path | None, picture: Path | None) -> None:
    """Accuracy and ranges."""
    pooled = load_pooled()
    told = {month: forecasts(series, pooled, range(FIRST_LEARNED, LAST + 1), month) for month in MONTHS}
    rows: list[Row] = []
    ours, medians, came, off, core_off = [], [], [], [], []
    for month, years in told.items():
        for year in (each for each in years if each >= FIRST_JUDGED):
            now, learned = years[year], learned_before(years, year)
            rows += [(name, year, month) for name in now.names]
            ours.append(now.so_far + now.past.expected)
            medians.append(now.so_far + now.past.expected * np.exp(now.past.spreads * learned.off(0.5)))
            came.append(now.past.total)
            off.append(now.past.off[:, None] <= np.array(learned.quantiles))
            core_off.append(off[-1][[core(name) for name in now.names]])
    ours_, median_, came_ = np.concatenate(ours), np.concatenate(medians), np.concatenate(came)
    print(f"\n{len(rows)} forecasts of {len({row[0] for row in rows})} series, MAPE % by month of origin")
    print(f"{'':34s}" + "".join(f"{month:7d}" for month in MONTHS) + f"{'mean':>9s}")
    rules = [simple(series[name], year, month) for name, year, month in rows]
    said = {name: show(name, rows, np.array([each[name] for each in rules]), came_) for name in rules[0]}
    mine = show("Tiaodu", rows, ours_, came_)
    show("Tiaodu, P50", rows, median_, came_)
    best = min(said.values())
    print(f"Tiaodu over the best simple rule: {mine / best:.3f} (aim 0.90)")
    ranges("all series", off)
    ranges("core series", core_off)
    core_totals(series, rows, ours_, came_, keep)
    if picture:
        lines = {"all series": curve(off), "core series": curve(core_off)}
        picture.write_text(
            reliability(lines, title="Year totals, origins February to November"), encoding="utf-8"
        )


def learned_before(years: dict[int, Told], year: int) -> Learned:
    """From the years before ``year`` alone."""
    return learn(together([each for of, each in years.items() if of < year])) or Learned()


def curve(below: list[Floats]) -> list[tuple[float, float]]:
    """(told, came)."""
    return list(zip(LEVELS, np.concatenate(below).mean(axis=0).tolist(), strict=True))


def ranges(name: str, below: list[Floats]) -> None:
    """How often a range held, and each level."""
    share = np.concatenate(below).mean(axis=0)
    held = 100 * (share[LEVELS.index(0.9)] - share[LEVELS.index(0.1)])
    print(f"{name}: 80 % ranges held in {held:.1f} % (aim 76-84); below told level, %:")
    pairs = (f"{100 * level:g}:{100 * each:.1f}" for level, each in zip(LEVELS, share, strict=True))
    print("   " + "  ".join(pairs))


def core_totals(series: Series, rows: list[Row], ours: Floats, came: Floats, keep: Path | None) -> None:
    """The core series beside the field models, on cases with history enough for them."""
    at = [
        number
        for number, (name, year, month) in enumerate(rows)
        if core(name)
        and sum(when <= (year, month) for when in increments(series[name], year)) >= FEWEST_MONTHS
    ]
    cases = [rows[number] for number in at]
    print(f"\ncore: {len(cases)} forecasts of {len({name for name, *_ in cases})} series")
    rule = np.array([simple(series[name], year, month)[BEST_SIMPLE] for name, year, month in cases])
    show(BEST_SIMPLE, cases, rule, came[at])
    mine = show("Tiaodu", cases, ours[at], came[at])
    if not find_spec("statsforecast"):
        print("statsforecast is not installed here: its models are left out")
        return
    ordered = sorted(range(len(cases)), key=cases.__getitem__)
    told = library(series, [cases[number] for number in ordered], keep)
    result = 0.0
    for name, found in told.items():
        result = show(name, [cases[n] for n in ordered], found, came[at][ordered])
    print(f"Tiaodu over the median of ETS, CES and Theta: {mine / result:.3f} (aim 0.92)")


def short(series: Series) -> None:
    """Series cut to what a county has: so many months before the year and the months of the year so far."""
    pooled = load_pooled()
    print("\nseries cut to so many months before the year, origin June, 2018 and later:")
    print("months, MAPE %, of the straight line, 80 % range held in %")
    for back in (0, 3, 12, 24, 36):
        errors, line, held = [], [], []
        for year in range(2018, LAST + 1):
            names = [name for name, each in series.items() if judged(each, year)]
            windows = np.array([cut(points_of(known(series[name], year, 6), year), back) for name in names])
            kept = [number for number, each in enumerate(windows) if enough(each)]
            if not kept:
                continue
            rest = rest_of(windows[kept], 6, pooled.averaging)
            total = np.array([series[names[number]][year, 12] for number in kept])
            so_far = np.array([series[names[number]][year, 6] for number in kept])
            expected = rest.months.sum(axis=1)
            errors.append(np.abs(so_far + expected - total) / total)
            line.append(np.abs(so_far * 2 - total) / total)
            off = np.log(np.maximum(total - so_far, 1e-3 * total) / expected) / rest.spreads[:, -1]
            learned = pooled.at(6)
            held.append((off >= learned.off(0.1)) & (off <= learned.off(0.9)))
        told = [100 * float(np.concatenate(each).mean()) for each in (errors, line, held)]
        print(f"{back:6d}" + "".join(f"{each:10.2f}" for each in told))


def cut(points: Floats, back: int) -> Floats:
    """Only the last ``back`` months (points) before the year."""
    found = points.copy()
    found[: len(points) - 11 - back] = np.nan
    return found


def speed(count: int = 3000) -> None:
    """Many series as a county has them: 30 months and the year so far."""
    rng = np.random.default_rng(1)
    histories = {}
    for number in range(count):
        values = 100 * np.exp(np.cumsum(rng.normal(0, 0.1, 42)))
        figures = [
            Figure(Period.month(2022 + at // 12, at % 12 + 1), float(value), date(2025, 5, 31))
            for at, value in enumerate(values[:41])
        ]
        histories[str(number)] = (figures, None)
    begun = time.perf_counter()
    found = forecast_many(histories, as_of=date(2025, 6, 10), year=2025)
    taken = time.perf_counter() - begun
    nothing = sum(isinstance(each, NothingBehind) for each in found.values())
    print(f"\n{count} series with ranges of every month: {taken:.2f} s, {nothing} with nothing behind")


def main() -> None:
    """Print what is measured."""
    options = argparse.ArgumentParser()
    options.add_argument("--only", choices=["totals", "short", "speed"])
    options.add_argument("--keep", type=Path)
    options.add_argument("--picture", type=Path)
    asked = options.parse_args()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} cores")
    folder = Path(os.environ.get("TIAODU_BENCH_DATA", "")) / "china_monthly"
    if asked.only in (None, "speed"):
        speed()
    if asked.only == "speed":
        return
    if not os.environ.get("TIAODU_BENCH_DATA") or not folder.is_dir():
        sys.exit("TIAODU_BENCH_DATA names no folder with china_monthly: totals are not measured")
    series = read_all(folder)
    if asked.only in (None, "short"):
        short(series)
    if asked.only in (None, "totals"):
        totals(series, asked.keep, asked.picture)


if __name__ == "__main__":
    main()

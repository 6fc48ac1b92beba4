"""Whether chances came true: of the official series, and of a county whose year was replayed.

    PYTHONPATH=src OPENBLAS_NUM_THREADS=1 python bench/outlook_scores/measure.py [--official FILE.svg]
    PYTHONPATH=src python bench/outlook_scores/measure.py --county 140722 --day 2025-01-15
        [--title WORDS] [--picture FILE.svg]

See README.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from drawing import drawn

from tiaodu.engine.outlook.scoring import (
    Bin,
    Scored,
    Summary,
    plain_rule,
    summarise,
)
from tiaodu.engine.outlook.series.learning import learn
from tiaodu.engine.outlook.series.pooled import Learned, load_pooled

GOAL = 1.05  # a promise as plans make it: five per cent more than last year
ORIGINS = (3, 6, 9)
FIRST_LEARNED, FIRST_JUDGED, LAST = 2007, 2014, 2024


def official() -> list[Scored]:
    """Chances that a year's total reaches last year's and five per cent, with what came of it. The quantiles
    of each year are learned from the years before it alone.
    """
    sys.path.insert(0, str(Path(__file__).parents[1] / "outlook_series"))
    from cases import forecasts, together  # noqa: PLC0415  beside the other bench
    from official import read_all  # noqa: PLC0415

    folder = Path(os.environ.get("TIAODU_BENCH_DATA", "")) / "china_monthly"
    if not os.environ.get("TIAODU_BENCH_DATA") or not folder.is_dir():
        sys.exit("TIAODU_BENCH_DATA names no folder with china_monthly: the official series are not scored")
    series, pooled, found = read_all(folder), load_pooled(), list[Scored]()
    for origin in ORIGINS:
        years = forecasts(series, pooled, range(FIRST_LEARNED, LAST + 1), origin)
        for year, now in ((year, told) for year, told in years.items() if year >= FIRST_JUDGED):
            learned = learn(together([told for of, told in years.items() if of < year])) or Learned()
            for at, name in enumerate(now.names):
                target = series[name][year - 1, 12] * GOAL
                rest = target - float(now.so_far[at])
                if rest <= 0:
                    continue  # reached: a fact, no chance
                off = np.log(rest / now.past.expected[at]) / now.past.spreads[at]
                chance = min(pooled.surest, max(1 - pooled.surest, 1 - learned.level(float(off))))
                kept = bool(now.past.total[at] >= target)
                groups = {"kind": "figure", "month": f"{origin:02d}", "year": str(year)}
                found.append(Scored(f"{name} {year}", chance, kept, groups))
    return found


def county(code: str, day: date) -> list[Scored]:
    """What a county's outlooks said until ``day`` and what came, from the installation of TIAODU_DATA."""
    import django  # noqa: PLC0415  only where a county is scored

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiaodu.config.settings")
    django.setup()
    from tiaodu.foundation import clock  # noqa: PLC0415
    from tiaodu.foundation.registry.models import Region  # noqa: PLC0415
    from tiaodu.rooms.outlook.selectors.scores import scored, scores_of_region  # noqa: PLC0415

    with clock.as_of(day):
        return scored(scores_of_region(Region.objects.get(code=code), day))


def show(title: str, found: Sequence[Scored], picture: Path | None) -> None:
    """The scores beside plain rules, the classes, and their picture."""
    whole = summarise(found)
    if not isinstance(whole, Summary):
        sys.exit(f"{title}: {whole.promises} promises are too few, {whole.needed} are needed")
    print(f"{title}: {whole.promises} promises, {whole.forecasts} outlooks, kept {whole.kept:.3f}")
    rules = {
        "Tiaodu": found,
        "always one half": [replace(each, chance=0.5) for each in found],
        "share kept of the kind": plain_rule(found, "kind"),
    }
    for name, told in rules.items():
        summary = summarise(told)
        assert isinstance(summary, Summary)
        span = f"{summary.low:.4f}-{summary.high:.4f}"
        print(f"  {name:24s} Brier {summary.brier:.4f} ({span})  log {summary.log_score:.4f}")
    table(whole.bins)
    if picture is not None:
        note = f"{whole.promises:,} promises, {whole.forecasts:,} outlooks; bars: 95 % intervals"
        picture.write_text(drawn(whole.bins, title=title, note=note), encoding="utf-8")


def table(bins: Sequence[Bin]) -> None:
    """The figures behind a picture."""
    print("  told    kept   95 % interval   promises  outlooks")
    for each in bins:
        span = f"{each.low:.3f}-{each.high:.3f}"
        print(f"  {each.told:.3f}   {each.kept:.3f}  {span:14s}  {each.promises:8d}  {each.count:8d}")


def main() -> None:
    """Print what is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("--official", type=Path)
    options.add_argument("--county")
    options.add_argument("--day", type=date.fromisoformat)
    options.add_argument("--picture", type=Path)
    options.add_argument("--title", default="")
    asked = options.parse_args()
    if asked.county:
        day = asked.day or date(LAST + 1, 1, 15)
        title = asked.title or f"{asked.county}, judged on {day}"
        show(title, county(asked.county, day), asked.picture)
        return
    show("Official series: 5 % more than last year", official(), asked.official)


if __name__ == "__main__":
    main()

"""Write the quantiles of data/outlook/series.yaml from the official series.

    PYTHONPATH=src OPENBLAS_NUM_THREADS=1 python bench/outlook_series/learn.py

Everything above ``origins`` in the file is kept as it is; the errors are those of the years 2007 to the
last one that can be judged.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cases import forecasts, together
from official import read_all

from tiaodu.engine.outlook.series.learning import learn
from tiaodu.engine.outlook.series.pooled import ORIGINS, Pooled, load_pooled

FILE = Path(__file__).parents[2] / "src" / "tiaodu" / "data" / "outlook" / "series.yaml"
FIRST_YEAR, LAST_YEAR = 2007, 2024


def rows(pooled: Pooled) -> list[str]:
    """One line an origin."""
    series = read_all(Path(os.environ["TIAODU_BENCH_DATA"]) / "china_monthly")
    lines = []
    for origin in ORIGINS:
        told = forecasts(series, pooled, range(FIRST_YEAR, LAST_YEAR + 1), origin)
        learned = learn(together(list(told.values())))
        if learned is None:
            sys.exit(f"too few forecasts from month {origin}")
        quantiles = ", ".join(f"{each:.3f}" for each in learned.quantiles)
        lines.append(f"- {{month: {origin}, errors: {learned.errors}, quantiles: [{quantiles}]}}")
    return lines


def main() -> None:
    """Learn and write."""
    kept = FILE.read_text(encoding="utf-8").partition("origins:\n")[0]
    found = rows(load_pooled(FILE))
    FILE.write_text(kept + "origins:\n" + "\n".join(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What was learned over many series and is used for each: how far forecasts were off.

``Pooled`` comes from a data file with its source. A range is what past forecasts with as many months left
were off, measured in their own standard deviation:

    P(ln(came/expected) ≤ s·q(u)) = u

q is kept at some levels; between and beyond them it is linear in the normal score of the level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from tiaodu.engine.kernel.datafile import Integer, ListOf, Number, Record, load_datafile, with_head
from tiaodu.engine.outlook.series.figures import MONTHS
from tiaodu.engine.outlook.series.kriging import Averaging, Floats, Model

LEVELS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
ORIGINS = (0, *range(2, MONTHS))
_NORMAL = NormalDist()
_SCORES = np.array([_NORMAL.inv_cdf(level) for level in LEVELS])
_NUMBERS = ListOf(Number())
_SHAPE = with_head(
    {
        "models": Record(
            {
                "walk": _NUMBERS,
                "passing": ListOf(Record({"spread": Number(), "months": Number()})),
                "drift": _NUMBERS,
                "season": ListOf(Record({"changing": Number(), "lasting": Number()})),
                "alike": Number(),
            }
        ),
        "shifts": _NUMBERS,
        "temper": Number(),
        "clip": Number(),
        "pair_noise": Number(),
        "spread": Number(),
        "spread_weight": Number(),
        "surest": Number(),
        "about": Number(),
        "short": Integer(0, 120),
        "origins": ListOf(
            Record({"month": Integer(0, 11), "errors": Integer(0, 10**7), "quantiles": _NUMBERS})
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Learned:
    """Of a month of origin: q at ``LEVELS``, and from how many errors; untaught, the normal distribution."""

    quantiles: tuple[float, ...] = tuple(map(float, _SCORES))
    errors: int = 0

    def off(self, level: float | Floats) -> Floats:
        """q at a level between 0 and 1."""
        scores = np.vectorize(_NORMAL.inv_cdf, otypes=[float])(level)
        return _linear(scores, _SCORES, np.array(self.quantiles))

    def level(self, off: float) -> float:
        """The level at which q is ``off``."""
        score = float(_linear(np.array(off), np.array(self.quantiles), _SCORES))
        return _NORMAL.cdf(score)


def _linear(at: Floats, xs: Floats, ys: Floats) -> Floats:
    """Piecewise linear, and linear beyond both ends."""
    piece = np.clip(np.searchsorted(xs, at) - 1, 0, len(xs) - 2)
    slope = (ys[piece + 1] - ys[piece]) / (xs[piece + 1] - xs[piece])
    found: Floats = ys[piece] + slope * (at - xs[piece])
    return found


@dataclass(frozen=True, slots=True)
class Pooled:
    """``averaging``: the models. ``surest``: no undecided chance is told beyond this. ``about``: a figure
    told as 约 is kept this part below it. ``short``: points below which a reference class is taken in.
    """

    averaging: Averaging
    learned: Mapping[int, Learned]
    surest: float
    about: float
    short: int
    source: str
    version: str

    def at(self, origin: int) -> Learned:
        """What was learned for a month of origin."""
        return self.learned.get(origin, Learned())

    def with_learned(self, learned: Mapping[int, Learned]) -> Pooled:
        """The same models with other quantiles."""
        return replace(self, learned=learned)


@lru_cache(maxsize=4)
def load_pooled(path: Path | None = None) -> Pooled:
    """The data file ``path``, or that of the package. Raises DataFileError when it has another shape, and
    ValueError when the quantiles of an origin do not rise.
    """
    own = Path(str(files("tiaodu.data").joinpath("outlook", "series.yaml")))
    raw: dict[str, Any] = load_datafile(path or own, _SHAPE)
    return Pooled(
        averaging=_averaging(raw),
        learned={each["month"]: _learned(each) for each in raw["origins"]},
        surest=float(raw["surest"]),
        about=float(raw["about"]),
        short=raw["short"],
        source=raw["source"],
        version=raw["valid_from"].isoformat(),
    )


def _averaging(raw: Mapping[str, Any]) -> Averaging:
    kinds = raw["models"]
    models = tuple(
        Model(
            walk=float(walk),
            passing=float(passing["spread"]),
            lasts=float(passing["months"]),
            drift=float(drift),
            season=float(season["changing"]),
            alike=float(kinds["alike"]),
            lasting=float(season["lasting"]),
        )
        for walk in kinds["walk"]
        for passing in kinds["passing"]
        for drift in kinds["drift"]
        for season in kinds["season"]
    )
    names = ("temper", "clip", "pair_noise", "spread", "spread_weight")
    numbers = {name: float(raw[name]) for name in names}
    return Averaging(models, tuple(map(float, raw["shifts"])), **numbers)


def _learned(raw: Mapping[str, Any]) -> Learned:
    quantiles = tuple(map(float, raw["quantiles"]))
    if len(quantiles) != len(LEVELS) or not (np.diff(quantiles) > 0).all():
        raise ValueError(f"origin {raw['month']}: {len(LEVELS)} rising quantiles are needed, not {quantiles}")
    return Learned(quantiles, raw["errors"])

"""The picture of calibration: how often came true what was given a chance of so much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from tiaodu.engine.projects.promises import Bin

WIDTH, HEIGHT = 420, 340
_LEFT, _TOP, _SIDE = 56, 16, 270
_SMALLEST, _LARGEST = 3.0, 9.0


@dataclass(frozen=True, slots=True)
class Point:
    """A class of forecasts: where it stands, its interval, and how large it is drawn."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    count: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with its words."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What the drawing needs; the same figures stand in the table below it."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    ticks: Sequence[Tick]
    points: Sequence[Point]


def picture(bins: Sequence[Bin]) -> Picture | None:
    """The drawing of some classes; None where there is no forecast to score."""
    most = max((one.count for one in bins), default=0)
    if not most:
        return None
    points = [
        Point(
            _across(one.mean_chance),
            _up(one.share),
            _up(one.interval[0]),
            _up(one.interval[1]),
            round(_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(one.count / most), 1),
            one.count,
        )
        for one in bins
        if one.mean_chance is not None and one.share is not None
    ]
    ticks = [Tick(_across(part / 4), _up(part / 4), f"{part * 25}%") for part in range(5)]
    return Picture(WIDTH, HEIGHT, _LEFT, _LEFT + _SIDE, _TOP, _TOP + _SIDE, ticks, points)


def _across(share: float) -> float:
    return round(_LEFT + _SIDE * share, 1)


def _up(share: float) -> float:
    return round(_TOP + _SIDE * (1 - share), 1)

"""The reliability picture: what was told across, what came upwards; on the diagonal they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

WIDTH, HEIGHT, LEFT, TOP, SIDE = 420, 336, 56, 16, 270
_SMALLEST, _LARGEST = 3.5, 9.0


@dataclass(frozen=True, slots=True)
class Point:
    """A class of chances on the picture: where it stands, its interval, how large it is drawn, in words."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What the drawing needs; the same figures stand in a table beside it."""

    points: Sequence[Point]
    ticks: Sequence[tuple[float, float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = LEFT + SIDE
    top: int = TOP
    bottom: int = TOP + SIDE


def picture(classes: Sequence[tuple[float, float, float, float, int, str]]) -> Picture:
    """The drawing of classes of chances: told, kept, the ends of its interval (shares of 1), how many, words.

    >>> drawn = picture([(0.25, 0.5, 0.25, 0.75, 4, "4")])
    >>> drawn.points[0].x, drawn.points[0].y, drawn.points[0].radius
    (123.5, 151.0, 9.0)
    """
    most = max((count for *_shares, count, _words in classes), default=1)
    points = [
        Point(_across(told), _up(kept), _up(low), _up(high), _radius(count / most), words)
        for told, kept, low, high, count, words in classes
    ]
    return Picture(points, [(_across(part / 4), _up(part / 4), f"{part * 25}%") for part in range(5)])


def _radius(share: float) -> float:
    """Areas tell how many there are."""
    return round(_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(share), 1)


def _across(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _up(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)

"""The reliability picture: what was told across, what came upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.translation import gettext as _

from tiaodu.engine.outlook.scoring import Bin
from tiaodu.rooms.outlook import words

WIDTH, HEIGHT, LEFT, TOP, SIDE = 400, 330, 52, 14, 270
_SMALLEST, _LARGEST = 3.5, 9.0


@dataclass(frozen=True, slots=True)
class Point:
    """A class of chances on the picture: where, its interval, how large it is drawn, in words."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Told across, kept upwards; on the diagonal they agree."""

    points: Sequence[Point]
    ticks: Sequence[tuple[float, float, str]]
    told: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = LEFT + SIDE
    top: int = TOP
    bottom: int = TOP + SIDE


def picture(bins: Sequence[Bin]) -> Picture | None:
    """The reliability picture; None where nothing was judged."""
    if not bins:
        return None
    most = max(each.promises for each in bins)
    points = [
        Point(
            _across(each.told),
            _up(each.kept),
            _up(each.low),
            _up(each.high),
            round(_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(each.promises / most), 1),
            _("说 %(told)s，兑现 %(kept)s（%(interval)s），承诺 %(promises)s 项") % {
                "told": words.percent(each.told), "kept": f"{each.kept:.0%}",
                "interval": f"{each.low:.0%}–{each.high:.0%}", "promises": each.promises,
            },
        )
        for each in bins
    ]  # fmt: skip
    ticks = [(_across(part / 4), _up(part / 4), f"{part * 25}%") for part in range(5)]
    return Picture(points, ticks, "；".join(point.words for point in points))


def _across(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _up(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)

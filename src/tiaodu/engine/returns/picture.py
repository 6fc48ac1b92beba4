"""A unit's year as a drawing: revenue since January in ink, the range of what may come, the threshold across.

Pure geometry in the units of the drawing; the table behind it has the same figures, 万元.

>>> drawn = year_picture([300.0, 450.0], [(550.0, 600.0, 660.0), (640.0, 760.0, 900.0)], 700.0)
>>> drawn.done.split()[0], len(drawn.fan.split()), drawn.threshold_y < drawn.ground
('108.0,246.0', 5, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

from tiaodu.engine.returns.learned import POINTS

WIDTH, HEIGHT = 760, 280
_LEFT, _RIGHT, _TOP, _GROUND = 108, 700, 16, 246
_LINES: Final = 4  # about so many lines across
Range = tuple[float, float, float]  # P10, P50, P90


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across, or a point of the year, with its words."""

    words: str
    at: float


@dataclass(frozen=True, slots=True)
class YearPicture:
    """What a page needs to draw."""

    done: str
    fan: str
    middle: str
    dots: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    months: tuple[Tick, ...]
    threshold_y: float

    width = WIDTH
    height = HEIGHT
    left = _LEFT
    right = _RIGHT
    ground = _GROUND
    tick_x = _LEFT - 8
    label_x = _RIGHT + 6
    month_y = _GROUND + 20


def year_picture(known: Sequence[float], ahead: Sequence[Range], threshold: float) -> YearPicture:
    """``known`` are sums since January by point, ``ahead`` the ranges of the points that follow."""
    highest = max([threshold, *known, *(p90 for _low, _mid, p90 in ahead)])
    step = _step(highest)
    top = step * max(1, ceil(highest / step))

    def at(number: int, value: float) -> tuple[float, float]:
        x = _LEFT + (_RIGHT - _LEFT) * number / POINTS
        return round(x, 1), round(_GROUND - (_GROUND - _TOP) * value / top, 1)

    dots = [at(number, value) for number, value in enumerate(known, start=1)]
    origin = dots[-1] if dots else at(0, 0.0)
    first = len(known) + 1
    low, middle, high = ([at(first + n, each[i]) for n, each in enumerate(ahead)] for i in range(3))
    return YearPicture(
        done=_line([at(0, 0.0), *dots]),
        fan=_line([origin, *high, *reversed(low)]) if ahead else "",
        middle=_line([origin, *middle]) if ahead else "",
        dots=tuple(dots),
        ticks=tuple(Tick(f"{n * step:g}", at(0, n * step)[1]) for n in range(round(top / step) + 1)),
        months=tuple(Tick(_point(number), at(number, 0.0)[0]) for number in range(1, POINTS + 1)),
        threshold_y=at(0, threshold)[1],
    )


def _point(number: int) -> str:
    """1–2 for the first point, then the number of the month."""
    return "1–2" if number == 1 else str(number + 1)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _step(span: float) -> float:
    """A round distance between lines: 1, 2 or 5 times a power of ten."""
    if span <= 0:
        return 1.0
    raw = span / _LINES
    power = 10.0 ** floor(log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)

"""The figures of one key as a small drawing: bars where each period stands alone, a line where they follow.

Pure geometry in the units of the drawing; the page writes it as SVG beside the table of the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import floor, log10

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 16, 12, 28
_LINES = 4  # at most so many lines across, besides the ground
_LABELS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in the drawing; ``label`` is empty where there is no room for one."""

    day: date
    value: Decimal
    x: float
    y: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across with the value it stands for."""

    value: Decimal
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the ground to its value."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What a page needs to draw."""

    points: Sequence[Point]
    ticks: Sequence[Tick]
    bars: Sequence[Bar]
    line: str  # the points of a polyline; empty where bars are drawn
    ground: float

    width = WIDTH
    height = HEIGHT
    left = _LEFT
    right = WIDTH - _RIGHT
    label_x = _LEFT - 8
    label_y = HEIGHT - 8


def step_of(span: float) -> float:
    """A round distance between lines: 1, 2 or 5 times a power of ten.

    >>> step_of(123_000), step_of(7), step_of(0.9)
    (50000.0, 2.0, 0.5)
    """
    raw = span / _LINES
    power = 10.0 ** floor(log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)


def chart_of(figures: Sequence[tuple[date, date, Decimal]]) -> Chart | None:
    """The drawing of figures (start, end, value) in the order of their periods; None for fewer than two.

    Periods that begin together add up and are joined by a line, so are levels; periods one after another are
    bars.
    """
    if len(figures) < 2:
        return None
    values = [float(value) for _start, _end, value in figures]
    low, high = min(0.0, *values), max(0.0, *values)
    step = step_of((high - low) or 1.0)
    bottom, top = floor(low / step) * step, -floor(-high / step) * step
    top = top if top > bottom else bottom + step

    def y_of(value: float) -> float:
        return round(_TOP + (top - value) / (top - bottom) * (HEIGHT - _TOP - _BOTTOM), 1)

    place = (WIDTH - _LEFT - _RIGHT) / len(figures)
    every = -(-len(figures) // _LABELS)
    points = [
        Point(
            end,
            value,
            round(_LEFT + place * (n + 0.5), 1),
            y_of(float(value)),
            f"{end:%Y-%m}" if (len(figures) - 1 - n) % every == 0 else "",
        )
        for n, (_start, end, value) in enumerate(figures)
    ]
    count = round((top - bottom) / step)
    ticks = [
        Tick(Decimal(str(bottom + n * step)).normalize(), y_of(bottom + n * step)) for n in range(count + 1)
    ]
    ground = y_of(0.0)
    if _stand_alone(figures):
        width = round(min(place * 0.6, 40), 1)
        bars = [
            Bar(round(p.x - width / 2, 1), min(p.y, ground), width, round(abs(p.y - ground), 1))
            for p in points
        ]
        return Chart(points, ticks, bars, "", ground)
    return Chart(points, ticks, (), " ".join(f"{p.x},{p.y}" for p in points), ground)


def _stand_alone(figures: Sequence[tuple[date, date, Decimal]]) -> bool:
    """Whether no period overlaps the one before it, and they are not single days."""
    spans = [(start, end) for start, end, _value in figures]
    apart = all(later[0] > earlier[1] for earlier, later in pairwise(spans))
    return apart and any(start != end for start, end in spans)

"""The figures of one key as a small drawing: bars where each period stands alone, a line where they follow.

Pure geometry in the units of the drawing; the page writes it as SVG beside the table of the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _GROUND = 112, 704, 24, 190  # values stand above their lines, left of the figures
_LINES = 4  # at most so many lines across, besides the ground
_LABEL = 96  # room for a label under the ground


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
    right = _RIGHT
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

    Periods one after another are bars side by side; periods that begin together, and levels, are joined by a
    line along the days.
    """
    if len(figures) < 2:
        return None
    apart = _stand_alone(figures)
    places = _side_by_side(len(figures)) if apart else _along_the_days([end for _s, end, _v in figures])
    scale = _Scale.of([float(value) for _start, _end, value in figures])
    points: list[Point] = []
    taken = float(WIDTH + _LABEL)
    for (_start, end, value), x in reversed(list(zip(figures, places, strict=True))):
        fits = taken - x >= _LABEL
        taken = x if fits else taken
        points.append(Point(end, value, x, scale.y_of(float(value)), f"{end:%Y-%m}" if fits else ""))
    points.reverse()
    if not apart:
        return Chart(points, scale.ticks, (), " ".join(f"{p.x},{p.y}" for p in points), scale.ground)
    width = round(min((_RIGHT - _LEFT) / len(figures) * 0.6, 40), 1)
    bars = [_bar(point, width, scale.ground) for point in points]
    return Chart(points, scale.ticks, bars, "", scale.ground)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values from the lowest line to the highest, the ground between them."""

    bottom: float
    top: float
    step: float

    @classmethod
    def of(cls, values: Sequence[float]) -> _Scale:
        low, high = min(0.0, *values), max(0.0, *values)
        step = step_of((high - low) or 1.0)
        bottom, top = floor(low / step) * step, ceil(high / step) * step
        return cls(bottom, top if top > bottom else bottom + step, step)

    def y_of(self, value: float) -> float:
        return round(_TOP + (self.top - value) / (self.top - self.bottom) * (_GROUND - _TOP), 1)

    @property
    def ground(self) -> float:
        return self.y_of(0.0)

    @property
    def ticks(self) -> list[Tick]:
        count = round((self.top - self.bottom) / self.step)
        values = [self.bottom + n * self.step for n in range(count + 1)]
        return [Tick(Decimal(str(value)).normalize(), self.y_of(value)) for value in values]


def _side_by_side(count: int) -> list[float]:
    place = (_RIGHT - _LEFT) / count
    return [round(_LEFT + place * (n + 0.5), 1) for n in range(count)]


def _along_the_days(days: Sequence[date]) -> list[float]:
    span = (days[-1] - days[0]).days or 1
    begin, end = _LEFT + _LABEL / 2, _RIGHT - _LABEL / 2
    return [round(begin + (day - days[0]).days / span * (end - begin), 1) for day in days]


def _bar(point: Point, width: float, ground: float) -> Bar:
    left, height = round(point.x - width / 2, 1), round(abs(point.y - ground), 1)
    return Bar(left, min(point.y, ground), width, height)


def _stand_alone(figures: Sequence[tuple[date, date, Decimal]]) -> bool:
    """Whether no period overlaps the one before it, and they are not single days."""
    spans = [(start, end) for start, end, _value in figures]
    apart = all(later[0] > earlier[1] for earlier, later in pairwise(spans))
    return apart and any(start != end for start, end in spans)

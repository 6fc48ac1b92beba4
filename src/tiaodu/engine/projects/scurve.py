"""The S-curve of a year's investment as a drawing: the plan as a grey line, what was done in ink, the fan of
what may come. Pure geometry in the units of the drawing; the table behind it has the same figures.

>>> plan = tuple(Decimal(10 * month) for month in range(1, 13))
>>> curve = scurve_of(plan, {1: Decimal(8), 2: Decimal(16)}, {}, None)
>>> curve.plan.split()[0], len(curve.plan.split()), curve.done.split()[-1], curve.fan
('108.0,246.0', 13, '206.7,221.5', '')
>>> [str(tick.value) for tick in curve.ticks]
['0', '50', '100', '150']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from tiaodu.engine.projects.curve import MONTHS
from tiaodu.engine.projects.fan import Fan

WIDTH, HEIGHT = 760, 280
_LEFT, _RIGHT, _TOP, _GROUND = 108, 700, 16, 246
_LINES = 4  # about so many lines across
_LEAST_APART = 18.0  # between two labels at the right


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across with its value, or a month with its number."""

    value: Decimal
    at: float


@dataclass(frozen=True, slots=True)
class Label:
    """A word at the end of a line; ``kind`` says which line."""

    kind: str
    value: Decimal
    y: float


@dataclass(frozen=True, slots=True)
class SCurve:
    """What a page needs to draw: points of lines, the outline of the fan, ticks, months, labels."""

    plan: str
    done: str
    paid: str
    fan: str  # outline of P10 to P90
    middle: str  # P50
    dots: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    months: tuple[Tick, ...]
    labels: tuple[Label, ...]

    width = WIDTH
    height = HEIGHT
    left = _LEFT
    right = _RIGHT
    ground = _GROUND
    tick_x = _LEFT - 8
    label_x = _RIGHT + 6
    month_y = _GROUND + 20


def scurve_of(
    plan: Sequence[Decimal], done: Mapping[int, Decimal], paid: Mapping[int, Decimal], fan: Fan | None
) -> SCurve:
    """The drawing of twelve planned figures, what was done and paid by month, and what may come."""
    highest = max(
        [*plan, *done.values(), *paid.values(), *([each.p90 for each in fan.ranges] if fan else [])]
    )
    step = _step(float(highest))
    top = step * max(1, ceil(float(highest) / step))
    scale = _Scale(top)
    dots = scale.points(done)
    last = (max(done), done[max(done)]) if done else (0, Decimal(0))
    return SCurve(
        plan=_line([scale.point(0, Decimal(0)), *scale.points(dict(enumerate(plan, start=1)))]),
        done=_line([scale.point(0, Decimal(0)), *dots]) if dots else "",
        paid=_line([scale.point(0, Decimal(0)), *scale.points(paid)]) if paid else "",
        fan=_outline(scale, last, fan) if fan else "",
        middle=_line([scale.point(*last), *(scale.point(m, fan.at(m).p50) for m in fan.months)])
        if fan
        else "",
        dots=tuple(dots),
        ticks=tuple(
            Tick(Decimal(str(n * step)).normalize() + 0, scale.y(n * step))
            for n in range(round(top / step) + 1)
        ),
        months=tuple(Tick(Decimal(month), scale.x(month)) for month in range(1, MONTHS + 1)),
        labels=_labels(scale, plan, done, fan),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    top: float

    def x(self, month: int) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * month / MONTHS, 1)

    def y(self, value: float) -> float:
        return round(_GROUND - (_GROUND - _TOP) * value / self.top, 1)

    def point(self, month: int, value: Decimal) -> tuple[float, float]:
        return self.x(month), self.y(float(value))

    def points(self, values: Mapping[int, Decimal]) -> list[tuple[float, float]]:
        return [self.point(month, values[month]) for month in sorted(values)]


def _outline(scale: _Scale, last: tuple[int, Decimal], fan: Fan) -> str:
    low = [scale.point(month, fan.at(month).p10) for month in fan.months]
    high = [scale.point(month, fan.at(month).p90) for month in fan.months]
    return _line([scale.point(*last), *high, *reversed(low)])


def _labels(
    scale: _Scale, plan: Sequence[Decimal], done: Mapping[int, Decimal], fan: Fan | None
) -> tuple[Label, ...]:
    """The words at the right end, pushed apart where they would lie on each other."""
    ends = [("plan", plan[-1])]
    if fan:
        ends += [("p90", fan.at(MONTHS).p90), ("p50", fan.at(MONTHS).p50), ("p10", fan.at(MONTHS).p10)]
    elif MONTHS in done:
        ends.append(("done", done[MONTHS]))
    found: list[Label] = []
    for kind, value in sorted(ends, key=lambda end: -end[1]):
        y = scale.y(float(value))
        found.append(Label(kind, value, max(y, found[-1].y + _LEAST_APART) if found else y))
    return tuple(found)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _step(span: float) -> float:
    """A round distance between lines: 1, 2 or 5 times a power of ten."""
    if span <= 0:
        return 1.0
    raw = span / _LINES
    power = 10.0 ** floor(log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)

"""The way to a target as a drawing: what is usual as a grey line, what was done in ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiaodu.foundation.evidence.chart import step_of
from tiaodu.rooms.returns.economy.ways import WayRow

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _GROUND = 96, 690, 20, 206


@dataclass(frozen=True, slots=True)
class WayPicture:
    """Points of the two lines, ticks (value, y) and months (name, x) in the units of the drawing."""

    plan: str
    done: str
    dots: Sequence[tuple[float, float]]
    ticks: Sequence[tuple[Decimal, float]]
    months: Sequence[tuple[int, float]]

    width = WIDTH
    height = HEIGHT
    left = _LEFT
    right = _RIGHT
    ground = _GROUND
    tick_x = _LEFT - 8
    month_y = HEIGHT - 12


def way_picture(rows: Sequence[WayRow]) -> WayPicture | None:
    """The drawing; None without anything planned."""
    top = max((float(max(row.planned, row.done or row.planned)) for row in rows), default=0.0)
    if top <= 0:
        return None
    step = step_of(top)
    lines = int(top / step) + (top % step > 0)
    high = lines * step

    def y(value: Decimal | float) -> float:
        return round(_GROUND - float(value) / high * (_GROUND - _TOP), 1)

    xs = [round(_LEFT + n * (_RIGHT - _LEFT) / max(1, len(rows) - 1), 1) for n in range(len(rows))]
    done = [(x, y(row.done)) for x, row in zip(xs, rows, strict=True) if row.done is not None]
    return WayPicture(
        plan=" ".join(f"{x},{y(row.planned)}" for x, row in zip(xs, rows, strict=True)),
        done=" ".join(f"{x},{at}" for x, at in done),
        dots=done,
        ticks=[(Decimal(str(n * step)), y(n * step)) for n in range(1, lines + 1)],
        months=[(row.month.start.month, x) for x, row in zip(xs, rows, strict=True)],
    )

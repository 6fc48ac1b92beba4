"""Two bands on one scale: the figure as things are, and with the changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tiaodu.rooms.outlook.what_if.lines import Line
from tiaodu.rooms.outlook.what_if.outcome import Side

WIDTH, LEFT, RIGHT, STEP, THICK = 220.0, 6.0, 214.0, 13.0, 8.0


@dataclass(frozen=True, slots=True)
class Bar:
    """P10 to P90 with the middle; ``kind`` names its colour."""

    kind: str
    x: float
    y: float
    length: float
    middle: float

    @property
    def centre(self) -> float:
        return self.y + THICK / 2


@dataclass(frozen=True, slots=True)
class Pair:
    """The picture of one line; ``told`` says it in words."""

    bars: Sequence[Bar]
    target: float | None
    told: str
    width: float = WIDTH

    @property
    def height(self) -> float:
        return STEP * len(self.bars) + 6


def pair_of(line: Line, sides: Sequence[tuple[str, Side]]) -> Pair | None:
    """The picture of a figure on several sides; None where none has a range."""
    known = [(kind, side) for kind, side in sides if side.p50 is not None]
    aim = line.asked[1] if line.asked else None
    figures = [x for _kind, side in known for x in (side.p10, side.p50, side.p90) if x is not None]
    if not figures:
        return None
    # A target far off would press the ranges together: it is then not drawn.
    width = max(figures) - min(figures)
    near = aim is not None and min(figures) - 3 * width <= aim <= max(figures) + 3 * width
    every = [*figures, *([aim] if near and aim is not None else [])]
    low, high = min(every), max(every)
    span = (high - low) or abs(high) * 0.1 or 1.0

    def at(value: float | None) -> float:
        return round(LEFT + ((value or 0.0) - low) / span * (RIGHT - LEFT), 1)

    bars = []
    for place, (kind, side) in enumerate(known):
        length = max(2.0, round(at(side.p90) - at(side.p10), 1))
        bars.append(Bar(kind, at(side.p10), 3 + STEP * place, length, at(side.p50)))
    words = _("P10 %(p10)s，P50 %(p50)s，P90 %(p90)s")
    told = " · ".join(
        words % {name: line.told(getattr(side, name)) for name in ("p10", "p50", "p90")} for _k, side in known
    )
    return Pair(bars, at(aim) if near else None, told)

"""Every chance of the person at one glance, for her first page: where they lie between 0 and 100 %."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tiaodu.rooms.outlook.selectors.rows import OutlookRow

WORST = 6  # promises told at once; the others are one click away
WIDTH, LEFT, RIGHT = 720.0, 12.0, 708.0
STEP, PLACES = 11.0, 50  # between dots that lie on each other; places between 0 and 100 %


@dataclass(frozen=True, slots=True)
class Dot:
    """One chance: where it lies, its light, what it is in words."""

    x: float
    y: float
    light: str
    words: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Dots over the line from 0 to 100 %, which is at the height ``line``."""

    dots: Sequence[Dot]
    line: float
    width: float = WIDTH


def place(chance: float) -> float:
    """Where a chance lies on the line."""
    return round(LEFT + chance * (RIGHT - LEFT), 1)


def strip_of(rows: Iterable[OutlookRow]) -> Strip | None:
    """The picture of the chances of rows; those nearly alike stand on each other. None without any."""
    stacks: dict[int, list[tuple[float, OutlookRow]]] = {}
    for row in rows:
        chance = row.outlook.chance
        if row.is_forecast and chance is not None:
            stacks.setdefault(round(chance * PLACES), []).append((chance, row))
    if not stacks:
        return None
    line = STEP * max(map(len, stacks.values())) + 6
    dots = [
        Dot(place(at / PLACES), round(line - STEP * (level + 0.5), 1), row.light, f"{row.name} {row.chance}")
        for at, stack in stacks.items()
        for level, (_chance, row) in enumerate(sorted(stack, key=lambda each: each[0]))
    ]
    return Strip(dots, line)

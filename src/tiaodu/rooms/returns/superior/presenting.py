"""A sheet of a form as a page shows it: its cells with what each asks for or was given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tiaodu.engine.returns.forms import address, open_places
from tiaodu.engine.tabular.grid import text_of
from tiaodu.rooms.returns.superior.blanks import Blank, Sheet
from tiaodu.rooms.returns.superior.cells import Asked, Naming, meant_words, series_words

SHOWN_ROWS, SHOWN_COLUMNS = 80, 30


@dataclass(frozen=True, slots=True)
class Box:
    """A cell on the page. ``state``: label, formula, open, suggested, asked, told, empty."""

    text: str
    at: str
    cell: str
    state: str
    across: int = 1
    down: int = 1
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet with its number."""

    number: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A sheet: the letters of its columns, its rows, whether there is more than is shown."""

    name: str
    letters: tuple[str, ...]
    lines: tuple[Line, ...]
    cut: bool


States = Mapping[str, tuple[str, str, str]]  # place: state, text, title


def pictures(blank: Blank, states: States) -> list[Picture]:
    """Every visible sheet; ``states`` say what is shown at places instead of the blank's own."""
    return [_picture(sheet, states) for sheet in blank.sheets]


def _picture(sheet: Sheet, states: States) -> Picture:
    grid = sheet.grid
    width = min(max(map(len, grid.rows), default=0), SHOWN_COLUMNS)
    height = min(len(grid.rows), SHOWN_ROWS)
    spans, covered = _spans(sheet, height, width)
    free = set(open_places(grid, sheet.formulas))
    lines = []
    for row in range(height):
        boxes = [
            _box(sheet, (row, column), free, states, spans.get((row, column), (1, 1)))
            for column in range(width)
            if (row, column) not in covered
        ]
        lines.append(Line(row + 1, tuple(boxes)))
    letters = tuple(address(0, column)[:-1] for column in range(width))
    cut = len(grid.rows) > height or max(map(len, grid.rows), default=0) > width
    return Picture(sheet.name, letters, tuple(lines), cut)


def _spans(
    sheet: Sheet, height: int, width: int
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Rows and columns of each merged cell, and the places it covers."""
    spans, covered = {}, set()
    for (top, left), (bottom, right) in sheet.grid.merged:
        down, across = min(bottom, height - 1) - top + 1, min(right, width - 1) - left + 1
        if down > 0 and across > 0:
            spans[top, left] = (down, across)
            inside = {(r, c) for r in range(top, top + down) for c in range(left, left + across)}
            covered |= inside - {(top, left)}
    return spans, covered


def _box(
    sheet: Sheet,
    place: tuple[int, int],
    free: Collection[tuple[int, int]],
    states: States,
    span: tuple[int, int],
) -> Box:
    row, column = place
    cells = sheet.grid.rows[row]
    written = text_of(cells[column]) if column < len(cells) else ""
    cell = address(row, column)
    at = f"{sheet.name}!{cell}"
    down, across = span
    if at in states:
        state, text, title = states[at]
        return Box(text, at, cell, state, across, down, title)
    state = "open" if place in free else "formula" if place in sheet.formulas else "label"
    return Box(written, at, cell, state, across, down)


def asked_states(cells: Mapping[str, Asked], suggested: Mapping[str, Asked], naming: Naming) -> States:
    """What each cell asks for, or seems to."""
    found = {at: ("suggested", "?", brief(cell, naming)) for at, cell in suggested.items()}
    found |= {at: ("asked", naming.measure(cell.measure), brief(cell, naming)) for at, cell in cells.items()}
    return found


def brief(cell: Asked, naming: Naming) -> str:
    """What a cell asks for, on one line."""
    told = (
        naming.measure(cell.measure),
        naming.who(cell.who),
        meant_words(cell),
        series_words(cell.series),
        cell.unit,
    )
    return " · ".join(told)


def told_states(told: list[dict[str, Any]], empty: list[dict[str, Any]]) -> States:
    """What each cell was given, or why it stayed empty."""
    found = {f"{row['sheet']}!{row['cell']}": ("told", row["value"], row["note"]) for row in told}
    found |= {f"{row['sheet']}!{row['cell']}": ("empty", "", row["why"]) for row in empty}
    return found

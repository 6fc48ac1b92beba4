"""The file a person handed in, given back with what is wrong marked at its place."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from tiaodu.engine.tabular.grid import Cell, Grid, text_of

_RED = "FFF4C7C3"
_FILL = PatternFill("solid", start_color=_RED, end_color=_RED)
_WIDEST = 60
_TALLEST = 409  # points of a row, limit of the format
MANY_CELLS = 300_000  # above this the file's own formats are not kept: opening it whole would take too long


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong with a row: ``reasons`` by column (from 0), and what no column is to blame for."""

    row: int
    reasons: Mapping[int, str]
    general: str = ""

    @property
    def words(self) -> str:
        """Everything that is wrong, on one line."""
        return "；".join([*self.reasons.values(), *([self.general] if self.general else [])])


def marked_copy(
    data: bytes, kind: str, grid: Grid, heading: int, marks: Sequence[Mark], *, title: str, author: str
) -> bytes:
    """An xlsx: wrong cells coloured with a comment, and the reasons of each row in the column ``title``.

    An xlsx keeps its sheets, formats and formulas; of another kind (or very large) the cells alone are
    written. The column is made behind the last one, or the one that is there already is written anew, so a
    file may go back and forth. A filter on the heading shows the marked rows alone.
    """
    keep = kind == "xlsx" and len(grid.rows) * max(map(len, grid.rows), default=1) <= MANY_CELLS
    book = openpyxl.load_workbook(io.BytesIO(data)) if keep else _book_of(grid)
    sheet = book[grid.name] if keep else book.worksheets[0]
    book.active = book.index(sheet)
    column = _column_of_reasons(sheet, heading + 1, title)
    for mark in marks:
        for place, reason in mark.reasons.items():
            _mark(sheet.cell(mark.row + 1, place + 1), reason, author)
        cell = sheet.cell(mark.row + 1, column)
        _text(cell, mark.words)
        cell.fill, cell.alignment = _FILL, Alignment(wrap_text=True, vertical="top")
    sheet.auto_filter.ref = f"A{heading + 1}:{get_column_letter(column)}{max(sheet.max_row, heading + 1)}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book_of(grid: Grid) -> Any:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = grid.name or "Sheet1"
    for number, row in enumerate(grid.rows, 1):
        for place, value in enumerate(row, 1):
            if isinstance(value, str):
                _text(sheet.cell(number, place), value)
            elif value is not None:
                sheet.cell(number, place).value = value
    return book


def _column_of_reasons(sheet: Any, heading: int, title: str) -> int:
    """The number of the column for reasons: the one that is there, emptied, or a new one at the end."""
    there = next((cell.column for cell in sheet[heading] if text_of(_plain(cell.value)) == title), None)
    if there is not None:
        _clear(sheet, heading, there)
        return int(there)
    column = sheet.max_column + 1
    head = sheet.cell(heading, column)
    before = sheet.cell(heading, max(1, column - 1))
    if before.has_style:
        head.font, head.border, head.alignment = (
            copy(before.font),
            copy(before.border),
            copy(before.alignment),
        )
    _text(head, title)
    head.font = Font(name=head.font.name, size=head.font.size, bold=True, color="FFB42318")
    sheet.column_dimensions[get_column_letter(column)].width = _WIDEST
    return int(column)


def _clear(sheet: Any, heading: int, column: int) -> None:
    """Takes our own marks of an earlier round away; a mended cell is no longer red."""
    for row in sheet.iter_rows(min_row=heading + 1):
        for cell in row:
            if isinstance(cell, MergedCell):
                continue
            if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb == _RED:
                cell.fill, cell.comment = PatternFill(), None
            if cell.column == column:
                cell.value = None


def _mark(cell: Any, reason: str, author: str) -> None:
    if isinstance(cell, MergedCell):
        return  # told in the column of reasons
    cell.fill = _FILL
    cell.comment = Comment(reason, author, height=min(_TALLEST, 80), width=260)


def _text(cell: Any, text: str) -> None:
    """A text that stays one, whatever it begins with."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32767]
    cell.data_type = "s"


def _plain(value: Any) -> Cell:
    return value if isinstance(value, (str, int, float)) else None

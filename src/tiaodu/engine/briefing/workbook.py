"""Writes Excel tables that look made by a person and in which no text of a user becomes a formula."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from tiaodu.engine.briefing.packing import repack

Cell = str | int | Decimal | float | date | bool | None
_BAD_NAME = re.compile(r"[\[\]:*?/\\']")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
ILLEGAL = ILLEGAL_CHARACTERS_RE
LONGEST = 32767  # characters in a cell, limit of the format
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADER = PatternFill("solid", start_color="1F4E79")
_BAND = PatternFill("solid", start_color="F2F2F2")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: header, format of its numbers or dates, greatest width in Latin characters."""

    header: str
    number_format: str | None = None
    widest: int = 48
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: a heading above it, the columns, the rows, and a remark below it."""

    name: str
    title: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def write_table(sheets: Sequence[Sheet], *, title: str, author: str, moment: datetime) -> bytes:
    """An xlsx with one table a sheet, ready to filter and to print on A4. Same content, same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    taken: set[str] = set()
    for sheet in sheets:
        _write(book.create_sheet(sheet_name(sheet.name, taken)), sheet)
    book.properties.title, book.properties.creator = title, author
    book.properties.lastModifiedBy = author
    buffer = io.BytesIO()
    book.save(buffer)
    return repack(buffer.getvalue(), moment)


def sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel accepts for a sheet, not yet in ``taken``, which then holds it."""
    base = _BAD_NAME.sub(" ", name).strip()[:28] or "Sheet"
    unique, number = base, 1
    while unique.lower() in taken:
        number += 1
        unique = f"{base} {number}"
    taken.add(unique.lower())
    return unique


def _write(target: Any, sheet: Sheet) -> None:
    last = get_column_letter(len(sheet.columns))
    target.append([sheet.title])
    target.merge_cells(f"A1:{last}1")
    target["A1"].font = Font(name="微软雅黑", size=15, bold=True)
    target["A1"].alignment = Alignment(horizontal="center", vertical="center")
    target.row_dimensions[1].height = 30
    for place, column in enumerate(sheet.columns, 1):
        _header(target.cell(2, place), column.header)
    for number, row in enumerate(sheet.rows, 3):
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True), 1):
            _cell(target.cell(number, place), value, column)
    if sheet.note:
        cell = target.cell(len(sheet.rows) + 4, 1)
        _put(cell, sheet.note)
        cell.font = Font(name="微软雅黑", size=9, color="595959")
    _fit(target, sheet)
    target.freeze_panes = "C3" if len(sheet.columns) > 4 else "A3"
    target.auto_filter.ref = f"A2:{last}{max(2, len(sheet.rows) + 2)}"
    _print_setup(target)


def _header(cell: Any, text: str) -> None:
    _put(cell, text)
    cell.font = Font(name="微软雅黑", size=10, bold=True, color="FFFFFF")
    cell.fill = _HEADER
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _cell(cell: Any, value: Cell, column: SheetColumn) -> None:
    _put(cell, value)
    cell.font = Font(name="微软雅黑", size=10)
    cell.border = _BORDER
    if cell.row % 2 == 0:
        cell.fill = _BAND
    number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    if column.number_format and not isinstance(value, str):
        cell.number_format = column.number_format
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    side = "right" if number and column.align == "left" else column.align
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def _put(cell: Any, value: Cell) -> None:
    """Write a value; a text is never taken for a formula, whatever it begins with."""
    if isinstance(value, str):
        text = ILLEGAL.sub("", value)[:LONGEST]
        cell.value = text
        cell.data_type = "s"
        if looks_like_formula(text):
            cell.quotePrefix = True
    else:
        cell.value = value


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text typed by hand for a formula."""
    return text.startswith(_FORMULA)


def _fit(target: Any, sheet: Sheet) -> None:
    for place, column in enumerate(sheet.columns):
        texts = [column.header, *(_shown(row[place]) for row in sheet.rows)]
        lines = [line for text in texts for line in text.split("\n")]
        width = max(text_width(line) for line in lines)
        target.column_dimensions[get_column_letter(place + 1)].width = min(column.widest, max(6, width + 2.5))


def _shown(value: Cell) -> str:
    return "" if value is None else str(value)


def text_width(text: str) -> int:
    """Columns a text takes: a Chinese character two, a Latin one one.

    >>> text_width("煤炭500万吨")
    11
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _print_setup(target: Any) -> None:
    target.page_setup.paperSize = target.PAPERSIZE_A4
    target.page_setup.orientation = "landscape"
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr.fitToPage = True
    target.print_title_rows = "2:2"
    target.page_margins.left = target.page_margins.right = 0.4
    target.oddFooter.center.text = "— &P / &N —"

"""A blank form with figures written into it: everything else of the file stays as it is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tiaodu.engine.briefing.workbook import sheet_name

_LONGEST = 800  # characters of a comment


@dataclass(frozen=True, slots=True)
class Put:
    """A figure for a cell (``B5`` of ``sheet``) and where it comes from, in words."""

    sheet: str
    cell: str
    value: Decimal
    comment: str


def formulas_of(data: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """The places (from 0) of the formulas of each sheet of an xlsx."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        sheet.title: frozenset(
            (row, column)
            for row, cells in enumerate(sheet.iter_rows())
            for column, cell in enumerate(cells)
            if cell.data_type == "f"
        )
        for sheet in book.worksheets
    }


def filled_copy(
    data: bytes,
    puts: Sequence[Put],
    *,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    author: str,
) -> bytes:
    """The form with its figures, a comment at each, and a sheet ``title`` (heads and rows) behind the others.

    An address in a row becomes a link. Pictures and charts of the blank are not kept.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    for put in puts:
        cell = book[put.sheet][put.cell]
        if isinstance(cell, MergedCell):
            continue
        whole = put.value == put.value.to_integral_value()
        cell.value = int(put.value) if whole else float(put.value)
        cell.comment = Comment(_clean(put.comment)[:_LONGEST], author, height=140, width=320)
    taken = {sheet.title for sheet in book.worksheets}
    told = book.create_sheet(sheet_name(title, taken))
    told.append([_clean(head) for head in heads])
    for cell in told[1]:
        font = copy(cell.font)
        cell.font = Font(name=font.name, size=font.size, bold=True)
    for row in rows:
        told.append([_clean(text) for text in row])
        for cell in told[told.max_row]:
            cell.data_type = "s"
            if str(cell.value).startswith(("http://", "https://")):
                cell.hyperlink = str(cell.value)
    for letter, width in zip("ABCDEFGHIJ", (10, 36, 16, 30, 12, 14, 30, 14, 44, 10), strict=True):
        told.column_dimensions[letter].width = width
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _clean(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)

"""A workbook → text: every sheet under its name, cells as they are shown, merged cells filled."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
import python_calamine

from tiaodu.engine.reading.intake.container import check_container
from tiaodu.engine.reading.intake.model import (
    DamagedError,
    EncryptedError,
    IntakeError,
    IntakeWarning,
    Limits,
    TooManyCellsError,
)
from tiaodu.engine.reading.intake.writing import TextWriter
from tiaodu.engine.reading.model import TableSpan

_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_DECIMALS = re.compile(r"\.(0+)")
_NOT_SHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
# What the libraries raise on parts that are missing or hold something else than their names say.
_BROKEN = (
    python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, IndexError,
    TypeError, AttributeError, SyntaxError, OSError,
)  # fmt: skip
_Range = tuple[tuple[int, int], tuple[int, int]]
_Result = tuple[str, tuple[TableSpan, ...], tuple[IntakeWarning, ...]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool
    rows: list[list[str]]
    merged: Sequence[_Range]


def read_workbook(data: bytes, kind: str, *, limits: Limits, filename: str) -> _Result:
    """Text, tables and warnings of an xlsx, xls, xlsb or ods.

    Raises DamagedError, EncryptedError, TooManyCellsError and the errors of the container.
    """
    if kind != "xls":
        check_container(data, limits=limits, filename=filename).close()
    try:
        layout = python_calamine.load_workbook(io.BytesIO(data))
        blank = 0
        if kind == "xlsx":
            sheets, blank = _shown(data, layout, limits, filename)
        else:
            sheets = [
                _stored(layout, meta, limits, filename) for meta in layout.sheets_metadata if _is_grid(meta)
            ]
    except python_calamine.PasswordError:
        raise EncryptedError(name=filename) from None
    except IntakeError:
        raise
    except _BROKEN:
        raise DamagedError(name=filename) from None
    except BaseException as panic:  # so the compiled reader gives up on records that lie about their length
        if type(panic).__name__ == "PanicException":
            raise DamagedError(name=filename) from None
        raise
    text, tables = _written(sheets)
    return text, tables, tuple(_reservations(sheets, blank))


def _is_grid(meta: Any) -> bool:
    return bool(meta.typ == python_calamine.SheetTypeEnum.WorkSheet)


def _reservations(sheets: Iterable[_Sheet], blank: int) -> Iterator[IntakeWarning]:
    for sheet in sheets:
        if sheet.hidden and sheet.rows:
            yield IntakeWarning("hidden_sheet", {"sheet": sheet.name})
    if blank:
        yield IntakeWarning("formula_without_value", {"count": str(blank)})


def _written(sheets: Sequence[_Sheet]) -> tuple[str, tuple[TableSpan, ...]]:
    writer = TextWriter()
    filled = [(sheet.name, rows) for sheet in sheets if any(map(any, rows := _filled(sheet)))]
    for name, rows in filled:
        if len(filled) > 1:  # an empty sheet beside the plan gives it no name
            writer.paragraph(name)
        _blocks(writer, rows)
    return writer.finish()


def _blocks(writer: TextWriter, rows: list[list[str]]) -> None:
    """Titles and notes (rows with one filled cell) are paragraphs; what stands between them is a table."""
    table: list[list[str]] = []
    width = max((sum(1 for cell in row if cell) for row in rows), default=0)
    for row in rows:
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and width > 1 and (not table or len(row) == 1):
            writer.table(table)
            table = []
            writer.paragraph(filled[0])
        else:
            table.append(row)
    writer.table(table)


def _filled(sheet: _Sheet) -> list[list[str]]:
    rows = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
            continue
        text = rows[top][left]
        others = any(cell for i, cell in enumerate(rows[top]) if not left <= i <= right)
        if top == bottom and not others:  # a title across the table is told once
            rows[top] = [text]
            continue
        for number in range(top, min(bottom, len(rows) - 1) + 1):
            row = rows[number]
            row.extend([""] * (min(right, 200) + 1 - len(row)))
            row[left : right + 1] = [text] * len(row[left : right + 1])
    return rows


def _shown(data: bytes, layout: Any, limits: Limits, filename: str) -> tuple[list[_Sheet], int]:
    """Cells of an xlsx as Excel shows them; the number of formulas without a stored result."""
    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    sheets, cells, blank = [], 0, 0
    try:
        for sheet in values.worksheets:
            sheet.reset_dimensions()
            rows = []
            for row in sheet.iter_rows():
                cells += len(row)
                if cells > limits.max_cells:
                    raise TooManyCellsError(name=filename, limit=str(limits.max_cells))
                rows.append(
                    [_cell_shown(cell.value, getattr(cell, "number_format", "General")) for cell in row]
                )
            blank += _unanswered(formulas[sheet.title], rows)
            merged = layout.get_sheet_by_name(sheet.title).merged_cell_ranges or ()
            sheets.append(_Sheet(sheet.title, sheet.sheet_state != "visible", _trimmed(rows), merged))
    finally:
        values.close()
        formulas.close()
    return sheets, blank


def _unanswered(sheet: Any, rows: list[list[str]]) -> int:
    sheet.reset_dimensions()
    count = 0
    for row, shown in zip(sheet.iter_rows(values_only=True), rows, strict=False):
        for formula, text in zip(row, shown, strict=False):
            count += not text and isinstance(formula, str) and formula.startswith("=")
    return count


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _stored(layout: Any, meta: Any, limits: Limits, filename: str) -> _Sheet:
    """Cells of an xls as they are stored: its reader does not give the format they are shown in."""
    sheet = layout.get_sheet_by_name(meta.name)
    if sheet.total_height * sheet.total_width > limits.max_cells * 4:
        raise TooManyCellsError(name=filename, limit=str(limits.max_cells))
    rows = [
        [_cell_shown(value, "General") for value in row] for row in sheet.to_python(skip_empty_area=False)
    ]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    return _Sheet(meta.name, hidden, _trimmed(rows), sheet.merged_cell_ranges or ())


def _cell_shown(value: Any, form: str) -> str:
    """The text of a cell: 0.065 in the format ``0.0%`` is 6.5%, a day is written 2024-03-31.

    >>> _cell_shown(0.065, "0.0%"), _cell_shown(18.88, '0.00"亿元"'), _cell_shown(500.0, "General")
    ('6.5%', '18.88亿元', '500')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (datetime, date, time, timedelta)):
        return _day_shown(value, form)
    if isinstance(value, (int, float)):
        return _number_shown(Decimal(str(value)), form or "General")
    return str(value)


def _day_shown(value: datetime | date | time | timedelta, form: str) -> str:
    if isinstance(value, (time, timedelta)):
        return str(value)
    plain = form.lower().replace('"', "").replace("\\", "")
    if "年" in plain and "d" not in plain:
        return f"{value.year}年{value.month}月"
    if re.fullmatch(r"(\[[^\]]*\])?(m+月(;@)?|yy(yy)?[-/.]m+(;@)?|mmm-yy)", plain):
        return f"{value.year}年{value.month}月"
    return value.strftime("%Y-%m-%d")


def _number_shown(value: Decimal, form: str) -> str:
    section = form.split(";", maxsplit=1)[0]
    literals = "".join(a or b for a, b in _LITERAL.findall(section))
    bare = _NOT_SHOWN.sub("", _LITERAL.sub("", section))
    percent = "%" in bare
    value = value * 100 if percent else value
    decimals = _DECIMALS.search(bare)
    if bare not in ("General", "@", "") and ("0" in bare or "#" in bare) and "E" not in bare.upper():
        value = value.quantize(Decimal(1).scaleb(-len(decimals[1]) if decimals else 0), ROUND_HALF_UP)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + ("%" if percent else "") + literals.strip()

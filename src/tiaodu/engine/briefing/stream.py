"""Writes one long Excel table row by row, with the look of :mod:`tiaodu.engine.briefing.workbook`.

Rows are taken one at a time and never held, so a table of a hundred thousand rows needs no more memory than
one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from tiaodu.engine.briefing.workbook import (
    ILLEGAL,
    LONGEST,
    Cell,
    SheetColumn,
    looks_like_formula,
    sheet_name,
    text_width,
)

_TEXT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_LINED = {**_TEXT, "border": 1, "border_color": "#BFBFBF", "text_wrap": True}
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {**_TEXT, "font_size": 15, "bold": True, "align": "center"},
    "head": {**_LINED, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "align": "center"},
    "text": _LINED,
    "formula": {**_LINED, "quote_prefix": True},
    "number": {**_LINED, "align": "right"},
    "day": {**_LINED, "num_format": "yyyy-mm-dd"},
    "moment": {**_LINED, "num_format": "yyyy-mm-dd hh:mm"},
    "note": {**_TEXT, "font_size": 9, "font_color": "#595959"},
}
_MEASURED = 300  # rows that decide how wide the columns are
_MOST_ROWS = 1_048_576 - 4  # of a sheet, less title, head and note


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows come one by one: heading above, columns, remark below."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


def write_stream(table: Table, file: IO[bytes], *, author: str, moment: datetime) -> int:
    """Write ``table`` as an xlsx into ``file``; returns the number of rows.

    Raises ValueError when there are more rows than a sheet holds.
    """
    # Nothing a person typed becomes a formula or a link.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    created = moment.replace(tzinfo=None)
    book.set_properties({"title": table.title, "author": author, "created": created})
    sheet = book.add_worksheet(sheet_name(table.title, set()))
    writer = _Writer(sheet, {name: book.add_format(dict(form)) for name, form in _FORMATS.items()})
    count = writer.write(table)
    book.close()
    return count


class _Writer:
    """One sheet being written; remembers how wide its columns must be."""

    def __init__(self, sheet: Any, formats: Mapping[str, Any]) -> None:
        self.sheet, self.formats = sheet, formats

    def write(self, table: Table) -> int:
        columns, last = table.columns, len(table.columns) - 1
        widths = [text_width(column.header) for column in columns]
        self.sheet.set_row(0, 30)
        if last:
            self.sheet.merge_range(0, 0, 0, last, table.title, self.formats["title"])
        else:
            self.sheet.write_string(0, 0, table.title, self.formats["title"])
        for place, column in enumerate(columns):
            self.sheet.write_string(1, place, column.header, self.formats["head"])
        count = 0
        for count, row in enumerate(table.rows, 1):
            if count > _MOST_ROWS:
                raise ValueError(f"more than {_MOST_ROWS} rows")
            for place, value in enumerate(row):
                shown = self._cell(count + 1, place, value)
                if count <= _MEASURED:
                    widths[place] = max(widths[place], *map(text_width, shown.split("\n")))
        if table.note:
            self.sheet.write_string(count + 3, 0, table.note, self.formats["note"])
        self._finish(columns, widths, count)
        return count

    def _cell(self, row: int, place: int, value: Cell) -> str:
        """Write a value; gives it back as it is shown."""
        sheet, formats = self.sheet, self.formats
        if value is None:
            sheet.write_blank(row, place, None, formats["text"])
            return ""
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value, formats["text"])
        elif isinstance(value, (int, float, Decimal)):
            sheet.write_number(row, place, value, formats["number"])
        elif isinstance(value, date):
            form = "moment" if isinstance(value, datetime) else "day"
            sheet.write_datetime(row, place, value, formats[form])
            return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()
        else:
            text = ILLEGAL.sub("", value)[:LONGEST]
            sheet.write_string(row, place, text, formats["formula" if looks_like_formula(text) else "text"])
            return text
        return str(value)

    def _finish(self, columns: Sequence[SheetColumn], widths: Sequence[int], count: int) -> None:
        sheet, last = self.sheet, len(columns) - 1
        for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(place, place, min(column.widest, max(6, width + 2.5)))
        sheet.freeze_panes(2, 2 if last >= 4 else 0)
        sheet.autofilter(1, 0, max(1, count + 1), last)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_margins(left=0.4, right=0.4)
        sheet.set_footer("&C— &P / &N —")

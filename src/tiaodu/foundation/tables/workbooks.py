"""A table as an Excel file, and an Excel file as the cells of a form: what is read is shown, never stored."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final

import python_calamine
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.briefing.workbook import Cell, Sheet, SheetColumn, write_table
from tiaodu.engine.reading.intake import IntakeError
from tiaodu.engine.reading.intake.container import check_container
from tiaodu.engine.reading.intake.model import Limits
from tiaodu.foundation import clock
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.tables.cells import as_chosen, shown, written
from tiaodu.foundation.tables.declaring import Column, Table
from tiaodu.foundation.tables.drafts import MOST_ROWS, too_many
from tiaodu.foundation.tables.fields import Cells
from tiaodu.foundation.tables.overview import confidence_words
from tiaodu.foundation.tables.selectors import TableData

MOST_BYTES: Final = 5_000_000
_UNIT: Final = re.compile(r"[（(][^（）()]*[）)]$")
_ZIP: Final = b"PK"


def workbook(data: TableData, author: str) -> bytes:
    """The content of a table: rows under the titles of their columns, or one value a line."""
    table = data.table
    if table.has_rows:
        columns = [SheetColumn(_titled(column)) for column in table.columns]
        rows = [[_cell(row[c.key], c) for c in table.columns] for row in data.rows]
    else:
        columns = [SheetColumn(title) for title in (_("名称"), _("值"), _("单位"), _("说明"))]
        rows = [
            [str(c.title), _cell(data.body[c.key], c), str(c.unit), str(c.help)] for c in table.columns
        ]  # fmt: skip
    sheet = Sheet(str(table.title)[:28], str(table.title), columns, rows, _note(data))
    moment = datetime.combine(clock.today(), time(), clock.CHINA)
    return write_table([sheet], title=str(table.title), author=author, moment=moment)


def _titled(column: Column) -> str:
    return f"{column.title}（{column.unit}）" if column.unit else str(column.title)


def _cell(value: Any, column: Column) -> Cell:
    if isinstance(value, (bool, str, tuple)) or value is None:
        return shown(value, column.words) or None
    return value if isinstance(value, Decimal) or not isinstance(value, float) else Decimal(repr(value))


def _note(data: TableData) -> str:
    parts = [
        _("自 %(day)s 起") % {"day": data.valid_from.isoformat()},
        _("依据：%(source)s") % {"source": data.source},
        confidence_words(data.confidence),
        data.code,
    ]
    return "；".join(parts)


def read_workbook(table: Table, content: bytes, name: str) -> list[Cells]:
    """The rows of the first sheet as typed cells, from the row that bears the titles to the first empty one.

    Invalid for a file that is no workbook, too large, or bears none of the titles.
    """
    grid = _grid(content, name)
    start, places = _head(table, grid)
    found: list[Cells] = []
    for row in grid[start + 1 :]:
        if not any(_filled(cell) for cell in row):
            break
        found.append({key: _typed(row, place) for key, place in places.items()})
    if len(found) > MOST_ROWS:
        raise Invalid(too_many())
    if not found:
        raise Invalid(_("“%(name)s”的标题下面没有内容。") % {"name": name})
    rows = found if table.has_rows else [_record(table, found, name)]
    return [{key: _as_chosen(table, key, typed) for key, typed in cells.items()} for cells in rows]


def _as_chosen(table: Table, key: str, typed: str) -> str:
    """A cell as its field holds it; what stands beside the lines of a record is no cell."""
    return as_chosen(table.shapes[key], typed, table.column(key).words) if key in table.shapes else typed


def _grid(content: bytes, name: str) -> Sequence[Sequence[Any]]:
    if len(content) > MOST_BYTES:
        raise Invalid(_("“%(name)s”太大：参数表的文件最多 5 MB。") % {"name": name})
    try:
        if content.startswith(_ZIP):
            check_container(content, limits=Limits.standard(), filename=name).close()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        grid: Sequence[Sequence[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except IntakeError as error:
        raise Invalid(error.message(get_language() or "zh")) from None
    except Exception as error:
        raise _unreadable(name) from error
    except BaseException as panic:  # so the compiled reader gives up on records that lie about their length
        if type(panic).__name__ == "PanicException":
            raise _unreadable(name) from None
        raise
    return grid


def _unreadable(name: str) -> Invalid:
    return Invalid(_("“%(name)s”读不出来。请用 Excel（xlsx、xls）或 WPS 表格保存后再导入。") % {"name": name})


def _head(table: Table, grid: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """The row with the titles and where each column stands in it."""
    wanted = _titles(table)
    needed = [key for key in wanted.values() if not (table.has_rows and table.is_optional(key))]
    best: dict[str, int] = {}
    for number, row in enumerate(grid[:30]):
        named = ((n, _key(wanted, cell)) for n, cell in enumerate(row))
        places = {key: n for n, key in named if key}
        if set(needed) <= places.keys():
            return number, places
        best = max(best, places, key=len)
    lacking = [title for title, key in wanted.items() if key in needed and key not in best]
    titles = "、".join(title for title in lacking if title not in table.shapes)
    raise Invalid(_("没有找到这些标题：%(titles)s。请用“导出 Excel”的表样填写。") % {"titles": titles})


def _titles(table: Table) -> dict[str, str]:
    """Each title a column may bear, and its key; a record has the two columns of its lines."""
    if not table.has_rows:
        return {_("名称"): "item", _("值"): "value"}
    return {str(c.title): c.key for c in table.columns} | {c.key: c.key for c in table.columns}


def _key(wanted: Mapping[str, str], cell: Any) -> str:
    """The key of the column with this title, with its unit behind it or without."""
    text = str(cell or "").strip()
    return wanted.get(text) or wanted.get(_UNIT.sub("", text).strip(), "")


def _typed(row: Sequence[Any], place: int) -> str:
    return written(row[place]) if place < len(row) else ""


def _filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _record(table: Table, lines: Sequence[Mapping[str, str]], name: str) -> Cells:
    """The lines of a record as its one row."""
    keys = {str(c.title): c.key for c in table.columns} | {c.key: c.key for c in table.columns}
    record = dict.fromkeys(table.shapes, "") | {
        key: line["value"] for line in lines if (key := _key(keys, line["item"]))
    }
    if not any(record.values()):
        raise Invalid(_("“%(name)s”里没有这张表的项目。") % {"name": name})
    return record

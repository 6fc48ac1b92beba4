"""The body of a table: read from rows of raw cells, checked as a whole, kept, shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation.tables.cells import CellError, frozen, kept, read_cell, shown, written
from tiaodu.foundation.tables.declaring import Body, Fault, Table

Row = Mapping[str, Any]


def rows_of(body: Body) -> list[Row]:
    """The rows of a body; a record is one row."""
    return [body] if isinstance(body, Mapping) else list(body)


def read_body(table: Table, raw: Any) -> tuple[Body, list[Fault]]:
    """A body from raw cells (typed text, cells of Excel, what the database keeps) and all that is wrong.

    Every row gets every column, None where an optional one is empty. The body is only good when there is no
    fault.
    """
    if not _has_form(table, raw):
        return [], [Fault(None, "", _("表的内容不是这张表的样子。"))]
    rows, faults = [], []
    for number, cells in enumerate(rows_of(raw)):
        row, wrong = _read_row(table, number, cells)
        rows.append(row)
        faults += wrong
    body: Body = rows if table.has_rows else rows[0]
    faults += [] if faults else list(faults_of(table, body))
    return body, faults


def _has_form(table: Table, raw: Any) -> bool:
    rows = raw if table.has_rows else [raw]
    if isinstance(rows, (str, Mapping)) or not isinstance(rows, Sequence):
        return False
    return all(isinstance(row, Mapping) for row in rows)


def _read_row(table: Table, number: int, cells: Row) -> tuple[Row, list[Fault]]:
    row: dict[str, Any] = {}
    faults = [
        Fault(number, "", _("没有“%(column)s”这一栏。") % {"column": key})
        for key in cells
        if key not in table.shapes
    ]
    for column in table.columns:
        shape, optional = table.shapes[column.key], table.is_optional(column.key)
        try:
            row[column.key] = read_cell(shape, cells.get(column.key), optional=optional, words=column.words)
        except CellError as error:
            row[column.key] = None
            faults.append(Fault(number, column.key, str(error), error.at))
    return row, faults


def faults_of(table: Table, body: Body) -> Iterator[Fault]:
    """What is wrong with a body whose cells are right: no row, a row twice, what the table itself checks."""
    if table.has_rows and not body and not table.may_be_empty:
        yield Fault(None, "", _("至少要有一行。"))
    yield from _doubles(table, rows_of(body))
    if table.check is not None:
        yield from table.check(body)


def _doubles(table: Table, rows: Sequence[Row]) -> Iterator[Fault]:
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        key = key_of(table, row)
        if key and seen.setdefault(key, number) != number:
            told = {"name": row_name(table, row), "row": seen[key] + 1}
            yield Fault(number, table.key[0], _("“%(name)s”与第 %(row)s 行重复。") % told)


def key_of(table: Table, row: Row) -> tuple[Any, ...]:
    """What tells a row from another; empty where a table names no key."""
    return tuple(row[key] for key in table.key)


def row_name(table: Table, row: Row) -> str:
    """A row by its key, in words."""
    return " ".join(filter(None, (shown(row[key], table.column(key).words) for key in table.key)))


def to_keep(body: Body) -> Any:
    """A body as the database keeps it; an optional cell left empty is left out."""
    rows = [{key: kept(value) for key, value in row.items() if value is not None} for row in rows_of(body)]
    return rows[0] if isinstance(body, Mapping) else rows


def to_type(table: Table, body: Body) -> list[dict[str, str]]:
    """A body as the fields of a form hold it."""
    return [{c.key: written(row.get(c.key)) for c in table.columns} for row in rows_of(body)]


def sealed(body: Body) -> tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]:
    """A body that nobody changes by accident: (the record, the rows); one of them is empty."""
    rows = tuple(MappingProxyType({k: frozen(v) for k, v in row.items()}) for row in rows_of(body))
    return (rows[0], ()) if isinstance(body, Mapping) else (MappingProxyType({}), rows)

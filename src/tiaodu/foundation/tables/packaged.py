"""What the package itself says: the file of a declared table, read once and checked at start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from tiaodu.engine.kernel.datafile import DataFileError, Record, parse_datafile, with_head
from tiaodu.foundation.tables.bodies import faults_of, rows_of
from tiaodu.foundation.tables.declaring import Body, Table, declared

ROWS = "rows"


@dataclass(frozen=True, eq=False)
class Content:
    """A body with the head that says since when, whence and how sure."""

    body: Body
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str

    def covers(self, day: date) -> bool:
        """Whether it is meant for ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def file_shape(table: Table) -> Record:
    """The shape of a table's whole file: the head every data file bears, and the body."""
    if table.form is not None:
        return table.form.shape
    if table.has_rows:
        return with_head({ROWS: table.shape})
    headed = with_head(table.row_shape.required)
    return Record(headed.required, {**headed.optional, **table.row_shape.optional})


@lru_cache(maxsize=256)
def packaged(table: Table) -> Content | None:
    """The packaged content of a table; None when the package has none.

    Raises :class:`DataFileError` for a damaged file.
    """
    if not table.packaged:
        return None
    try:
        text = (resources.files("tiaodu.data") / table.packaged).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataFileError(table.packaged, 1, "", "no such file", "a file of the package") from None
    except UnicodeDecodeError:
        raise DataFileError(table.packaged, 1, "", "bytes that are not UTF-8", "a text in UTF-8") from None
    return content_of(table, text)


def content_of(table: Table, text: str) -> Content:
    """The content of a file's text. Raises :class:`DataFileError`, naming line and what is accepted."""
    found: dict[str, Any] = parse_datafile(text, file_shape(table), name=table.packaged)
    if found["code"] != table.code:
        raise DataFileError(table.packaged, 1, "code", found["code"], table.code)
    rows = [{key: row.get(key) for key in table.shapes} for row in rows_of(_raw(table, found))]
    body: Body = rows if table.has_rows else rows[0]
    for fault in faults_of(table, body):
        place = f"rows[{fault.row}].{fault.column}".rstrip(".") if fault.row is not None else ROWS
        line = _line(text, fault.row, table.form.rows if table.form else ROWS)
        raise DataFileError(table.packaged, line, place, fault.message, "a body that fits")
    return Content(
        body,
        found.get("unit", ""),
        found["valid_from"],
        found.get("valid_to"),
        found["source"],
        found["confidence"],
    )


def _raw(table: Table, found: Mapping[str, Any]) -> Any:
    """The cells of the body in what was read of a file."""
    if table.form is None:
        return found[ROWS] if table.has_rows else {key: found[key] for key in table.shapes if key in found}
    try:
        return table.form.take(found)
    except ValueError as error:
        raise DataFileError(table.packaged, 1, table.form.rows, str(error), "what a row can hold") from None


def _line(text: str, row: int | None, rows: str) -> int:
    """The line where the numbered row begins; the first line where that cannot be told."""
    import yaml  # noqa: PLC0415  only for a file that is wrong

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root: Any = yaml.compose(text, Loader=loader)
    found: Mapping[str, Any] = {key.value: value for key, value in root.value}
    if row is None or rows not in found:
        return 1
    return int(found[rows].value[row].start_mark.line) + 1


def file_faults() -> Iterator[tuple[Table, str]]:
    """Every declared table whose packaged file is damaged, with what is wrong and where."""
    for table in declared():
        try:
            packaged(table)
        except DataFileError as error:
            yield table, str(error)

"""Reads of versioned tables: what holds in a region on a day.

The semantics, the same everywhere:

- A county's version holds only once a second person has confirmed it, and only for days from its
  ``valid_from`` up to its ``valid_to``. Of several, the nearest region's wins; there the one whose validity
  began last (a change foreseen for September is not undone by one made in July); of two that began on one day
  the one confirmed later. After its ``valid_to`` the one before it holds again, or the package's.
- ``day`` is also the day of knowledge: on a replayed day a version that was confirmed later is not known,
  even where its validity reaches back.
- The package's content holds where no county's does, within its own validity, and is known on every day.
- Content that is not sure (``memory-unsure``) holds for nobody: whoever asks is told who must supply it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables import blocked
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.foundation.tables.bodies import key_of, read_body, row_name, sealed
from tiaodu.foundation.tables.declaring import PART_CONFIDENCE, ROW_CONFIDENCE, Table, find
from tiaodu.foundation.tables.heads import Head, holding, version_of
from tiaodu.foundation.tables.models import Confidence, Version
from tiaodu.foundation.tables.packaged import Content, packaged

__all__ = ["Blocked", "TableData", "content_on", "data_of", "table", "table_or_none"]

PACKAGE, COUNTY = "package", "county"


@dataclass(frozen=True, eq=False)
class TableData:
    """What a table holds on a day.

    ``body`` is the record, ``rows`` are the rows (the other one is empty); ``origin`` is ``package`` or
    ``county``, ``version_id`` and ``number`` name the county's version. Ask for ``row(key)`` and
    ``value(column)`` rather than for the mapping: they refuse with a message where a value is missing.
    """

    table: Table
    body: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str
    version_id: int | None = None
    number: int | None = None
    origin: str = PACKAGE

    @property
    def code(self) -> str:
        return self.table.code

    @property
    def is_unsure(self) -> bool:
        """Whether nobody has confirmed it, so that it holds for nobody."""
        return self.confidence == Confidence.MEMORY_UNSURE

    @property
    def unsure_rows(self) -> list[Mapping[str, Any]]:
        """The rows that block whoever asks for them."""
        return [row for row in self.rows if self._is_unsure(row)]

    def _is_unsure(self, row: Mapping[str, Any]) -> bool:
        return self.table.bears_confidence and row[ROW_CONFIDENCE] == Confidence.MEMORY_UNSURE

    @property
    def partly_unsure_rows(self) -> list[Mapping[str, Any]]:
        """The rows of which a part (``…_confidence``) is not sure: that part is shown and never counted."""
        parts = [key for key in self.table.shapes if key.endswith(PART_CONFIDENCE)]
        return [row for row in self.rows if any(row[key] == Confidence.MEMORY_UNSURE for key in parts)]

    def row(self, *key: Any) -> Mapping[str, Any]:
        """The row with this key. Blocked when there is none, or when it is not sure."""
        found = next((row for row in self.rows if key_of(self.table, row) == key), None)
        if found is None:
            raise blocked.row_missing(self.table, " ".join(map(str, key)))
        if self._is_unsure(found):
            raise blocked.row_unconfirmed(self.table, row_name(self.table, found))
        return found

    def row_or_none(self, *key: Any) -> Mapping[str, Any] | None:
        """The row with this key if it is there and sure."""
        try:
            return self.row(*key)
        except Blocked:
            return None

    def value(self, column: str, *key: Any) -> Any:
        """A value of the record, or of the row with this key. Blocked when it was left empty."""
        row = self.row(*key) if self.table.has_rows else self.body
        if row[column] is None:
            named = row_name(self.table, row) if self.table.has_rows else str(self.table)
            raise blocked.cell_missing(self.table, named, self.table.column(column).title)
        return row[column]


def table(code: str, *, region: Region | None, day: date | None = None) -> TableData:
    """What a declared table holds in ``region`` on ``day`` (today when not given).

    Raises :class:`Blocked` when nothing is valid or what is valid is not confirmed, KeyError for a table that
    nobody declares. One query a request, however many tables are asked for.
    """
    day = day or clock.today()
    found = content_on(_declared(code), region, day, known=min(day, clock.today()))
    if found is None:
        raise blocked.nothing_valid(_declared(code), day)
    if found.is_unsure:
        raise blocked.unconfirmed(found.table, found.source)
    return found


def table_or_none(code: str, *, region: Region | None, day: date | None = None) -> TableData | None:
    """The same; None where :func:`table` refuses."""
    try:
        return table(code, region=region, day=day)
    except Blocked:
        return None


def _declared(code: str) -> Table:
    found = find(code)
    if found is None:
        raise KeyError(f"no table {code} is declared")
    return found


def content_on(table: Table, region: Region | None, day: date, *, known: date) -> TableData | None:
    """What holds on ``day`` by what was confirmed up to ``known``, sure or not; None for nothing.

    Blocked where what is kept cannot be read.
    """
    head = holding(table.code, region, day, known)
    if head is not None:
        return _of_county(table, head)
    try:
        content = packaged(table)
    except DataFileError as error:
        raise blocked.damaged(table, error) from None
    return _of_package(table, content) if content is not None and content.covers(day) else None


@lru_cache(maxsize=256)
def _of_package(table: Table, content: Content) -> TableData:
    body, rows = sealed(content.body)
    return TableData(
        table,
        body,
        rows,
        content.unit,
        content.valid_from,
        content.valid_to,
        content.source,
        content.confidence,
    )


@lru_cache(maxsize=512)
def _of_county(table: Table, head: Head) -> TableData:
    return data_of(table, version_of(head))


def data_of(table: Table, version: Version) -> TableData:
    """The content of one version, whether it holds or not. Blocked where it does not fit the table now."""
    read, faults = read_body(table, version.body)
    if faults:
        raise blocked.outgrown(table, version.number, faults[0].message)
    body, rows = sealed(read)
    return TableData(
        table,
        body,
        rows,
        version.unit,
        version.valid_from,
        version.valid_to,
        version.source,
        version.confidence,
        version_id=version.pk,
        number=version.number,
        origin=COUNTY,
    )

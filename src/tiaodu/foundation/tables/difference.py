"""What changes from one body of a table to another, cell by cell and row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from tiaodu.foundation.tables.bodies import Row, key_of, row_name, rows_of
from tiaodu.foundation.tables.cells import shown
from tiaodu.foundation.tables.declaring import Body, Column, Table

ADDED, REMOVED, CHANGED, KEPT = "added", "removed", "changed", "kept"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell before and after, in words; equal where it did not change."""

    column: Column
    old: str
    new: str

    @property
    def changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed, changed or kept; ``moved``: it stands elsewhere among the others."""

    kind: str
    name: str
    cells: tuple[CellChange, ...]
    moved: bool = False

    @property
    def words(self) -> str:
        """The row by its brief columns, as it is or was."""
        told = [cell.new or cell.old for cell in self.cells if cell.column.brief]
        return " ".join(filter(None, told)) or self.name

    @property
    def changed_cells(self) -> list[CellChange]:
        return [cell for cell in self.cells if cell.changed]


@dataclass(frozen=True, slots=True)
class Difference:
    """All rows of both bodies in the order of the new one."""

    rows: tuple[RowChange, ...]

    def _count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)

    @property
    def added(self) -> int:
        return self._count(ADDED)

    @property
    def removed(self) -> int:
        return self._count(REMOVED)

    @property
    def altered(self) -> int:
        """Rows with another value in some cell; one that only moved is none."""
        return self._count(CHANGED)

    @property
    def kept(self) -> int:
        return self._count(KEPT)

    @property
    def any(self) -> bool:
        return any(row.kind != KEPT or row.moved for row in self.rows)

    @property
    def changed_rows(self) -> list[RowChange]:
        return [row for row in self.rows if row.kind != KEPT or row.moved]

    @property
    def kept_rows(self) -> list[RowChange]:
        return [row for row in self.rows if row.kind == KEPT and not row.moved]


Pair = tuple[Row | None, Row | None, bool]  # old, new, moved


def difference(table: Table, old: Body | None, new: Body | None) -> Difference:
    """From ``old`` to ``new``; None is a table that held nothing."""
    before = rows_of(old) if old is not None else []
    after = rows_of(new) if new is not None else []
    if not table.has_rows:
        pairs: Iterator[Pair] = iter([(before[0] if before else None, after[0] if after else None, False)])
    elif table.key:
        pairs = _by_key(table, before, after)
    else:
        pairs = _by_content(before, after)
    return Difference(tuple(_change(table, *pair) for pair in pairs))


def _change(table: Table, old: Row | None, new: Row | None, moved: bool) -> RowChange:  # noqa: FBT001
    cells = tuple(
        CellChange(c, _shown(old, c), _shown(new, c)) for c in table.columns
    )  # fmt: skip
    if old is None or new is None:
        kind = ADDED if old is None else REMOVED
    else:
        kind = CHANGED if any(cell.changed for cell in cells) else KEPT
    return RowChange(kind, row_name(table, new or old or {}) if table.key else "", cells, moved)


def _shown(row: Row | None, column: Column) -> str:
    return shown(row.get(column.key), column.words) if row is not None else ""


def _by_key(table: Table, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Pair]:
    """Rows of one key are one row. A removed row stands where it stood; a moved one where it went."""
    old = {key_of(table, row): row for row in before}
    new = {key_of(table, row): row for row in after}
    stayed = _in_order([key for key in old if key in new], [key for key in new if key in old])
    behind: dict[Any, list[Row]] = {}
    last: Any = None
    for key, row in old.items():
        if key not in new:
            behind.setdefault(last, []).append(row)
        elif key in stayed:
            last = key
    yield from ((row, None, False) for row in behind.get(None, ()))
    for key, row in new.items():
        yield old.get(key), row, key in old and key not in stayed
        yield from ((gone, None, False) for gone in behind.get(key, ()))


def _in_order(old: Sequence[Any], new: Sequence[Any]) -> set[Any]:
    """What did not move: the keys of the longest runs that both orders share."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in old[block.a : block.a + block.size]}


def _by_content(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Pair]:
    """Without a key equal rows are one row; what stands at the place of a removed row is its change."""
    old, new = [_whole(row) for row in before], [_whole(row) for row in after]
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = list(before[i1:i2]), list(after[j1:j2])
        paired = min(len(gone), len(come)) if verb != "equal" else len(gone)
        yield from ((a, b, False) for a, b in zip(gone[:paired], come[:paired], strict=True))
        yield from ((row, None, False) for row in gone[paired:])
        yield from ((None, row, False) for row in come[paired:])


def _whole(row: Row) -> str:
    return repr(sorted((key, str(value)) for key, value in row.items()))

"""Declaring a versioned table: what a room says once about a threshold, a tariff, a list of rules.

The shape of the body is a shape of ``engine.kernel.datafile``. ``Record`` is a body of named values,
``ListOf(Record(…))`` are rows. The same shape reads the packaged file, the form in the browser, an Excel
file and what the database keeps::

    declare(
        Table(
            code="ledger.standing",
            title=_("任务亮灯的天数"),
            packaged="ledger/standing.yaml",
            shape=Record({"due_soon_days": Integer(0, 366)}),
            columns=(Column("due_soon_days", _("临期"), unit=_("天")),),
            supplier=_("工信局"),
            affects=_("台账的灯"),
        )
    )
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tiaodu.engine.kernel.datafile import HEAD, Choice, ListOf, Record, Shape
from tiaodu.foundation.tables.cells import CELLS, Label

if TYPE_CHECKING:
    from tiaodu.foundation.registry.models import Region

CODE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
# A column of this name may hold how sure a row is; a row that is not sure blocks only what asks for it.
ROW_CONFIDENCE: Final = "confidence"
# A column whose name ends so says how sure a part of its row is.
PART_CONFIDENCE: Final = f"_{ROW_CONFIDENCE}"
WIDE: Final = 12  # columns from which a row is a section of its own rather than a line
NOTHING: Final[Mapping[str, Label]] = MappingProxyType({})

Body = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """The words of one value: its name, unit and what it means; ``words`` names the values of a choice.

    In a table of many columns those of one ``group`` stand together, and the ``brief`` ones tell a row that
    is folded.
    """

    key: str
    title: Label
    unit: Label = ""
    help: Label = ""
    words: Mapping[str, Label] = field(default_factory=lambda: NOTHING)
    wide: bool = False
    group: Label = ""
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a body: the row (None: the whole), the column (empty: the row), in words."""

    row: int | None
    column: str
    message: str
    at: tuple[int, int] | None = None  # characters of an expression


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a packaged file is written where it does not hold the body itself.

    ``shape`` is of the whole file with its head, ``rows`` the field whose entries become the rows, in their
    order; ``take`` gives the body from what was read, or raises ValueError where it cannot.
    """

    shape: Record
    rows: str
    take: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Table:
    """A versioned table.

    ``packaged`` is the path of its file inside ``tiaodu.data``; empty when the package has no value and a
    county must give one. ``supplier`` says who must supply what is missing, ``affects`` which function stands
    still meanwhile. ``key`` names the columns that tell one row from another. ``check`` looks at a whole body
    of the right shape (rows that must ascend, shares that must add up) wherever one is read: a packaged file
    too, which belongs to no region. What a body must fit in a county (its other tables, what it holds) is for
    ``check_in``, asked with region and first day of validity when a version is proposed and again when it is
    confirmed. ``propose`` and ``confirm`` are permissions narrower than the general ones. ``form`` tells how
    the file is written where it is nested.
    """

    code: str
    title: Label
    packaged: str
    shape: Record | ListOf
    columns: Sequence[Column]
    supplier: Label
    affects: Label
    about: Label = ""
    key: Sequence[str] = ()
    check: Callable[[Any], Iterable[Fault]] | None = None
    check_in: Callable[[Region, date, Any], Iterable[Fault]] | None = None
    propose: str = "tables.propose"
    confirm: str = "tables.confirm"
    form: FileForm | None = None

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise TypeError(f"{self.code}: the code of a table is room.name")
        named = [column.key for column in self.columns]
        if set(named) != set(self.shapes) or len(named) != len(set(named)):
            raise TypeError(f"{self.code}: the columns are {named}, the shape has {list(self.shapes)}")
        strange = [key for key, shape in self.shapes.items() if not isinstance(shape, CELLS)]
        strange += [key for key in self.shapes if key in HEAD and not self.has_rows]
        if strange or not set(self.key) <= set(named):
            raise TypeError(f"{self.code}: {strange or list(self.key)} cannot be a cell or a key")

    @property
    def has_rows(self) -> bool:
        """Whether the body is rows; otherwise it is one record of named values."""
        return isinstance(self.shape, ListOf)

    @property
    def row_shape(self) -> Record:
        """The shape of one row, or of the record."""
        found = self.shape.item if isinstance(self.shape, ListOf) else self.shape
        if not isinstance(found, Record):
            raise TypeError(f"{self.code}: the rows of a table are records")
        return found

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each cell by column."""
        return {**self.row_shape.required, **self.row_shape.optional}

    @property
    def is_wide(self) -> bool:
        """Whether a row has too many values for a line: it is shown and edited as a section."""
        return self.has_rows and len(self.columns) > WIDE

    @property
    def may_be_empty(self) -> bool:
        return isinstance(self.shape, ListOf) and self.shape.empty

    @property
    def bears_confidence(self) -> bool:
        """Whether each row says how sure it is."""
        return self.has_rows and ROW_CONFIDENCE in self.shapes and bool(self.key)

    def is_optional(self, key: str) -> bool:
        return key in self.row_shape.optional

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def choices(self, key: str) -> Sequence[str] | None:
        """The values a choice allows; None for another cell."""
        shape = self.shapes[key]
        return shape.values if isinstance(shape, Choice) else None

    def __str__(self) -> str:
        return str(self.title)


_declared: dict[str, Table] = {}


def declare(table: Table) -> Table:
    """Make a table known: called in ``AppConfig.ready()`` or by a module that it imports."""
    if _declared.setdefault(table.code, table) is not table:
        raise TypeError(f"{table.code} is declared twice")
    return table


def declared() -> tuple[Table, ...]:
    """Every table, by code."""
    return tuple(_declared[code] for code in sorted(_declared))


def find(code: str) -> Table | None:
    """The table of this code; None when no room declares it."""
    return _declared.get(code)


def undeclare(code: str) -> None:
    """Forget a table: for tests that declare one of their own."""
    _declared.pop(code, None)

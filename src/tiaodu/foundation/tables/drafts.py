"""A proposal on its way through the form: the cells as they were typed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.tables.bodies import read_body, to_type
from tiaodu.foundation.tables.cells import accepted, kind
from tiaodu.foundation.tables.declaring import Body, Column, Fault, Table

MOST_ROWS: Final = 1000
LONG_TEXT: Final = 24  # characters from which a text gets a field of several lines
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One cell as a field of the form."""

    name: str
    column: Column
    value: str
    kind: str
    options: Sequence[tuple[str, str]]
    optional: bool
    accepted: str
    fault: Fault | None

    @property
    def wrong(self) -> str:
        return self.fault.message if self.fault else ""

    @property
    def pointed(self) -> tuple[str, str, str] | None:
        """The characters an expression stumbles over, with what stands before and behind them."""
        return pointed(as_read(self.value), self.fault.at) if self.fault else None

    @property
    def is_number(self) -> bool:
        return self.kind in ("integer", "number")

    @property
    def is_long(self) -> bool:
        return self.column.wide or self.kind == "formula" or len(self.value) > LONG_TEXT

    @property
    def lines(self) -> int:
        return min(8, 1 + len(self.value) // LONG_TEXT + self.value.count("\n"))


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A row of fields with what is wrong with the row as a whole."""

    token: int
    fields: Sequence[Field]
    fault: Fault | None
    fresh: bool  # just added: the cursor goes there


@dataclass
class Draft:
    """The cells typed, in order. ``fresh`` is the row just added."""

    table: Table
    rows: list[Cells]
    faults: list[Fault] = field(default_factory=list)
    fresh: int | None = None

    @classmethod
    def of_body(cls, table: Table, body: Body | None) -> Draft:
        """What holds, to be changed; one empty row where nothing holds."""
        rows = to_type(table, body) if body is not None else []
        return cls(table, rows or [_blank(table)])

    @classmethod
    def of_form(cls, table: Table, sent: QueryDict) -> Draft:
        """What was typed. Rows stand in the order of the form; fields it does not name are ignored."""
        tokens = [token for token in sent.getlist("row") if token.isascii() and token.isdigit()]
        if len(tokens) > MOST_ROWS:
            raise Invalid(too_many())
        rows = [{c.key: sent.get(f"{token}-{c.key}", "") for c in table.columns} for token in tokens]
        if not table.has_rows:
            rows = rows[:1] or [_blank(table)]
        return cls(table, rows)

    def check(self) -> Body | None:
        """Look at every cell; the body when all are right."""
        raw: Any = self.rows if self.table.has_rows else self.rows[0]
        body, self.faults = read_body(self.table, raw)
        return None if self.faults else body

    def change(self, act: str) -> bool:
        """Add, remove or move a row; False when ``act`` is none of these."""
        verb, _dash, number = act.partition("-")
        if not self.table.has_rows or verb not in ("add", "remove", "up", "down"):
            return False
        if verb == "add":
            self._add()
            return True
        place = int(number) if number.isascii() and number.isdigit() else -1
        if 0 <= place < len(self.rows):
            row = self.rows.pop(place)
            if verb != "remove":
                self.rows.insert(max(0, place + (1 if verb == "down" else -1)), row)
        return True

    def _add(self) -> None:
        if len(self.rows) >= MOST_ROWS:
            raise Invalid(too_many())
        self.rows.append(_blank(self.table))
        self.fresh = len(self.rows) - 1

    @property
    def general(self) -> list[str]:
        """What is wrong with the whole."""
        return [fault.message for fault in self.faults if fault.row is None]

    @property
    def field_rows(self) -> list[FieldRow]:
        """The rows as fields, each fault at its cell."""
        wrong = {(fault.row, fault.column): fault for fault in self.faults}
        return [
            FieldRow(n, self._fields(n, cells, wrong), wrong.get((n, "")), n == self.fresh)
            for n, cells in enumerate(self.rows)
        ]

    def _fields(self, number: int, cells: Cells, wrong: Mapping[Any, Fault]) -> list[Field]:
        return [
            field_of(self.table, c, f"{number}-{c.key}", cells.get(c.key, ""), wrong.get((number, c.key)))
            for c in self.table.columns
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Every field of the form by name and value, to be handed on unseen."""
        found = []
        for number, cells in enumerate(self.rows):
            found.append(("row", str(number)))
            found += [(f"{number}-{key}", value) for key, value in cells.items()]
        return found


def as_read(typed: str) -> str:
    """A text as it is read: its characters are counted after the blanks around it are gone."""
    return typed.replace("\r\n", "\n").strip()


def pointed(text: str, at: tuple[int, int] | None) -> tuple[str, str, str] | None:
    """A text in three pieces, the middle one what is pointed at; at its end a mark for what is missing."""
    if at is None:
        return None
    return text[: at[0]], text[at[0] : at[1]] or "…", text[at[1] :]


def field_of(table: Table, column: Column, name: str, value: str, fault: Fault | None) -> Field:
    """A cell of a table as a field of the form."""
    shape = table.shapes[column.key]
    return Field(
        name=name,
        column=column,
        value=value,
        kind=kind(shape),
        options=_options(table, column),
        optional=table.is_optional(column.key),
        accepted=accepted(shape, column.words),
        fault=fault,
    )


def _options(table: Table, column: Column) -> list[tuple[str, str]]:
    values = table.choices(column.key)
    if values is not None:
        return [(value, str(column.words.get(value, value))) for value in values]
    return [("true", _("是")), ("false", _("否"))] if kind(table.shapes[column.key]) == "flag" else []


def _blank(table: Table) -> Cells:
    return {column.key: "" for column in table.columns}


def too_many() -> str:
    """Why a longer table is not taken."""
    return _("一张表最多 %(count)s 行。更长的清单请分成几张表。") % {"count": MOST_ROWS}

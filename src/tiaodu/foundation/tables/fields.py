"""The cells of a table as the fields of a form; in a table of many columns one row is a section of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import Choice, ListOf
from tiaodu.foundation.tables.cells import accepted, kind, parts, shown
from tiaodu.foundation.tables.declaring import Column, Fault, Table

LONG_TEXT: Final = 24  # characters from which a text gets a field of several lines
MOST_LINES: Final = 8
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One cell as a field of the form; ``many``: several of its options may be ticked."""

    name: str
    column: Column
    value: str
    kind: str
    options: Sequence[tuple[str, str]]
    optional: bool
    accepted: str
    fault: Fault | None
    many: bool = False

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
        return min(MOST_LINES, 1 + len(self.value) // LONG_TEXT + self.value.count("\n"))

    @property
    def ticks(self) -> list[tuple[str, str, bool]]:
        """The options with whether each is ticked: those ticked first, in the order they were given."""
        ticked = parts(self.value)
        order = sorted(self.options, key=lambda pair: ticked.index(pair[0]) if pair[0] in ticked else 999)
        return [(value, word, value in ticked) for value, word in order]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A row of fields with what is wrong with the row as a whole; a folded one hands its cells on unseen."""

    token: int
    fields: Sequence[Field]
    fault: Fault | None
    fresh: bool  # just added: the cursor goes there
    is_open: bool = True

    @property
    def groups(self) -> Iterator[tuple[str, list[Field]]]:
        """The fields that stand together, with their common name."""
        for title, fields in groupby(self.fields, key=lambda field: str(field.column.group)):
            yield title, list(fields)

    @property
    def brief(self) -> list[str]:
        """What tells the row while it is folded, in words."""
        told = (shown_raw(field) for field in self.fields if field.column.brief)
        return [text for text in told if text]

    @property
    def filled(self) -> list[Field]:
        return [field for field in self.fields if field.value]


def shown_raw(field: Field) -> str:
    """A cell as it was typed, a choice by its word."""
    if not field.options:
        return field.value.strip()
    return shown([str(field.column.words.get(item, item)) for item in parts(field.value)])


def as_read(typed: str) -> str:
    """A text as it is read: its characters are counted after the blanks around it are gone."""
    return typed.replace("\r\n", "\n").strip()


def pointed(text: str, at: tuple[int, int] | None) -> tuple[str, str, str] | None:
    """A text in three pieces, the middle one what is pointed at; at its end a mark for what is missing."""
    if at is None:
        return None
    return text[: at[0]], text[at[0] : at[1]] or "…", text[at[1] :]


def is_many(table: Table, key: str) -> bool:
    """Whether a cell holds several of a closed list."""
    shape = table.shapes[key]
    return isinstance(shape, ListOf) and isinstance(shape.item, Choice)


def field_of(table: Table, column: Column, name: str, value: str, fault: Fault | None) -> Field:
    """A cell of a table as a field of the form."""
    shape = table.shapes[column.key]
    return Field(
        name=name,
        column=column,
        value=value,
        kind=kind(shape),
        options=_options(shape, column),
        optional=table.is_optional(column.key),
        accepted=accepted(shape, column.words),
        fault=fault,
        many=is_many(table, column.key),
    )


def _options(shape: Any, column: Column) -> list[tuple[str, str]]:
    chosen = shape.item if isinstance(shape, ListOf) else shape
    if isinstance(chosen, Choice):
        return [(value, str(column.words.get(value, value))) for value in chosen.values]
    return [("true", _("是")), ("false", _("否"))] if kind(shape) == "flag" else []


def one_a_cell(faults: Sequence[Fault]) -> Mapping[tuple[int | None, str], Fault]:
    """The faults by row and column; those of one cell are told together."""
    found: dict[tuple[int | None, str], Fault] = {}
    for fault in faults:
        before = found.get((fault.row, fault.column))
        words = f"{before.message} {fault.message}" if before else fault.message
        at = before.at if before and before.at else fault.at
        found[fault.row, fault.column] = Fault(fault.row, fault.column, words, at)
    return found

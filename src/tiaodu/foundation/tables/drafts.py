"""A proposal on its way through the form: the cells as they were typed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.tables.bodies import read_body, to_type
from tiaodu.foundation.tables.declaring import Body, Fault, Table
from tiaodu.foundation.tables.fields import Cells, Field, FieldRow, field_of, is_many, one_a_cell

MOST_ROWS: Final = 1000


@dataclass
class Draft:
    """The cells typed, in order. ``fresh`` is the row just added, ``opened`` are the rows that are not
    folded (in a table of many columns).
    """

    table: Table
    rows: list[Cells]
    faults: list[Fault] = field(default_factory=list)
    fresh: int | None = None
    opened: set[int] = field(default_factory=set)

    @classmethod
    def of_body(cls, table: Table, body: Body | None) -> Draft:
        """What holds, to be changed; one empty row where nothing holds."""
        rows = to_type(table, body) if body is not None else []
        return cls(table, rows or [_blank(table)], opened=set() if rows else {0})

    @classmethod
    def of_form(cls, table: Table, sent: QueryDict) -> Draft:
        """What was typed. Rows stand in the order of the form; fields it does not name are ignored."""
        tokens = [token for token in sent.getlist("row") if token.isascii() and token.isdigit()]
        if len(tokens) > MOST_ROWS:
            raise Invalid(too_many())
        rows = [_cells(table, sent, token) for token in tokens]
        if not table.has_rows:
            rows = rows[:1] or [_blank(table)]
        unfolded = set(sent.getlist("open"))
        return cls(table, rows, opened={n for n, token in enumerate(tokens) if token in unfolded})

    def check(self) -> Body | None:
        """Look at every cell; the body when all are right."""
        raw: Any = self.rows if self.table.has_rows else self.rows[0]
        body, self.faults = read_body(self.table, raw)
        return None if self.faults else body

    def change(self, act: str) -> bool:
        """Add, remove, move, open or fold a row; False when ``act`` is none of these.

        ``add`` puts a row at the end, ``add-2`` below the third one.
        """
        verb, _dash, number = act.partition("-")
        if not self.table.has_rows or verb not in ("add", "remove", "up", "down", "open", "fold"):
            return False
        place = int(number) if number.isascii() and number.isdigit() else -1
        if verb == "add":
            self._add(place + 1 if 0 <= place < len(self.rows) else len(self.rows))
        elif 0 <= place < len(self.rows):
            self._move(verb, place)
        return True

    def _move(self, verb: str, place: int) -> None:
        if verb == "open":
            self.opened.add(place)
            return
        if verb == "fold":
            self.opened.discard(place)
            return
        order = list(range(len(self.rows)))
        order.pop(place)
        if verb != "remove":
            order.insert(max(0, place + (1 if verb == "down" else -1)), place)
        self.rows = [self.rows[old] for old in order]
        self.opened = {new for new, old in enumerate(order) if old in self.opened}

    def _add(self, place: int) -> None:
        if len(self.rows) >= MOST_ROWS:
            raise Invalid(too_many())
        self.rows.insert(place, _blank(self.table))
        self.opened = {n + (n >= place) for n in self.opened} | {place}
        self.fresh = place

    @property
    def general(self) -> list[str]:
        """What is wrong with the whole."""
        return [fault.message for fault in self.faults if fault.row is None]

    @property
    def field_rows(self) -> list[FieldRow]:
        """The rows as fields, each fault at its cell; a row with a fault is open."""
        wrong = one_a_cell(self.faults)
        shown = self.opened | {fault.row for fault in self.faults}
        return [
            FieldRow(
                n,
                self._fields(n, cells, wrong),
                wrong.get((n, "")),
                n == self.fresh,
                not self.table.is_wide or n in shown,
            )
            for n, cells in enumerate(self.rows)
        ]

    def _fields(self, number: int, cells: Cells, wrong: Mapping[Any, Fault]) -> list[Field]:
        return [
            field_of(self.table, c, f"{number}-{c.key}", cells.get(c.key, ""), wrong.get((number, c.key)))
            for c in self.table.columns
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Every field of the form that holds something by name and value, to be handed on unseen."""
        found = []
        for number, cells in enumerate(self.rows):
            found.append(("row", str(number)))
            found += [(f"{number}-{key}", value) for key, value in cells.items() if value]
        return found + [("open", str(number)) for number in sorted(self.opened)]


def _cells(table: Table, sent: QueryDict, token: str) -> Cells:
    """The cells of one row; of a closed list every value that was ticked."""
    names = {column.key: f"{token}-{column.key}" for column in table.columns}
    return {
        key: "、".join(sent.getlist(name)) if is_many(table, key) else sent.get(name, "")
        for key, name in names.items()
    }


def _blank(table: Table) -> Cells:
    return {column.key: "" for column in table.columns}


def too_many() -> str:
    """Why a longer table is not taken."""
    return _("一张表最多 %(count)s 行。更长的清单请分成几张表。") % {"count": MOST_ROWS}

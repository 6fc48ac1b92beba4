"""The difference of two bodies: worked examples, and what holds for any two."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.foundation.tables_desk import limits_table

from tiaodu.engine.kernel.datafile import Integer, ListOf, Record, Text
from tiaodu.foundation.tables.declaring import Column, Table
from tiaodu.foundation.tables.difference import ADDED, CHANGED, KEPT, REMOVED, difference


def plain(key: tuple[str, ...]) -> Table:
    """Rows of a name and a number."""
    return limits_table(
        shape=ListOf(Record({"item": Text(), "days": Integer(0, 99)}), empty=True),
        columns=(Column("item", "事项"), Column("days", "天")),
        key=key,
        check=None,
    )


KEYED, UNKEYED = plain(("item",)), plain(())


def rows(*pairs: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"item": item, "days": days} for item, days in pairs]


def kinds(table: Table, old: Any, new: Any) -> list[tuple[str, str, bool]]:
    """Kind, name of the row and whether it moved."""
    found = difference(table, old, new).rows
    return [(row.kind, row.cells[0].new or row.cells[0].old, row.moved) for row in found]


def test_rows_of_one_key_are_one_row() -> None:
    old, new = rows(("a", 1), ("b", 2), ("c", 3)), rows(("a", 1), ("c", 4), ("d", 5))
    assert kinds(KEYED, old, new) == [
        (KEPT, "a", False),
        (REMOVED, "b", False),
        (CHANGED, "c", False),
        (ADDED, "d", False),
    ]


def test_a_row_that_moved_is_neither_new_nor_gone() -> None:
    old, new = rows(("a", 1), ("b", 2), ("c", 3)), rows(("b", 2), ("c", 3), ("a", 1))
    assert kinds(KEYED, old, new) == [(KEPT, "b", False), (KEPT, "c", False), (KEPT, "a", True)]
    assert difference(KEYED, old, new).any


def test_without_a_key_the_row_at_its_place_is_its_change() -> None:
    old, new = rows(("a", 1), ("b", 2)), rows(("a", 1), ("b", 9), ("c", 3))
    assert kinds(UNKEYED, old, new) == [(KEPT, "a", False), (CHANGED, "b", False), (ADDED, "c", False)]


@pytest.mark.parametrize("table", [KEYED, UNKEYED])
def test_from_nothing_and_to_nothing(table: Table) -> None:
    some = rows(("a", 1))
    assert kinds(table, None, some) == [(ADDED, "a", False)]
    assert kinds(table, some, []) == [(REMOVED, "a", False)]
    assert not difference(table, None, None).any


_ROWS = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.integers(0, 3)), max_size=6, unique_by=lambda pair: pair[0]
).map(lambda pairs: rows(*pairs))


@settings(derandomize=True, max_examples=200)
@given(old=_ROWS, new=_ROWS, keyed=st.booleans())
def test_both_bodies_can_be_read_out_of_the_difference(old: Any, new: Any, keyed: bool) -> None:
    """Every row of both stands there once, the new ones in order; nothing differs only when nothing does."""
    found = difference(KEYED if keyed else UNKEYED, old, new)

    def told(side: str, without: str) -> list[tuple[str, ...]]:
        return [tuple(getattr(c, side) for c in row.cells) for row in found.rows if row.kind != without]

    def given_rows(body: Any) -> list[tuple[str, ...]]:
        return [(row["item"], str(row["days"])) for row in body]

    assert told("new", REMOVED) == given_rows(new)
    assert sorted(told("old", ADDED)) == sorted(given_rows(old))
    assert found.any == (old != new)

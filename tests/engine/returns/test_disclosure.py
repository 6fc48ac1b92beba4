"""What stays hidden when small numbers are protected, proved by linear programming beside the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.returns.simplex import least

from tiaodu.engine.returns.disclosure import TOTAL, Place, Protection, Sum, Table, protect, slack, table_of

RULE = Protection(least=3, within=0.1)
FIRM = st.integers(1, 500)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from("煤铁电"), st.sampled_from("东西南")),
    st.lists(FIRM, min_size=1, max_size=6),
    min_size=1,
    max_size=9,
)


def tables(firms: Mapping[Place, Sequence[int]]) -> Table:
    return table_of({place: [float(value) for value in values] for place, values in firms.items()})


def bounds(
    table: Table, hidden: frozenset[Place], place: Place, known: Place | None = None
) -> tuple[float, float]:
    """The least and greatest value a hidden cell may have, by linear programming over the whole table."""
    free = sorted(hidden - {known})
    rows, right = [], []
    for line, axis in product(sorted({p[0] for p in table} | {p[1] for p in table}), (0, 1)):
        row, told = [0] * len(free), 0
        for p, cell in table.items():
            if p[axis] != line:
                continue
            sign = -1 if p[1 - axis] == TOTAL else 1
            if p in free:
                row[free.index(p)] = sign
            else:
                told += sign * int(cell.value)
        if any(row):
            rows.append(row)
            right.append(-told)
    aim = [int(p == place) for p in free]
    low, high = least(aim, rows, right), least([-v for v in aim], rows, right)
    assert low is not None
    return float(low), inf if high is None else -float(high)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_no_unsafe_cell_can_be_told_within_ten_in_a_hundred(firms: dict[Place, list[int]]) -> None:
    table = tables(firms)
    hidden = protect(table, RULE)
    for place, cell in table.items():
        if cell.unsafe(RULE):
            assert place in hidden
            low, high = bounds(table, hidden, place)
            assert low <= 0.9 * cell.value + 1e-6
            assert high >= 1.1 * cell.value - 1e-6


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_the_flow_says_what_linear_programming_says(firms: dict[Place, list[int]]) -> None:
    table = tables(firms)
    hidden = protect(table, RULE)
    for place in hidden:
        low, high = bounds(table, hidden, place)
        down, up = slack(table, hidden, place)
        assert table[place].value - down == pytest.approx(low, abs=1e-5)
        assert table[place].value + up == pytest.approx(high, abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_a_firm_that_knows_its_own_cell_tells_no_other(firms: dict[Place, list[int]]) -> None:
    """Its own figure taken as known, the others' unsafe cells are still open by ten in a hundred."""
    table = tables(firms)
    hidden = protect(table, RULE)
    if hidden == frozenset(table):
        return
    alone = [p for p in hidden if table[p].count == 1 and TOTAL not in p]
    for known, place in product(alone, hidden):
        if TOTAL in place or place == known or not table[place].unsafe(RULE):
            continue
        low, high = bounds(table, hidden, place, known)
        assert low <= 0.9 * table[place].value + 1e-6
        assert high >= 1.1 * table[place].value - 1e-6


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_nothing_is_hidden_where_nothing_is_unsafe(firms: dict[Place, list[int]]) -> None:
    table = tables(firms)
    if not any(cell.unsafe(RULE) for cell in table.values()):
        assert protect(table, RULE) == frozenset()


def test_one_unsafe_sector_takes_the_smallest_other_with_it() -> None:
    firms = {("煤", ""): [50, 40, 30], ("铁", ""): [20, 20, 20], ("电", ""): [15, 10], ("化", ""): [9, 9, 9]}
    hidden = protect(tables(firms), RULE)
    assert {row for row, column in hidden} == {"电", "化"}


def test_a_sector_that_is_all_there_is_hides_the_total() -> None:
    assert (TOTAL, TOTAL) in protect(tables({("煤", ""): [50, 40]}), RULE)


def test_two_hundred_cells_are_protected_while_a_page_is_made() -> None:
    """No time is measured: the work is bounded by the number of unsafe cells."""
    numbers = np.random.default_rng(3)
    firms = {
        (f"r{r}", f"c{c}"): [float(v) for v in numbers.integers(1, 900, numbers.integers(1, 8))]
        for r in range(20)
        for c in range(10)
    }
    table = table_of(firms)
    hidden = protect(table, RULE)
    assert hidden < frozenset(table)
    for place in hidden:
        if table[place].unsafe(RULE):
            assert min(slack(table, hidden, place)) >= 0.1 * table[place].value - 1e-6


def test_dominance_is_unsafe_however_many_firms_there_are() -> None:
    assert Sum.of([1000, 20, 10, 5, 5]).unsafe(RULE)
    assert not Sum.of([100, 90, 80]).unsafe(RULE)
    assert not Sum.of([]).unsafe(RULE)

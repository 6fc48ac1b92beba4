"""Forms of superior offices: what the labels say, what is suggested, what has moved."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rooms.returns.blanks import ROWS, blank

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.returns import forms
from tiaodu.engine.tabular.filling import formulas_of
from tiaodu.engine.tabular.grid import Bounds, Grid, read_tables
from tiaodu.rooms.returns.superior.cells import words

KNOWN = forms.Known(
    measures={"工业增加值": "va", "工业总产值": "ov", "营业收入": "rev", "税收": "tax"},
    units_of={"va": "元", "ov": "元", "rev": "元", "tax": "元"},
    who={},
    series={("va", "region"): "statistical", ("ov", "units"): "dispatch", ("rev", "units"): "dispatch"},
    units=packaged_units(),
)


def sheet(data: bytes) -> tuple[Grid, frozenset[tuple[int, int]]]:
    grid = read_tables(data, "a.xlsx", Bounds(400, 60)).grids[0]
    return grid, formulas_of(data)[grid.name]


def test_cells_are_understood_by_their_rows_heads_and_units() -> None:
    found = {each.cell: each for each in forms.suggest(*sheet(blank()), KNOWN, words())}
    assert set(found) == {"C4", "D4", "C5", "D5", "C6", "D6"}  # no figures of tax, no rate, no formula
    assert found["C4"] == forms.Suggestion("C4", "va", "region", "statistical", "month", "亿元")
    assert found["D5"] == forms.Suggestion("D5", "ov", "units", "dispatch", "year", "亿元")
    assert found["C6"].unit == "万元"


def test_a_new_months_blank_is_the_same_form() -> None:
    before, _formulas = sheet(blank())
    kept = {cell: forms.labels_of(before, *place) for cell, place in (("C4", (3, 2)), ("D5", (4, 3)))}
    after, _formulas = sheet(blank(month="2024年4月"))
    assert forms.moved(after, kept) == ()


def test_a_row_that_moved_is_found_by_its_labels() -> None:
    before, _formulas = sheet(blank())
    kept = {cell: forms.labels_of(before, *place) for cell, place in (("C4", (3, 2)), ("C5", (4, 2)))}
    after, _formulas = sheet(blank(rows=(("新指标", "户"), *ROWS[1:])))
    assert forms.moved(after, kept) == (forms.Move("C4", ""),)
    lower, _formulas = sheet(blank(rows=(("新指标", "户"), *ROWS)))
    assert forms.moved(lower, kept) == (forms.Move("C4", "C5"), forms.Move("C5", "C6"))


@given(row=st.integers(0, 2000), column=st.integers(0, 700))
def test_an_address_leads_back(row: int, column: int) -> None:
    assert forms.place_of(forms.address(row, column)) == (row, column)


@given(
    value=st.decimals(min_value=-(10**9), max_value=10**12, places=4),
    places=st.integers(0, 6),
    unit=st.sampled_from(
        [Unit("万吨", "吨", Decimal(10000)), Unit("亿元", "元", Decimal(10**8)), Unit("户", "户")]
    ),
)
def test_what_is_written_is_nearest(value: Decimal, places: int, unit: Unit) -> None:
    """What is written differs from the value by half of its last place at most."""
    written = forms.laid(value, unit, places)
    assert abs(forms.taken(written, unit) - value) <= unit.factor * Decimal(1).scaleb(-places) / 2


@pytest.mark.parametrize("month", range(1, 13))
def test_spans_are_relative_to_the_month(month: int) -> None:
    this = Period.month(2024, month)
    assert forms.period_of("month", this) == this
    assert forms.period_of("year", this) == Period.months(2024, 1, month)
    assert forms.period_of("year_before", this).end == forms.period_of("month_before", this).end

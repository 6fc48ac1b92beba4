"""Numbers of an import, counted in the unit that their cell, their heading or the table says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tiaodu.engine.tabular.grid import Grid
from tiaodu.engine.tabular.heading import Heading
from tiaodu.foundation.lists.importing.parsers import CellError, Number
from tiaodu.foundation.lists.importing.reading import _heading_words

MONEY = Number("元", written="万元")


@pytest.mark.parametrize(
    ("heading", "cell", "yuan"),
    [
        ("总投资", 1200, "12000000"),
        ("总投资（亿元）", 1.2, "120000000"),
        ("总投资(元)", "12,000,000", "12000000"),
        ("总投资（单位：亿元）", "1.2", "120000000"),
        ("总投资（亿元）", "3000万元", "30000000"),
        ("总投资（含税）", 1200, "12000000"),
        ("总投资 单位：亿元，%", 2, "200000000"),
        ("总投资（吨）", 1200, "12000000"),
        ("总投资（万元）", "-5", "-50000"),
        ("总投资（万元）", "(1,200)", "-12000000"),
    ],
)
def test_the_cell_goes_before_the_heading_and_the_heading_before_the_custom(
    heading: str, cell: str | float, yuan: str
) -> None:
    assert MONEY.under(heading).read(cell) == Decimal(yuan)


def test_a_number_without_a_unit_of_its_own_is_left_alone() -> None:
    assert Number().under("比例（%）").read(12) == 12
    assert Number("吨").under("产量（万吨）").read(3) == 30_000


def test_what_is_no_number_says_which_unit_is_meant() -> None:
    with pytest.raises(CellError, match="以“亿元”计"):
        MONEY.under("总投资（亿元）").read("三千万左右")


def test_a_unit_above_the_table_counts_for_every_column() -> None:
    grid = Grid(
        "x", [["左权县项目表", None, "单位：亿元"], ["项目名称", "总投资", "用地（亩）"], ["甲", 1.2, 60]]
    )
    words = _heading_words(grid, Heading(1, {"name": 0, "total": 1, "land": 2}, ()))
    assert MONEY.under(words["total"]).read(1.2) == Decimal("120000000")
    assert Number("亩").under(words["land"]).read(60) == 60

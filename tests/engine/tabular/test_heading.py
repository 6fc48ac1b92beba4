"""The heading of a table: found under titles, in any order, by any of its words."""

from __future__ import annotations

import pytest

from tiaodu.engine.tabular.grid import Cell, Grid
from tiaodu.engine.tabular.heading import find_heading, nearest

TITLES = {
    "name": ("名称", "单位名称", "企业名称"),
    "kind": ("类别", "类型"),
    "contact": ("联系人姓名",),
    "code": ("统一社会信用代码", "信用代码"),
}


def grid(*rows: list[Cell], merged: tuple[object, ...] = ()) -> Grid:
    width = max(map(len, rows))
    return Grid("表", [row + [None] * (width - len(row)) for row in rows], merged)  # type: ignore[arg-type]


def test_it_is_found_under_titles_in_any_order() -> None:
    found = find_heading(
        grid(
            ["左权县企业名录"],
            [],
            ["填报单位：工信局", None, "2024年"],
            ["类型", "序号", "企业名称*"],
            ["企业", 1, "甲"],
        ),
        TITLES,
        ["name"],
    )
    assert found is not None
    assert (found.row, dict(found.columns), list(found.ignored)) == (3, {"kind": 0, "name": 2}, ["序号"])


@pytest.mark.parametrize(
    "title", ["名称", " 名 称 ", "名称*", "名称：", "名称（必填）", "单位名称(全称)", "Ｎame"]
)
def test_marks_and_blanks_of_a_heading_do_not_matter(title: str) -> None:
    found = find_heading(grid([title]), {"name": ("名称", "单位名称", "name")}, ["name"])
    assert found is not None


def test_the_first_of_two_columns_of_one_name_counts() -> None:
    found = find_heading(grid(["名称", "单位名称"]), TITLES, ["name"])
    assert found is not None
    assert found.columns == {"name": 0}
    assert list(found.ignored) == ["单位名称"]


def test_a_heading_of_two_rows_is_told_apart_by_the_upper_one() -> None:
    table = grid(
        ["企业", None, "联系人", None],
        ["名称", "信用代码", "姓名", "电话"],
        ["甲", None, "李", 1],
        merged=(((0, 0), (0, 1)), ((0, 2), (0, 3))),
    )
    found = find_heading(table, TITLES, ["name"])
    assert found is not None
    assert (found.row, found.columns) == (1, {"name": 0, "code": 1, "contact": 2})


def test_a_row_of_data_that_names_a_heading_is_not_the_heading() -> None:
    found = find_heading(grid(["名称", "类别", "信用代码"], ["类别", "名称", "甲"]), TITLES, ["name"])
    assert found is not None
    assert found.row == 0


def test_without_what_is_required_there_is_none_and_what_was_found_is_told() -> None:
    table = grid(["类别", "信用代码"], ["企业", "9"])
    assert find_heading(table, TITLES, ["name"]) is None
    assert set(nearest(table, TITLES)) == {"kind", "code"}
    assert find_heading(grid(["名称"]), TITLES, ["name"], own=("名称",)) is not None

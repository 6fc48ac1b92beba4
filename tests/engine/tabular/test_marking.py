"""The person's own file with its mistakes marked, and the template."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from tests.engine.tabular.test_grid import BOUNDS, book

from tiaodu.engine.tabular import marking
from tiaodu.engine.tabular.grid import Grid, read_tables
from tiaodu.engine.tabular.marking import Mark, marked_copy
from tiaodu.engine.tabular.template import TemplateColumn, TemplateWords, write_template

MARKS = [Mark(2, {1: "不是类别"}), Mark(3, {}, "重复")]


def _fill(made: Any) -> None:
    sheet = made.active
    for row in (
        ["名录"],
        ["名称", "类别", "数"],
        ["甲", "飞机", "=1+1"],
        ["乙", "企业", 2],
        ["丙", "矿山", 3],
    ):
        sheet.append(row)
    sheet["A3"].font = openpyxl.styles.Font(italic=True)
    made.create_sheet("别的")["A1"] = "留着"


def _marked(data: bytes, name: str, marks: list[Mark], kind: str = "") -> Any:
    tables = read_tables(data, name, BOUNDS)
    return marked_copy(data, kind or tables.kind, tables.grids[0], 1, marks, title="错误说明", author="核对")


def test_wrong_cells_are_coloured_with_a_comment_and_the_reasons_stand_at_the_end() -> None:
    made = openpyxl.load_workbook(io.BytesIO(_marked(book(_fill), "a.xlsx", MARKS)))
    sheet = made.active
    assert sheet is not None
    assert sheet["D2"].value == "错误说明"
    assert [sheet.cell(row, 4).value for row in (3, 4, 5)] == ["不是类别", "重复", None]
    assert sheet["B3"].fill.start_color.rgb == "FFF4C7C3"
    assert sheet["B3"].comment.text == "不是类别"  # type: ignore[union-attr]
    assert sheet["B4"].comment is None
    assert (sheet["C3"].value, sheet["A3"].font.italic) == ("=1+1", True), "what was there stays"
    assert made["别的"]["A1"].value == "留着"
    assert sheet.auto_filter.ref == "A2:D5"


def test_a_file_goes_back_and_forth() -> None:
    """What was mended is no longer marked, and there is one column of reasons."""
    first = openpyxl.load_workbook(io.BytesIO(_marked(book(_fill), "a.xlsx", MARKS)))
    assert first.active is not None
    first.active["B3"] = "企业"
    buffer = io.BytesIO()
    first.save(buffer)
    again = openpyxl.load_workbook(io.BytesIO(_marked(buffer.getvalue(), "a.xlsx", [Mark(4, {0: "没有"})])))
    sheet = again.active
    assert sheet is not None
    assert [sheet.cell(2, column).value for column in range(1, 6)] == ["名称", "类别", "数", "错误说明", None]
    assert [sheet.cell(row, 4).value for row in (3, 4, 5)] == [None, None, "没有"]
    assert sheet["B3"].fill.fill_type is None
    assert sheet["B3"].comment is None


@pytest.mark.parametrize("large", [False, True])
def test_another_kind_or_a_large_file_comes_back_as_its_cells(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, name = ("名录,,\n名称,类别,数\n甲,飞机,=1+1\n乙,企业,2\n".encode("gbk"), "a.csv")
    if large:
        monkeypatch.setattr(marking, "MANY_CELLS", 3)
        data, name = book(_fill), "a.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(_marked(data, name, MARKS))).active
    assert sheet is not None
    assert [sheet["A2"].value, sheet["D3"].value] == ["名称", "不是类别"]
    assert sheet["C3"].data_type in ("s", "n"), "a text of the file never becomes a formula"


def test_merged_cells_are_told_in_the_column() -> None:
    def fill(made: Any) -> None:
        _fill(made)
        made.active.merge_cells("B3:B4")

    data = _marked(book(fill), "a.xlsx", [Mark(3, {1: "不对"})])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet["D4"].value == "不对"


def test_the_template_has_headings_choices_and_notes() -> None:
    words = TemplateWords(
        "填写", "说明", ("列", "必填", "怎样填", "例子", "也认"), "是", "选项", ("说明一",), "不在范围"
    )
    many = [f"选项{n:03}" for n in range(80)]
    columns = [
        TemplateColumn("名称", required=True, help="怎么叫就怎么写", example="石港", also=("单位名称",)),
        TemplateColumn("类别", choices=("企业", "矿山")),
        TemplateColumn("领域", choices=many),
        TemplateColumn("日期", day=True),
    ]
    made = openpyxl.load_workbook(io.BytesIO(write_template("主体", columns, words)))
    fill = made["填写"]
    assert [cell.value for cell in fill[1]] == ["名称*", "类别", "领域", "日期"]
    assert fill["A1"].comment.text == "怎么叫就怎么写"
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in fill.data_validations.dataValidation}
    assert rules["B2"] == '"企业,矿山"'
    assert rules["C2"] == "'选项'!$A$1:$A$80", "a long list stands in a sheet of its own"
    assert [cell.value for cell in made["说明"][2]] == ["名称", "是", "怎么叫就怎么写", "石港", "单位名称"]
    again = read_tables(write_template("主体", columns, words), "模板.xlsx", BOUNDS)
    assert isinstance(again.grids[0], Grid)
    assert again.grids[0].rows[0][0] == "名称*"

"""The Excel writer: real numbers and dates, text that stays text, ready to print."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.ledger.plans import PlanText, day

from tiaodu.engine.briefing.workbook import Sheet, SheetColumn, text_width, write_table
from tiaodu.engine.ledger.breakdown import breakdown
from tiaodu.engine.ledger.breakdown_sheet import breakdown_workbook
from tiaodu.engine.ledger.departments import usual_departments
from tiaodu.engine.reading.model import Kind, Question

MOMENT = datetime(2024, 3, 1)  # noqa: DTZ001  a moment on paper has no zone
COLUMNS = (SheetColumn("项目"), SheetColumn("投资", "#,##0.00"), SheetColumn("时限"))


def written(rows: list[tuple[Any, ...]], name: str = "计划") -> bytes:
    return write_table(
        [Sheet(name, "重点项目表", COLUMNS, rows, "注：示例")], title="计划", author="工信局", moment=MOMENT
    )


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_numbers_are_numbers_and_dates_are_dates() -> None:
    sheet = opened(written([("手套", Decimal("18.88"), date(2024, 3, 31)), ("玻璃", None, None)]))["计划"]
    assert [c.value for c in sheet[3]] == ["手套", 18.88, datetime(2024, 3, 31)]  # noqa: DTZ001
    assert [c.number_format for c in sheet[3]] == ["General", "#,##0.00", "yyyy-mm-dd"]
    assert sheet["B4"].value is None
    assert (sheet["A1"].value, sheet["A6"].value) == ("重点项目表", "注：示例")


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "=1+1"])
def test_what_a_user_wrote_is_never_a_formula(text: str) -> None:
    sheet = opened(written([(text, text, text)]))["计划"]
    for cell in sheet[3]:
        assert (cell.value, cell.data_type) == (text, "s")
        assert cell.quotePrefix


def test_the_sheet_is_ready_to_filter_and_to_print() -> None:
    sheet = opened(written([("手套" * 40, 1, None), ("玻璃", 2, None)]))["计划"]
    assert sheet.auto_filter.ref == "A2:C4" and sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert (
        str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4 and sheet.sheet_properties.pageSetUpPr.fitToPage
    )
    assert sheet.column_dimensions["A"].width == 48
    assert sheet.column_dimensions["C"].width == pytest.approx(6.5)
    assert sheet["A3"].alignment.wrap_text and sheet["A2"].fill.start_color.rgb == "001F4E79"


def test_bytes_depend_on_content_and_moment_alone() -> None:
    rows = [("手套", 1, None)]
    assert written(rows) == written(rows)
    assert opened(written(rows)).properties.modified == MOMENT


def test_sheet_names_are_made_lawful_and_unique() -> None:
    sheet = Sheet("一/二:三*" + "长" * 40, "x", COLUMNS, [])
    names = opened(write_table([sheet, sheet], title="", author="", moment=MOMENT)).sheetnames
    assert len(set(names)) == 2 and all(len(name) <= 31 and "/" not in name for name in names)


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(-(10**9), 10**9), st.dates())))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_any_text_comes_back_as_it_was(rows: list[tuple[str, int, date]]) -> None:
    sheet = opened(written(rows))["计划"]
    for number, (text, count, day_) in enumerate(rows, 3):
        kept = "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)
        assert (sheet.cell(number, 1).value or "").replace("\r\n", "\n") == kept.replace(
            "\r\n", "\n"
        ).replace("\r", "\n") or (sheet.cell(number, 1).value or "") == kept
        assert sheet.cell(number, 2).value == count
        assert day_.year < 1900 or sheet.cell(number, 3).value.date() == day_


def test_text_width_counts_chinese_twice() -> None:
    assert (text_width("煤炭500万吨"), text_width("")) == (11, 0)


def test_the_breakdown_as_a_workbook_holds_tasks_figures_and_questions() -> None:
    plan = PlanText("力争全年煤炭产量完成500万吨。4月底完成石港煤业调试运行。")
    plan.target("500万吨", "煤炭", "output", "5000000", "吨", due=day("2024"), questions=(Question("who"),))
    plan.add(Kind.MILESTONE, "4月底", "石港煤业", action="完成石港煤业调试运行", due=day("2024-04-30"))
    rows = breakdown(plan.statements, text=plan.text, departments=usual_departments(), plan_year=2024)
    book = opened(breakdown_workbook(rows, title="计划", author="", moment=MOMENT, sample=True))
    assert book.sheetnames == ["任务分解表", "指标和节点", "待明确事项"]
    tasks = list(book["任务分解表"].iter_rows(min_row=3, max_row=4, values_only=True))
    assert tasks[0][2:6] == ("煤炭产量完成500万吨", "煤炭产量500万吨（全年）", None, "全年")
    assert tasks[1][7] == datetime(2024, 4, 30)  # noqa: DTZ001
    assert tasks[0][8] == "能源局" and tasks[0][11] == "建议"
    figures = list(book["指标和节点"].iter_rows(min_row=3, max_row=4, values_only=True))
    assert figures[0][2:8] == ("指标", "煤炭产量", "=", 5000000, "吨", None)
    assert book["任务分解表"]["A1"].value == "计划任务分解表（示例）"

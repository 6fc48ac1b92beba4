"""Workbooks: cells as they are shown, merged cells, several sheets, old and encrypted files."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from tests.engine.intake.samples import OLE, compound_file, plan_xlsx, xls_bytes, xlsx_bytes

from tiaodu.engine.reading.intake import IntakeError, Limits, open_document


def plan_book() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "计划"
    for row in (
        ["2024年重点项目表", None, None, None, None],
        ["类别", "项目", "投资（亿元）", "完成时限", "占比"],
        ["工业", "手套\n一期", 18.88, dt.date(2024, 3, 31), 0.065],
        [None, "玻璃", 5.0, dt.date(2024, 12, 1), 0.1],
        ["备注：以备案为准", None, None, None, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A3:A4")
    sheet["E3"].number_format = sheet["E4"].number_format = "0.0%"
    sheet["C4"].number_format = '0.00"亿元"'
    sheet["D4"].number_format = 'yyyy"年"m"月"'
    return book


def test_cells_are_read_as_they_are_shown_with_merged_cells_filled() -> None:
    intake = open_document(xlsx_bytes(plan_book()), filename="计划.xlsx")
    assert intake.text == (
        "2024年重点项目表\n类别\t项目\t投资（亿元）\t完成时限\t占比\n"
        "工业\t手套 一期\t18.88\t2024-03-31\t6.5%\n工业\t玻璃\t5亿元\t2024年12月\t10%\n"
        "备注：以备案为准\n"
    )
    (span,) = intake.tables
    assert intake.text[span.start :].startswith("类别")


def test_every_sheet_is_read_and_a_hidden_one_is_told() -> None:
    book = plan_book()
    hidden = book.create_sheet("底稿")
    hidden.append(["煤炭", 500])
    hidden.sheet_state = "hidden"
    intake = open_document(xlsx_bytes(book), filename="计划.xlsx")
    assert intake.text.startswith("计划\n2024年重点项目表\n") and "底稿\n煤炭\t500\n" in intake.text
    assert [(w.code, w.params["sheet"]) for w in intake.warnings] == [("hidden_sheet", "底稿")]


def test_an_empty_sheet_beside_the_plan_gives_it_no_name() -> None:
    book = plan_book()
    book.create_sheet("空表")
    assert open_document(xlsx_bytes(book), filename="计划.xlsx").text.startswith("2024年重点项目表\n")


def test_a_formula_without_a_stored_result_is_told() -> None:
    book = plan_book()
    book["计划"]["C6"] = "=SUM(C3:C4)"
    intake = open_document(xlsx_bytes(book), filename="计划.xlsx")
    assert [(w.code, w.params["count"]) for w in intake.warnings] == [("formula_without_value", "1")]


def test_too_many_cells_and_a_truncated_file_are_refused() -> None:
    limits = Limits(50, 400, 5000, 250, 5, 300, 3)
    with pytest.raises(IntakeError) as refusal:
        open_document(plan_xlsx(), filename="计划.xlsx", limits=limits)
    assert refusal.value.code == "too_many_cells"
    with pytest.raises(IntakeError) as refusal:
        open_document(plan_xlsx()[:-100], filename="计划.xlsx")
    assert refusal.value.code == "damaged"


def test_a_cell_in_the_last_corner_does_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "煤炭500万吨"
    book.active["XFD2"] = "角"
    assert open_document(xlsx_bytes(book), filename="a.xlsx").text.startswith("煤炭500万吨")


def test_an_old_xls_is_read() -> None:
    rows = [["重点项目表", "", ""], ["类别", "项目", "投资"], ["工业", "手套", 18.88], ["", "玻璃", 5.0]]
    data = xls_bytes("计划", rows, merged=[(0, 0, 0, 2), (2, 3, 0, 0)])
    intake = open_document(data, filename="计划.et")
    assert intake.kind == "xls" and intake.warnings == ()
    assert intake.text == "重点项目表\n类别\t项目\t投资\n工业\t手套\t18.88\n工业\t玻璃\t5\n"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (compound_file("EncryptionInfo", "EncryptedPackage"), "计划.docx", "encrypted"),
        (compound_file("PowerPoint Document"), "计划.ppt", "slides"),
        (compound_file("WordDocument"), "计划.doc", "needs_converter"),
        (compound_file("Contents"), "计划.wps", "needs_converter"),
        (compound_file("Contents"), "计划.dat", "unknown_kind"),
        (OLE + b"\0" * 20, "计划.doc", "damaged"),
        (b"{\\rtf1 a}", "计划.rtf", "needs_converter"),
    ],
)
def test_old_containers_are_told_apart(data: bytes, name: str, code: str) -> None:
    with pytest.raises(IntakeError) as refusal:
        open_document(data, filename=name)
    assert refusal.value.code == code
    assert name in refusal.value.message()

"""Files as grids: every kind, as Chinese desks really save them, and what is refused."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from tests.engine.intake.samples import plan_docx, xls_bytes

from tiaodu.engine.reading.intake import IntakeError
from tiaodu.engine.tabular.grid import Bounds, Grid, TableError, Tables, read_tables

BOUNDS = Bounds(rows=100, columns=20)


def book(fill: Callable[[Any], None]) -> bytes:
    """An xlsx whose first sheet was filled."""
    made = openpyxl.Workbook()
    fill(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def read(data: bytes, name: str = "表.xlsx") -> Tables:
    return read_tables(data, name, BOUNDS)


def one(data: bytes, name: str = "表.xlsx") -> Grid:
    return read(data, name).grids[0]


def with_result(data: bytes, formula: str, cell: str) -> bytes:
    """The file as Excel leaves it: the formula has a stored result."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(
                name,
                text.replace(f"<f>{formula}</f><v></v>".encode(), cell.encode()).replace(
                    f"<f>{formula}</f><v />".encode(), cell.encode()
                ),
            )
    return out.getvalue()


def test_cells_keep_their_kind() -> None:
    def fill(made: Any) -> None:
        made.active.append(["石港 ", 12.0, 1.5, True, datetime.date(2024, 3, 1), None, "1,234"])

    assert list(one(book(fill)).rows[0]) == ["石港", 12, 1.5, True, datetime.date(2024, 3, 1), None, "1,234"]


def test_merged_cells_reach_down_and_spread_over_a_heading() -> None:
    def fill(made: Any) -> None:
        sheet = made.active
        for row in (
            ["名录", None, None],
            ["企业", None, "电话"],
            ["名称", "类别", None],
            ["甲", "企业", 1],
            [None, "矿山", 2],
        ):
            sheet.append(row)
        for cells in ("A1:C1", "A2:B2", "C2:C3", "A4:A5"):
            sheet.merge_cells(cells)

    grid = one(book(fill))
    assert [row[0] for row in grid.rows] == ["名录", "企业", "名称", "甲", "甲"]
    assert grid.spread(0) == ["名录"] * 3
    assert grid.spread(1) == ["企业", "企业", "电话"]
    assert list(grid.rows[2]) == ["名称", "类别", "电话"], "a head over two rows stands in the lower one"


def test_empty_rows_at_the_end_and_hidden_sheets() -> None:
    def fill(made: Any) -> None:
        made.active.append(["甲"])
        made.active["C90"] = " "
        hidden = made.create_sheet("旧表")
        hidden.append(["乙"])
        hidden.sheet_state = "veryHidden"
        made.create_chartsheet("图")

    tables = read(book(fill))
    assert [(grid.name, grid.hidden, len(grid.rows)) for grid in tables.grids] == [
        ("Sheet", False, 1),
        ("旧表", True, 1),
    ]


def test_formulas_give_their_stored_results() -> None:
    def fill(made: Any) -> None:
        made.create_sheet("前", 0).append(["甲"])
        made["Sheet"].append([1, "=A1+1", "=1/0", "末"])

    data = book(fill)
    empty = read(data).grids[1]
    assert list(empty.rows[0]) == [1, None, None, "末"]
    assert empty.unanswered == {(0, 1), (0, 2)}, "no program has calculated them"
    data = with_result(data, "A1+1", "<f>A1+1</f><v>2</v>")
    answered = read(data).grids[1]
    assert list(answered.rows[0])[:2] == [1, 2]
    assert answered.unanswered == {(0, 2)}


def test_an_old_workbook() -> None:
    data = xls_bytes("名录", [["名称", "数"], ["石港", 12.0], ["", 3.5]], [(1, 2, 0, 0)])
    tables = read(data, "名录.xls")
    assert tables.kind == "xls"
    assert [list(row) for row in tables.grids[0].rows] == [["名称", "数"], ["石港", 12], ["石港", 3.5]]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("名称,类别\n石港,矿山\n".encode("gbk"), "gb18030"),
        ("名称,类别\n石港,矿山\n".encode(), "utf-8-sig"),
        ("\ufeff名称,类别\r\n石港,矿山\r\n".encode(), "utf-8-sig"),
        ("名称\t类别\n石港\t矿山\n".encode("utf-16"), "utf-16"),
        ("名称;类别\n石港;矿山\n\n".encode(), "utf-8-sig"),
        ('"名称","类别"\n"石港",矿山,\n'.encode("gb18030"), "gb18030"),
    ],
)
def test_delimited_text_in_the_encodings_of_chinese_desks(data: bytes, encoding: str) -> None:
    tables = read(data, "名录.csv")
    assert (tables.kind, tables.encoding) == ("csv", encoding)
    assert [list(row)[:2] for row in tables.grids[0].rows] == [["名称", "类别"], ["石港", "矿山"]]


def test_a_text_keeps_line_ends_marks_and_guarded_numbers() -> None:
    grid = one('名称,说明,编号\n"甲,乙","两\n行","=""0012"""\n丙,,\'0013\n'.encode(), "a.csv")
    assert [list(row) for row in grid.rows[1:]] == [["甲,乙", "两\n行", "0012"], ["丙", None, "0013"]]


def test_the_ending_of_the_name_does_not_matter() -> None:
    data = book(lambda made: made.active.append(["名称"]))
    assert read(data, "名录.csv").kind == "xlsx"
    assert read(b"a,b\n1,2\n", "a.xlsx").kind == "csv"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (plan_docx(), "not_a_table"),
        (b"%PDF-1.7\n%%EOF", "not_a_table"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "webpage"),
        (b"\x00\x01\x02\xff", "encoding"),
        (b"a\n" * 101, "rows"),
        (b",".join([b"a"] * 21) + b"\n", "columns"),
        (book(lambda made: [made.active.append(["x"]) for _ in range(101)]), "rows"),
        (book(lambda made: made.active.append(["x"] * 21)), "columns"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(TableError) as refused:
        read(data, "名录.xlsx")
    assert refused.value.code == code


@pytest.mark.parametrize("cut", [60, 400, -30, -2000])
def test_a_broken_workbook_is_refused(cut: int) -> None:
    data = book(lambda made: [made.active.append([f"甲{n}", n]) for n in range(50)])
    with pytest.raises((IntakeError, TableError)):
        read(data[:cut])


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    with pytest.raises(IntakeError) as refused:
        read(bomb.getvalue())
    assert refused.value.code == "unpacks_too_large"

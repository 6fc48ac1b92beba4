"""A register of five thousand projects looked through: 37 rows come back marked, and mended ones go in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import DESKTOP, Login
from tests.rooms.projects.tables import HEADING, register_rows, workbook

pytestmark = pytest.mark.flow
DEVELOPERS = ("石港煤业", "鑫瑞公司", "正珠煤业")
TODAY = date(2024, 7, 1)
PATIENCE = 180_000  # milliseconds for five thousand rows on a busy machine


def upload(page: Page, file: Path) -> None:
    page.goto("/projects/")
    page.get_by_role("link", name="导入项目").click()
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="上传并核对").click()


def test_five_thousand_rows_return_thirty_seven_marked_ones(
    open_page: Callable[..., Page], login: Login, tmp_path: Path
) -> None:
    rows, spoiled = register_rows(5000, 37, DEVELOPERS, TODAY)
    whole = tmp_path / "项目表.xlsx"
    whole.write_bytes(workbook(rows))
    page = open_page(DESKTOP)
    page.set_default_timeout(PATIENCE)
    login(page, "dispatcher")
    upload(page, whole)
    lead = page.locator("h1, .lead").filter(has_text="共 5000 行")
    expect(lead.first).to_contain_text("新增 4963，修改 0，无变化 0，有错 37。", timeout=PATIENCE)
    page.locator(".chip", has_text="有错").click()
    expect(page.locator("table").first).to_contain_text("投资额不能是负数")

    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出错误的文件").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    sheet = openpyxl.load_workbook(marked).active
    assert sheet is not None
    reasons = {row: sheet.cell(row, len(HEADING) + 1).value for row in range(4, 5004)}
    assert {row for row, words in reasons.items() if words} == spoiled.keys()
    for row, (words, _field) in spoiled.items():
        assert words in str(reasons[row])


def test_rows_that_were_mended_go_in_after_they_were_confirmed(
    open_page: Callable[..., Page], login: Login, tmp_path: Path
) -> None:
    rows, _spoiled = register_rows(3, 0, DEVELOPERS, TODAY)
    few = tmp_path / "三个项目.xlsx"
    few.write_bytes(workbook(rows))
    page = open_page(DESKTOP)
    page.set_default_timeout(PATIENCE)
    login(page, "dispatcher")
    upload(page, few)
    page.get_by_role("button", name="确认导入 3 行").click()
    page.locator("dialog#confirm button[value=yes]").click()
    expect(page.locator("body")).to_contain_text("已导入 3 行", timeout=PATIENCE)
    page.goto("/projects/?q=0001号")
    page.locator("a:visible", has_text=str(rows[0][2])).first.click()
    expect(page.locator("body")).to_contain_text("开工")

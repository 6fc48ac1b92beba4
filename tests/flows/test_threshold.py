"""In a browser: a threshold changed by one and confirmed by another changes a light from its day on."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import PHONE, Login, accessibility_faults

pytestmark = pytest.mark.flow

TABLE = "/tables/ledger.standing/"
TASK = "正珠煤业10月份恢复回采工作面正常生产"  # due on 31 October


def look_at(page: Page, day: str) -> None:
    """Show the county as of a day."""
    page.goto("/")
    page.fill("[data-day] input[type=date]", day)
    year, month, of_month = (int(part) for part in day.split("-"))
    expect(page.locator(".day-words")).to_contain_text(f"{year}年{month}月{of_month}日")


def light(page: Page, day: str) -> str:
    """The word of the task's light as of a day."""
    look_at(page, day)
    page.goto("/ledger/?q=正珠煤业10月份")
    row = page.locator("tr", has_text=TASK)
    return str(row.locator(".light-word").first.inner_text())


def test_a_threshold_changes_a_light_from_its_day_on(open_page: Callable[..., Page], login: Login) -> None:
    clerk, second = open_page(), open_page(PHONE)
    login(clerk, "dispatcher")
    login(second, "supervision")
    assert light(clerk, "2024-07-08") == "未到期"

    look_at(clerk, "2024-07-05")
    clerk.goto(TABLE)
    clerk.click("text=提议修改")
    clerk.fill("[name='0-due_soon_days']", "四个月")
    clerk.press("[name='0-due_soon_days']", "Tab")
    expect(clerk.locator("#w-0-due_soon_days")).to_contain_text("应为整数，0 到 366")
    clerk.fill("[name='0-due_soon_days']", "120")
    clerk.press("[name='0-due_soon_days']", "Tab")
    expect(clerk.locator("#w-0-due_soon_days")).to_be_empty()
    clerk.fill("[name=valid_from]", "2024-07-08")
    clerk.fill("[name=source]", "县长办公会纪要")
    clerk.select_option("[name=confidence]", "practice")
    clerk.fill("[name=reason]", "第三季度提前四个月提醒")
    clerk.press("[name=reason]", "Tab")
    clerk.click(".form-actions button[value=review]")
    expect(clerk.locator(".tables-change")).to_contain_text(re.compile(r"7 天\s*120 天"))
    assert accessibility_faults(clerk) == []
    clerk.click("button[value=send]")
    expect(clerk.locator(".lead")).to_contain_text("等另一人确认")
    expect(clerk.locator("main")).not_to_contain_text("驳回")

    look_at(second, "2024-07-06")
    second.goto("/tables/?filter=mine")
    second.click("text=任务亮灯的天数")
    second.click("text=看变化，确认")
    expect(second.locator(".tables-change")).to_contain_text("120")
    second.click("button:has-text('确认')")
    second.click("#confirm button[value=yes]")
    expect(second.locator(".notice-success")).to_contain_text("自 2024-07-08 起")

    days = ("2024-07-04", "2024-07-06", "2024-07-07", "2024-07-08", "2024-07-09")
    assert [light(clerk, day) for day in days] == ["未到期", "未到期", "未到期", "临期", "临期"]


def test_rows_come_back_from_excel_into_the_form(page: Page, login: Login) -> None:
    login(page, "dispatcher")
    page.goto(TABLE)
    with page.expect_download() as caught:
        page.click("a[download]")
    book = openpyxl.load_workbook(io.BytesIO(caught.value.path().read_bytes()))
    sheet = book.active
    assert sheet is not None
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 31)
    place.value = 14
    changed = io.BytesIO()
    book.save(changed)
    page.click("text=提议修改")
    page.click("text=从 Excel 读入")
    file = {"name": "改过的.xlsx", "mimeType": "application/octet-stream", "buffer": changed.getvalue()}
    page.set_input_files("[name=file]", file)  # type: ignore[arg-type]
    page.click("button[value=import]")
    expect(page.locator("[name='0-unreported_days']")).to_have_value("14")
    expect(page.locator(".notice-success")).to_contain_text("还没有提交")

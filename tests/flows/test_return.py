"""A firm reports on a phone, gets a figure sent back and corrects it; the board shows the new sum."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import DESKTOP, PHONE, Login, accessibility_faults

pytestmark = pytest.mark.flow
MONTH = "2024-06"
FORM = "工业企业月度经济运行表"
POWER = "用电量"
TYPED = {
    "工业总产值": "5500",
    "营业收入": "5170",
    "税收": "650",
    POWER: "3700",  # ten times too much
    "从业人员": "862",
    "固定资产投资完成额": "230",
}


def open_return(page: Page, unit: str) -> str:
    """The return of a unit for the month, from the list."""
    page.goto(f"/returns/?q={unit}")
    row = page.locator(f"tr:has-text('{FORM}'):has-text('{MONTH}')").first
    row.locator("a").first.click()
    expect(page.locator(".return-facts")).to_contain_text(MONTH)
    return page.url


def board_shows(page: Page, sum_of_power: str) -> None:
    """The month's electricity on the board, one firm having reported."""
    page.goto(f"/returns/economy/?month={MONTH}")
    expect(page.locator("tr:has-text('用电量')").first).to_contain_text(sum_of_power)


def test_a_figure_is_sent_back_and_corrected_by_the_firm(
    open_page: Callable[..., Page], login: Login
) -> None:
    firm, desk = open_page(PHONE), open_page(DESKTOP)
    login(firm, "firm")
    where = open_return(firm, "石港")
    for name, value in TYPED.items():
        firm.locator(".return-ask").get_by_label(name).fill(value)
    firm.locator(".return-ask").get_by_label(POWER).blur()
    expect(firm.locator(".said").first).to_be_visible()
    assert accessibility_faults(firm) == []
    firm.click("button:has-text('报出')")
    expect(firm.locator(".return-facts")).to_contain_text("已报")

    login(desk, "dispatcher")
    board_shows(desk, "3700万千瓦时")
    assert open_return(desk, "石港") == where
    desk.wait_for_load_state()
    assert desk.locator("input[type=text], input[inputmode]").count() == 0, "no field for a figure"
    desk.get_by_label(POWER).check()
    desk.fill("textarea[name=text]", "与电费单不符，请核对单位。")
    desk.click("button:has-text('退回')")
    expect(desk.locator(".return-facts")).to_contain_text("已退回")
    assert accessibility_faults(desk) == []

    firm.goto(where)
    expect(firm.locator(".return-back")).to_contain_text("请核对单位")
    firm.click("a:has-text('数有错，更正')")
    firm.locator(".return-ask").get_by_label(POWER).fill("370")
    firm.fill("textarea[name=text]", "小数点错了一位，按电费单更正。")
    firm.click("button:has-text('更正并通知')")
    expect(firm.locator(".return-facts")).to_contain_text("已更正")
    expect(firm.locator(".return-told")).to_contain_text("370")
    board_shows(desk, "370万千瓦时")
    desk.goto(where)
    expect(desk.locator("main")).to_contain_text("小数点错了一位")

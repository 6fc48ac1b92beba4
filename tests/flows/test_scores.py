"""In a browser: the day switch goes to 31 December, and the scoring page sets truth against July."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import PHONE, Login, accessibility_faults

pytestmark = pytest.mark.flow

COAL = "煤炭 原煤产量 500万吨"
MINE = "正珠煤业 恢复回采工作面正常生产"


def go_to_day(page: Page, day: str) -> None:
    """Uses the day switch of the top line, which goes to a day as soon as one is chosen."""
    with page.expect_navigation():
        page.fill(".day-switch input[name=day]", day)
    expect(page.locator(".day-banner input[name=day]")).to_have_value(day)


def test_december_is_set_against_what_july_said(open_page: Callable[..., Page], login: Login) -> None:
    page = open_page()
    login(page, "leader")
    go_to_day(page, "2024-12-31")
    page.goto("/outlook/")
    page.click("main >> text=说得准不准")
    expect(page.locator(".lead")).to_contain_text(re.compile(r"有结果的承诺只有 \d+ 项（研判 \d+ 次），太少"))
    expect(page.locator(".calibration-chart svg")).to_be_visible()
    page.select_option("select[name=month]", "2024-07")
    page.wait_for_url("**month=2024-07**")
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    mine = page.locator("tr", has_text=MINE)
    expect(mine).to_contain_text("2024-07-01")
    expect(mine).to_contain_text("2024-11-18 办结")
    expect(mine).to_contain_text("未兑现")
    coal = page.locator("tr", has_text=COAL)
    expect(coal).to_contain_text("还没到期")
    expect(coal).to_contain_text(re.compile(r"到 2024-11-30 已有 442\.\d万吨"))
    told = coal.locator("td b.num").first.inner_text()
    assert accessibility_faults(page) == []

    mine.locator("a.row-link").click()
    expect(page.locator("main")).to_contain_text("后来怎样")
    expect(page.locator("main")).to_contain_text("2024-11-18 办结")
    assert accessibility_faults(page) == []

    go_to_day(page, "2025-01-15")
    page.goto("/outlook/scores/?month=2024-07")
    coal = page.locator("tr", has_text=COAL)
    expect(coal).to_contain_text("未兑现")
    expect(coal).to_contain_text("487万吨")
    assert coal.locator("td b.num").first.inner_text() == told
    page.goto("/outlook/scores/?by=department")
    expect(page.locator("section:has(#groups) table")).to_contain_text("县工信局")


def test_the_dispatcher_has_the_months_so_far_replayed(open_page: Callable[..., Page], login: Login) -> None:
    page = open_page()
    login(page, "dispatcher")
    go_to_day(page, "2024-01-31")
    page.goto("/outlook/scores/")
    expect(page.locator(".lead")).to_contain_text("还没有说过把握的研判")
    page.select_option("select[name=year]", "2024")
    page.click("text=回放全年")
    page.wait_for_url("**/outlook/scores/", timeout=300_000)  # the worker may have to compile first
    expect(page.locator(".lead")).to_contain_text(re.compile(r"说过把握的承诺 \d+ 项，都还没有结果"))
    expect(page.locator("select[name=month]")).to_contain_text("2024-01")


def test_on_a_phone_nothing_is_cut_off(open_page: Callable[..., Page], login: Login) -> None:
    page = open_page(PHONE)
    login(page, "leader")
    go_to_day(page, "2025-01-15")
    page.goto("/outlook/scores/")
    expect(page.locator(".calibration-chart svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert accessibility_faults(page) == []

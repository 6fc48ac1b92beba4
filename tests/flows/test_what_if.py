"""In a browser: a what-if stops one mine and moves coal and its tax together; it is kept, and laid beside
another.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import PHONE, Login, accessibility_faults

pytestmark = pytest.mark.flow

COAL = "煤炭 原煤产量 500万吨"
TAX = "全县煤炭税收"
SLOW = 20_000  # ms: the county may have to be gathered anew while its nightly work is still going on


def go(page: Page) -> None:
    """Press the button that reckons."""
    page.locator(".whatif-go .btn-primary").click()


def test_stopping_one_mine_moves_coal_and_its_tax_together(
    open_page: Callable[..., Page], login: Login
) -> None:
    page = open_page()
    login(page, "dispatcher")
    page.goto("/outlook/")
    page.click(".tabs >> text=如果……")
    expect(page.locator(".lead")).to_contain_text("写下要改的")
    assert accessibility_faults(page) == []

    page.click(".whatif-kind:has-text('一座矿、一条线停几个月')")
    go(page)
    expect(page.locator(".whatif-change")).to_contain_text("请选要改的是什么")
    page.select_option("[name='1-on']", "shigang:output.coal.raw")
    page.fill("[name='1-first']", "2024-08")
    page.fill("[name='1-last']", "2024-10")
    go(page)
    rows = page.locator("#list-outlook-what-if tbody tr")
    coal, tax = rows.filter(has_text=COAL), rows.filter(has_text=TAX)
    expect(coal).to_contain_text(re.compile(r"-\d+(\.\d+)?万吨 ±"), timeout=SLOW)
    expect(tax).to_contain_text(re.compile(r"-[\d,.]+万元 ±"))
    expect(coal.locator("svg .whatif-bar-other")).to_be_visible()
    expect(rows.filter(has_text="手套")).to_have_count(0)  # folded away: nothing of it changed
    expect(page.locator(".lead")).to_contain_text("煤炭 原煤产量 500万吨：少")
    assert accessibility_faults(page) == []
    page.click(".chip:has-text('没有变')")
    expect(rows.filter(has_text="手套").first).to_be_visible(timeout=SLOW)

    page.fill("#name", "石港停三个月")
    page.click("button:has-text('存下来')")
    expect(page.locator("#notices")).to_contain_text("已存下")
    expect(page.locator(".page-words")).to_contain_text("石港停三个月")

    page.fill("[name='1-left']", "50")
    go(page)
    expect(page.locator("#result")).to_contain_text("只剩 50%")
    page.locator("#name").fill("石港停一半")
    page.click("button:has-text('另存')")
    page.click(".tabs >> text=存下的设想")
    for box in page.locator("input[name=s]").all():
        box.check()
    page.click("button:has-text('把勾选的放在一起比')")
    expect(page.locator("#list-outlook-compare")).to_contain_text(TAX)
    expect(page.locator(".whatif-chosen")).to_contain_text("石港停一半")
    assert accessibility_faults(page) == []


def test_what_is_worth_doing_stands_on_the_outlook_and_in_its_list(
    open_page: Callable[..., Page], login: Login
) -> None:
    page = open_page()
    login(page, "leader")
    page.goto("/outlook/worth/")
    first = page.locator("#list-outlook-worth tbody tr").first
    expect(first).to_contain_text(re.compile(r"\+[\d.]+ 个百分点 ±"))
    expect(page.locator("#list-outlook-worth")).to_contain_text("看得更清")
    assert accessibility_faults(page) == []
    page.goto("/outlook/?q=原煤")
    page.click("text=" + COAL)
    expect(page.locator(".worth")).to_contain_text("今后各月不停产")
    page.locator(".outlook-nodes a:has-text('如果……')").first.click()
    expect(page.locator("[name='1-on']")).to_have_value("coal:output.coal.raw")


def test_on_a_phone_nothing_is_cut_off(open_page: Callable[..., Page], login: Login) -> None:
    page = open_page(PHONE, language="en")
    login(page, "dispatcher")
    query = "1-kind=stop&1-on=shigang:output.coal.raw&1-first=2024-08&1-last=2024-12&1-left=0"
    for address in (
        "/outlook/what-if/",
        f"/outlook/what-if/?{query}",
        "/outlook/what-if/kept/",
        "/outlook/worth/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert accessibility_faults(page) == [], address

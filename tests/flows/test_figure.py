"""A figure reported, corrected with a reason, and seen as it was known on an earlier day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import DESKTOP, PHONE, Login

pytestmark = pytest.mark.flow
VIEWPORTS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])


def go_to_day(page: Page, day: str) -> None:
    """Look at another day of the demo."""
    page.fill(".day-switch input[name=day]", day)
    page.locator(".day-switch input[name=day]").press("Enter")
    expect(page.locator(".day-banner")).to_contain_text(_written(day))


def _written(day: str) -> str:
    year, month, number = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{number}日"


def open_task(page: Page, title: str) -> str:
    page.goto(f"/ledger/?q={title}")
    page.locator(f"a:visible:has-text('{title}')").first.click()
    expect(page.locator("h1")).to_contain_text(title)
    return page.url


@VIEWPORTS
def test_a_figure_is_corrected_and_seen_as_it_was_known(
    open_page: Callable[..., Page], login: Login, viewport: dict[str, Any]
) -> None:
    first, then = ("2024-07-02", "2024-07-03") if viewport is DESKTOP else ("2024-08-12", "2024-08-13")
    page = open_page(viewport)
    login(page, "energy")
    go_to_day(page, first)
    task = open_task(page, "500万吨")
    page.click("#report")
    page.fill("textarea[name=text]", "当日调度：石港煤业出煤。")
    page.fill(".figures input", "12.3")
    page.click("button:has-text('报送')")
    expect(page.locator(".measure-now")).to_contain_text("12.3")

    go_to_day(page, then)
    page.goto(task)
    note = page.locator(".feed li", has_text="当日调度").first
    note.get_by_role("link", name="更正").click()
    page.fill("input[name=value]", "12.1")
    page.fill("[name=reason]", "复核磅单，扣除矸石。")
    page.click("button:has-text('提交更正')")
    expect(page.locator(".measure-now")).to_contain_text("12.1")

    page.locator(".measure-now button.figure").click()
    drawer = page.locator("#drawer-body")
    expect(drawer).to_contain_text("复核磅单，扣除矸石。")
    expect(drawer.locator("p.large")).to_contain_text("12.1")
    drawer.locator("input[name=day]").fill(first)
    expect(drawer.locator("p.large")).to_contain_text("12.3")
    expect(drawer.locator("table").first).not_to_contain_text(then)

    go_to_day(page, first)
    page.goto(task)
    expect(page.locator(".measure-now")).to_contain_text("12.3")

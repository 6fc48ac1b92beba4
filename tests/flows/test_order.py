"""An order: handed over, waiting with a reason, overdue by two working days across a holiday, struck off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import DESKTOP, PHONE, Login
from tests.flows.test_figure import go_to_day

pytestmark = pytest.mark.flow
VIEWPORTS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
PROOF = {"name": "方案.txt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


class Desk:
    """A person at her own screen."""

    def __init__(self, page: Page, login: Login, username: str, day: str) -> None:
        self.page = page
        login(page, username)
        go_to_day(page, day)

    def on(self, day: str, address: str) -> Page:
        """The item's page as it is on a day."""
        go_to_day(self.page, day)
        self.page.goto(address)
        return self.page

    def act(self, button: str, send: str, **told: str) -> None:
        """Open an act's form in the drawer, fill it in and send it."""
        found = self.page.locator(".page-actions a", has_text=button)
        if not found.first.is_visible():
            self.page.click(".item-more summary")
        found.first.click()
        form = self.page.locator("#drawer-body form")
        for name, value in told.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        if form.locator("input[name=proof]").count():
            form.locator("input[name=proof]").set_input_files(PROOF)  # type: ignore[arg-type]
        form.get_by_role("button", name=send).click()
        expect(self.page.locator(".notice-success")).to_be_visible()


def open_an_order(page: Page, title: str) -> str:
    """The office gives an order on a task, due on 26 September."""
    page.goto("/ledger/?q=逐矿列出")
    page.locator("a:visible:has-text('逐矿列出需协调事项')").first.click()
    page.locator("#panel-items-about-task a", has_text="交办").last.click()
    page.locator(".kind-choice a", has_text="交办").click()
    page.fill("[name=title]", title)
    page.select_option("[name=basis]", label="领导批示")
    page.fill("[name=basis_text]", "县长9月12日批示：请能源局月底前办结")
    page.select_option("[name=limit]", label="另定日期")
    page.fill("[name=due]", "2024-09-26")
    expect(page.locator("#due-told")).to_contain_text("2024-09-26")
    page.click("button:has-text('开出')")
    expect(page.locator(".lead")).to_contain_text("还剩 9 个工作日")
    return page.url


@VIEWPORTS
def test_an_order_across_a_holiday(
    open_page: Callable[..., Page], login: Login, viewport: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    day = "2024-09-12"
    office, energy, land, supervision = (
        Desk(open_page(viewport), login, name, day)
        for name in ("office", "energy", "naturalres", "supervision")
    )
    order = open_an_order(office.page, f"列明永兴煤业用地手续（{request.node.callspec.id}）")

    energy.page.goto(order)
    energy.act("签收", "签收，由我负责")
    energy.act("移交", "提出移交", to="示例·自然资源局", reason="用地手续由自然资源局办，资料已备齐")
    expect(energy.page.locator(".item-facts")).to_contain_text("待确认")

    land.page.goto(order)
    land.act("接手", "接手，由我负责")
    expect(land.page.locator(".item-facts")).to_contain_text("首问责任人")

    land.on("2024-09-18", order)
    land.act("等待", "开始等待", reason="上级批复", text="市局正在审查")
    expect(land.page.locator(".lead")).to_contain_text("等待：上级批复，计时暂停，恢复后还有 6 个工作日")
    land.on("2024-09-23", order)
    land.act("恢复办理", "恢复办理")
    expect(land.page.locator(".item-facts")).to_contain_text("2024-09-30")

    late = supervision.on("2024-10-09", order)
    expect(late.locator(".lead")).to_have_text("逾期 2 个工作日，已提级到承办单位负责人")
    land.on("2024-10-09", order)
    land.act("报完成", "报完成，送核实", text="用地手续已列明")
    expect(land.page.locator(".page-actions")).not_to_contain_text("核实销号")

    supervision.on("2024-10-10", order)
    supervision.act("核实销号", "核实无误，销号")
    expect(supervision.page.locator(".lead")).to_have_text("已销号，逾期 2 个工作日办结")
    office.on("2024-09-19", order)
    expect(office.page.locator(".lead")).to_contain_text("等待：上级批复")

"""A project's officer finishes two steps that run side by side, with proof; the chances follow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import Login

pytestmark = pytest.mark.flow
PROOF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
PROJECT, PROMISED = "示例项目一", "A25"
SIDE, SERIAL, NEXT = "A19", "A18b", "A21"  # utilities beside the building; the acceptance after both


def open_project(page: Page) -> str:
    """The project's page, found in the register as a person finds it."""
    page.goto(f"/projects/?q={PROJECT}")
    page.get_by_role("link", name=re.compile(f"^{PROJECT}(?!三用地)")).first.click()
    expect(page.locator(f"#{PROMISED}")).to_be_visible()
    return page.url


def row(page: Page, step: str) -> str:
    """What the table of steps says of one."""
    return page.locator(f"#{step}").inner_text()


def chance(page: Page) -> int:
    """The chance that production begins on the promised day, in percent."""
    return int(page.locator(f"#{PROMISED} .chance").inner_text().rstrip("%"))


def likely(page: Page) -> str:
    """When it will probably begin."""
    return page.locator(f"#{PROMISED} td").nth(5).inner_text()


def finish(page: Page, step: str, day: str, number: str) -> None:
    """Open the step from the project's page and record its end with a file as proof."""
    page.locator(f"#{step} a.row-link").click()
    page.locator(".page-actions a", has_text="办结").click()
    page.fill("[name=day]", day)
    page.select_option("[name=proof_kind]", label="监理、检测等第三方材料")
    page.locator("[name=file]").set_input_files(PROOF)  # type: ignore[arg-type]
    page.fill("[name=number]", number)
    page.get_by_role("button", name="办结").click()
    expect(page.locator(".notice-success")).to_be_visible()


def test_two_steps_are_finished_with_proof_and_the_chance_follows(page: Page, login: Login) -> None:
    login(page, "liaison")
    project = open_project(page)
    before, when = chance(page), likely(page)
    assert "办理中" in row(page, SIDE)
    assert "办理中" in row(page, SERIAL)
    assert "前置未完" in row(page, NEXT)

    finish(page, SIDE, "2024-06-27", "供电〔2024〕示例1号")
    page.goto(project)
    assert "已办结" in row(page, SIDE)
    assert "办理中" in row(page, SERIAL), "what runs beside it goes on"
    assert "前置未完" in row(page, NEXT)
    assert chance(page) >= before

    finish(page, SERIAL, "2024-06-28", "监理〔2024〕示例2号")
    page.goto(project)
    assert "已办结" in row(page, SERIAL)
    assert "可以开始" in row(page, NEXT), "what waited for it may begin"
    assert chance(page) > before
    assert likely(page) != when

    page.goto(f"{project}steps/{SERIAL}/")
    expect(page.locator(".feed")).to_contain_text("验收单.pdf")
    expect(page.locator(".feed")).to_contain_text("监理〔2024〕示例2号")


def test_who_does_not_do_a_step_sees_it_and_cannot_finish_it(page: Page, login: Login) -> None:
    login(page, "energy")
    page.goto("/projects/?q=华能二期60MW光伏")
    page.get_by_role("link", name=re.compile("华能二期60MW光伏")).first.click()
    page.locator("#B08 a.row-link").click()
    expect(page.locator(".notice")).to_contain_text("县生态环境分局")
    expect(page.locator(".page-actions a", has_text="办结")).to_have_count(0)

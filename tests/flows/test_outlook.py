"""In a browser: the leader sees every chance, its reason and the clash of words, as the command line does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import PHONE, Faults, Login, accessibility_faults, environment

pytestmark = pytest.mark.flow

COAL = "煤炭 原煤产量 500万吨"
MINES = "正常生产的煤矿 煤矿 6座"


def on_the_command_line(demo_county: Path, data: Path) -> dict[str, str]:
    """The lines ``tiaodu outlook`` prints of a copy of the county, by promise."""
    printed = printed_for(demo_county, data / "county", "2024-07-01")
    return {name: next(line for line in printed if name in line) for name in (COAL, MINES)}


def printed_for(demo_county: Path, copied: Path, day: str, *how: str) -> list[str]:
    """What ``tiaodu outlook`` prints of a copy of the county, without the line about the run itself."""
    shutil.copytree(demo_county, copied)
    asked = ["outlook", "--day", day, "--region", "140722", "--lang", "zh", *how]
    command = [sys.executable, "-m", "tiaodu", *asked]
    done = subprocess.run(command, env=environment(copied), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[1:]


def test_two_workers_print_what_one_process_prints(demo_county: Path, tmp_path: Path) -> None:
    alone = printed_for(demo_county, tmp_path / "alone", "2024-06-20")
    assert any(COAL in line and "P10" in line for line in alone)
    assert printed_for(demo_county, tmp_path / "two", "2024-06-20", "--workers", "2") == alone


def test_the_leader_sees_chance_reason_and_clash(
    open_page: Callable[..., Page], login: Login, demo_county: Path, tmp_path: Path
) -> None:
    printed = on_the_command_line(demo_county, tmp_path)
    page = open_page()
    login(page, "leader")
    expect(page.locator("main")).to_contain_text("话说得太满")
    every = page.locator("#panel-outlook-home")
    expect(every.locator("circle").first).to_be_attached()
    every.locator("summary").click()
    expect(every.locator("li", has_text=COAL)).to_contain_text("%")
    page.goto("/outlook/")
    expect(page.locator(".lead")).to_contain_text("话说得太满")
    clash = page.locator("tr", has_text=MINES)
    expect(clash).to_contain_text(re.compile(r"写的是“确保”，把握只有 \d+%"))
    row = page.locator("tr", has_text=COAL)
    chance = row.locator("td b.num").first.inner_text()
    assert chance in printed[COAL]
    assert accessibility_faults(page) == []

    row.locator("a.row-link").click()
    expect(page.locator(".lead")).to_contain_text(chance)
    page.wait_for_load_state()
    cells = page.locator(".outlook-figures table td").all_inner_texts()
    for name, figure in zip(("P10", "P50", "P90"), cells, strict=False):
        assert f"{name} {figure}" in printed[COAL]
    expect(page.locator(".outlook-drivers")).to_contain_text("安全检查")
    expect(page.locator(".outlook-nodes")).to_contain_text("7.3万吨 * stops * luck")
    expect(page.locator("main")).to_contain_text("比上次变了什么")
    assert accessibility_faults(page) == []

    page.click(".crumbs a >> nth=1")
    panel = page.locator("#panel-outlook-about-task")
    expect(panel).to_contain_text(chance)
    expect(panel).to_contain_text("今后 7 个月每月要")


def test_on_a_phone_nothing_is_cut_off(open_page: Callable[..., Page], login: Login) -> None:
    page = open_page(PHONE)
    login(page, "leader")
    for address in ("/outlook/?q=原煤", None):
        if address:
            page.goto(address)
        else:
            page.click("text=" + COAL)
            expect(page.locator(".outlook-band").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert accessibility_faults(page) == []


def test_an_estimate_is_told_on_a_phone(open_page: Callable[..., Page], login: Login, faults: Faults) -> None:
    """And stands beside what others think without saying who they are."""
    faults.expect(r"status of 422 .*/outlook/estimates/")
    page = open_page(PHONE)
    login(page, "energy")
    page.goto("/outlook/?q=原煤")
    page.click("text=" + COAL)
    people = page.locator("#estimates")
    expect(people).to_contain_text("4 人私下说过")
    field = people.get_by_label("您看到 2024-12-31 最可能是多少")
    field.fill("-5")
    people.get_by_role("button", name="改成这个").click()
    expect(page.locator(".wrong, .errors, .notice").first).to_contain_text("不会小于零")
    page.get_by_label("您看到 2024-12-31 最可能是多少").fill("468.5")
    page.get_by_role("button", name="改成这个").click()
    expect(page.locator("#estimates")).to_contain_text("您 2024-07-01 说 468.5万吨")
    expect(page.locator("#estimates")).to_contain_text("4 人私下说过")  # one alone moves nothing
    assert "示例·调度员" not in page.locator("#estimates").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert accessibility_faults(page) == []
    page.locator("#estimates").get_by_role("button", name="撤回").click()
    expect(page.locator("#estimates")).to_contain_text("有人撤回就先不显示")

"""In a browser: ten firms go through a round, one misses a paper, the count of the absent ends at nought."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import Login, accessibility_faults, environment, serving

pytestmark = pytest.mark.flow
PDF: Any = {
    "name": "材料.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
}


@pytest.fixture(scope="module")
def server(demo_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo county on 8 July 2024, when the first round of the year has closed."""
    data = tmp_path_factory.mktemp("county") / "var"
    shutil.copytree(demo_county, data)
    with serving({**environment(data), "TIAODU_TODAY": "2024-07-08"}) as address:
        yield address


def _as(page: Page, login: Login, who: str) -> None:
    """Somebody else sits down at the browser."""
    page.context.clear_cookies()
    login(page, who)


def _take(page: Page, step: str, *, proof: bool = False) -> None:
    page.click(f"a[href$='/steps/{step}/']")
    if proof:
        page.set_input_files("input[type=file]", PDF)
    page.click(".form-actions .btn-primary")
    expect(page.locator("h1")).to_contain_text("示例手套十厂")


def test_the_tenth_firm_hands_in_its_paper_and_nobody_is_absent(page: Page, login: Login) -> None:
    login(page, "dispatcher")
    page.goto("/returns/entry/")
    expect(page.locator(".lead")).to_contain_text("应入未入 1 户")
    assert accessibility_faults(page) == []
    page.click(".entry-absent a:has-text('示例手套十厂')")
    expect(page.locator(".lead")).to_contain_text("应入未入")
    expect(page.locator("#paper-pledge")).to_contain_text("缺")
    assert accessibility_faults(page) == []

    _as(page, login, "firm_tenth")
    page.goto("/returns/entry/")
    page.click("a:has-text('示例手套十厂') >> nth=0")
    page.wait_for_load_state()
    assert page.locator("#chance").count() == 0, "a firm sees no chances"
    while page.locator("#papers a.btn-primary").count():
        page.click("#papers a.btn-primary >> nth=0")
        page.set_input_files("input[type=file]", PDF)
        page.click(".form-actions .btn-primary")
        expect(page.locator("h1")).to_contain_text("示例手套十厂")
        page.wait_for_load_state()

    _as(page, login, "dispatcher")
    page.goto("/returns/entry/")
    page.click(".entry-absent a:has-text('示例手套十厂')")
    for step in ("papers_whole", "to_county"):
        _take(page, step)
    _as(page, login, "statistics")
    page.goto("/returns/entry/")
    page.click(".entry-absent a:has-text('示例手套十厂')")
    for step in ("to_city", "to_province", "to_nation"):
        _take(page, step)
    _take(page, "approved", proof=True)
    page.goto("/returns/entry/")
    expect(page.locator(".lead")).to_contain_text("应入未入 0 户")

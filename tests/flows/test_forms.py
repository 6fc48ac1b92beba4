"""A city's blank form is uploaded, mapped and filled; a cell's figure opens where it comes from."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import DESKTOP, PHONE, Login, accessibility_faults
from tests.rooms.returns.blanks import NAME, blank

pytestmark = pytest.mark.flow
VIEWPORTS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])


def fits(page: Page) -> bool:
    """Whether the page can be read without moving it sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@VIEWPORTS
def test_a_citys_form_is_mapped_and_filled_with_provenance(
    open_page: Callable[..., Page], login: Login, viewport: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / NAME
    file.write_bytes(blank())
    page = open_page(viewport)
    login(page, "dispatcher")
    page.goto("/returns/forms/new/")
    page.fill("input[name=title]", "县区工业经济运行月报")
    page.fill("input[name=issuer]", "市工信局")
    page.set_input_files("input[name=file]", file)
    page.click("button:has-text('上传')")
    expect(page.locator("h1")).to_contain_text("县区工业经济运行月报")
    assert accessibility_faults(page) == []
    assert fits(page)

    # What the labels say is a suggestion; one of them is left, one is said by hand.
    output = page.locator(".suggested li", has_text="工业总产值")
    expect(output.first).to_contain_text("全部填报企业合计")
    page.locator("input[value='月报!C6']").uncheck()
    page.click("button:has-text('接受勾选的')")
    expect(page.locator(".sheet-asked a", has_text="工业总产值").first).to_be_visible()
    page.get_by_role("link", name="C6").click()
    expect(page.locator("select[name=measure]")).to_have_value("revenue")
    page.fill("input[name=places]", "1")
    assert accessibility_faults(page) == []
    page.click("button:has-text('保存')")

    page.fill("input[name=month]", "2024-03")
    page.click("button:has-text('填这个月')")
    expect(page.locator("h1")).to_contain_text("2024-03")
    assert accessibility_faults(page) == []
    assert fits(page)
    told = page.locator(".sheet-told a").first
    shown = told.inner_text()
    with page.expect_download() as download:
        page.click("a:has-text('下载填好的表')")
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))["月报"]
    written = {
        cell.value for row in sheet.iter_rows(min_row=4, max_row=7, min_col=3, max_col=4) for cell in row
    }
    assert float(shown) in {float(value) for value in written if value is not None}
    told.click()
    drawer = page.locator("#drawer-body")
    expect(drawer.locator("table")).to_contain_text("2024-03")
    drawer.locator("tbody a").first.click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("企业月度经济运行表")

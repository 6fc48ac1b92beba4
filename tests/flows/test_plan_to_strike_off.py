"""A plan from paste to strike-off: read, reviewed, taken out as Word and Excel, reported, verified."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import DESKTOP, PHONE, Login

pytestmark = pytest.mark.flow
VIEWPORTS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])

OWN_PLAN = """2024年重点工作安排
一、稳定工业运行。全年规模以上工业企业达到35户，力争新增规上企业4户。石港煤业4月底完成智能化综采工作面调试运行。
二、优化营商环境。完善首问负责制度，推进“高效办成一件事”。
（县政府办公室2024年1月20日）
"""


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper(text: str) -> bytes:
    """A Word file to hand in as proof."""
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def briefing() -> str:
    """The county briefing of the labelled texts; it is not part of the product."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "gold"
    gold = Path(os.environ.get("TIAODU_GOLD") or beside)
    if not (gold / "passages" / "seed.txt").exists():
        pytest.skip("the labelled texts are not here: set TIAODU_GOLD")
    return (gold / "passages" / "seed.txt").read_text(encoding="utf-8")


def paste(page: Page, text: str, title: str) -> None:
    """Hand a text in on 试读 and wait for what was read."""
    page.goto("/documents/try/")
    page.fill("textarea[name=text]", text)
    page.check("input[name=secrecy][value=public]")
    page.fill("input[name=title]", title)
    page.click("button:has-text('读一读')")
    expect(page.get_by_text(re.compile(r"读出 \d+ 条")).first).to_be_visible()


def measures(page: Page) -> dict[str, str]:
    """The totals of the roll-up page: measure and what it adds up to."""
    page.goto("/ledger/rollup/")
    rows = page.locator("section", has_text="各指标合计").locator("tbody tr")
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    return {name: total for name, total, *_ in cells}


def download(page: Page, words: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator("a", has_text=words).first.click()
    return Path(waiting.value.path()).read_bytes()


def accept_all(page: Page) -> None:
    page.locator(".review-acts button", has_text="全部接受").click()
    page.locator("dialog#confirm button[value=yes]").click()
    # A hundred statements at once take a while on a busy machine.
    expect(page.locator(".review-acts button", has_text="接受无疑问的")).to_be_disabled(timeout=30_000)


def test_the_briefing_beside_the_plan_doubles_nothing(open_page: Callable[..., Page], login: Login) -> None:
    text = briefing()
    page = open_page()
    login(page, "dispatcher")
    before = measures(page)
    assert before["手套生产线"].startswith("74")
    assert before["光伏装机"].startswith("31") and before["风电装机"].startswith("5")
    paste(page, text, "工业简报")
    headline = page.get_by_text(re.compile(r"读出 \d+ 条")).first.inner_text()
    assert int(re.search(r"举措 (\d+)", headline).group(1)) >= 20  # type: ignore[union-attr]
    listed = page.locator("#review-list")
    for duty in ("首问负责", "一件事", "委托招商", "绿色通道", "政银企", "周转金", "干部包企业", "招商图谱"):
        expect(listed).to_contain_text(duty)
    word = docx.Document(io.BytesIO(download(page, "Word")))
    cells = [cell.text for row in word.tables[0].rows for cell in row.cells]
    assert any("石港煤业" in cell for cell in cells)
    sheet = openpyxl.load_workbook(io.BytesIO(download(page, "Excel"))).worksheets[0]
    assert any("18.88亿元" in str(value) for row in sheet.iter_rows(values_only=True) for value in row)
    accept_all(page)
    after = measures(page)
    assert {name: after[name] for name in before} == before


@VIEWPORTS
def test_a_statement_becomes_a_task_with_its_sentence(
    open_page: Callable[..., Page], login: Login, viewport: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page = open_page(viewport)
    login(page, "dispatcher")
    where = request.node.callspec.id
    plan = OWN_PLAN.replace("35户", "36户" if viewport is PHONE else "35户")
    paste(page, plan, f"重点工作安排 {where}")
    statement = page.locator("article.statement", has_text="新增").filter(has_text="4户")
    statement.locator("[data-act=accept]").click()
    accepted = page.locator("article.statement.is-accepted", has_text="4户")
    expect(accepted).to_be_visible()
    accepted.locator("a").first.click()
    expect(page.locator("blockquote").first).to_contain_text("力争新增规上企业4户")
    if viewport is PHONE:
        width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= shown


@VIEWPORTS
def test_progress_is_reported_and_the_task_struck_off_by_another(
    open_page: Callable[..., Page], login: Login, viewport: dict[str, Any]
) -> None:
    title = "石英砂" if viewport is DESKTOP else "中晋太行"
    owner = open_page(viewport)
    login(owner, "industry")
    owner.goto(f"/ledger/?q={title}")
    owner.locator(f"a:visible:has-text('{title}')").first.click()
    address = owner.url
    owner.click("#report")
    owner.fill("textarea[name=text]", "设备安装完成，进入单机试车。")
    owner.fill("textarea[name=problem]", "供电线路还差一公里。")
    owner.click("button:has-text('报送')")
    expect(owner.locator("body")).to_contain_text("设备安装完成，进入单机试车。")
    owner.goto(f"{address}claim/")
    owner.fill("textarea[name=text]", "已建成，验收合格。")
    owner.set_input_files(
        "input[type=file]",
        {"name": "验收意见.docx", "mimeType": WORD, "buffer": paper("竣工验收意见：合格")},
    )
    owner.click("button:has-text('送核实')")
    expect(owner.locator(".task-facts")).to_contain_text("完成待核")
    assert owner.request.get(f"{address}verify/").status == 403

    checker = open_page(viewport)
    login(checker, "supervision")
    checker.goto(f"{address}verify/")
    checker.fill("textarea[name=text]", "现场核查属实。")
    checker.click("button:has-text('核实无误，销号')")
    expect(checker.locator(".task-facts")).to_contain_text("已销号")
    checker.goto(f"/ledger/?q={title}")
    checker.locator(".chips a", has_text="已销号").first.click()
    expect(checker.locator("main")).to_contain_text(title)

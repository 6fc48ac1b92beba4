"""In a browser: on 1 July 2024 a leader sees on the wall map who will miss, by how much, through what."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pdfplumber
import pytest
from playwright.sync_api import Page, expect
from tests.flows.conftest import PHONE, Login, accessibility_faults, environment, serving

pytestmark = pytest.mark.flow

MILLIMETRE = 72 / 25.4  # in points


@pytest.fixture(scope="module")
def server(demo_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo county on 1 July 2024, with projects."""
    data = tmp_path_factory.mktemp("county") / "var"
    shutil.copytree(demo_county, data)
    surroundings = {**environment(data), "TIAODU_TODAY": "2024-07-01"}
    root = str(Path(__file__).resolve().parents[2])
    settings = {
        "PYTHONPATH": f"{surroundings['PYTHONPATH']}:{root}",
        "DJANGO_SETTINGS_MODULE": "tiaodu.config.settings",
    }
    made = subprocess.run(
        [sys.executable, "-m", "django", "shell", "-c", "from tests.flows.wall_county import main; main()"],
        env={**surroundings, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with serving(surroundings) as address:
        yield address


def late_rows(page: Page) -> list[Any]:
    return page.locator(".map-row:has(.map-verdict .dot-red)").all()


def test_a_leader_sees_who_will_miss_by_how_much_and_through_which_step(page: Page, login: Login) -> None:
    login(page, "leader")
    page.click(".rooms a[href='/projects/']")
    page.click(".tabs a:has-text('挂图作战')")
    answer = page.locator(".lead").inner_text()
    told = re.fullmatch(r"(\d+) 个项目中 (\d+) 个预计不能按期，最晚的是(.+)，晚 (\d+) 天，卡在(.+)。", answer)
    assert told is not None, answer
    count, late, name, days, step = told.groups()
    expect(page.locator(".map-row")).to_have_count(int(count))
    rows = late_rows(page)
    assert len(rows) == int(late)
    for row in rows:
        assert re.search(r"晚 \d+ 天", row.locator(".map-verdict").inner_text())
        assert "卡在" in row.locator(".map-through").inner_text()
    exactly = page.locator(".row-link", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))
    worst = page.locator(".map-row", has=exactly)
    expect(worst.locator(".map-verdict")).to_contain_text(f"晚 {days} 天")
    expect(worst.locator(".map-through")).to_have_text(f"卡在 {step}")
    assert accessibility_faults(page) == []

    worst.locator(".row-link").click()
    expect(page.locator(".net-drawing")).to_be_visible()
    expect(page.locator(".net-box.is-done")).not_to_have_count(0)
    assert accessibility_faults(page) == []


def test_parts_of_the_picture_say_what_they_are(page: Page, login: Login) -> None:
    login(page, "leader")
    page.goto("/projects/wall/")
    diamond = page.locator("a.map-promise").first
    diamond.hover()
    expect(page.locator(".tip")).to_be_visible()
    expect(page.locator(".tip")).to_contain_text("承诺 2024-")
    page.mouse.move(0, 0)
    expect(page.locator(".tip")).to_be_hidden()
    page.locator(".map-part").first.focus()
    expect(page.locator(".tip")).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d"))


def test_grouping_and_zoom_are_links(page: Page, login: Login) -> None:
    login(page, "leader")
    page.goto("/projects/wall/")
    rows = page.locator(".map-row").count()
    for words in ("包联领导", "阶段", "类型", "不分组"):
        page.click(f".map-choice a:has-text('{words}')")
        expect(page.locator(".map-choice [aria-current]").first).to_have_text(words)
        expect(page.locator(".map-row")).to_have_count(rows)
    for words in ("按季", "按年", "按月"):
        page.click(f".map-choice a:has-text('{words}')")
        expect(page.locator(".map-choice a[aria-current]", has_text=words)).to_be_visible()
        expect(page.locator(".map-row")).to_have_count(rows)
    first = page.locator(".map-year").first.text_content()
    assert first
    page.click(".map-choice a[rel=prev]")
    expect(page.locator(".map-year").first).not_to_have_text(first)


def test_the_wall_map_and_the_board_fit_a_phone(open_page: Callable[..., Page], login: Login) -> None:
    phone = open_page(PHONE)
    login(phone, "leader")
    for address in ("/projects/wall/", "/projects/board/", "/projects/wall/table/"):
        phone.goto(address)
        width = phone.evaluate("[document.documentElement.scrollWidth, window.screen.width]")
        assert width[0] <= width[1], address
        assert accessibility_faults(phone) == []
    phone.goto("/projects/board/")
    column = phone.locator(".board-column:not(.is-bare)").first
    card = column.locator(".board-card").first
    expect(card).to_be_visible()
    column.locator("summary").click()
    expect(card).to_be_hidden()


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 297, 210), ("a0", 1189, 841)])
def test_it_prints_on_its_paper(page: Page, login: Login, paper: str, width: int, height: int) -> None:
    login(page, "leader")
    page.goto("/projects/wall/")
    names = page.locator(".map-row .row-link").all_inner_texts()
    page.goto(f"/projects/wall/print/?paper={paper}")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))) as pdf:
        sizes = {(round(float(each.width)), round(float(each.height))) for each in pdf.pages}
        text = "".join(each.extract_text() or "" for each in pdf.pages)
        sheets = len(pdf.pages)
    expected = (round(width * MILLIMETRE), round(height * MILLIMETRE))
    assert all(abs(size[0] - expected[0]) <= 2 and abs(size[1] - expected[1]) <= 2 for size in sizes)
    assert sheets == page.locator(".wall-sheet").count()
    assert text.count("2024-07-01") == sheets
    drawn = "".join(page.locator(".wall-sheet").all_text_contents())
    assert [name for name in names if name not in drawn] == []


def test_the_table_behind_it_goes_to_excel(page: Page, login: Login) -> None:
    login(page, "leader")
    page.goto("/projects/wall/")
    late = len(late_rows(page))
    page.click("text=图背后的表")
    page.click(".chips a:has-text('预计不能按期')")
    expect(page.locator(".list tbody tr")).to_have_count(late)
    with page.expect_download() as caught:
        page.click("a[download]")
    sheet = openpyxl.load_workbook(io.BytesIO(caught.value.path().read_bytes())).active
    assert sheet is not None
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert sum("天" in text and "晚" in text for text in texts) >= late

"""Real files over HTTP: readable ones are kept with their hash, the others refused with advice and without
a trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.engine.intake.samples import (
    compound_file,
    docx_bytes,
    plan_docx,
    plan_xlsx,
    scanned_pdf,
    with_part,
    xlsx_bytes,
)
from tests.rooms.documents.plans import PLAN, handed_in, send, told, words

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.convert import find_converter
from tiaodu.foundation.files.models import StoredFile
from tiaodu.rooms.documents.models import Document

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


REFUSED = {
    "empty": ("计划.docx", b"", "是空的"),
    "blank": ("计划.txt", b" \n ", "没有文字"),
    "truncated": ("计划.docx", plan_docx()[:900], "不完整或已损坏"),
    "password": ("计划.docx", compound_file("EncryptionInfo", "EncryptedPackage"), "设有打开密码"),
    "password-xlsx": ("计划.xlsx", compound_file("EncryptionInfo", "EncryptedPackage"), "设有打开密码"),
    "bomb-docx": ("计划.docx", with_part(plan_docx(), "word/media/b.bin", b"\0" * (6 << 20)), "压缩比异常"),
    "bomb-xlsx": ("计划.xlsx", with_part(plan_xlsx(), "xl/media/b.bin", b"\0" * (6 << 20)), "压缩比异常"),
    "scan": ("计划.pdf", scanned_pdf(), "扫描图片"),
    "pdf-truncated": ("计划.pdf", scanned_pdf()[:300], "不完整"),
    "picture": ("计划.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "图片"),
    "program": ("计划.docx", b"MZ\x90\x00\x03" + bytes(range(256)) * 8, "。"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_an_unreadable_file_is_refused_without_a_trace(cast: Cast, client_of: ClientOf, case: str) -> None:
    name, data, said = REFUSED[case]
    answer = send(client_of(cast.clerk), name=name, data=data, title="我的标题")
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="我的标题"' in words(answer)
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_above_the_limit_is_refused(cast: Cast, client_of: ClientOf, settings: Settings) -> None:
    settings.TIAODU_UPLOAD_LIMIT = 10_000
    answer = send(client_of(cast.clerk), name="计划.txt", data=PLAN.encode() * 200)
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    assert "超过上限 0.01 MB" in words(answer)


def test_a_pasted_text_above_the_limit_is_refused(
    cast: Cast, client_of: ClientOf, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert send(client_of(cast.clerk), text=PLAN * 20).status_code == 413
    assert not Document.objects.exists()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_coding_gives_the_same_text(cast: Cast, client_of: ClientOf, coding: str) -> None:
    assert send(client_of(cast.clerk), name="要点.txt", data=PLAN.encode(coding)).status_code == 302
    document = Document.objects.get()
    assert document.text == PLAN
    assert [s.quote for s in told(document)][:2] == ["4月底", "10月份"]


def test_a_wrong_extension_is_read_by_its_content(cast: Cast, client_of: ClientOf) -> None:
    send(client_of(cast.clerk), name="要点.txt", data=plan_docx(*PLAN.splitlines()))
    document = Document.objects.get()
    page = client_of(cast.clerk).get(reverse("documents:detail", args=[document.pk]))
    assert "石港煤业" in document.text
    assert "扩展名是“txt”" in words(page)


def test_warnings_stand_on_the_review_that_opens(cast: Cast, client_of: ClientOf) -> None:
    page = send(client_of(cast.clerk), name="要点.txt", data=plan_docx(*PLAN.splitlines()), follow=True)
    assert "扩展名是“txt”" in words(page)
    assert "审阅条目" in words(page)


def test_merged_cells_are_read_for_each_row(cast: Cast, client_of: ClientOf) -> None:
    table = docx.Document()
    grid = table.add_table(3, 3)
    for row, cells in enumerate(
        (("项目", "任务", "完成时限"), ("石港煤业", "完成调试运行", "4月底"), ("", "完成验收", "6月底"))
    ):
        for column, text in enumerate(cells):
            grid.cell(row, column).text = text
    grid.cell(1, 0).merge(grid.cell(2, 0))
    send(client_of(cast.clerk), name="分工.docx", data=docx_bytes(table))
    document = Document.objects.get()
    assert document.text.count("石港煤业") == 2
    assert len(document.tables) == 1


def test_a_workbook_is_read_and_its_review_shows_the_table(cast: Cast, client_of: ClientOf) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["项目名称", "2024年计划投资（亿元）", "完成时限"])
    sheet.append(["手套生产线", 18.88, "2024年12月底"])
    page = send(client_of(cast.clerk), name="项目.xlsx", data=xlsx_bytes(book), follow=True)
    assert page.status_code == 200
    assert 'class="text-row"' in words(page)


def test_the_original_is_kept_with_its_hash_and_handed_out_as_a_download(
    cast: Cast, client_of: ClientOf
) -> None:
    data = plan_docx(*PLAN.splitlines())
    send(client_of(cast.clerk), name="2024年要点.docx", data=data)
    document = Document.objects.get()
    assert document.file is not None
    assert document.file.sha256 == hashlib.sha256(data).hexdigest()
    answer = client_of(cast.energy).get(reverse("documents:original", args=[document.pk]))
    assert answer.content == data
    assert answer["Content-Disposition"].startswith("attachment")
    assert "2024%E5%B9%B4" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(cast.outsider).get(reverse("documents:original", args=[document.pk])).status_code == 404


def test_a_pasted_text_has_no_original(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk)
    assert client_of(cast.clerk).get(reverse("documents:original", args=[document.pk])).status_code == 404


SCRIPT = "<script>alert(1)</script>"
QUOTES = "\"'><img src=x onerror=alert(2)>"


@pytest.mark.parametrize(
    "route", ["documents:detail", "ledger:review", "documents:checkup", "documents:edit"]
)
def test_html_in_text_title_and_name_is_shown_as_text(cast: Cast, client_of: ClientOf, route: str) -> None:
    lines = f"{SCRIPT}工作要点", f"年底{QUOTES}公司完成投资5亿元。{SCRIPT}尽快复产。", f"推进{SCRIPT}建设。"
    send(client_of(cast.clerk), name=f"{SCRIPT}.docx", data=plan_docx(*lines), title=f"{QUOTES}{SCRIPT}")
    document = Document.objects.get()
    assert SCRIPT in document.text
    page = words(client_of(cast.clerk).get(reverse(route, args=[document.pk])))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "alert(1)" in page
    listed = words(client_of(cast.clerk).get(reverse("documents:list")))
    assert "<script>alert" not in listed
    assert "<img src=x" not in listed


def test_a_web_page_is_read_without_its_scripts(cast: Cast, client_of: ClientOf) -> None:
    page = f"<!doctype html><html><body><p>4月底完成调试运行。</p>{SCRIPT}</body></html>"
    send(client_of(cast.clerk), name="page.html", data=page.encode())
    assert "alert" not in Document.objects.get().text


def test_an_old_format_is_converted_where_a_program_for_it_is_installed(
    cast: Cast, client_of: ClientOf
) -> None:
    text = "".join(
        f"\\u{ord(c)}?" if ord(c) < 32768 else f"\\u{ord(c) - 65536}?" for c in PLAN.split("\n")[1]
    )
    rtf = f"{{\\rtf1\\ansi\\uc1 {text}\\par}}".encode()
    answer = send(client_of(cast.clerk), name="要点.rtf", data=rtf)
    if find_converter() is None:
        assert (answer.status_code, "没有安装转换程序" in words(answer)) == (422, True)
        return
    assert answer.status_code == 302
    assert "石港煤业智能化综采工作面" in Document.objects.get().text


def test_a_converter_that_breaks_is_told(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiaodu.foundation.files.convert.shutil.which", lambda _name: "/bin/false")
    answer = send(client_of(cast.clerk), name="要点.rtf", data=b"{\\rtf1 text}")
    assert (answer.status_code, "自动转换没有成功" in words(answer)) == (422, True)


@pytest.mark.parametrize("name", ["x.exe", "计划.png", "run.sh", "a.7z"])
def test_plain_text_under_a_foreign_ending_is_refused(cast: Cast, client_of: ClientOf, name: str) -> None:
    page = send(client_of(cast.clerk), name=name, data="确保全年产值32亿元。".encode())
    assert page.status_code == 422
    assert "docx" in words(page)
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", ["计划.md", "计划", "2024.6.30工作要点", "计划.TXT", "计划.csv"])
def test_plain_text_under_its_own_ending_or_none_is_read(cast: Cast, client_of: ClientOf, name: str) -> None:
    send(client_of(cast.clerk), name=name, data="确保全年产值32亿元。".encode())
    assert Document.objects.get().state == "read"

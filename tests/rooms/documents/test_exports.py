"""Task breakdown and check-up as Word and Excel: they open again and say what stands in the document."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.rooms.documents.plans import PLAN, handed_in, told, words

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.rooms.documents import services

ClientOf = Callable[[User], Client]


def _text(document: docx.document.Document) -> str:
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_breakdown_opens_in_word_before_anything_is_accepted(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk)
    answer = client_of(cast.clerk).get(reverse("documents:breakdown", args=[document.pk, "docx"]))
    text = _text(docx.Document(BytesIO(answer.content)))
    for said in ("任务分解表", "原煤产量达到500万吨", "4月底", "10月底", "盘城煤业"):
        assert said in text
    assert "任务分解表.docx" in unquote(answer["Content-Disposition"])
    assert AuditEntry.objects.filter(action="documents.document_export").count() == 1


def test_the_breakdown_opens_in_excel_with_dates_and_figures(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk)
    answer = client_of(cast.clerk).get(reverse("documents:breakdown", args=[document.pk, "xlsx"]))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert 5_000_000 in cells
    assert any(str(value).startswith("2024-04-30") for value in cells)


def test_the_checkup_opens_in_word(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, sample=True)
    answer = client_of(cast.clerk).get(reverse("documents:checkup-word", args=[document.pk]))
    text = _text(docx.Document(BytesIO(answer.content)))
    assert "计划体检" in text
    assert "示例" in text


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_corrections_and_rejections_show_at_once(cast: Cast, client_of: ClientOf, kind: str) -> None:
    document = handed_in(cast.clerk)
    idle = told(document)[4]
    services.statement_reject(user=cast.clerk, statement_id=idle.pk, version=1)
    answer = client_of(cast.clerk).get(reverse("documents:breakdown", args=[document.pk, kind]))
    content = BytesIO(answer.content)
    if kind == "docx":
        text = _text(docx.Document(content))
    else:
        book = openpyxl.load_workbook(content)
        text = "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    assert "盘城煤业" not in text
    assert "石港煤业" in text


def test_a_formula_in_a_plan_stays_text_in_excel(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, "2024年要点\n=HYPERLINK(1)推进道路建设。\n年底=1+1公司完成投资5亿元。\n")
    answer = client_of(cast.clerk).get(reverse("documents:breakdown", args=[document.pk, "xlsx"]))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_plan_without_statements_exports_an_empty_table(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, "今天天气很好。")
    for kind in ("docx", "xlsx"):
        answer = client_of(cast.clerk).get(reverse("documents:breakdown", args=[document.pk, kind]))
        assert answer.status_code == 200
    assert client_of(cast.clerk).get(reverse("documents:checkup", args=[document.pk])).status_code == 200


@pytest.mark.parametrize("kind", ["pdf", "exe", "docx.exe"])
def test_other_kinds_are_not_found(cast: Cast, client_of: ClientOf, kind: str) -> None:
    document = handed_in(cast.clerk)
    url = reverse("documents:breakdown", args=[document.pk, kind])
    assert client_of(cast.clerk).get(url).status_code == 404


def test_the_checkup_page_answers_first_and_lists_what_cannot_be_checked(
    cast: Cast, client_of: ClientOf
) -> None:
    document = handed_in(cast.clerk)
    page = words(client_of(cast.leader).get(reverse("documents:checkup", args=[document.pk])))
    assert "5 项任务，4 项可以考核（80%），1 项没有时限" in page
    assert "盘城煤业尽快复产" in page
    assert "“确保” 1" in page
    assert '<time datetime="2024-04-30">' in page


def test_sums_and_conflicts_stand_in_the_checkup(cast: Cast, client_of: ClientOf) -> None:
    text = (
        "2024年要点\n推进鑫康莱公司生产线建设，上半年建成22条、下半年建成35条，年底达到生产线58条。\n"
        "全年原煤产量达到500万吨。\n全年原煤产量达到520万吨。\n"
    )
    document = handed_in(cast.clerk, text)
    page = words(client_of(cast.leader).get(reverse("documents:checkup", args=[document.pk])))
    assert "合计不符" in page
    assert "前后不一" in page


def test_english_pages_hold_no_chinese_of_the_product(cast: Cast, client_of: ClientOf) -> None:
    """What the plan says stays Chinese; the words of the pages are English."""
    document = handed_in(cast.clerk, PLAN)
    client = client_of(cast.dispatcher)
    client.cookies["django_language"] = "en"
    pages = {
        reverse("documents:try"): ("Secrecy", "Read it"),
        reverse("documents:list"): ("Documents", "Plan year"),
        reverse("documents:detail", args=[document.pk]): ("Review statements", "Task breakdown"),
        reverse("documents:checkup", args=[document.pk]): ("Plan check-up", "Wording"),
        reverse("ledger:review", args=[document.pk]): ("5 statements", "Accept"),
    }
    for url, said in pages.items():
        page = words(client.get(url))
        assert 'lang="en"' in page
        for phrase in said:
            assert phrase in page, (url, phrase)

"""A list on paper, and a list too long for memory in Excel."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client, RequestFactory
from openpyxl import load_workbook
from tests.cast import Cast, County

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.lists import printing
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Search
from tiaodu.foundation.lists.export import write_workbook
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.registry.models import Subject

Browser = Callable[[User], Client]


class Subjects(ListPage):
    name = "subjects"
    title = "主体"
    columns = (
        Column("name", "名称", sort=("name",), card="title"),
        Column("kind", "类别", cell=lambda row: row.get_kind_display()),
        Column("code", "编号", sort=("code",)),
    )
    chips = (Chip("mine", "矿山", Q(kind="mine")),)
    choices = (Choice("sector", "领域", [("coal", "煤炭")], lambda value: Q(sector=value)),)
    search = Search(("name",))
    export_permission = "ledger.export"
    page_size = 2


def listed(user: User, query: str = "") -> Subjects:
    request = RequestFactory().get("/subjects/" + query)
    request.user = user
    return Subjects(request, Subject.objects.select_related("parent").prefetch_related("aliases"))


def shown(answer: HttpResponse) -> str:
    return answer.render().content.decode()  # type: ignore[attr-defined, no-any-return]


def test_paper_holds_every_row_of_the_filter_with_day_and_note(cast: Cast) -> None:
    page = listed(cast.dispatcher, "?filter=mine&sector=coal&q=煤&sort=-name&print=1&page=2")
    html = shown(page.respond("lists/whole-page.html"))
    mines = Subject.objects.filter(kind="mine", sector="coal", name__contains="煤")
    assert all(f">{mine.name} <span" in html for mine in mines), "all pages, each marked 示例"
    assert "鑫瑞" not in html
    assert "左权县主体" in html
    assert "筛选：矿山、煤炭、煤" in html
    assert "不是事实" in html
    assert "李调度 打印" in html
    assert "print_list.css" in html
    assert 'href="/subjects/?filter=mine&amp;sector=coal&amp;q=%E7%85%A4&amp;sort=-name"' in html
    entry = AuditEntry.objects.get(action="lists.print")
    assert (entry.actor, entry.after["rows"]) == (cast.dispatcher, mines.count())


def test_paper_stops_at_its_limit_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "limits", lambda: replace(limits(), print_rows=3))
    html = shown(listed(cast.dispatcher, "?print=1").respond("x.html"))
    assert html.count("<tr>") == 3 + 2, "three rows, head and foot"
    assert f"另有 {Subject.objects.count() - 3} 条" in html


def test_empty_paper_says_so(cast: Cast) -> None:
    assert "没有符合条件的记录" in shown(listed(cast.dispatcher, "?q=没有&print=1").respond("x.html"))


def test_the_ledgers_paper_over_http(cast: Cast, client_of: Browser) -> None:
    assert client_of(cast.leader).get("/ledger/?print=1").status_code == 200
    assert client_of(cast.bank).get("/ledger/?print=1").status_code == 403


def test_rows_are_taken_from_the_database_a_few_at_a_time(
    county: County, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table goes to its file row by row: what is in memory does not grow with it."""
    made = Subject.objects.bulk_create(
        Subject(region=county.region, code=f"m{n}", kind="mine", name=f"煤业{n}", sample=n == 4999)
        for n in range(5000)
    )
    taken = 0

    def counted(page: ListPage) -> Iterator[Subject]:
        nonlocal taken
        for row in page.chosen_rows.stream():
            taken += 1
            yield row

    monkeypatch.setattr(Subjects, "all_records", counted)
    file = BytesIO()
    tracemalloc.start()
    rows = write_workbook(listed(cast.dispatcher, "?q=煤业&sort=code"), file, "李调度")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == taken > len(made)
    assert most < 40_000_000
    sheet = load_workbook(BytesIO(file.getvalue()), read_only=True).worksheets[0]
    found = list(sheet.iter_rows(min_row=2, values_only=True))
    assert found[0] == ("示例", "名称", "类别", "编号"), "one row of 5000 is an example, and the head says so"
    assert sum(1 for row in found if row[0] == "示例") > 1

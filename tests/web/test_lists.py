"""The one list: filter, search, sort, pages, bad addresses, Excel, constant queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Q
from django.http import HttpResponse
from django.test import RequestFactory
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast, County

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search, attribute
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.refusal import NotAllowed
from tiaodu.foundation.registry.models import Subject


@dataclass
class Line:
    """A computed row."""

    number: int
    title: str
    state: str
    value: int | None
    sample: bool = False

    def get_absolute_url(self) -> str:
        return f"/lines/{self.number}/"


LINES = [
    Line(1, "石港煤业 完成调试运行", "overdue", 30),
    Line(2, "正珠煤业 恢复回采面", "not_due", 10, sample=True),
    Line(3, "手套生产线 58 条", "not_due", None),
    Line(4, "原煤产量 500 万吨", "due_soon", 20),
]


class Lines(ListPage):
    name = "lines"
    title = "工作任务"
    columns = (
        Column("number", "序号", sort=lambda row: row.number, numeric=True),
        Column("title", "工作任务", card="title"),
        Column("value", "数值", sort=lambda row: row.value, numeric=True),
    )
    chips = (
        Chip("overdue", "逾期", lambda row: row.state == "overdue", light="overdue"),
        Chip("struck_off", "已销号", lambda row: row.state == "struck_off"),
    )
    choices = (
        Choice("state", "状态", [("not_due", "未到期")], lambda value: lambda row: row.state == value),
    )
    search = Search(("title",))
    export_permission = "ledger.export"
    page_size = 3


class Subjects(ListPage):
    name = "subjects"
    columns = (
        Column("name", "名称", sort=("name",), card="title"),
        Column("parent", "上级", cell=lambda row: attribute(row, "parent.name"), sort=("parent__name",)),
    )
    chips = (
        Chip("mine", "矿山", Q(kind="mine")),
        Chip("alias", "有别名", Q(aliases__text__contains="公司") | Q(aliases__text__contains="局")),
    )
    search = Search(("name", "aliases__text"))
    default_sort = "name"
    export_permission = "ledger.export"


def lines(query: str = "", user: User | None = None, rows: list[Line] | None = None) -> Lines:
    request = RequestFactory().get("/lines/" + query)
    request.user = user or User(username="nobody")
    return Lines(request, LINES if rows is None else rows)


def subjects(query: str = "") -> Subjects:
    request = RequestFactory().get("/subjects/" + query)
    request.user = User(username="nobody")
    return Subjects(request, Subject.objects.select_related("parent"))


def numbers(page: ListPage) -> list[Any]:
    return [record.number for record in page.records()]


def shown(answer: HttpResponse) -> str:
    return answer.render().content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_sequence_is_filtered_searched_sorted_and_paged() -> None:
    assert numbers(lines()) == [1, 2, 3]
    assert numbers(lines("?page=2")) == [4]
    assert numbers(lines("?filter=overdue")) == [1]
    assert numbers(lines("?q=煤业 恢复")) == [2]
    assert numbers(lines("?state=not_due")) == [2, 3]
    assert numbers(lines("?sort=value")) == [2, 4, 1]
    assert numbers(lines("?sort=value&page=2")) == [3], "what has no value stands last"
    assert numbers(lines("?sort=-value")) == [1, 4, 2]
    assert numbers(lines("?sort=-value&page=2")) == [3], "also downwards"


def test_chips_count_under_the_search_but_not_under_the_chip() -> None:
    links = lines("?q=煤&filter=overdue").chip_links
    assert [(link["title"], link["count"], link["on"]) for link in links] == [
        ("全部", 3, False),
        ("逾期", 1, True),
        ("已销号", 0, False),
    ]
    assert links[0]["url"] == "?q=%E7%85%A4"


@pytest.mark.parametrize(
    "query",
    ["?page=0", "?page=-1", "?page=99999999999999999999", "?page=x", "?page=٣", "?sort=evil", "?sort=--title",
     "?filter=nothing", "?state=nothing", "?q=%00%27%22%3C", "?export=pdf", "?sort=title&filter[]=1"],
)  # fmt: skip
def test_a_bad_address_still_shows_the_list(query: str) -> None:
    page = lines(query)
    assert page.rows or page.words
    assert 1 <= page.page <= page.pages
    assert page.respond("lists/list.html").status_code == 200


def test_heads_say_how_the_list_is_sorted_and_turn_it() -> None:
    heads = {head["column"].key: head for head in lines("?sort=value&page=2").heads}
    assert heads["value"]["state"] == "ascending"
    assert heads["value"]["url"] == "?sort=-value"
    assert heads["number"]["state"] == "none"
    assert heads["title"]["url"] == "", "a column without a sort has no link"


def test_the_page_shows_rows_chips_and_the_example_badge(db: None) -> None:
    html = shown(lines().respond("lists/list.html"))
    assert 'aria-sort="none"' in html
    assert '<a class="row-link" href="/lines/2/">正珠煤业 恢复回采面</a>' in html
    assert html.count("badge-sample") == 2, "one at the row, one above the list"
    assert 'data-label="工作任务"' in html
    assert "—" in html, "an unknown value is a dash"
    assert "Excel" not in html, "nobody may export who has not the permission"


def test_what_rows_hold_is_escaped() -> None:
    html = shown(lines(rows=[Line(1, "<script>x</script>", "overdue", 1)]).respond("lists/list.html"))
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_an_empty_list_teaches_and_a_filtered_one_offers_the_way_back() -> None:
    class Teaching(Lines):
        empty = Empty(
            "还没有任务", "台账里的每一行是一项承诺。", "4月底完成调试运行", "/documents/try/", "试读一份文件"
        )

    request = RequestFactory().get("/lines/")
    request.user = User(username="nobody")
    html = shown(Teaching(request, []).respond("lists/list.html"))
    assert "还没有任务" in html
    assert 'href="/documents/try/"' in html
    assert 'href="/lines/"' in shown(lines("?q=没有这句话").respond("lists/list.html"))


def test_htmx_gets_the_list_alone_and_only_when_it_aims_at_it() -> None:
    request = RequestFactory().get("/lines/", headers={"HX-Request": "true", "HX-Target": "list-lines"})
    request.user = User(username="nobody")
    answer = Lines(request, LINES).respond("lists/whole-page.html")
    assert answer.template_name == "lists/list.html"  # type: ignore[attr-defined]
    assert answer["Vary"] == "HX-Target"
    assert lines().respond("lists/whole-page.html").template_name == "lists/whole-page.html"  # type: ignore[attr-defined]


def test_a_queryset_is_filtered_searched_and_sorted(county: County) -> None:
    assert [s.name for s in subjects("?filter=mine").records()] == sorted(
        s.name for s in county.subjects.values() if s.kind == "mine"
    )
    assert [s.code for s in subjects("?q=工信局").records()] == ["industry"]
    assert [s.name for s in subjects("?sort=-name").records()] == sorted(
        Subject.objects.values_list("name", flat=True), reverse=True
    )
    assert [s.code for s in subjects("?sort=-parent").records() if s.parent] == ["xinrui-1"]


def test_a_join_neither_repeats_rows_nor_counts_them_twice(county: County) -> None:
    shigang = county.subjects["shigang"]
    shigang.aliases.create(region=county.region, text="石港公司矿井")
    page = subjects("?filter=alias")
    codes = [s.code for s in page.records()]
    assert codes.count("shigang") == 1
    assert page.total == len(codes)


def test_queries_do_not_grow_with_rows(
    county: County, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for batch in range(2):
        with django_assert_num_queries(2):
            shown(subjects("?q=煤业&filter=mine").respond("lists/list.html"))
        Subject.objects.bulk_create(
            Subject(region=county.region, code=f"m{batch}-{n}", kind="mine", name=f"煤业{n}")
            for n in range(40)
        )


def test_excel_holds_the_whole_filtered_list_and_is_audited(cast: Cast) -> None:
    answer = lines("?export=xlsx&sort=-number&q=煤", cast.dispatcher).respond("lists/list.html")
    book = load_workbook(BytesIO(b"".join(answer)))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert rows[0][0] == "工作任务"
    assert rows[1] == ["示例", "序号", "工作任务", "数值"]
    lines_of_data, note = rows[2:5], rows[-1][0]
    assert [row[1] for row in lines_of_data] == [4, 2, 1]
    assert [row[0] for row in lines_of_data] == [None, "示例", None]
    assert [row[3] for row in lines_of_data] == [20, 10, 30], "numbers are numbers"
    assert "煤" in str(note)
    assert "示例数据，不是事实" in str(note)
    entry = AuditEntry.objects.get(action="lists.export")
    assert entry.actor == cast.dispatcher
    assert entry.after == {
        "list": "lines",
        "rows": 3,
        "filter": {"export": "xlsx", "sort": "-number", "q": "煤"},
    }
    assert "attachment" in answer["Content-Disposition"]


def test_excel_goes_on_over_all_pages(cast: Cast) -> None:
    rows = [Line(n, f"任务{n}", "not_due", n) for n in range(10)]
    answer = lines("?export=xlsx&page=2", cast.dispatcher, rows).respond("lists/list.html")
    book = load_workbook(BytesIO(b"".join(answer)))
    titles = [row[1] for row in book.active.iter_rows(min_row=3, values_only=True)]  # type: ignore[union-attr]
    assert [title for title in titles if title] == [row.title for row in rows]


def test_a_text_in_excel_is_never_a_formula(cast: Cast) -> None:
    rows = [Line(1, '=HYPERLINK("x")', "overdue", 1)]
    answer = lines("?export=xlsx", cast.dispatcher, rows).respond("lists/list.html")
    cell = load_workbook(BytesIO(b"".join(answer))).active["B3"]  # type: ignore[index]
    assert cell.data_type == "s"
    assert cell.value.lstrip("'") == '=HYPERLINK("x")'


def test_excel_is_refused_without_the_permission(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        lines("?export=xlsx", cast.firm).respond("lists/list.html")
    assert not AuditEntry.objects.filter(action="lists.export").exists()


class SummedLines(Lines):
    """Lines with a row of sums over all rows under the filter."""

    sums = True

    def sum_of(self, records: Iterable[Line]) -> Line:
        return Line(0, "合计", "", sum(record.value or 0 for record in records))


def _summed(query: str, user: User, rows: list[Line] | None = None) -> SummedLines:
    request = RequestFactory().get("/lines/" + query)
    request.user = user
    return SummedLines(request, LINES if rows is None else rows)


def test_sums_stand_under_all_rows_of_the_filter_on_screen_on_paper_and_in_excel(cast: Cast) -> None:
    for query in ("", "?print=1"):
        html = shown(_summed(query, cast.dispatcher).respond("lists/list.html"))
        last = html[html.rindex("row-sum") :]
        assert "合计" in last
        assert ">60<" in last.replace("\n", "").replace(" ", ""), "of all pages, not of this one"
    assert (
        ">30<"
        in shown(_summed("?filter=overdue", cast.dispatcher).respond("lists/list.html")).split("row-sum")[1]
    )
    answer = _summed("?export=xlsx&q=煤", cast.dispatcher).respond("lists/list.html")
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    told = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert [0, "合计", 60] in told


def test_a_list_without_rows_or_without_sums_has_no_row_of_sums(cast: Cast) -> None:
    assert "row-sum" not in shown(_summed("?q=没有", cast.dispatcher).respond("lists/list.html"))
    assert "row-sum" not in shown(lines("", cast.dispatcher).respond("lists/list.html"))
    assert lines("", cast.dispatcher).sum_record is None

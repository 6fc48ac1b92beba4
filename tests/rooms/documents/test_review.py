"""The review page over HTTP: accept, correct, leave out, undo, and two people at one document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from tests.cast import Cast
from tests.rooms.documents.plans import PLAN, TWO_IN_ONE, handed_in, told, words

from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.documents import services
from tiaodu.rooms.documents.models import Document, Statement
from tiaodu.rooms.documents.selectors import last_decision, reading_view, statements_of
from tiaodu.rooms.ledger.models import Source, Task
from tiaodu.rooms.ledger.review.page import review_page

ClientOf = Callable[[User], Client]


def act(client: Client, name: str, statement: Statement, **fields: Any) -> Any:
    """Press a button of a row as the page does."""
    known = {"version": statement.version, "seen": 0, "reading": statement.document.readings}
    url = reverse(f"ledger:statement-{name}", args=[statement.pk])
    return client.post(url, known | fields, headers={"HX-Request": "true"})


def ids(page: str) -> list[int]:
    """The rows in an answer, in order."""
    return [int(key) for key in re.findall(r'<article class="statement[^>]* id="s-(\d+)"', page)]


@pytest.fixture
def document(cast: Cast) -> Document:
    return handed_in(cast.clerk)


def test_the_page_tells_how_much_was_read_and_marks_it(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    page = words(client_of(cast.dispatcher).get(reverse("ledger:review", args=[document.pk])))
    assert "读出 5 条：指标 2 · 节点 2 · 举措 1 · 已有进展 0 · 待问 1" in page
    assert "接受无疑问的 4 条" in page
    for statement in told(document):
        assert f'data-s="{statement.pk}"' in page
    assert ids(page) == [s.pk for s in told(document)]
    assert "没有给出日期" in page


def test_the_number_on_the_button_is_what_it_accepts(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    shown = review_page(cast.dispatcher, document)
    url = reverse("ledger:review-accept", args=[document.pk])
    answer = client_of(cast.dispatcher).post(url, headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#review"
    accepted = [s for s in told(document) if s.state == "accepted"]
    assert len(accepted) == shown.clear == 4
    assert Source.objects.count() == 4
    assert "留待审阅 1 条" in words(answer)


def test_everything_can_be_accepted_at_once(cast: Cast, client_of: ClientOf, document: Document) -> None:
    url = reverse("ledger:review-accept", args=[document.pk])
    client_of(cast.dispatcher).post(url, {"questioned": "1"}, headers={"HX-Request": "true"})
    assert {s.state for s in told(document)} == {"accepted"}


def test_accepting_shows_the_task_and_can_be_taken_back(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    client, step = client_of(cast.dispatcher), told(document)[0]
    answer = words(act(client, "accept", step))
    task = Task.objects.get()
    assert ids(answer)[0] == step.pk
    assert reverse("ledger:task", args=[task.pk]) in answer
    assert f'id="seen" value="{last_decision(document)}" hx-swap-oob="true"' in answer
    step.refresh_from_db()
    act(client, "undo", step)
    step.refresh_from_db()
    assert (step.state, Source.objects.count()) == ("open", 0)


def test_leaving_out_and_undo(cast: Cast, client_of: ClientOf, document: Document) -> None:
    client, step = client_of(cast.office), told(document)[0]
    assert "不采纳" in words(act(client, "reject", step))
    step.refresh_from_db()
    assert step.state == "rejected"
    act(client, "undo", step)
    step.refresh_from_db()
    assert step.state == "open"


def test_the_office_reviews_but_does_not_accept(cast: Cast, client_of: ClientOf, document: Document) -> None:
    client, step = client_of(cast.office), told(document)[0]
    page = words(client.get(reverse("ledger:review", args=[document.pk])))
    assert 'data-act="accept"' not in page
    assert 'data-act="reject"' in page
    assert act(client, "accept", step).status_code == 403
    assert not Task.objects.exists()


def test_two_reviewers_see_each_other_on_the_next_act(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    first, second, *_rest, last = told(document)
    act(client_of(cast.clerk), "reject", second)
    answer = words(act(client_of(cast.dispatcher), "reject", last))
    assert set(ids(answer)) == {last.pk, second.pk}
    assert f'id="s-{second.pk}"' in answer
    assert "褚信息 同时审了 1 条" in answer
    own = words(act(client_of(cast.dispatcher), "reject", first, seen=last_decision(document)))
    assert ids(own)[0] == first.pk
    assert last.pk not in ids(own)
    assert "同时审了" not in own


def test_the_slower_one_sees_the_row_as_it_is_now(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    step = told(document)[0]
    act(client_of(cast.clerk), "reject", step)
    answer = act(client_of(cast.dispatcher), "accept", step)
    assert answer.status_code == 409
    assert "褚信息 · 不采纳" in words(answer)
    assert not Task.objects.exists()


def test_a_stale_edit_keeps_what_was_typed_and_can_be_sent_again(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    coal = told(document)[2]
    typed = {
        "kind": "target", "subject": "原煤", "measure_key": coal.measure_key, "comparator": "=", "value":
        "520万",
        "unit": "吨", "due_text": "2024",
    }  # fmt: skip
    act(client_of(cast.clerk), "edit", coal, **(typed | {"value": "480万"}))
    answer = act(client_of(cast.dispatcher), "edit", coal, **typed)
    assert answer.status_code == 409
    page = words(answer)
    assert 'value="520万"' in page
    assert "褚信息 · 修改" in page
    assert "有人先改了" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    assert act(client_of(cast.dispatcher), "edit", coal, **typed, version=version[1]).status_code == 200
    coal.refresh_from_db()
    assert coal.value == 5_200_000


def test_units_are_typed_as_officials_write_them(cast: Cast, client_of: ClientOf, document: Document) -> None:
    coal = told(document)[2]
    typed = {
        "kind": "target",
        "comparator": ">=",
        "measure_key": coal.measure_key,
        "value": "5.2",
        "unit": "百万吨",
    }
    act(client_of(cast.clerk), "edit", coal, **typed)
    coal.refresh_from_db()
    assert (coal.value, coal.unit, coal.comparator, coal.due_text) == (5_200_000, "吨", ">=", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": "很多"}, "不是数字"),
        ({"due_text": "改天"}, "看不出时限"),
        ({"kind": "x"}, "有 1 处要改"),
        ({"value": ""}, "要有数值"),
    ],
)
def test_a_wrong_edit_says_what_is_wrong(
    cast: Cast, client_of: ClientOf, document: Document, typed: dict[str, str], said: str
) -> None:
    coal = told(document)[2]
    sent = {"kind": "target", "comparator": "=", "value": "1", "unit": "吨"} | typed
    answer = act(client_of(cast.clerk), "edit", coal, **sent)
    assert (answer.status_code, said in words(answer)) == (422, True)
    coal.refresh_from_db()
    assert coal.version == 1


def test_a_question_is_answered_in_its_row(cast: Cast, client_of: ClientOf, document: Document) -> None:
    client, idle = client_of(cast.dispatcher), told(document)[4]
    assert act(client, "answer", idle).status_code == 422
    assert act(client, "answer", idle, due_text="不知道").status_code == 422
    answer = words(act(client, "answer", idle, due_text="9月底"))
    assert "待问 0" in answer
    idle.refresh_from_db()
    assert (idle.kind, idle.due_text) == ("milestone", "2024-09-30")


def test_what_was_read_can_be_confirmed(cast: Cast, client_of: ClientOf, document: Document) -> None:
    idle = told(document)[4]
    act(client_of(cast.dispatcher), "answer", idle, as_read="1")
    idle.refresh_from_db()
    assert (idle.kind, idle.questions) == ("duty", [])


def test_context_is_shown_on_demand_and_founds_no_task(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    client, idle = client_of(cast.dispatcher), told(document)[4]
    act(client, "edit", idle, kind="context", comparator="=", action=idle.action)
    plain, full = (
        words(client.get(reverse("ledger:review", args=[document.pk]) + query))
        for query in ("", "?context=1")
    )
    assert (idle.pk in ids(plain), idle.pk in ids(full)) == (False, True)
    idle.refresh_from_db()
    assert act(client, "accept", idle).status_code == 422
    assert not Task.objects.exists()


def test_a_heading_founds_no_task(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, "2024年要点\n推进项目建设。\n4月底完成石港煤业矿井改造。\n")
    heading = statements_of(document).get(quote__startswith="推进项目建设")
    statements_of(document).update(headings=["推进项目建设。"])  # as a reader gives it that takes it for one
    assert act(client_of(cast.dispatcher), "accept", heading).status_code == 422
    assert not Task.objects.exists()


def test_splitting_by_line_breaks(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, TWO_IN_ONE)
    client, whole = client_of(cast.dispatcher), told(document)[0]
    form = client.get(reverse("ledger:statement-split", args=[whole.pk]))
    clause = document.text[whole.clause_start : whole.clause_end]
    assert clause in words(form)
    refused = act(client, "split", whole, clause=clause.replace("加强", "放松"))
    assert (refused.status_code, "不能改字" in words(refused)) == (422, True)
    assert act(client, "split", whole, clause=clause).status_code == 422
    answer = act(client, "split", whole, clause=clause.replace("和", "\n和"))
    assert answer["HX-Retarget"] == "#review"
    assert sorted(s.state for s in told(document)) == ["open", "open", "replaced"]
    whole.refresh_from_db()
    assert act(client, "undo", whole)["HX-Retarget"] == "#review"
    assert sorted(s.state for s in told(document)) == ["open", "replaced", "replaced"]


def test_merging_ticked_rows(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, "2024年安排\n推进石港煤业矿井改造，6月底完成石港煤业矿井改造。\n")
    url = reverse("ledger:review-merge", args=[document.pk])
    ticked = [f"{s.pk}:{s.version}" for s in told(document)]
    client = client_of(cast.dispatcher)
    assert client.post(url, {"s": ["1:x"]}, headers={"HX-Request": "true"}).status_code == 422
    assert client.post(url, {"s": ticked}, headers={"HX-Request": "true"})["HX-Retarget"] == "#review"
    assert sorted(s.state for s in told(document)) == ["open", "replaced", "replaced"]
    assert client.post(url, {"s": ticked}, headers={"HX-Request": "true"}).status_code == 409


def test_after_a_second_reading_single_rows_do_not_do(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    services.document_read_again(user=cast.clerk, document_id=document.pk)
    answer = act(client_of(cast.dispatcher), "reject", told(document)[0], reading=1)
    assert answer["HX-Retarget"] == "#review"


def test_the_log_tells_who_did_what(cast: Cast, client_of: ClientOf, document: Document) -> None:
    coal = told(document)[2]
    services.statement_edit(
        user=cast.clerk, statement_id=coal.pk, version=1, values={"subject": "全县原煤"}, reason="口径"
    )
    page = words(client_of(cast.office).get(reverse("ledger:statement-log", args=[coal.pk])))
    for said in ("褚信息", "修改", "口径", "全县原煤", "<del>原煤</del>"):
        assert said in page


@pytest.mark.parametrize("name", ["accept", "reject", "undo", "edit", "answer", "split"])
def test_statements_of_others_are_not_found(
    cast: Cast, client_of: ClientOf, document: Document, name: str
) -> None:
    step = told(document)[0]
    assert act(client_of(cast.outsider), name, step, due_text="6月底").status_code == 404
    step.refresh_from_db()
    assert step.version == 1


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 40, "1.5"])
def test_a_version_that_is_none_changes_nothing(
    cast: Cast, client_of: ClientOf, document: Document, version: str
) -> None:
    step = told(document)[0]
    assert act(client_of(cast.dispatcher), "reject", step, version=version).status_code == 409
    step.refresh_from_db()
    assert step.state == "open"


def test_without_script_the_page_works_by_plain_forms(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    step = told(document)[0]
    url = reverse("ledger:statement-accept", args=[step.pk])
    answer = client_of(cast.dispatcher).post(url, {"version": step.version})
    assert answer["Location"] == reverse("ledger:review", args=[document.pk]) + f"#s-{step.pk}"


def _queries(client: Client, url: str, counter: Any) -> int:
    client.get(url)
    with counter() as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def _long(paragraphs: int) -> str:
    return "2024年要点\n" + "".join(
        f"{n % 12 + 1}月底完成{n}号矿井改造，确保产量达到{n + 7}万吨，推进{n}号道路建设。\n"
        for n in range(paragraphs)
    )


@pytest.mark.parametrize("route", ["ledger:review", "documents:detail", "documents:checkup"])
def test_queries_do_not_grow_with_the_document(
    cast: Cast, client_of: ClientOf, route: str, django_assert_max_num_queries: Any
) -> None:
    def counter() -> Any:
        return django_assert_max_num_queries(40)

    client = client_of(cast.dispatcher)
    short, long = handed_in(cast.clerk, _long(2)), handed_in(cast.clerk, _long(100))
    assert len(told(long)) >= 300
    few = _queries(client, reverse(route, args=[short.pk]), counter)
    many = _queries(client, reverse(route, args=[long.pk]), counter)
    assert many == few


def test_an_act_costs_the_same_in_a_long_document(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client, costs = client_of(cast.dispatcher), []
    for paragraphs in (2, 100):
        step = told(handed_in(cast.clerk, _long(paragraphs)))[0]
        with django_assert_max_num_queries(60) as counted:
            assert act(client, "reject", step).status_code == 200
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_the_plan_of_the_tests_says_what_they_rely_on(document: Document) -> None:
    assert document.text == PLAN
    assert [s.quote for s in told(document)][2:] == ["500万吨", "5户", "盘城煤业尽快复产"]


def test_a_far_year_in_an_answer_is_confirmed_in_the_form(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    client, duty = client_of(cast.dispatcher), told(document)[-1]
    asked = act(client, "answer", duty, due_text="2042年6月底")
    assert asked.status_code == 422
    assert 'name="year_confirmed"' in words(asked)
    assert 'value="2042年6月底"' in words(asked)
    duty.refresh_from_db()
    assert duty.due_end is None
    fields = {"kind": duty.kind, "subject": duty.subject, "action": duty.action, "comparator": "=",
              "due_text": "2042年6月底", "year_confirmed": "on"}  # fmt: skip
    assert act(client, "edit", duty, **fields).status_code == 200
    duty.refresh_from_db()
    assert str(duty.due_end) == "2042-06-30"


def test_an_impossible_day_stays_in_the_form_with_what_is_accepted(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    client, duty = client_of(cast.dispatcher), told(document)[-1]
    fields = {"kind": duty.kind, "action": duty.action, "comparator": "=", "due_text": "2024年13月45日"}
    answer = act(client, "edit", duty, **fields)
    assert answer.status_code == 422
    assert "2024-06-30" in words(answer)
    assert "2024年13月45日" in words(answer)
    duty.refresh_from_db()
    assert (duty.due_text, duty.version) == ("", 1)


def test_after_everything_is_accepted_nothing_is_asked_here(
    cast: Cast, client_of: ClientOf, document: Document
) -> None:
    url = reverse("ledger:review-accept", args=[document.pk])
    answer = client_of(cast.dispatcher).post(url, {"questioned": "1"}, headers={"HX-Request": "true"})
    assert "待问 0" in words(answer)
    assert reading_view(document).counts.asked == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("工业投资增长10%左右。", ("", "10%", "左右")),
        ("全年培育规上企业50户左右。", ("", "50户", "左右")),
        ("技改投资增长40%以上。", ("", "40%", "以上")),
        ("年底规上企业超130户。", ("超", "130户", "")),
        ("年底规上企业不低于130户。", ("不低于", "130户", "")),
    ],
)
def test_a_comparison_stands_where_chinese_has_it(cast: Cast, text: str, shown: tuple[str, str, str]) -> None:
    document = handed_in(cast.clerk, f"2024年全县工业工作要点\n{text}\n")
    [row] = [row for row in review_page(cast.dispatcher, document).rows.values() if row.statement.value]
    figure = f"{row.statement.value:f}".rstrip("0").rstrip(".") + row.statement.unit
    assert (row.compared[0], figure, row.compared[1]) == shown


def test_in_english_a_comparison_stands_before(cast: Cast) -> None:
    document = handed_in(cast.clerk, "2024年全县工业工作要点\n工业投资增长10%左右。\n")
    [row] = [row for row in review_page(cast.dispatcher, document).rows.values() if row.statement.value]
    with override("en"):
        assert row.compared == ("about ", "")


def test_a_question_is_short_until_it_is_opened(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, "2024年全县工业工作要点\n加强安全监管。\n")
    page = words(client_of(cast.dispatcher).get(reverse("ledger:review", args=[document.pk])))
    summary, _rest = page.split('<summary><span class="asked">')[1].split("</span>", 1)
    assert summary == "待问：何时？怎样算完成？"
    assert "什么时候完成，用什么衡量" in _rest


def test_a_repeated_figure_is_explained(cast: Cast, client_of: ClientOf) -> None:
    text = "2024年工作要点\n鑫瑞公司产值达到32亿元，力争鑫瑞公司产值达到32亿元。\n"
    document = handed_in(cast.clerk, text)
    view = reading_view(document)
    shown = review_page(cast.dispatcher, document)
    assert shown.counts.targets == 2
    assert sum(len(row.indicators) for row in view.rows) == 1
    page = words(client_of(cast.dispatcher).get(reverse("ledger:review", args=[document.pk])))
    assert "任务分解表只列一次" in page


def test_a_long_act_says_that_it_is_at_work(cast: Cast, client_of: ClientOf, document: Document) -> None:
    page = words(client_of(cast.dispatcher).get(reverse("ledger:review", args=[document.pk])))
    assert page.count('hx-disabled-elt="find button"') == 3
    assert "正在入账，请稍候…" in page

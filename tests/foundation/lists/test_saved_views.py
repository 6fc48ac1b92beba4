"""Saved views: kept, opened, renamed, deleted, shared with those one may share with, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast, County, make_person

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Search
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.lists.models import SavedView, ViewDefault
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.lists.saved import services
from tiaodu.foundation.lists.saved.selectors import views_of
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Subject

Browser = Callable[[User], Client]
MINES = "kind=mine&sort=-name"


class Subjects(ListPage):
    name = "subjects"
    title = "主体"
    columns = (
        Column("name", "名称", sort=lambda row: row.name, card="title"),
        Column("kind", "类别"),
        Column("sector", "领域"),
        Column("full_name", "全称"),
        Column("credit_code", "信用代码"),
        Column("source", "来源", shown=False),
    )
    chips = (Chip("sample", "示例", lambda row: row.sample),)
    choices = (Choice("kind", "类别", [("mine", "矿山"), ("firm", "企业")], lambda v: lambda r: r.kind == v),)
    search = Search(("name",))


def listed(user: User, query: str = "", rows: QuerySet[Subject] | None = None) -> Subjects:
    request = RequestFactory().get("/subjects/" + query)
    request.user = user
    return Subjects(request, list(Subject.objects.all() if rows is None else rows))


def shown(answer: HttpResponse) -> str:
    return answer.render().content.decode()  # type: ignore[attr-defined, no-any-return]


def kept(user: User, name: str = "矿山", query: str = MINES, **more: Any) -> SavedView:
    return services.view_save(user=user, list_name="subjects", name=name, query=query, **more)


def names(user: User) -> list[str]:
    return [view.record.name for view in views_of(user, "subjects")]


def test_a_view_is_kept_and_opens_the_list_as_it_was(cast: Cast) -> None:
    view = kept(cast.clerk, query="?kind=mine&page=3&q=&sort=-name&export=xlsx")
    assert view.query == MINES, "the page and what is empty belong to a moment"
    page = listed(cast.clerk, f"?{view.query}&view={view.pk}")
    assert {row.record.kind for row in page.rows} == {"mine"}
    tabs = [(tab["title"], tab["on"], tab["url"]) for tab in page.saved.tabs]
    assert tabs == [("全部", False, "/subjects/"), ("矿山", True, f"?{MINES}&view={view.pk}")]
    assert not page.saved.changed
    entry = AuditEntry.objects.get(action="lists.view_save")
    assert (entry.actor, entry.object_id, entry.after["query"]) == (cast.clerk, str(view.pk), MINES)


def test_a_view_changed_by_hand_says_so_and_is_brought_up_to_date(cast: Cast) -> None:
    view = kept(cast.clerk)
    page = listed(cast.clerk, f"?kind=firm&view={view.pk}")
    assert page.saved.changed
    assert "已改动" in shown(page.respond("lists/list.html"))
    edited = services.view_edit(
        user=cast.clerk, view_id=view.pk, version=view.version, query=page.saved.current
    )
    assert (edited.query, edited.name, edited.version) == ("kind=firm", "矿山", 2)
    with pytest.raises(Stale):
        services.view_edit(user=cast.clerk, view_id=view.pk, version=1, name="企业")
    assert SavedView.objects.get().name == "矿山"


def test_without_a_view_there_are_no_tabs(cast: Cast) -> None:
    assert listed(cast.clerk).saved.tabs == []
    assert 'class="tabs list-views"' not in shown(listed(cast.clerk).respond("lists/list.html"))


@pytest.mark.parametrize(
    "query",
    ["kind=zone&filter=gone&sort=-gone&cols=gone", "kind=%00&q=%00&sort=", "day=2024-01-01&x=1", ""],
)
def test_parameters_that_no_longer_exist_do_no_harm(cast: Cast, query: str) -> None:
    view = kept(cast.clerk, query=query)
    page = listed(cast.clerk, f"?{view.query}&view={view.pk}")
    assert len(page.rows) == Subject.objects.count()
    assert page.respond("lists/list.html").status_code == 200


def test_a_list_opens_with_the_view_chosen_for_it(cast: Cast) -> None:
    view = kept(cast.clerk, default=True)
    first = listed(cast.clerk)
    assert {row.record.kind for row in first.rows} == {"mine"}
    assert first.saved.active is not None and first.saved.active.record == view
    everything = listed(cast.clerk, first.saved.plain_url)
    assert everything.total == Subject.objects.count()
    assert everything.clear_url == "?view=all", "clearing the filter must not bring the view back"
    assert everything.address() == "?view=all"
    assert listed(cast.clerk, "?q=煤").chosen == {}, "who asks for something gets that"
    assert listed(cast.leader).total == Subject.objects.count(), "it is one's own choice"
    services.view_default(user=cast.clerk, view_id=view.pk, default=False)
    assert listed(cast.clerk).total == Subject.objects.count()


def test_one_view_at_most_is_the_first(cast: Cast) -> None:
    kept(cast.clerk, "甲", default=True)
    kept(cast.clerk, "乙", default=True)
    assert ViewDefault.objects.get().view.name == "乙"


def test_views_are_seen_by_their_owner_and_by_those_they_are_shared_with(cast: Cast, county: County) -> None:
    kept(cast.dispatcher, "只我")
    kept(cast.dispatcher, "本局", shared="department")
    kept(cast.dispatcher, "本县", shared="county")
    township = make_person("town", "镇里人", ["department"], county.township)
    assert names(cast.dispatcher) == ["只我", "本局", "本县"]
    assert names(cast.industry) == ["本局", "本县"], "the same bureau"
    assert names(cast.energy) == ["本县"]
    assert names(township) == ["本县"]
    assert names(cast.outsider) == names(cast.city_leader) == []
    kept(cast.energy, "能源的", shared="department")
    assert names(cast.energy) == ["本县", "能源的"]
    assert names(cast.dispatcher) == ["只我", "本局", "本县"]


def test_sharing_needs_its_permission(cast: Cast) -> None:
    kept(cast.energy, "本局", shared="department")
    with pytest.raises(NotAllowed):
        kept(cast.energy, "本县", shared="county")
    with pytest.raises(NotAllowed):
        kept(cast.liaison, "本县", shared="county")
    with pytest.raises(Invalid, match="给谁看"):
        kept(cast.dispatcher, "大家", shared="everybody")
    with pytest.raises(Invalid, match="还没有部门"):
        kept(cast.office, "本办", shared="department")
    assert names(cast.energy) == ["本局"]
    assert [label for _value, label in listed(cast.energy).saved.shares] == ["只有我", "本部门"]
    assert listed(cast.firm).saved.shares == []


def test_only_the_owner_changes_a_view_and_others_may_begin_with_it(cast: Cast) -> None:
    view = kept(cast.dispatcher, shared="county")
    for act in (
        lambda: services.view_edit(user=cast.industry, view_id=view.pk, version=1, name="我的"),
        lambda: services.view_delete(user=cast.industry, view_id=view.pk),
        lambda: services.view_default(user=cast.outsider, view_id=view.pk),
    ):
        with pytest.raises(NotFound):
            act()
    services.view_default(user=cast.industry, view_id=view.pk)
    assert [row.default for row in views_of(cast.industry, "subjects")] == [True]
    services.view_edit(user=cast.dispatcher, view_id=view.pk, version=1, shared="")
    assert names(cast.industry) == []
    assert listed(cast.industry).total == Subject.objects.count(), "a view taken back begins nothing"
    assert services.view_delete(user=cast.dispatcher, view_id=view.pk) == "矿山"
    assert not ViewDefault.objects.exists()


def test_names_are_given_once_and_not_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(cast.clerk)
    for name, words in (("矿山", "已有一个"), (" ", "起个名字"), ("长" * 41, "太长")):
        with pytest.raises(Invalid, match=words):
            kept(cast.clerk, name)
    with pytest.raises(Invalid, match="太长"):
        kept(cast.clerk, "长条件", query="q=" + "长" * 400)
    assert kept(cast.leader).name == "矿山", "another person's names are her own"
    few = replace(limits(), views_per_person=1)
    monkeypatch.setattr(services, "limits", lambda: few)
    with pytest.raises(Invalid, match="先删去"):
        kept(cast.clerk, "又一个")


def test_columns_are_chosen_and_kept(cast: Cast) -> None:
    def heads(query: str = "") -> list[str]:
        return [head["column"].key for head in listed(cast.clerk, query).heads]

    assert heads() == ["name", "kind", "sector", "full_name", "credit_code"]
    assert heads("?cols=source&cols=kind") == ["name", "kind", "source"]
    assert heads("?cols=evil") == heads()
    view = kept(cast.clerk, query=listed(cast.clerk, "?cols=source&cols=kind&sort=name").saved.current)
    assert heads(f"?{view.query}&view={view.pk}") == ["name", "kind", "source"]
    html = shown(listed(cast.clerk, "?cols=source&kind=mine").respond("lists/list.html"))
    assert '<input type="checkbox" name="cols" value="source" checked>' in html
    assert '<input type="hidden" name="kind" value="mine">' in html, "the form of columns keeps the filter"
    assert '<input type="hidden" name="cols" value="source">' in html, "and the search keeps the columns"


def test_views_cost_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = User.objects.select_related("region", "department").get(pk=cast.dispatcher.pk)
    rows = list(Subject.objects.all())
    for name in ("甲", "乙", "丙"):
        request = RequestFactory().get("/subjects/?q=煤")
        request.user = user
        with django_assert_num_queries(1):
            shown(Subjects(request, rows).respond("lists/list.html"))
        kept(cast.dispatcher, name, default=True)


# Over HTTP, on the ledger's own list.


def test_the_forms_of_the_bar(cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    given = {"list_name": "ledger-tasks", "name": "逾期", "query": "filter=overdue", "default": "1"}
    answer = client.post("/lists/views/", {**given, "next": "/ledger/?filter=overdue&page=2"})
    view = SavedView.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/ledger/?filter=overdue&view={view.pk}")
    opened = client.get("/ledger/").content.decode()
    assert f'href="?filter=overdue&amp;view={view.pk}" aria-current="page">逾期' in opened
    address = f"/lists/views/{view.pk}/"
    client.post(address, {"version": "1", "name": "逾期任务", "shared": "county", "next": "/ledger/"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.region) == ("逾期任务", "county", cast.dispatcher.region)
    assert "逾期任务" in client_of(cast.leader).get("/ledger/").content.decode()
    assert "逾期任务" not in client_of(cast.outsider).get("/ledger/").content.decode()
    assert client.post(address + "default/", {"next": "/ledger/"}).status_code == 302
    assert not ViewDefault.objects.exists()
    gone = client.post(address + "delete/", {"next": "https://elsewhere.example/x"})
    assert (gone["Location"], SavedView.objects.count()) == ("/", 0), "never to another site"


def test_what_is_wrong_is_said(cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    nameless = client.post("/lists/views/", {"list_name": "ledger-tasks", "name": ""})
    assert nameless.status_code == 422
    assert "起个名字" in nameless.content.decode()
    view = services.view_save(user=cast.dispatcher, list_name="ledger-tasks", name="甲", query="")
    late = client.post(f"/lists/views/{view.pk}/", {"version": "x", "name": "乙"})
    assert late.status_code == 409
    assert client_of(cast.energy).post(f"/lists/views/{view.pk}/delete/").status_code == 404

"""Who sees which document: internal ones, those of other counties, and exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.documents.plans import PLAN, handed_in, told, words

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Stale
from tiaodu.rooms.documents import selectors, services
from tiaodu.rooms.documents.models import Document

ClientOf = Callable[[User], Client]
PAGES = ("documents:detail", "documents:checkup")


def seen_by(cast: Cast, document: Document) -> set[str]:
    people = ("leader", "dispatcher", "supervision", "office", "energy", "industry", "liaison", "investment",
              "firm", "bank", "clerk", "admin", "outsider", "city_leader")  # fmt: skip
    return {
        name
        for name in people
        if selectors.documents_visible_to(getattr(cast, name)).filter(pk=document.pk).exists()
    }


def test_a_public_document_is_seen_in_its_county(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    assert seen_by(cast, document) == {
        "leader", "dispatcher", "supervision", "office", "energy", "industry", "investment", "clerk",
    }  # fmt: skip


def test_an_internal_document_is_seen_by_its_readers(cast: Cast, county: County) -> None:
    document = handed_in(cast.clerk, secrecy="internal", readers=[county.departments["energy"]])
    assert seen_by(cast, document) == {"clerk", "energy", "dispatcher", "office"}


@pytest.mark.parametrize("route", [*PAGES, "documents:original", "ledger:review", "documents:edit"])
def test_an_internal_document_of_another_department_is_not_found(
    cast: Cast, client_of: ClientOf, route: str
) -> None:
    document = handed_in(cast.dispatcher, secrecy="internal")
    url = reverse(route, args=[document.pk])
    assert client_of(cast.clerk).get(url).status_code == 404
    assert client_of(cast.clerk).get(reverse(route, args=[10**9])).status_code == 404


def test_exports_of_an_internal_document_are_limited_likewise(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.dispatcher, secrecy="internal")
    for kind in ("docx", "xlsx"):
        url = reverse("documents:breakdown", args=[document.pk, kind])
        assert client_of(cast.dispatcher).get(url).status_code == 200
        assert client_of(cast.clerk).get(url).status_code == 404
        assert client_of(cast.outsider).get(url).status_code == 404
        assert client_of(cast.energy).get(url).status_code == 403


def test_an_internal_document_stands_in_nobody_elses_list(cast: Cast, client_of: ClientOf) -> None:
    handed_in(cast.dispatcher, secrecy="internal", title="煤炭专班纪要")
    page = reverse("documents:list")
    assert "煤炭专班纪要" in words(client_of(cast.office).get(page))
    assert "煤炭专班纪要" not in words(client_of(cast.leader).get(page))
    assert "煤炭专班纪要" not in words(client_of(cast.clerk).get(f"{page}?q=煤炭"))


def test_readers_can_be_changed_and_take_effect(cast: Cast, county: County, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, secrecy="internal", readers=[county.departments["energy"]])
    form = {
        "title": document.title, "plan_year": 2024, "secrecy": "internal", "version": document.version,
        "readers": [county.departments["industry"].pk],
    }  # fmt: skip
    url = reverse("documents:edit", args=[document.pk])
    assert client_of(cast.clerk).post(url, form).status_code == 302
    assert {"industry"} == seen_by(cast, document) - {"clerk", "dispatcher", "office"}
    answer = client_of(cast.dispatcher).post(url, form | {"title": "别的标题"})
    assert answer.status_code == 409
    assert 'value="别的标题"' in words(answer)


def test_a_document_is_not_known_before_its_day(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    with clock.as_of(clock.today() - timedelta(days=1)):
        assert not selectors.documents_visible_to(cast.clerk).filter(pk=document.pk).exists()


def test_a_marked_document_cannot_become_public(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk, f"内部资料  注意保存\n{PLAN}", secrecy="internal")
    form = {"title": "要点", "plan_year": 2024, "secrecy": "public", "version": document.version}
    answer = client_of(cast.clerk).post(reverse("documents:edit", args=[document.pk]), form)
    assert (answer.status_code, "不能改为“公开”" in words(answer)) == (422, True)


def test_the_slower_editor_of_a_document_is_told(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    values = {"title": "甲"}
    services.document_edit(
        user=cast.clerk, document_id=document.pk, version=document.version, values=values, readers=()
    )
    with pytest.raises(Stale) as refused:
        services.document_edit(
            user=cast.office,
            document_id=document.pk,
            version=document.version,
            values={"title": "乙"},
            readers=(),
        )
    assert refused.value.details["title"]["theirs"] == "甲"


def test_the_list_filters_and_goes_to_excel(cast: Cast, client_of: ClientOf) -> None:
    handed_in(cast.clerk, title="第一份")
    handed_in(cast.clerk, f"{PLAN}另。", title="第二份", plan_year=2023, secrecy="internal")
    client, page = client_of(cast.clerk), reverse("documents:list")
    assert "第一份" not in words(client.get(f"{page}?year=2023"))
    assert "第二份" not in words(client.get(f"{page}?secrecy=public"))
    assert "第一份" in words(client.get(f"{page}?filter=waiting"))
    assert client.get(f"{page}?filter=failed&year=abc&secrecy=x").status_code == 200
    export = client.get(f"{page}?export=xlsx")
    assert export.status_code == 200
    assert b"".join(export).startswith(b"PK")
    assert client_of(cast.energy).get(f"{page}?export=xlsx").status_code == 403


def test_the_list_asks_a_fixed_number_of_queries(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client, page = client_of(cast.clerk), reverse("documents:list")
    handed_in(cast.clerk)
    counts = []
    for number in range(2):
        client.get(page)
        with django_assert_max_num_queries(25) as counted:  # type: ignore[attr-defined]
            client.get(page)
        counts.append(len(counted))
        for extra in range(5):
            handed_in(cast.clerk, f"{PLAN}{number}{extra}。")
    assert counts[0] == counts[1]


def test_a_department_reads_but_does_not_review(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk)
    client = client_of(cast.energy)
    page = words(client.get(reverse("documents:detail", args=[document.pk])))
    assert "原煤产量达到500万吨" in page
    assert reverse("ledger:review", args=[document.pk]) not in page
    assert client.get(reverse("ledger:review", args=[document.pk])).status_code == 403
    assert client.post(reverse("documents:readagain", args=[document.pk])).status_code == 403
    assert len(told(document)) == 5

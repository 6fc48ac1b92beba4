"""The frame of every page: rooms by role, language, the demo's day, search."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from tests.cast import PASSWORD, Cast

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.web import navigation, views

ClientOf = Callable[[User], Client]


@pytest.fixture
def somewhere() -> str:
    """The address of a page of the shell itself that everybody may open."""
    return reverse("accounts:profile")


def rooms(user: User) -> list[str]:
    return [entry.room.url_name for entry in navigation.entries(user, "/")]


def test_each_role_sees_the_rooms_it_uses_in_the_order_of_the_flow(cast: Cast) -> None:
    order = [room.url_name for room in navigation.ROOMS]
    for user in vars(cast).values():
        mine = rooms(user)
        assert mine[0] == "home"
        assert mine == sorted(mine, key=order.index)
    assert "documents:try" in rooms(cast.dispatcher)
    assert "documents:try" not in rooms(cast.leader)
    assert "screen" in rooms(cast.leader)
    assert "accounts:users" not in rooms(cast.dispatcher)
    assert rooms(cast.admin) == [
        "home",
        "ledger:subjects",
        "tables:list",
        "accounts:users",
        "interfaces:list",
        "audit:list",
    ]
    assert rooms(cast.bank) == ["home"]


def test_the_room_one_is_in_is_marked(cast: Cast) -> None:
    here = [e.room.url_name for e in navigation.entries(cast.admin, reverse("audit:list") + "7/") if e.here]
    assert here == ["audit:list"]
    assert [e.room.url_name for e in navigation.entries(cast.admin, "/") if e.here] == ["home"]
    assert not [e for e in navigation.entries(cast.admin, reverse("accounts:profile")) if e.here]
    reviewing = navigation.entries(cast.dispatcher, reverse("ledger:review", args=[7]))
    assert [e.room.url_name for e in reviewing if e.here] == ["documents:list"]


def test_the_frame_is_complete(cast: Cast, client_of: ClientOf, somewhere: str) -> None:
    html = client_of(cast.dispatcher).get(somewhere).content.decode()
    assert '<html lang="zh-Hans">' in html
    assert 'class="skip" href="#main"' in html
    assert "左权县" in html
    assert 'aria-current="page"' in html or "<nav" in html
    assert re.search(r"<title>\S.* · 调度</title>", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "no script inside a page"
    assert " style=" not in html


def test_the_frame_costs_one_query_for_the_region_and_one_for_the_jobs(
    cast: Cast, client_of: ClientOf, somewhere: str, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = client_of(cast.dispatcher)
    client.get(somewhere)
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        client.get(somewhere)  # session, person, region, jobs; department of the profile


def test_a_policy_without_exceptions_goes_with_every_page(
    cast: Cast, client_of: ClientOf, somewhere: str
) -> None:
    policy = client_of(cast.dispatcher).get(somewhere)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_language_changes_by_one_click_and_comes_back_to_the_page(
    cast: Cast, client_of: ClientOf, somewhere: str
) -> None:
    client = client_of(cast.dispatcher)
    answer = client.post(reverse("set-language"), {"language": "en", "next": somewhere})
    assert answer.headers["Location"] == somewhere
    html = client.get(somewhere).content.decode()
    assert '<html lang="en">' in html
    assert "Ledger" in html
    cast.dispatcher.refresh_from_db()
    assert cast.dispatcher.language == "en"
    client.post(reverse("set-language"), {"language": "zh-hans", "next": somewhere})
    assert "台账" in client.get(somewhere).content.decode()


def test_language_is_set_by_post_only_and_never_leads_elsewhere(client: Client, db: None) -> None:
    assert client.get(reverse("set-language")).status_code == 405
    answer = client.post(reverse("set-language"), {"language": "xx", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"
    assert "django_language" not in answer.cookies


def test_the_demo_shows_another_day_to_one_person_only(
    cast: Cast, client_of: ClientOf, settings: Settings, somewhere: str
) -> None:
    settings.TIAODU_DEMO = True
    settings.TIAODU_TODAY = date(2024, 7, 31)
    one, other = client_of(cast.dispatcher), client_of(cast.leader)
    one.post(reverse("set-day"), {"day": "2024-03-31", "next": somewhere})
    assert "2024年3月31日" in one.get(somewhere).content.decode()
    assert "2024年7月31日" in other.get(somewhere).content.decode()
    one.post(reverse("set-day"), {"step": "-1"})
    assert "2024年2月29日" in one.get(somewhere).content.decode()
    one.post(reverse("set-day"), {"step": "1"})
    assert "2024年3月29日" in one.get(somewhere).content.decode()
    one.post(reverse("set-day"), {"reset": "1"})
    assert "2024年7月31日" in one.get(somewhere).content.decode()
    one.post(reverse("set-day"), {"day": clock.real_today().isoformat()})
    assert "按今天显示" in one.get(somewhere).content.decode()
    assert clock.today() == date(2024, 7, 31), "the switch ends with the request"


@pytest.mark.parametrize("day", ["", "x", "2024-02-30", "1999-12-31", "9999-01-01", "0001-01-01"])
def test_a_day_that_makes_no_sense_changes_nothing_and_is_told(
    cast: Cast, client_of: ClientOf, settings: Settings, somewhere: str, day: str
) -> None:
    settings.TIAODU_DEMO = True
    settings.TIAODU_TODAY = date(2024, 7, 31)
    client = client_of(cast.dispatcher)
    client.post(reverse("set-day"), {"day": day, "next": somewhere})
    html = client.get(somewhere).content.decode()
    assert "2024年7月31日" in html
    assert "不是一个有效的日期" in html


def test_outside_the_demo_nobody_chooses_the_day(cast: Cast, client_of: ClientOf, somewhere: str) -> None:
    client = client_of(cast.dispatcher)
    assert client.post(reverse("set-day"), {"day": "2024-03-31"}).status_code == 404
    html = client.get(somewhere).content.decode()
    assert "day-banner" not in html
    assert "示例" not in html


def test_the_banner_stands_whenever_the_day_is_not_the_real_one(
    cast: Cast, client_of: ClientOf, settings: Settings, somewhere: str
) -> None:
    settings.TIAODU_TODAY = date(2024, 7, 31)
    html = client_of(cast.dispatcher).get(somewhere).content.decode()
    assert "day-banner" in html
    assert 'name="step"' not in html, "no switch outside the demo"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 1), -1, date(2023, 12, 1)),
    ],
)
def test_a_month_later_is_a_day_of_that_month(start: date, months: int, end: date) -> None:
    assert views.month_later(start, months) == end


def test_search_goes_to_the_list_of_what_is_searched(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.dispatcher).get(reverse("search"), {"q": "石港 煤业"})
    assert answer.headers["Location"] == reverse("ledger:tasks") + "?q=%E7%9F%B3%E6%B8%AF+%E7%85%A4%E4%B8%9A"
    answer = client_of(cast.dispatcher).get(reverse("search"), {"q": "x", "in": "ledger:subjects"})
    assert answer.headers["Location"] == reverse("ledger:subjects") + "?q=x"
    assert client_of(cast.bank).get(reverse("search"), {"q": "x"}).status_code == 404


def test_keys_and_confirmation_are_on_every_page(cast: Cast, client_of: ClientOf, somewhere: str) -> None:
    html = client_of(cast.dispatcher).get(somewhere).content.decode()
    for part in ('id="keys"', 'id="confirm"', 'id="drawer"', 'id="notices"', 'data-key="/"'):
        assert part in html


def test_the_title_of_the_window_repeats_the_words_of_the_page(db: None) -> None:
    request = RequestFactory().get("/")
    request.user = User()
    html = render_to_string(
        "errors/error.html", {"error": {"title": "a <b>&</b> c", "status": 400, "advice": ""}}, request
    )
    assert "<title>a &lt;b&gt;&amp;&lt;/b&gt; c · 调度</title>" in html


def test_a_language_switch_is_audited_with_the_profile(cast: Cast, client_of: ClientOf) -> None:
    client_of(cast.leader).post(reverse("set-language"), {"language": "en"})
    entry = AuditEntry.objects.filter(actor=cast.leader).latest("id")
    assert entry.after == {"language": "en"}


def test_one_switch_turns_the_phone_side_for_officials_off(
    cast: Cast, client_of: ClientOf, settings: Settings, somewhere: str
) -> None:
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36"}
    assert client_of(cast.leader).get(somewhere, headers=phone).status_code == 200
    settings.TIAODU_PHONE_FOR_OFFICIALS = False
    refused = client_of(cast.leader).get(somewhere, headers=phone)
    assert refused.status_code == 403
    assert "没有开放干部手机端" in refused.content.decode()
    assert client_of(cast.leader).get(somewhere).status_code == 200, "the desk is not touched"
    assert client_of(cast.firm).get(somewhere, headers=phone).status_code == 200, "nor are firms"
    assert client_of(cast.leader).post(reverse("accounts:logout"), headers=phone).status_code == 302


def test_the_language_of_a_person_comes_back_at_the_next_log_in(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.leader.pk).update(language="en")
    client.post(reverse("accounts:login"), {"username": "leader", "password": PASSWORD})
    assert '<html lang="en">' in client.get("/").content.decode()
    client.post(reverse("accounts:logout"))
    client.post(reverse("set-language"), {"language": "zh-hans"})
    client.post(reverse("accounts:login"), {"username": "leader", "password": PASSWORD})
    assert '<html lang="zh-Hans">' in client.get("/").content.decode(), "what was chosen at the door stays"

"""Coming in, passwords, locks, and looking after people, through the pages and in the services."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import PASSWORD, Cast, County

from tiaodu.foundation.accounts import services
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import locked_usernames, scope_of, user_for
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.middleware import SIGNED_IN_AT
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale

NEW = "Qingzhang-river-2024"
ClientOf = Callable[[User], Client]


def _log_in(client: Client, username: str, password: str, **more: str) -> Any:
    return client.post(reverse("accounts:login"), {"username": username, "password": password, **more})


def _actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


# ---------------------------------------------------------------- coming in and going out


def test_logging_in_and_out_is_written_down(cast: Cast) -> None:
    client = Client()
    answer = _log_in(client, "energy", PASSWORD, next="/profile/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert _actions() == ["accounts.login", "accounts.logout"]
    assert client.get("/profile/").status_code == 302
    last = AuditEntry.objects.latest("id")
    assert (last.actor, last.region_code, last.address) == (cast.energy, "140722", "127.0.0.1")
    assert re.fullmatch(r"[0-9a-f-]{36}", last.request_id)


def test_logging_out_needs_a_post(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.energy)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.get("/profile/").status_code == 200


def test_nobody_is_sent_to_another_site(cast: Cast) -> None:
    answer = _log_in(Client(), "energy", PASSWORD, next="https://elsewhere.example/")
    assert answer["Location"] == "/"


def test_the_session_gets_a_new_key(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["something"] = "before"
    session.save()
    before = session.session_key
    _log_in(client, "energy", PASSWORD)
    assert client.session.session_key != before


def test_a_session_ends_after_eight_hours_even_when_used(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.energy)
    session = client.session
    session[SIGNED_IN_AT] = (timezone.now() - timedelta(hours=7, minutes=59)).timestamp()
    session.save()
    assert client.get("/profile/").status_code == 200
    session[SIGNED_IN_AT] = (timezone.now() - timedelta(hours=8, seconds=1)).timestamp()
    session.save()
    assert client.get("/profile/").status_code == 302


def test_the_fifth_failure_locks_and_says_how_long_and_whom_to_ask(cast: Cast) -> None:
    client = Client()
    answers = [_log_in(client, "energy", "wrong") for _n in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    words = answers[-1].content.decode()
    assert "15 分钟" in words
    assert "系统管理员" in words
    assert answers[-1]["Retry-After"] == "900"
    assert _log_in(client, "energy", PASSWORD).status_code == 429
    assert locked_usernames() == {"energy"}
    assert Counter(_actions()) == {"accounts.login_failed": 6, "accounts.lockout": 2}
    assert _log_in(Client(), "industry", PASSWORD).status_code == 302

    services.user_unlock(user=cast.admin, user_id=cast.energy.pk)
    assert locked_usernames() == frozenset()
    assert _log_in(client, "energy", PASSWORD).status_code == 302


def test_a_failure_names_what_was_typed_but_no_password(cast: Cast) -> None:
    _log_in(Client(), "nobody", "secret-try")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after, entry.actor) == ("accounts.login_failed", {"username": "nobody"}, None)
    assert "secret-try" not in str(entry.__dict__)


def test_somebody_shut_out_cannot_come_in_nor_stay(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.energy)
    services.user_activate(user=cast.admin, user_id=cast.energy.pk, active=False)
    assert client.get("/profile/").status_code == 302
    assert _log_in(Client(), "energy", PASSWORD).status_code == 422


# ---------------------------------------------------------------- language


def test_chinese_first_then_the_persons_own_then_the_browsers_choice(cast: Cast, client_of: ClientOf) -> None:
    assert "登录" in Client().get("/login/", headers={"Accept-Language": "en"}).content.decode()
    cast.energy.language = "en"
    cast.energy.save()
    client = client_of(cast.energy)
    assert client.get("/profile/")["Content-Language"] == "en"
    client.cookies["django_language"] = "zh-hans"
    assert client.get("/profile/")["Content-Language"] == "zh-hans"


# ---------------------------------------------------------------- passwords


def test_a_one_time_password_opens_nothing_but_the_way_to_ones_own(cast: Cast) -> None:
    _user, password = services.password_reset(user=cast.admin, user_id=cast.energy.pk)
    client = Client()
    assert _log_in(client, "energy", password).status_code == 302
    for url in ("/profile/", "/audit/"):
        assert client.get(url)["Location"] == "/password/"
    answer = client.post("/password/", {"old": password, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert client.get("/profile/").status_code == 200
    assert not User.objects.get(pk=cast.energy.pk).must_change_password


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW, NEW),
        (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, NEW, NEW + "x"),
        (PASSWORD, "Short-1937", "Short-193"),
        (PASSWORD, "Shrt-1937", "Shrt-1937"),
        (PASSWORD, "password123", "password123"),
        (PASSWORD, "8472619350", "8472619350"),
    ],
    ids=["wrong", "same", "differ", "mistyped", "short", "common", "digits"],
)
def test_a_bad_password_is_refused_and_nothing_changes(
    cast: Cast, client_of: ClientOf, old: str, new: str, again: str
) -> None:
    before = User.objects.get(pk=cast.energy.pk).password
    answer = client_of(cast.energy).post("/password/", {"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert User.objects.get(pk=cast.energy.pk).password == before


def test_changing_the_password_ends_every_other_session(cast: Cast, client_of: ClientOf) -> None:
    here, there = client_of(cast.energy), client_of(cast.energy)
    assert here.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 302
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


def test_one_time_passwords_differ_and_are_long() -> None:
    made = {services.one_time_password() for _n in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password) for password in made)


# ---------------------------------------------------------------- looking after people


def _form(county: County, **values: Any) -> dict[str, Any]:
    return {
        "username": "new",
        "display_name": "新人",
        "roles": ["department"],
        "region": county.region.pk,
        "department": county.departments["energy"].pk,
        "language": "zh-hans",
        **values,
    }


def _edit(county: County, **values: Any) -> dict[str, Any]:
    kept = {"display_name": "孙能源", "roles": ["department"], "region": county.region}
    return {**kept, "department": county.departments["energy"], "sectors": [], "subjects": [], **values}


def test_a_new_person_gets_a_password_shown_once(county: County, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    answer = client.post(
        reverse("accounts:user-new"), _form(county, sectors=["coal", "agriculture"]), follow=True
    )
    created = User.objects.get(username="new")
    found = re.search(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", answer.content.decode())
    assert found is not None
    assert created.check_password(found[0])
    assert created.must_change_password
    assert sorted(created.sectors) == ["agriculture", "coal"]
    page = client.get(reverse("accounts:user", args=[created.pk])).content.decode()
    assert found[0] not in page
    assert "accounts.user_create" in _actions()
    assert not any(found[0] in str(entry.__dict__) for entry in AuditEntry.objects.all())


def test_fields_of_work_are_ticked_by_name(county: County, cast: Cast, client_of: ClientOf) -> None:
    client, url = client_of(cast.admin), reverse("accounts:user", args=[cast.energy.pk])
    User.objects.filter(pk=cast.energy.pk).update(sectors=["coal", "tea"])
    page = client.get(url).content.decode()
    ticked = re.findall(r'name="sectors" value="([a-z_]+)"[^>]*checked', page)
    assert ticked == ["coal", "tea"], "what the list does not name is kept"
    assert "农业农村" in page
    form = _form(county, sectors=["coal", "no_such_field"], version=cast.energy.version)
    assert client.post(url, form).status_code == 422
    client.force_login(User.objects.get(pk=cast.energy.pk))
    assert "煤炭、tea" in client.get(reverse("accounts:profile")).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"username": "energy"},
        {"username": "ENERGY"},
        {"username": "有 空格"},
        {"department": ""},
        {"region": ""},
        {"roles": ["firm"], "department": ""},
        {"roles": ["emperor"]},
    ],
    ids=["taken", "taken-case", "name", "department", "region", "firm", "role"],
)
def test_a_person_who_would_see_nothing_is_not_made(
    county: County, cast: Cast, client_of: ClientOf, change: dict[str, Any]
) -> None:
    before = User.objects.count()
    answer = client_of(cast.admin).post(reverse("accounts:user-new"), _form(county, **change))
    assert answer.status_code == 422
    assert User.objects.count() == before


def test_an_edit_is_refused_when_somebody_was_faster(county: County, cast: Cast) -> None:
    services.user_edit(user=cast.admin, user_id=cast.energy.pk, version=1, **_edit(county, phone="111"))
    with pytest.raises(Stale) as refused:
        services.user_edit(user=cast.admin, user_id=cast.energy.pk, version=1, **_edit(county, phone="222"))
    assert refused.value.details == {"phone": {"label": "联系电话", "yours": "222", "theirs": "111"}}
    assert User.objects.get(pk=cast.energy.pk).phone == "111"
    entry = AuditEntry.objects.latest("id")
    assert (entry.before, entry.after) == ({"phone": ""}, {"phone": "111"})


def test_the_page_of_a_stale_edit_shows_both(county: County, cast: Cast, client_of: ClientOf) -> None:
    services.user_edit(user=cast.admin, user_id=cast.energy.pk, version=1, **_edit(county, phone="111"))
    form = _form(county, display_name="孙能源", phone="222", version="1")
    answer = client_of(cast.admin).post(reverse("accounts:user", args=[cast.energy.pk]), form)
    assert answer.status_code == 409
    assert {"111", "222"} <= set(re.findall(r"\d{3}", answer.content.decode()))


def test_an_administrator_cannot_give_himself_up(county: County, cast: Cast) -> None:
    values = _edit(county, roles=["leader"], department=None)
    with pytest.raises(Invalid):
        services.user_edit(user=cast.admin, user_id=cast.admin.pk, version=1, **values)
    with pytest.raises(Invalid):
        services.user_activate(user=cast.admin, user_id=cast.admin.pk, active=False)
    kept = User.objects.get(pk=cast.admin.pk)
    assert (kept.roles, kept.is_active) == (["admin"], True)


def test_only_an_administrator_and_only_of_ones_own_county(county: County, cast: Cast) -> None:
    for attempt in (services.password_reset, services.user_unlock):
        with pytest.raises(NotAllowed):
            attempt(user=cast.leader, user_id=cast.energy.pk)
        with pytest.raises(NotFound):
            attempt(user=cast.admin, user_id=cast.outsider.pk)
    with pytest.raises(NotFound):
        user_for(cast.admin, cast.outsider.pk)
    with pytest.raises(Invalid):
        values = _edit(county, region=county.other, department=None, roles=["leader"])
        services.user_create(user=cast.admin, username="spy", **values)


def test_ones_own_profile_holds_only_ones_own(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.energy).post("/profile/", {"phone": "123", "language": "en", "roles": ["admin"]})
    assert answer.status_code == 302
    edited = User.objects.get(pk=cast.energy.pk)
    assert (edited.phone, edited.language, edited.roles) == ("123", "en", ["department"])


def test_the_list_finds_filters_and_exports(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    everybody = client.get(reverse("accounts:users")).content.decode()
    assert "孙能源" in everybody
    assert "蒋邻县" not in everybody
    narrowed = client.get(reverse("accounts:users"), {"role": "department"}).content.decode()
    assert "孙能源" in narrowed
    assert "王县长" not in narrowed
    exported = client.get(reverse("accounts:users"), {"export": "xlsx"})
    assert exported.status_code == 200
    assert AuditEntry.objects.latest("id").action == "lists.export"


def test_the_list_needs_the_same_queries_for_more_people(
    county: County, cast: Cast, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.admin)
    User.objects.bulk_create(
        User(username=f"p{n}", display_name=f"人{n}", roles=["leader"], region=county.region)
        for n in range(30)
    )
    with django_assert_max_num_queries(12):
        client.get(reverse("accounts:users"))


# ---------------------------------------------------------------- scope


def test_the_scope_of_each_person(county: County, cast: Cast) -> None:
    region, energy = county.region.path, county.departments["energy"].pk
    leader, department, firm, bank = (
        scope_of(user) for user in (cast.leader, cast.energy, cast.firm, cast.bank)
    )
    assert (leader.region_path, leader.sees_all, leader.released_only) == (region, True, False)
    assert (department.department_id, department.sees_all, department.released_only) == (energy, False, False)
    assert (firm.subject_ids, firm.released_only) == (frozenset({county.subjects["shigang"].pk}), True)
    assert (bank.subject_ids, bank.sees_all, bank.released_only) == (frozenset(), False, True)
    assert scope_of(cast.outsider).region_path == county.other.path
    assert not scope_of(cast.outsider).covers(county.region)
    assert leader.covers(county.township)


def test_a_higher_region_sees_only_what_was_released(county: County, cast: Cast) -> None:
    scope = scope_of(cast.city_leader)
    assert (scope.sees_all, scope.released_only) == (True, True)
    assert scope.covers(county.region)
    assert scope.covers(county.other)


def test_a_firm_has_its_mines_with_it(county: County, cast: Cast) -> None:
    cast.firm.subjects.set([county.subjects["xinrui"]])
    assert scope_of(cast.firm).subject_ids == {county.subjects["xinrui"].pk, county.subjects["xinrui-1"].pk}


def test_somebody_without_a_place_or_shut_out_sees_nothing(cast: Cast) -> None:
    cast.leader.region = None
    assert scope_of(cast.leader).region_path is None
    cast.energy.is_active = False
    assert scope_of(cast.energy) == scope_of(User())

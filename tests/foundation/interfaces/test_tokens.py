"""Tokens: made by the administrator, fetched by the firm, shown once, kept as a digest, revoked, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.foundation.interfaces.systems import bearer, fetched, made

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import users_visible_to
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.interfaces.services import token_count, token_fetch, token_revoke
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale

ME = "/api/v1/me"


def me(secret: str, **headers: str) -> Any:
    return Client().get(ME, headers=bearer(secret, **headers))


def test_a_token_is_shown_once_and_kept_as_a_digest(cast: Cast, county: County) -> None:
    token, secret = made(cast, county, ["evidence.read"])
    assert secret.startswith(f"td_{token.prefix}_")
    assert secret not in str(vars(token)) + str(AuditEntry.objects.latest("id").after)
    assert me(secret).json()["system"] == "市平台"
    entry = AuditEntry.objects.get(action="interfaces.token_make")
    assert (entry.actor, entry.after["scopes"]) == (cast.admin, ["evidence.read"])


def test_the_account_of_a_system_is_nobody_who_logs_in(cast: Cast, county: County) -> None:
    token, _secret = made(cast, county, ["evidence.read"])
    assert not token.account.has_usable_password()
    assert (token.account.roles, token.account.machine) == ([], True)
    assert token.account not in users_visible_to(cast.admin)


def test_the_secret_of_a_firms_token_is_only_for_the_firm(cast: Cast, county: County) -> None:
    token, nothing = made(cast, county, ["evidence.read"], firm=county.subjects["shigang"])
    assert nothing == ""
    for official in (cast.admin, cast.dispatcher):
        with pytest.raises(NotAllowed):
            token_fetch(user=official, token_id=token.pk, version=token.version)
    other, _nothing = made(cast, county, ["evidence.read"], firm=county.subjects["xinrui"])
    with pytest.raises(NotFound):
        token_fetch(user=cast.firm, token_id=other.pk, version=other.version)
    token, secret = token_fetch(user=cast.firm, token_id=token.pk, version=token.version)
    assert me(secret).json()["firm"] == "石港煤业"
    with pytest.raises(Invalid):
        token_fetch(user=cast.firm, token_id=token.pk, version=token.version)


def test_only_an_administrator_makes_tokens_and_only_in_her_region(cast: Cast, county: County) -> None:
    for person in (cast.dispatcher, cast.firm, cast.statistics):
        with pytest.raises(NotAllowed):
            made(Cast(**{**vars(cast), "admin": person}), county, ["evidence.read"])
    with pytest.raises(NotFound):
        made(cast, county, ["evidence.read"], region=county.other)


@pytest.mark.parametrize(
    "values",
    [
        {"system": " "},
        {"scopes": []},
        {"scopes": ["ledger.edit"]},
        {"until_in": -1},
        {"until_in": 4000},
        {"per_minute": 0},
        {"use": "anything"},
        {"firm": "glove"},
    ],
    ids=str,
)
def test_what_no_token_can_be(values: dict[str, Any], cast: Cast, county: County) -> None:
    given = dict(values)
    if "until_in" in given:
        given["until"] = clock.today() + timedelta(days=given.pop("until_in"))
    if "firm" in given:
        given["firm"] = county.subjects[given["firm"]]
    with pytest.raises(Invalid):
        made(cast, county, given.pop("scopes", ["evidence.read"]), **given)


def test_a_token_ends_by_its_day_by_hand(cast: Cast, county: County, settings: Any) -> None:
    token, secret = made(cast, county, ["evidence.read"])
    settings.TIAODU_TODAY = token.until
    assert me(secret).status_code == 200
    settings.TIAODU_TODAY = token.until + timedelta(days=1)
    assert "过期" in me(secret).json()["detail"]
    settings.TIAODU_TODAY = None
    with pytest.raises(Invalid):
        token_revoke(user=cast.admin, token_id=token.pk, version=token.version, reason=" ")
    token_revoke(user=cast.admin, token_id=token.pk, version=token.version, reason="系统下线")
    assert (me(secret).status_code, "停用" in me(secret).json()["detail"]) == (401, True)
    with pytest.raises(Stale):
        token_revoke(user=cast.admin, token_id=token.pk, version=token.version, reason="再来")
    entry = AuditEntry.objects.get(action="interfaces.token_revoke")
    assert entry.after["reason"] == "系统下线"


def test_a_firm_ends_its_own_token(cast: Cast, county: County) -> None:
    token, secret = fetched(cast, county, ["evidence.read"])
    token_revoke(user=cast.firm, token_id=token.pk, version=token.version, reason="换了系统")
    assert me(secret).status_code == 401


def test_too_many_calls_are_told_when_to_come_again(cast: Cast, county: County) -> None:
    token, secret = made(cast, county, ["evidence.read"], per_minute=2)
    answers = [token_count(token) for _n in range(2)]
    assert answers == [0, 0]
    answer = me(secret)
    # The minute may have turned in between: then the count began anew, and two more calls fill it.
    while answer.status_code == 200:
        answer = me(secret)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert answer.json()["type"] == "urn:tiaodu:problem:too_many"
    assert Token.objects.get(pk=token.pk).last_used_at is not None


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic abc", "Bearer td_00000000_x", "Bearer 令牌", "Bearer td__", "x" * 9000],
)
@pytest.mark.django_db
def test_nobody_comes_in_without_a_token(header: str) -> None:
    answer = Client().get(ME, headers={"Authorization": header.encode().decode("latin-1")})
    assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_ending_is_not_let_in(cast: Cast, county: County) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    assert me(secret[:-1] + ("A" if secret[-1] != "A" else "B")).status_code == 401


def test_refusals_speak_the_callers_language(cast: Cast, county: County) -> None:
    _token, secret = made(cast, county, ["evidence.export"])
    path = "/api/v1/evidence"
    chinese = Client().get(path, headers=bearer(secret)).json()
    english = Client().get(path, headers=bearer(secret, **{"Accept-Language": "en"})).json()
    assert chinese["title"] == "没有这项权限"
    assert english["title"] == "Not allowed"
    missing = Client().get("/api/v1/nothing/here", headers=bearer(secret, **{"Accept-Language": "en"}))
    assert (missing.status_code, "nothing/here" in missing.json()["detail"]) == (404, True)
    assert Client().delete(ME, headers=bearer(secret)).status_code == 405


def test_pages_from_giving_out_to_revoking(
    cast: Cast, county: County, client_of: Callable[[User], Client]
) -> None:
    admin, firm = client_of(cast.admin), client_of(cast.firm)
    form = {
        "system": "石港ERP",
        "region": county.region.pk,
        "firm": county.subjects["shigang"].pk,
        "scopes": ["evidence.read"],
        "until": (clock.today() + timedelta(days=9)).isoformat(),
        "per_minute": 60,
    }
    wrong = admin.post(reverse("interfaces:new"), form | {"scopes": []})
    assert wrong.status_code == 422
    assert "石港ERP" in wrong.content.decode()
    page = admin.post(reverse("interfaces:new"), form, follow=True)
    token = Token.objects.get()
    assert f"td_{token.prefix}_" in page.content.decode()
    assert "等“石港煤业”的人登录后" in page.content.decode()
    shown = firm.post(reverse("interfaces:fetch", args=[token.pk]), {"version": token.version}, follow=True)
    text = shown.content.decode()
    secret = text.split(f"td_{token.prefix}_")[1].split("<")[0]
    assert me(f"td_{token.prefix}_{secret}").status_code == 200
    assert secret not in firm.get(reverse("interfaces:token", args=[token.pk])).content.decode()
    assert "石港ERP" in admin.get(reverse("interfaces:list")).content.decode()
    token.refresh_from_db()
    ended = {"version": token.version, "reason": "试用结束"}
    assert (
        "试用结束"
        in firm.post(reverse("interfaces:revoke", args=[token.pk]), ended, follow=True).content.decode()
    )
    assert me(f"td_{token.prefix}_{secret}").status_code == 401

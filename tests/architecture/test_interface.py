"""Who may do what through the interface: every scope over every operation, and nothing without a scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.architecture.test_access import INTERFACE, ROLES
from tests.cast import Cast, County
from tests.foundation.interfaces.systems import a_token, bearer

from tiaodu.config import api
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.interfaces.authentication import ANY_SCOPE, scope_of_operation
from tiaodu.foundation.interfaces.scopes import FIRM, OFFICIAL, permissions_of, scopes_of

OPERATIONS = [
    (method, where, scope_of_operation(operation))
    for where, operation in api.operations()
    for method in operation.methods
]
SCOPES = sorted({*scopes_of(OFFICIAL), *scopes_of(FIRM)})
# What would let a system write a figure of a unit, or anything else of the county's.
WRITING = {"evidence.report", "evidence.unit", "evidence.statistics", "evidence.document", "returns.fill"}


def _address(where: str) -> str:
    return "/api/v1" + where.replace("{evidence_id}", "987654321").replace("{return_id}", "987654321")


def test_every_operation_declares_a_scope_that_somebody_can_have() -> None:
    assert OPERATIONS
    assert {scope for _m, _w, scope in OPERATIONS} - {ANY_SCOPE} <= set(SCOPES)
    assert set(SCOPES) <= {scope for _m, _w, scope in OPERATIONS}, "a scope that opens nothing"


def test_an_operation_without_a_scope_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = api.NinjaAPI(urls_namespace="bare", auth=api.Bearer(api.NOWHERE))
    bare.get("/bare")(lambda request: None)
    monkeypatch.setattr(api, "api", bare)
    with pytest.raises(RuntimeError, match="/bare"):
        api.urls()


def test_no_scope_lets_a_system_of_the_county_write() -> None:
    assert permissions_of(OFFICIAL, SCOPES) & WRITING == set()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_session_is_nobody_here(role: str, cast: Cast, client_of: Callable[[User], Client]) -> None:
    people: dict[str, Any] = {person.roles[0]: person for person in vars(cast).values()}
    client = client_of(people[role])
    for route in INTERFACE:
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(client, method)(route.url)
            assert answer.status_code in (401, 405), (route.name, method, answer.status_code)
            assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("side", [OFFICIAL, FIRM])
@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_over_every_operation(side: str, scope: str, cast: Cast, county: County) -> None:
    """A token opens what its scope names, whatever is sent; everything else is refused before it is read."""
    if scope not in scopes_of(side):
        return
    secret = a_token(cast, county, side, [scope])
    client = Client()
    for method, where, needed in OPERATIONS:
        answer = client.generic(method, _address(where), "{}", "application/json", headers=bearer(secret))
        refused = answer.status_code == 403
        assert refused == (needed not in (ANY_SCOPE, scope)), (method, where, answer.content)
        assert answer.status_code != 401
        assert answer.status_code < 500

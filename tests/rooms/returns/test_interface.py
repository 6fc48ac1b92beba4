"""Returns through the interface: a firm's own system fills them, nobody else's does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.foundation.interfaces.systems import bearer, fetched, made
from tests.rooms.returns.desk import COAL, TODAY, opened

from tiaodu.config import api
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.interfaces.scopes import OFFICIAL, scopes_of
from tiaodu.foundation.interfaces.services import token_fetch
from tiaodu.rooms.returns.models import Return

PATH = "/api/v1/returns"
BOTH = ["returns.read", "returns.fill"]
WRITES = [
    (method, where)
    for where, operation in api.operations()
    for method in operation.methods
    if method != "GET"
]


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TIAODU_TODAY = TODAY


@pytest.fixture
def row(cast: Cast, county: County) -> Return:
    """The newest daily return of 石港煤业."""
    return opened(cast, county)[0]


def call(secret: str, method: str, path: str, body: Any = "", **headers: str) -> Any:
    return Client().generic(
        method,
        path,
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers=bearer(secret, **headers),
    )


def test_a_firms_system_drafts_sends_and_corrects(cast: Cast, county: County, row: Return) -> None:
    _token, secret = fetched(cast, county, BOTH)
    listed = call(secret, "GET", f"{PATH}?type=coal_daily&state=due&limit=500").json()["returns"]
    assert row.pk in [each["id"] for each in listed]
    assert {each["subject_name"] for each in listed} == {"石港煤业"}
    kept = call(secret, "PUT", f"{PATH}/{row.pk}/draft", {"cells": {"output.coal.raw": "5200"}}).json()
    assert (kept["draft"], kept["state"]) == ({"output.coal.raw": "5200"}, "draft")
    body = {"cells": COAL, "version": kept["version"]}
    sent = call(secret, "POST", f"{PATH}/{row.pk}/submit", body)
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted"), sent.content
    cells = {cell["measure"]: cell["value"] for cell in sent.json()["cells"]}
    assert (cells["output.coal.raw"], cells["output.coal.sold"]) == ("5200", "5000")
    figure = Evidence.objects.get(measure__code="output.coal.raw", subject=row.subject)
    assert (str(figure.reporter), figure.reporter.machine, figure.series) == ("市平台", True, "dispatch")
    fixed = {"cells": {**COAL, "output.coal.raw": "5100"}, "reason": "复磅"}
    fixed["version"] = sent.json()["version"]
    answer = call(secret, "POST", f"{PATH}/{row.pk}/correct", fixed)
    assert answer.json()["state"] == "corrected", answer.content
    assert AuditEntry.objects.filter(actor_name="市平台", action__startswith="returns.").count() >= 2


def test_of_two_who_send_at_once_the_second_is_told(cast: Cast, county: County, row: Return) -> None:
    _token, secret = fetched(cast, county, BOTH)
    body = {"cells": COAL, "version": row.version}
    assert call(secret, "POST", f"{PATH}/{row.pk}/submit", body).status_code == 200
    second = call(secret, "POST", f"{PATH}/{row.pk}/submit", body)
    assert second.status_code in (409, 422)
    assert Evidence.objects.filter(measure__code="output.coal.raw").count() == 1


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"output.coal.raw": "五千多"}, "output.coal.raw"),
        ({"output.coal.row": "1"}, ""),
        ({}, "output.coal.raw"),
    ],
    ids=["no number", "no such measure", "nothing"],
)
def test_what_cannot_be_sent_is_said_where(
    cells: dict[str, str], place: str, cast: Cast, county: County, row: Return
) -> None:
    _token, secret = fetched(cast, county, BOTH)
    answer = call(secret, "POST", f"{PATH}/{row.pk}/submit", {"cells": cells, "version": row.version})
    assert answer.status_code == 422
    told = answer.json()
    places = [each["place"] for each in told.get("errors", [])]
    assert place in places if place else "output.coal.row" in told["detail"]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"cells": 1}', '{"cells": {}, "other": 1}'])
def test_a_body_that_is_none(body: str, cast: Cast, county: County, row: Return) -> None:
    _token, secret = fetched(cast, county, BOTH)
    answer = call(secret, "PUT", f"{PATH}/{row.pk}/draft", body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_no_system_of_an_office_writes_whatever_it_may(cast: Cast, county: County, row: Return) -> None:
    """Every scope that a system of the county can have, on every operation that writes."""
    assert WRITES
    _token, secret = made(cast, county, list(scopes_of(OFFICIAL)))
    before = list(Evidence.objects.values()), list(Return.objects.values())
    for method, where in WRITES:
        path = "/api/v1" + where.replace("{return_id}", str(row.pk))
        body = {"cells": COAL, "version": row.version, "reason": "代改", "text": ""}
        assert call(secret, method, path, body).status_code == 403, (method, where)
    assert (list(Evidence.objects.values()), list(Return.objects.values())) == before


def test_no_other_firms_system_comes_near(cast: Cast, county: County, row: Return) -> None:
    cast.firm.subjects.set([county.subjects["xinrui"]])
    token, _nothing = made(cast, county, BOTH, firm=county.subjects["xinrui"])
    _token, secret = token_fetch(user=cast.firm, token_id=token.pk, version=token.version)
    for method, where in [*WRITES, ("GET", "/returns/{return_id}")]:
        path = "/api/v1" + where.replace("{return_id}", str(row.pk))
        body: dict[str, Any] = (
            {"cells": COAL} if "draft" in where else {"cells": COAL, "version": row.version}
        )
        body |= {"reason": "x"} if "correct" in where else {}
        assert call(secret, method, path, body if method != "GET" else "").status_code == 404, where
    assert not Evidence.objects.exists()


def test_a_firms_token_that_only_reads_does_not_write(cast: Cast, county: County, row: Return) -> None:
    _token, secret = fetched(cast, county, ["returns.read"])
    assert call(secret, "GET", f"{PATH}/{row.pk}").status_code == 200
    for method, where in WRITES:
        path = "/api/v1" + where.replace("{return_id}", str(row.pk))
        assert call(secret, method, path, {"cells": COAL, "version": row.version}).status_code == 403


def test_what_is_drafted_is_the_firms_own(cast: Cast, county: County, row: Return) -> None:
    _token, own = fetched(cast, county, BOTH)
    call(own, "PUT", f"{PATH}/{row.pk}/draft", {"cells": {"output.coal.raw": "1"}})
    _token, office = made(cast, county, ["returns.read"])
    seen = call(office, "GET", f"{PATH}/{row.pk}").json()
    assert (seen["state"], seen["draft"]) == ("draft", {})
    assert call(office, "GET", f"{PATH}/types").json()[0]["asked"][0]["uses"]


def test_pages_of_returns_tell_each_once(cast: Cast, county: County, row: Return) -> None:
    _token, secret = made(cast, county, ["returns.read"])
    found, after = [], 0
    while after is not None:
        answer = call(secret, "GET", f"{PATH}?limit=7&after={after}").json()
        found += [each["id"] for each in answer["returns"]]
        after = answer["next"]
    assert found == list(Return.objects.order_by("pk").values_list("pk", flat=True))

"""Minutes asked of each unit, and forms that ask what another brings already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.rooms.returns.months import MAY, OUTPUT, TODAY, firm, level, span, tell

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.economy.burden import asked_twice, burden_rows
from tiaodu.rooms.returns.tables import ASKED

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(TODAY):
        yield


def test_minutes_add_up_by_unit(cast: Cast, county: County) -> None:
    firms = [firm(county.region, f"示例企业{n}") for n in range(2)]
    tell(cast.firm, firms, span("2024-04", "2024-05"), {OUTPUT: lambda s, n: level(5_000_000, n)})
    each = forms_in(county.region)["economy_monthly"].minutes
    assert each > 0
    assert [(row.name, row.minutes, row.before, row.count) for row in burden_rows(cast.dispatcher, MAY)] == [
        ("示例企业0", each, each, 1),
        ("示例企业1", each, each, 1),
    ]
    assert burden_rows(cast.outsider, MAY) == []


def test_the_page_is_for_who_reads_returns(
    cast: Cast, county: County, client_of: Callable[[User], Client]
) -> None:
    tell(cast.firm, [firm(county.region, "示例企业")], [MAY], {OUTPUT: lambda s, n: Decimal(1)})
    assert "示例企业" in client_of(cast.dispatcher).get("/returns/burden/").content.decode()
    assert client_of(cast.dispatcher).get("/returns/burden/?export=xlsx").status_code == 200
    assert client_of(cast.bank).get("/returns/burden/").status_code == 403


def test_the_packaged_forms_ask_nothing_twice(county: County) -> None:
    assert [each for each in asked_twice(county.region) if each.refused] == []


def rows() -> list[dict[str, Any]]:
    row = {"measure": "tax", "unit": "万元", "minutes": Decimal(1), "uses": ["economy"], "needed": True}
    return [{"type": "economy_monthly", **row}, {"type": "outlook_quarterly", **row}]


def test_a_form_that_asks_what_is_held_is_refused_with_where_it_is_held(county: County) -> None:
    assert ASKED.check_in is not None
    [fault] = ASKED.check_in(county.region, TODAY, rows())
    assert (fault.row, fault.column) == (1, "measure")
    assert "economy_monthly" in fault.message
    assert list(ASKED.check_in(county.region, TODAY, rows()[:1])) == []

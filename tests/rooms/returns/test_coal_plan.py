"""The coal mines' day beside the year's plan: the county's, the industry's, or the sum of the mines' own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task
from tests.rooms.returns.desk import TODAY, opened, sent

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.ledger.selectors.targets import year_targets

pytestmark = pytest.mark.django_db
RAW = "output.coal.raw"


@pytest.fixture
def planned(cast: Cast, county: County, client_of: Callable[[User], Client], settings: LazySettings) -> Any:
    """What the page of the day says of the plan; one mine told 5,200 t on its last day."""
    settings.TIAODU_TODAY = TODAY
    sent(cast.firm, opened(cast, county)[0])

    def asked() -> Any:
        page = client_of(cast.dispatcher).get(reverse("returns:coal") + f"?day={TODAY}")
        return page.context["planned"], page.content.decode()

    return asked


def industry(county: County, sector: str = "coal") -> Subject:
    code, name = f"i-{sector}", f"示例{sector}"
    return Subject.objects.create(
        region=county.region, code=code, kind=SubjectKind.INDUSTRY, name=name, sector=sector
    )


def test_without_a_plan_nothing_is_said(planned: Any) -> None:
    assert planned()[0] is None


def test_the_plan_of_the_industry_stands_for_the_county(cast: Cast, county: County, planned: Any) -> None:
    task = coal_task(county, cast, subject=industry(county), value=Decimal(5_000_000))
    found, html = planned()
    assert (found.so_far, found.target, found.share) == (5200, 5_000_000, Decimal("0.104"))
    assert (found.url, found.since) == (reverse("ledger:task", args=[task.pk]), TODAY)
    assert f"日报自 {TODAY} 起" in html


def test_the_countys_own_goes_before_it(cast: Cast, county: County, planned: Any) -> None:
    own = coal_task(county, cast, subject=None, value=Decimal(4_000_000))
    coal_task(county, cast, subject=industry(county), value=Decimal(5_000_000))
    assert planned()[0].url == reverse("ledger:task", args=[own.pk])


def test_the_mines_own_plans_are_summed_where_each_has_one(cast: Cast, county: County, planned: Any) -> None:
    coal_task(county, cast)
    found, html = planned()
    assert (found.target, found.url) == (500_000, "")
    assert "各矿计划相加" in html
    opened(cast, county, code="zhengzhu")
    assert planned()[0] is None, "half a plan is none"
    coal_task(county, cast, subject=county.subjects["zhengzhu"], value=Decimal(300_000))
    assert planned()[0].target == 800_000


def test_another_industry_and_no_sector_do_not_count(cast: Cast, county: County) -> None:
    coal_task(county, cast, subject=industry(county, "iron"), value=Decimal(5_000_000))
    day = date(2024, 5, 7)
    assert not year_targets(county.region, 2024, [RAW], day, sectors=["coal"])
    coal_task(county, cast, subject=industry(county), value=Decimal(5_000_000))
    assert not year_targets(county.region, 2024, [RAW], day), (
        "an industry is the county only where one says so"
    )
    assert year_targets(county.region, 2024, [RAW], day, sectors=["coal"])[RAW].value == 5_000_000

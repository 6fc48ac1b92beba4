"""The working calendar: the State Council's years, a county's corrections, and what was known when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.foundation.items.desk import opened
from tests.foundation.items.test_handling import now

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.calendar.selectors import working_calendar, year_of
from tiaodu.foundation.items import services
from tiaodu.foundation.tables import services as tables
from tiaodu.foundation.tables.models import Version
from tiaodu.rooms.ledger import rules

Browser = Callable[[User], Client]

# Working days by month, services dossier 7.7: from the notices of the State Council.
MONTHS = {
    2024: [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22],
    2026: [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23],
}
YEARS = {2024: 251, 2025: 248, 2026: 248}


@pytest.mark.django_db
@pytest.mark.parametrize("year", MONTHS)
def test_working_days_by_month(year: int) -> None:
    assert [month.worked for month in year_of(year, None).months] == MONTHS[year]


@pytest.mark.django_db
@pytest.mark.parametrize("year", YEARS)
def test_working_days_by_year(year: int) -> None:
    shown = year_of(year, None)
    assert (shown.worked, shown.provisional) == (YEARS[year], False)


@pytest.mark.django_db
def test_make_up_days_of_2026() -> None:
    days = [d for m in year_of(2026, None).months for week in m.weeks for d in week if d]
    made_up = {day.day for day in days if day.mark == "made_up"}
    assert made_up == {
        date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    }


@pytest.fixture
def _today(settings: Any) -> Iterator[None]:
    settings.TIAODU_TODAY = date(2024, 5, 7)
    with clock.as_of(date(2024, 5, 7)):
        yield


def confirm(county: County, cast: Cast, code: str, body: list[dict[str, Any]]) -> None:
    """What one person proposes and another confirms, today."""
    version = tables.version_propose(
        user=cast.dispatcher,
        code=code,
        region=county.region,
        body=body,
        valid_from=clock.today(),
        source="国办发明电〔2029〕1号",
        confidence="source",
        reason="录入通知",
        based_on=None,
    )
    tables.version_confirm(user=cast.supervision, version_id=version.pk)


def test_a_county_corrects_the_calendar_from_the_day_it_confirms(county: County, cast: Cast) -> None:
    saturday = date(2024, 6, 15)
    with clock.as_of(date(2024, 5, 7)):
        confirm(
            county,
            cast,
            "calendar.overrides",
            [{"day": saturday.isoformat(), "worked": "是", "note": "抢工"}],
        )
        assert working_calendar(county.region).is_working_day(saturday)
        assert rules.working_calendar(county.region, clock.today()).is_working_day(saturday)
        assert not working_calendar(county.other).is_working_day(saturday)
        assert not working_calendar(county.region, date(2024, 5, 6)).is_working_day(saturday)
        shown = year_of(2024, county.region)
        assert [(day.day, day.note) for day in shown.overrides] == [(saturday, "抢工")]
        assert shown.worked == 252


def test_open_dues_follow_a_notice_that_comes_later(county: County, cast: Cast) -> None:
    item = opened(county, cast, date(2029, 12, 17), due=None, days=15)
    before = now(item)
    assert before.provisional
    with clock.as_of(date(2029, 12, 18)):
        confirm(county, cast, "calendar.overrides", [{"day": "2030-01-02", "worked": "否"}])
        confirm(county, cast, "calendar.years", [{"year": "2030", "notice": "国办发明电〔2029〕1号"}])
        assert services.items_nightly().recomputed == 1
        assert now(item).provisional, "2029 is not complete"
    with clock.as_of(date(2029, 12, 19)):
        version = tables.version_propose(
            user=cast.dispatcher,
            code="calendar.years",
            region=county.region,
            body=[{"year": year, "notice": "国办发明电"} for year in (2029, 2030)],
            valid_from=clock.today(),
            source="国办发明电〔2029〕1号",
            confidence="source",
            reason="补登",
            based_on=newest(county),
        )
        tables.version_confirm(user=cast.supervision, version_id=version.pk)
        assert services.items_nightly().recomputed == 1
        assert not now(item).provisional
        assert services.items_nightly().recomputed == 0


def newest(county: County) -> int:
    return Version.objects.filter(code="calendar.years", region=county.region).latest("pk").pk


@pytest.mark.usefixtures("_today")
def test_the_page_shows_a_year(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.office)
    html = client.get("/calendar/").content.decode()
    assert "2024 年有 251 个工作日" in html
    assert html.count("<table") == 12
    assert "day-made_up" in html
    later = client.get("/calendar/?year=2026").content.decode()
    assert "2026 年有 248 个工作日" in later
    assert client.get("/calendar/?year=abc").status_code == 200
    assert "2018 年" in client.get("/calendar/?year=0001").content.decode()
    client.cookies["django_language"] = "en"
    assert "2024 has 251 working days." in client.get("/calendar/").content.decode()


def test_a_year_without_a_notice_is_called_provisional(
    county: County, cast: Cast, client_of: Browser, settings: Any
) -> None:
    settings.TIAODU_TODAY = date(2030, 3, 1)
    html = client_of(cast.leader).get("/calendar/").content.decode()
    assert "2030 年暂定" in html
    assert "还没有公布" in html

"""The day switch of the demo: every page on any day, and what is written on a day that is replayed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.architecture.test_access import ROUTES
from tests.architecture.test_scope import _address, records
from tests.cast import Cast, County, make_person
from tests.web.test_home import make_task

from tiaodu.foundation import clock
from tiaodu.foundation.access import roles
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.middleware import DAY_IN_SESSION
from tiaodu.rooms.ledger.models import Progress

__all__ = ["records"]

ClientOf = Callable[[User], Client]
TODAY = date(2024, 7, 31)
REPLAYED = date(2024, 3, 15)


@pytest.fixture
def demo(settings: SimpleNamespace) -> None:
    settings.TIAODU_DEMO, settings.TIAODU_TODAY = True, TODAY


def look_at(client: Client, day: date) -> None:
    answer = client.post(reverse("set-day"), {"day": day.isoformat()})
    assert answer.status_code == 302


def report(client: Client, task_id: int, **values: str) -> int:
    given = {"text": "设备到货", "period_end": "2024-03-10", **values}
    return client.post(reverse("ledger:progress", args=[task_id]), given).status_code


@pytest.mark.usefixtures("demo")
def test_what_is_reported_on_a_replayed_day_is_known_from_that_day(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    task = make_task(county, cast, "集中供汽管网贯通", date(2024, 7, 5))
    client = client_of(cast.energy)
    look_at(client, REPLAYED)
    assert report(client, task.pk) == 302
    told = Progress.objects.get()
    assert told.known_on == REPLAYED
    assert told.recorded_at.astimezone(clock.CHINA).date() == clock.real_today()
    entry = AuditEntry.objects.filter(action="ledger.progress_report").get()
    assert entry.business_day == REPLAYED, "the log tells the day that was shown, and the real moment"
    assert entry.recorded_at.astimezone(clock.CHINA).date() == clock.real_today()
    page = reverse("ledger:task", args=[task.pk])
    assert "设备到货" in client.get(page).content.decode()
    look_at(client, REPLAYED - timedelta(days=1))
    assert "设备到货" not in client.get(page).content.decode()


@pytest.mark.usefixtures("demo")
def test_what_is_not_over_on_the_replayed_day_cannot_be_reported(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    task = make_task(county, cast, "集中供汽管网贯通", date(2024, 7, 5))
    client = client_of(cast.energy)
    look_at(client, REPLAYED)
    assert report(client, task.pk, period_end="2024-03-16") != 302
    assert not Progress.objects.exists()


def test_a_county_has_no_other_day_than_its_own(
    county: County, cast: Cast, client_of: ClientOf, settings: SimpleNamespace
) -> None:
    """Not even where a session still holds a day from a demo."""
    settings.TIAODU_TODAY = TODAY
    task = make_task(county, cast, "集中供汽管网贯通", date(2024, 7, 5))
    client = client_of(cast.energy)
    session = client.session
    session[DAY_IN_SESSION] = REPLAYED.isoformat()
    session.save()
    assert report(client, task.pk) == 302
    assert Progress.objects.get().known_on == TODAY
    page = client.get("/").content.decode()
    assert "2024年7月31日" in page
    assert 'name="step"' not in page
    settings.TIAODU_TODAY = None
    assert report(client, task.pk, text="安装完成") == 302
    assert Progress.objects.latest("id").known_on == clock.real_today()
    assert "day-banner" not in client.get("/").content.decode()


# What a page needs to be asked for at all; those of one moment show nothing of a business day.
NOT_PAGES = {"set-day", "set-language", "accounts:logout"}


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "day", [date(2000, 1, 1), date(2024, 2, 29), TODAY, date(2025, 6, 30), date(2099, 12, 31)], ids=str
)
def test_every_page_can_be_seen_on_any_day(
    county: County, cast: Cast, records: dict[str, Any], client_of: ClientOf, day: date
) -> None:
    """Before the first record, among them, after the last, and at the ends of what may be chosen."""
    everything = sorted(roles())
    person = make_person(
        "own", "本县全权", everything, county.region, department=county.departments["energy"]
    )
    client = client_of(person)
    client.raise_request_exception = False
    look_at(client, day)
    broken = [
        (route.name, answer.status_code)
        for route in ROUTES
        if route.name not in NOT_PAGES and (answer := client.get(_address(route, records))).status_code >= 500
    ]
    assert broken == []


@pytest.mark.usefixtures("demo")
def test_pages_before_the_first_record_are_empty_and_teach(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    make_task(county, cast, "集中供汽管网贯通", date(2024, 7, 5))
    client = client_of(cast.dispatcher)
    look_at(client, date(2024, 1, 1))
    page = client.get("/").content.decode()
    assert "集中供汽管网贯通" not in page
    assert "从一份文件开始" in page
    look_at(client, date(2025, 6, 30))
    assert "已过期 360 天" in client.get("/").content.decode()

"""What nobody has to answer is open until its last day and then left (未填), never overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.returns.desk import TODAY, obliged, opened, sent

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors.alerts import missing_alerts
from tiaodu.rooms.returns.selectors.boards import Completeness, completeness
from tiaodu.rooms.returns.selectors.rows import ReturnRow, standing
from tiaodu.rooms.returns.services import returns_remind

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
DUE = date(2024, 5, 8)  # of the coal daily of 7 May
LATE = date(2024, 6, 3)


def board(cast: Cast, county: County, day: date) -> Completeness:
    """The line of the day's form."""
    with clock.as_of(day):
        found = selectors.returns_visible_to(cast.dispatcher)
        lines = completeness(found, forms_in(county.region), TODAY - timedelta(days=1))
    return next(line for line in lines if line.period.end == TODAY)


def climbed(county: County, row: Return) -> list[str]:
    """The rungs a return was asked for on, up to a month after its last day."""
    for day in (DUE, DUE + timedelta(days=1), DUE + timedelta(days=7), LATE):
        with clock.as_of(day):
            returns_remind(region=county.region, day=day)
    return list(row.entries.filter(verb="escalated").values_list("text", flat=True))


def test_a_voluntary_return_is_open_until_its_last_day_and_then_left(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    assert [ReturnRow(row, None, day).light for day in (TODAY, DUE, LATE)] == ["due", "due", "left"]
    assert (row.overdue(LATE), row.left(LATE), row.left(DUE)) == (False, True, False)
    for day, light in ((DUE, "due"), (LATE, "left")):
        found = {name for name, where in standing(day).items() if Return.objects.filter(where, pk=row.pk)}
        assert found == {light}


def test_it_is_not_missing_on_the_board_nor_named(cast: Cast, county: County) -> None:
    opened(cast, county)
    before, after = board(cast, county, DUE), board(cast, county, LATE)
    assert (before.waiting, before.left, before.missing, list(before.names)) == (1, 0, 0, ["石港煤业"])
    assert (after.waiting, after.left, after.missing, list(after.names)) == (0, 1, 0, [])
    assert after.share is None, "nothing that had to come"


def test_it_is_asked_for_once_and_nobody_is_told(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    assert climbed(county, row) == ["unit"]
    assert missing_alerts(region=county.region, as_of=LATE) == []


def test_an_obligatory_one_is_overdue_missing_and_escalated(cast: Cast, county: County) -> None:
    row = obliged(opened(cast, county)[0])
    assert ReturnRow(row, None, LATE).light == "overdue"
    line = board(cast, county, LATE)
    assert (line.missing, line.left, list(line.names)) == (1, 0, ["石港煤业"])
    assert climbed(county, row) == ["unit", "unit_again", "dispatcher", "leader"]
    assert [alert.severity for alert in missing_alerts(region=county.region, as_of=LATE)] == ["red"]


def test_an_obligatory_one_whose_basis_ran_out_binds_no_more(cast: Cast, county: County) -> None:
    row = obliged(opened(cast, county)[0], until=DUE)
    assert [row.binds(day) for day in (DUE, LATE)] == [True, False]
    assert ReturnRow(row, None, LATE).light == "left"
    assert not missing_alerts(region=county.region, as_of=LATE)
    with clock.as_of(DUE), pytest.raises(Invalid):
        services.return_decline(user=cast.firm, return_id=row.pk, version=row.version)
    with clock.as_of(LATE):
        now = services.return_decline(user=cast.firm, return_id=row.pk, version=row.version)
    assert now.state == "declined"


def test_what_was_left_can_still_be_sent(cast: Cast, county: County) -> None:
    row = sent(cast.firm, opened(cast, county)[0], on=LATE)
    assert (row.state, row.came_late()) == ("submitted", True)


def test_what_was_left_does_not_stand_before_what_waits(cast: Cast, county: County) -> None:
    rows = opened(cast, county)
    with clock.as_of(TODAY):
        found = list(selectors.latest_first(selectors.returns_visible_to(cast.firm)))
    waiting = [row for row in rows if row.due is not None and row.due >= TODAY]
    assert found[: len(waiting)] == waiting[::-1]
    assert len(waiting) < len(rows)


def test_the_page_of_the_firm_says_so(
    cast: Cast, county: County, client_of: Browser, settings: LazySettings
) -> None:
    row = opened(cast, county)[0]
    settings.TIAODU_TODAY = LATE
    client = client_of(cast.firm)
    html = client.get(reverse("returns:return", args=[row.pk])).content.decode()
    assert "未填（自愿）" in html
    assert "light-overdue" not in html
    listed = client.get(reverse("returns:list")).content.decode()
    assert "没有待报的报表" in listed
    obliged(row, until=DUE)
    assert "已过期，可以不填" in client.get(reverse("returns:return", args=[row.pk])).content.decode()

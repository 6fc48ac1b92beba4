"""Returns are opened once their period is over, for whom the form is asked of, each once."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import Cast, County
from tests.rooms.returns.desk import obliged

from tiaodu.foundation import clock
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.rooms.returns.models import Return, ReturnEntry
from tiaodu.rooms.returns.selectors import returns_visible_to
from tiaodu.rooms.returns.selectors.alerts import missing_alerts
from tiaodu.rooms.returns.services import listing_add, listing_end, returns_open, returns_remind

DAY = date(2024, 5, 7)


def _listed(cast: Cast, county: County, form: str = "economy_monthly") -> None:
    with clock.as_of(DAY):
        listing_add(
            user=cast.dispatcher, form=form, subject=county.subjects["shigang"], since=date(2024, 1, 1)
        )


@pytest.mark.django_db
def test_months_that_are_over_are_opened_once(cast: Cast, county: County) -> None:
    _listed(cast, county)
    with clock.as_of(DAY):
        assert returns_open(region=county.region, day=DAY) == 4
        assert returns_open(region=county.region, day=DAY) == 0
    april = Return.objects.get(period_end=date(2024, 4, 30))
    assert april.due == date(2024, 5, 10)  # the first five days of May are off
    assert ReturnEntry.objects.filter(verb="opened").count() == 4


@pytest.mark.django_db
def test_who_left_the_list_is_asked_no_more(cast: Cast, county: County) -> None:
    _listed(cast, county)
    with clock.as_of(DAY):
        row = county.subjects["shigang"].listings.get()
        listing_end(
            user=cast.dispatcher, listing_id=row.pk, version=1, until=date(2024, 2, 10), reason="停产"
        )
        assert returns_open(region=county.region, day=DAY) == 2


@pytest.mark.django_db
def test_the_list_is_kept_by_who_may_and_holds_the_right_kind(cast: Cast, county: County) -> None:
    with pytest.raises(NotAllowed):
        listing_add(user=cast.firm, form="coal_daily", subject=county.subjects["shigang"], since=DAY)
    with pytest.raises(Invalid):
        listing_add(user=cast.dispatcher, form="coal_daily", subject=county.subjects["xinrui"], since=DAY)


@pytest.mark.django_db
def test_a_firm_sees_its_own_and_a_neighbour_none(cast: Cast, county: County) -> None:
    _listed(cast, county)
    with clock.as_of(DAY):
        returns_open(region=county.region, day=DAY)
        assert returns_visible_to(cast.firm).count() == 4
        assert returns_visible_to(cast.energy).count() == 4
        for other in (cast.outsider, cast.bank, cast.city_leader, cast.admin):
            assert not returns_visible_to(other).exists()


@pytest.mark.django_db
def test_a_missing_return_is_asked_for_rung_by_rung_and_told_to_the_dispatcher(
    cast: Cast, county: County
) -> None:
    _listed(cast, county)
    with clock.as_of(DAY):
        returns_open(region=county.region, day=DAY, first=date(2024, 4, 1))
    april = obliged(Return.objects.get())  # due on 10 May
    for day, entries in (
        (date(2024, 5, 9), 0),
        (date(2024, 5, 10), 1),
        (date(2024, 5, 15), 1),
        (date(2024, 6, 3), 1),
    ):
        with clock.as_of(day):
            assert returns_remind(region=county.region, day=day) == entries
            assert returns_remind(region=county.region, day=day) == 0
    asked = april.entries.filter(verb="escalated").values_list("text", flat=True)
    assert list(asked) == ["unit", "dispatcher", "leader"]
    severities = []
    for day in (date(2024, 5, 13), date(2024, 5, 15), date(2024, 6, 3)):
        with clock.as_of(day):
            severities.append([a.severity for a in missing_alerts(region=county.region, as_of=day)])
    assert severities == [[], ["amber"], ["red"]]

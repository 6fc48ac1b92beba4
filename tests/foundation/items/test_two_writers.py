"""Two people at the same moment, on PostgreSQL: one is first, the other is told."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.cast import make_cast, make_county
from tests.foundation.items.desk import DAY_AFTER_CLAIM, claimed, opened
from tests.rooms.documents.test_two_writers import at_once

from tiaodu.foundation import clock
from tiaodu.foundation.items import services
from tiaodu.foundation.items.models import Item, ItemEntry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite lets one writer in at a time: pytest -p tests.postgres"
    ),
]


def test_of_two_strike_offs_one_counts() -> None:
    county = make_county()
    cast = make_cast(county)
    item = claimed(county, cast)

    def strike_off(user: object, key: str) -> None:
        with clock.as_of(DAY_AFTER_CLAIM):
            services.item_strike_off(user=user, item_id=item.pk, version=item.version, key=key)  # type: ignore[arg-type]

    ends = at_once(lambda: strike_off(cast.supervision, "a"), lambda: strike_off(cast.dispatcher, "b"))
    assert ends == ["done", "stale"]
    assert ItemEntry.objects.filter(item=item, verb="struck_off").count() == 1


def test_one_form_sent_twice_at_once_strikes_off_once() -> None:
    county = make_county()
    cast = make_cast(county)
    item = claimed(county, cast)

    def strike_off() -> None:
        with clock.as_of(DAY_AFTER_CLAIM):
            services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version, key="form")

    assert at_once(strike_off, strike_off) == ["done", "done"]
    assert ItemEntry.objects.filter(item=item, verb="struck_off").count() == 1


def test_two_nightly_runs_at_once_record_each_rung_once() -> None:
    county = make_county()
    cast = make_cast(county)
    item = opened(county, cast)

    def nightly() -> None:
        with clock.as_of(DAY_AFTER_CLAIM.replace(month=5, day=9)):
            services.items_nightly()

    assert at_once(nightly, nightly) == ["done", "done"]
    assert ItemEntry.objects.filter(item=item, verb="escalated").count() == 2


def test_two_who_open_at_once_get_two_numbers() -> None:
    county = make_county()
    cast = make_cast(county)
    assert at_once(lambda: opened(county, cast), lambda: opened(county, cast)) == ["done", "done"]
    assert sorted(Item.objects.values_list("number", flat=True)) == [1, 2]

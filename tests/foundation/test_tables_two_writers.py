"""Two people at once: of two who decide one is told, of two proposals the second is stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from tests.cast import make_cast, make_county
from tests.foundation.tables_desk import confirm, propose, soon

from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.foundation.tables.models import Decision, Version

DAY = date(2024, 7, 5)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="two writers at once need PostgreSQL (-p tests.postgres)"
    ),
]


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Do all at one moment; what each was refused with."""
    start, refused = Barrier(len(acts)), list[Exception]()

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except Exception as error:  # noqa: BLE001  a thread's error must reach the test
            refused.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_two_confirmers_the_second_is_told() -> None:
    county = make_county()
    cast = make_cast(county)
    version = propose(cast, county, DAY, valid_from=DAY, due_soon_days=10)
    (refused,) = at_once(
        lambda: confirm(cast, DAY, version, cast.leader),
        lambda: confirm(cast, DAY, version, cast.supervision),
    )
    assert isinstance(refused, Invalid)
    assert "已经处理" in str(refused.message)
    assert Decision.objects.count() == 1


def test_of_two_proposals_confirmed_at_once_one_is_stale() -> None:
    county = make_county()
    cast = make_cast(county)
    first = propose(cast, county, DAY, valid_from=DAY, due_soon_days=10)
    second = propose(cast, county, DAY, valid_from=DAY, due_soon_days=14)
    (refused,) = at_once(
        lambda: confirm(cast, DAY, first, cast.leader), lambda: confirm(cast, DAY, second, cast.supervision)
    )
    assert isinstance(refused, Stale)
    holds = Decision.objects.get().version
    assert soon(county.region, DAY) == holds.body["due_soon_days"]


def test_two_proposers_get_two_numbers() -> None:
    county = make_county()
    cast = make_cast(county)
    acts = [
        lambda days=days: propose(cast, county, DAY, valid_from=DAY, due_soon_days=days)
        for days in (9, 10, 11)
    ]
    assert at_once(*acts) == []
    assert sorted(Version.objects.values_list("number", flat=True)) == [1, 2, 3]

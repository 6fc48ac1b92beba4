"""The demo county comes whole out of the reader: its tasks, its totals, and its year of progress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoDbBlocker
from tests.web.demo_loaded import quiet, register_loaded

from tiaodu.rooms.ledger.models import Progress, Task
from tiaodu.rooms.ledger.selectors import totals
from tiaodu.web.demo import county, progress

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def left_out(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """Loads the demo's plan and year as its command does, and takes them back after the module; gives the
    entries of the year that found no task.
    """
    with register_loaded(django_db_blocker, tmp_path_factory.mktemp("demo")) as people:
        document = county.read_plan(people, quiet)
        yield progress.load_year(people, document, quiet)


def test_every_entry_finds_its_task_and_the_plan_adds_up(left_out: list[str]) -> None:
    """The plan tells its headline figures twice; each counts once, a stock over its increments."""
    task = Task.objects.first()
    assert task is not None
    assert left_out == []
    for expected in county.read("plan")["totals"]:
        if "subject" not in expected:
            found = totals(task.region, task.plan_year, expected["measure"])
            assert found == Decimal(expected["value"]), expected


def test_the_year_can_be_seen_as_of_any_day(left_out: list[str]) -> None:
    known = [Progress.objects.filter(known_on__lte=date(2024, month, 1)).count() for month in (2, 7, 12)]
    assert 0 == known[0] < known[1] < known[2]
    assert not Progress.objects.filter(sample=False).exists()
    assert county.is_loaded() and not county.is_other_county()

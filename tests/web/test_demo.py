"""The demo county comes whole out of the reader: its tasks, its totals, and its year of progress."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings

from tiaodu.rooms.ledger.models import Progress, Task
from tiaodu.rooms.ledger.selectors import totals
from tiaodu.web.demo import county, progress

pytestmark = pytest.mark.django_db


def quiet(_: str) -> None:
    """Nobody is told."""


@pytest.fixture
def left_out(settings: LazySettings, tmp_path: Path) -> list[str]:
    """Loads the demo as its command does; gives the entries of the year that found no task."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    county.load_register(quiet)
    people = county.load_people(quiet)
    document = county.read_plan(people, quiet)
    return progress.load_year(people, document, quiet)


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

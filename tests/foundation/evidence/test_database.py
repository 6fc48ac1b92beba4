"""What the database itself refuses, to whatever program writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.cast import Cast, County
from tests.foundation.evidence.figures import LATER, TOLD, told

from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.evidence.models import Evidence

Row = Callable[..., Evidence]


@pytest.fixture
def first(county: County, cast: Cast) -> Evidence:
    return told(county, cast.energy)


def following(first: Evidence, **values: Any) -> Evidence:
    """The next revision as another program might write it."""
    fields = (
        "region_id", "subject_id", "measure_id", "series", "period_start", "period_end", "value",
        "known_on", "reporter_id", "department_id", "source_kind", "source_id",
    )  # fmt: skip
    kept = {name: getattr(first, name) for name in fields}
    return Evidence(**(kept | {"revision": 2, "known_on": LATER} | values))


def refused(row: Evidence) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    return str(error.value)


def test_a_revision_that_follows_is_taken(first: Evidence) -> None:
    following(first).save()
    following(first, revision=3, known_on=LATER).save()
    assert Evidence.objects.count() == 3


def test_a_revision_without_its_predecessor_is_refused(first: Evidence) -> None:
    assert "the revision before is missing" in refused(following(first, revision=3))
    elsewhere = following(first, period_start=date(2024, 2, 1))
    assert "the revision before is missing" in refused(elsewhere)


def test_a_revision_known_before_its_predecessor_is_refused(first: Evidence) -> None:
    early = following(first, known_on=TOLD - timedelta(days=1))
    assert "known before the revision it follows" in refused(early)
    following(first, known_on=TOLD).save()


def test_nothing_is_known_after_the_day_it_was_recorded(first: Evidence) -> None:
    following(first, known_on=clock.real_today()).save()
    late = following(first, revision=3, known_on=clock.real_today() + timedelta(days=1))
    assert "known after the day it was recorded" in refused(late)


@pytest.mark.parametrize(
    ("values", "told_as"),
    [
        ({"revision": 1}, "subject"),  # PostgreSQL names the constraint, SQLite its columns
        ({"period_start": date(2024, 4, 1), "revision": 1}, "period_in_order"),
        ({"period_end": date(2024, 5, 1), "revision": 1}, "what_has_been"),
        ({"value": None}, "withdrawn_with_reason"),
        ({"series": "guessed", "revision": 1}, "known_series"),
        ({"revision": 0}, "revisions_from_one"),
    ],
)
def test_what_is_no_figure_is_refused(first: Evidence, values: dict[str, Any], told_as: str) -> None:
    message = refused(following(first, **values))
    assert told_as in message or "evidence_revision_once" in message
    following(first, value=None, reason="撤回").save()


@pytest.mark.parametrize(
    "statement", ["UPDATE evidence_evidence SET value = 1", "DELETE FROM evidence_evidence"]
)
def test_a_figure_is_neither_changed_nor_removed(first: Evidence, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    first.value = Decimal(1)
    with pytest.raises(AppendOnlyError):
        first.save()
    with pytest.raises(AppendOnlyError):
        Evidence.objects.update(value=1)
    assert Evidence.objects.get().value == 123_000

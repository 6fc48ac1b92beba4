"""Two people at the same moment, on PostgreSQL: one is first, the other is told."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.cast import make_cast, make_county
from tests.rooms.documents.test_two_writers import at_once

from tiaodu.foundation.registry import services
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Liaison, Subject
from tiaodu.foundation.registry.services.subjects import is_below

DAY = date(2024, 1, 1)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite lets one writer in at a time: pytest -p tests.postgres"
    ),
]


def test_of_two_who_register_the_same_firm_one_finds_the_others_record() -> None:
    county = make_county()
    cast = make_cast(county)
    told = {"region": county.region, "kind": "firm", "name": "新厂", "credit_code": "91110000600037341L"}
    ends = at_once(
        lambda: services.subject_create(user=cast.dispatcher, **told),  # type: ignore[arg-type]
        lambda: services.subject_create(user=cast.admin, **{**told, "name": "新厂有限公司"}),  # type: ignore[arg-type]
    )
    assert ends == ["done", "invalid"]
    assert Subject.objects.filter(credit_code=told["credit_code"]).count() == 1


def test_of_two_who_assign_an_officer_one_is_told_of_the_other() -> None:
    county = make_county()
    cast = make_cast(county)
    mine = county.subjects["pancheng"].pk

    def assign(name: str) -> Liaison:
        return services.liaison_assign(
            user=cast.office, subject_id=mine, role="officer", who=Person(name=name), valid_from=DAY
        )

    ends = at_once(lambda: assign("张三"), lambda: assign("李四"))
    assert ends == ["done", "invalid"]
    assert Liaison.objects.count() == 1


def test_two_parents_at_once_make_no_circle() -> None:
    county = make_county()
    cast = make_cast(county)
    one, other = county.subjects["pancheng"], county.subjects["zhengzhu"]
    ends = at_once(
        lambda: services.subject_edit(user=cast.dispatcher, subject_id=one.pk, version=1, parent=other),
        lambda: services.subject_edit(user=cast.admin, subject_id=other.pk, version=1, parent=one),
    )
    assert ends == ["done", "invalid"]
    one.refresh_from_db()
    other.refresh_from_db()
    assert is_below(one, other) != is_below(other, one)


def test_two_merges_of_the_same_pair_turn_one_back() -> None:
    county = make_county()
    cast = make_cast(county)
    one, other = county.subjects["pancheng"].pk, county.subjects["zhengzhu"].pk
    ends = at_once(
        lambda: services.subjects_merge(user=cast.dispatcher, keep_id=one, gone_id=other),
        lambda: services.subjects_merge(user=cast.admin, keep_id=other, gone_id=one),
    )
    assert ends == ["done", "invalid"]
    assert Subject.objects.filter(merged_into__isnull=False).count() == 1

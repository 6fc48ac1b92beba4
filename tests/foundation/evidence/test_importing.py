"""Many figures of one file at once: each row for itself, the same few queries however many there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.evidence.figures import (
    APRIL,
    LATER,
    MARCH,
    NOW,
    TOLD,
    a_file,
    doubled,
    key,
    taken_back,
    told,
    whole_county,
)
from tests.foundation.evidence.test_boards import merge
from tests.rooms.ledger.desk import coal_output

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence import selectors, services
from tiaodu.foundation.evidence.models import Evidence, Latest, Series
from tiaodu.foundation.evidence.services import Imported, Row


def row(county: County, value: str = "123000", code: str = "shigang", **values: Any) -> Row:
    subject = county.subjects[code]
    plain = Row(subject, coal_output(), Series.DISPATCH, MARCH, Decimal(value))
    return replace(plain, **values)


def imported(cast: Cast, rows: list[Row], user: User | None = None, on: date = NOW) -> Imported:
    file = a_file(cast)
    with clock.as_of(on):
        return services.evidence_import(user=user or cast.energy, rows=rows, file=file)


def refusals(done: Imported) -> list[tuple[int, str]]:
    return [(one.index, one.refusal.code) for one in done.refused]


def test_each_row_is_taken_or_refused_for_itself(county: County, cast: Cast) -> None:
    mine = told(county, cast.energy, "100", subject=county.subjects["zhengzhu"])
    told(county, cast.industry, "100", subject=county.subjects["pancheng"])
    done = imported(
        cast,
        [
            row(county),
            row(county, "100", "zhengzhu"),
            row(county, "200", "pancheng"),
            row(county, "200", "pancheng", reason="更正"),
            row(county, "150", "zhengzhu", reason="过磅单重复"),
            row(county, "5", period=Period.month(2030, 1)),
            row(county, "5", series=Series.STATISTICAL),
            row(county, "NaN", "xinrui"),
            row(county, "123000"),
            row(county, "1", "glove", series=Series.DOCUMENT),
        ],
    )
    assert [(e.subject.code, e.value, e.revision) for e in done.recorded] == [
        ("shigang", 123_000, 1),
        ("zhengzhu", 150, 2),
    ]
    assert done.same == [mine, done.recorded[0]]
    codes = {2: "invalid", 3: "not_allowed", 5: "invalid", 6: "not_allowed", 7: "invalid", 9: "not_allowed"}
    assert dict(refusals(done)) == codes
    assert all(e.source_kind == "evidence.import" and e.file is not None for e in done.recorded)
    assert done.recorded[1].source_id == f"{done.recorded[1].file_id}:5"
    assert selectors.pointers_are_true()
    act = AuditEntry.objects.get(action="evidence.import")
    assert act.after == {"recorded": 2, "same": 2, "refused": 6}


def test_the_same_file_again_changes_nothing(county: County, cast: Cast) -> None:
    rows = [row(county), row(county, "7", "xinrui"), row(county, "8", period=APRIL)]
    first, again = imported(cast, rows), imported(cast, rows)
    assert [e.pk for e in again.same] == [e.pk for e in first.recorded]
    assert (again.recorded, again.refused, Evidence.objects.count()) == ([], [], 3)


def test_a_row_may_be_corrected_further_down(county: County, cast: Cast) -> None:
    done = imported(cast, [row(county, "5"), row(county, "6"), row(county, "6", reason="第二次过磅")])
    assert ([e.revision for e in done.recorded], refusals(done)) == ([1, 2], [(1, "invalid")])
    assert selectors.pointers_are_true()


def test_past_days_come_with_their_file(county: County, cast: Cast) -> None:
    done = imported(
        cast,
        [row(county, known_on=TOLD), row(county, "9", "glove", known_on=date(2024, 3, 1))],
    )
    assert (len(done.recorded), refusals(done)) == (1, [(1, "invalid")])
    found = selectors.figure(**key(county), day=TOLD)
    assert found is not None
    assert found.value == 123_000


def test_statistics_are_imported_by_the_bureau(county: County, cast: Cast) -> None:
    region = whole_county(county)
    rows = [
        row(county, series=Series.STATISTICAL, subject=region),
        row(county, series=Series.STATISTICAL),
    ]
    assert refusals(imported(cast, rows, cast.statistics)) == [(1, "invalid")]
    assert refusals(imported(cast, rows)) == [(0, "not_allowed"), (1, "not_allowed")]
    assert refusals(imported(cast, [row(county)], cast.outsider)) == [(0, "not_found")]
    assert refusals(imported(cast, [row(county)], cast.leader)) == [(0, "not_allowed")]


def test_a_figure_taken_back_and_a_merged_subject_are_seen(county: County, cast: Cast) -> None:
    keep, gone = county.subjects["shigang"], doubled(county)
    old = told(county, cast.energy, "70", subject=gone)
    taken_back(cast.energy, told(county, cast.energy, "80", period=Period.month(2024, 2)))
    merge(cast, keep, gone)
    done = imported(
        cast,
        [
            row(county, "70"),
            row(county, "71", subject=gone),
            row(county, "81", period=Period.month(2024, 2)),
        ],
    )
    assert (done.same, refusals(done)) == ([old], [(1, "invalid")])
    assert [(e.value, e.revision) for e in done.recorded] == [(81, 3)]
    assert selectors.pointers_are_true()
    assert Latest.objects.get(current=True).value == 70


def test_who_wants_all_or_nothing_rolls_back(county: County, cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        done = imported(cast, [row(county), row(county, "NaN", "glove")])
        assert len(done.refused) / 0
    assert not Evidence.objects.exists()
    assert not Latest.objects.exists()


def test_the_number_of_queries_does_not_grow(county: County, cast: Cast) -> None:
    coal_output()
    counts = []
    for year in (2020, 2021):
        rows = [row(county, "1", period=Period.month(year, 1))]
        rows += [row(county, "2", code, period=Period.month(year, 2)) for code in county.subjects]
        with CaptureQueriesContext(connection) as queries:
            imported(cast, rows if year == 2021 else rows[:2])
        counts.append(len(queries))
    assert counts[0] + 1 >= counts[1]
    assert counts[1] <= 20
    assert LATER < NOW

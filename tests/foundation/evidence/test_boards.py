"""Many figures at once: by the pointers today, from the evidence itself on a past day, always the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.cast import Cast, County, make_cast, make_county
from tests.foundation.evidence.figures import (
    APRIL,
    LATER,
    MARCH,
    NOW,
    TOLD,
    corrected,
    doubled,
    key,
    taken_back,
    told,
    told_by_departments,
)
from tests.rooms.ledger.desk import coal_output

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence import selectors, services
from tiaodu.foundation.evidence.models import Evidence, Latest, Series
from tiaodu.foundation.evidence.selectors import Key
from tiaodu.foundation.operations.checks import newest_figures
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.models import Measure, Subject

TODAY = clock.real_today()


def values(county: County, day: date, period: Period | None = None) -> dict[str, Decimal]:
    """The board of the whole county on a day: by the code of the subject."""
    codes = {subject.pk: subject.code for subject in Subject.objects.all()}
    found = selectors.board(
        subject_ids=codes,
        measure_ids=[coal_output().pk],
        series=Series.DISPATCH,
        period=period,
        day=day,
    )
    return {codes[subject]: cell.value for (subject, _measure), cell in found.items()}


@pytest.fixture
def two_months(county: County, cast: Cast) -> list[Evidence]:
    """石港: March 123,000 corrected to 121,000, April 160,000 taken back; 正珠: March 5,000."""
    first = told(county, cast.energy)
    april = told(county, cast.energy, "160000", period=APRIL, on=date(2024, 5, 3))
    other = told(county, cast.energy, "5000", subject=county.subjects["zhengzhu"])
    return [corrected(cast.energy, first), taken_back(cast.energy, april, on=NOW), other]


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        (date(2024, 4, 7), None, {}),
        (TOLD, None, {"shigang": 123_000, "zhengzhu": 5_000}),
        (LATER, None, {"shigang": 121_000, "zhengzhu": 5_000}),
        (date(2024, 5, 3), None, {"shigang": 160_000, "zhengzhu": 5_000}),
        (date(2024, 5, 3), MARCH, {"shigang": 121_000, "zhengzhu": 5_000}),
        (date(2024, 5, 3), APRIL, {"shigang": 160_000}),
        (NOW, None, {"shigang": 121_000, "zhengzhu": 5_000}),
        (NOW, APRIL, {}),
        (TODAY, None, {"shigang": 121_000, "zhengzhu": 5_000}),
        (TODAY, MARCH, {"shigang": 121_000, "zhengzhu": 5_000}),
        (TODAY, APRIL, {}),
    ],
)
def test_a_board_shows_what_stood_on_the_day(
    county: County,
    two_months: list[Evidence],
    day: date,
    period: Period | None,
    expected: dict[str, Decimal],
) -> None:
    assert values(county, day, period) == expected


def test_a_cell_names_its_period_and_evidence(county: County, two_months: list[Evidence]) -> None:
    for day in (LATER, TODAY):
        place = (county.subjects["shigang"].pk, coal_output().pk)
        cell = selectors.board(subject_ids=place[:1], measure_ids=place[1:], series="dispatch", day=day)[
            place
        ]
        assert (cell.evidence_id, cell.period_start, cell.period_end) == (
            two_months[0].pk, MARCH.start, MARCH.end,
        )  # fmt: skip


def test_series_are_never_mixed(county: County, cast: Cast, two_months: list[Evidence]) -> None:
    told(county, cast.energy, "7", series=Series.METER)
    for day in (NOW, TODAY):
        assert values(county, day)["shigang"] == 121_000


def test_many_keys_are_one_question(county: County, cast: Cast, two_months: list[Evidence]) -> None:
    shigang, coal = county.subjects["shigang"].pk, coal_output().pk
    newest = Key(shigang, coal, "dispatch")
    april = Key(shigang, coal, "dispatch", period=APRIL)
    since_january = Key(shigang, coal, "dispatch", start=date(2024, 1, 1))
    since_march = Key(shigang, coal, "dispatch", start=date(2024, 3, 1))
    other = Key(county.subjects["zhengzhu"].pk, coal, "dispatch")
    nothing = Key(county.subjects["pancheng"].pk, coal, "dispatch")
    keys = [newest, april, since_january, since_march, other, nothing]

    def on(day: date) -> dict[Key, Decimal | None]:
        return {key: found.value for key, found in selectors.figures_latest(keys, day).items()}

    assert on(TOLD) == {newest: 123_000, since_january: 123_000, other: 5_000}
    assert on(date(2024, 5, 3)) == {newest: 160_000, april: 160_000, since_january: 160_000, other: 5_000}
    for day in (NOW, TODAY):
        assert on(day) == {newest: 121_000, since_january: 121_000, other: 5_000}
    assert on(TOLD - timedelta(days=1)) == {}
    with clock.as_of(NOW):
        assert selectors.figures_latest([april]) == {}


def test_the_history_of_a_key_is_what_stood_on_the_day(county: County, two_months: list[Evidence]) -> None:
    wanted = {name: value for name, value in key(county).items() if name != "period"}

    def on(day: date) -> list[tuple[Period, Decimal | None]]:
        return [(row.period, row.value) for row in selectors.history(**wanted, day=day)]

    assert on(TOLD) == [(MARCH, 123_000)]
    assert on(date(2024, 5, 3)) == [(MARCH, 121_000), (APRIL, 160_000)]
    assert on(NOW) == [(MARCH, 121_000), (APRIL, None)]


def queries_of(county: County, day: date, period: Period | None) -> int:
    subjects, measures = list(Subject.objects.values_list("pk", flat=True)), [coal_output().pk]
    with CaptureQueriesContext(connection) as queries:
        selectors.board(subject_ids=subjects, measure_ids=measures, series="dispatch", period=period, day=day)
    return len(queries)


@pytest.mark.parametrize("period", [None, MARCH])
@pytest.mark.parametrize(("day", "most"), [(TODAY, 2), (date(2024, 5, 4), 4)])
def test_a_board_takes_a_fixed_number_of_queries(
    county: County, cast: Cast, two_months: list[Evidence], period: Period | None, day: date, most: int
) -> None:
    before = queries_of(county, day, period)
    for code in ("pancheng", "xinrui", "xinrui-1", "huaneng"):
        told(county, cast.energy, subject=county.subjects[code])
    assert queries_of(county, day, period) == before <= most


# Merged subjects.


def merge(cast: Cast, keep: Subject, gone: Subject) -> None:
    registry.subjects_merge(user=cast.dispatcher, keep_id=keep.pk, gone_id=gone.pk)
    for subject in (keep, gone):
        subject.refresh_from_db()


def test_a_kept_subject_is_read_together_with_what_was_merged_into_it(county: County, cast: Cast) -> None:
    keep, gone, older = county.subjects["shigang"], doubled(county), doubled(county, "older")
    told(county, cast.energy, subject=keep, period=APRIL, on=NOW)
    lone = told(county, cast.energy, "9000", subject=gone, period=MARCH)
    told(county, cast.energy, "77", subject=older, period=Period.month(2024, 1))
    merge(cast, gone, older)
    merge(cast, keep, gone)
    for day in (NOW, TODAY):
        wanted = key(county) | {"subject_id": older.pk}
        found = selectors.figure(**wanted, day=day)
        assert found == lone
        assert [row.value for row in selectors.history(
            subject_id=keep.pk, measure_id=coal_output().pk, series="dispatch", day=day
        )] == [77, 9000, 123_000]  # fmt: skip
        assert values(county, day) == {"shigang": 123_000}
        assert values(county, day, MARCH) == {"shigang": 9_000}
        newest = Key(older.pk, coal_output().pk, "dispatch")
        assert selectors.figures_latest([newest], day)[newest].value == 123_000
    assert selectors.pointers_are_true()
    assert {row.subject_id for row in Latest.objects.all()} == {keep.pk}
    assert Evidence.objects.count() == 3


@pytest.mark.parametrize("kept_first", [True, False])
def test_of_two_figures_for_one_period_the_one_known_last_holds(
    county: County, cast: Cast, kept_first: bool
) -> None:
    keep, gone = county.subjects["shigang"], doubled(county)
    order = (keep, gone) if kept_first else (gone, keep)
    early = told(county, cast.energy, "100", subject=order[0])
    late = told(county, cast.energy, "200", subject=order[1], on=LATER)
    merge(cast, keep, gone)
    assert values(county, TOLD) == values(county, TOLD, MARCH) == {"shigang": 100}
    for day in (LATER, TODAY):
        assert values(county, day) == values(county, day, MARCH) == {"shigang": 200}
        assert selectors.figure(**key(county), day=day) == late
    assert [row.pk for row in selectors.revisions(early, LATER)] == [late.pk, early.pk]
    assert selectors.pointers_are_true()


def test_a_merged_subjects_figure_is_corrected_where_it_stands(county: County, cast: Cast) -> None:
    keep, gone = county.subjects["shigang"], doubled(county)
    old = told(county, cast.energy, "100", subject=gone)
    merge(cast, keep, gone)
    assert told(county, cast.energy, "100", subject=keep, on=LATER) == old
    assert told(county, cast.energy, "100", subject=gone, on=LATER) == old
    new = corrected(cast.energy, old, "150")
    assert (new.subject, new.revision) == (gone, 2)
    assert told(county, cast.energy, "3", subject=gone, period=APRIL, on=NOW).subject == keep
    assert values(county, LATER, MARCH) == values(county, TODAY, MARCH) == {"shigang": 150}
    assert selectors.pointers_are_true()


def test_merging_departments_keeps_the_right_to_correct(county: County, cast: Cast) -> None:
    first = told(county, cast.energy)
    energy, industry = county.departments["energy"], county.departments["industry"]
    merge(cast, industry, energy)
    assert corrected(cast.industry, first).value == 121_000


# The pointers.


def test_rebuilding_gives_what_was_kept(county: County, cast: Cast, two_months: list[Evidence]) -> None:
    told(county, cast.energy, "8", subject=county.subjects["glove"], series=Series.OBSERVATION)
    kept = list(
        Latest.objects.order_by("pk").values_list("subject", "period_end", "evidence", "value", "current")
    )
    assert selectors.pointers_are_true()
    Latest.objects.filter(subject=county.subjects["shigang"], current=True).delete()
    assert not selectors.pointers_are_true()
    assert [finding.level for finding in newest_figures()] == ["error"]
    call_command("rebuild_evidence")
    assert [finding.level for finding in newest_figures()] == ["ok"]
    assert selectors.pointers_are_true()
    again = Latest.objects.values_list("subject", "period_end", "evidence", "value", "current")
    assert sorted(again) == sorted(kept)


def test_rebuilding_some_subjects_leaves_the_others(county: County, two_months: list[Evidence]) -> None:
    Latest.objects.all().delete()
    assert services.latest_rebuild([county.subjects["shigang"].pk]) == 2
    assert services.latest_rebuild([county.subjects["pancheng"].pk]) == 0
    assert not selectors.pointers_are_true()
    assert services.latest_rebuild([county.subjects["zhengzhu"].pk]) == 1
    assert selectors.pointers_are_true()


class AnyCourse(TestCase):
    """Whatever is told, corrected, taken back, merged: pointers are true, boards agree with the evidence."""

    @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["tell", "correct", "withdraw", "merge"]),
                st.integers(0, 2),
                st.integers(1, 3),
                st.integers(1, 9),
            ),
            max_size=10,
        )
    )
    def test_pointers_and_boards_agree(self, acts: Sequence[tuple[str, int, int, int]]) -> None:
        county = told_by_departments(make_county())
        cast = make_cast(county)
        coal = coal_output()
        subjects = [county.subjects["shigang"], doubled(county), doubled(county, "third")]
        days = [date(2024, 5, 1) + timedelta(days=2 * n) for n in range(len(acts) + 1)]
        for day, (verb, number, month, value) in zip(days, acts, strict=False):
            with clock.as_of(day):
                self._act(county, cast, (verb, Period.month(2024, month), str(value)), subjects, number)
        assert selectors.pointers_are_true()
        for day in (*days, TODAY):
            for period in (None, Period.month(2024, 1), Period.month(2024, 2)):
                assert self._board(subjects, coal, period, day) == self._slowly(subjects, coal, period, day)

    def _act(
        self, county: County, cast: Cast, act: tuple[str, Period, str], subjects: list[Subject], number: int
    ) -> None:
        (verb, period, value), subject, day = act, subjects[number], clock.today()
        newest = selectors.figure(
            subject_id=subject.pk, measure_id=coal_output().pk, series="dispatch", period=period, day=TODAY
        )
        if verb == "merge" and number and subject.merged_into_id is None:
            keep = subjects[number - 1]
            if keep.merged_into_id is None:
                merge(cast, keep, subject)
        elif newest is None or (newest.withdrawn and verb == "tell"):
            told(county, cast.energy, value, subject=subject, period=period, on=day)
        elif verb == "withdraw" and not newest.withdrawn:
            taken_back(cast.energy, newest, on=day)
        elif verb == "correct" and newest.value != Decimal(value):
            corrected(cast.energy, newest, value, on=day)

    def _board(
        self, subjects: list[Subject], coal: Measure, period: Period | None, day: date
    ) -> dict[int, tuple[Decimal, int]]:
        found = selectors.board(
            subject_ids=[s.pk for s in subjects],
            measure_ids=[coal.pk],
            series="dispatch",
            period=period,
            day=day,
        )
        return {subject: (cell.value, cell.evidence_id) for (subject, _measure), cell in found.items()}

    def _slowly(
        self, subjects: list[Subject], coal: Measure, period: Period | None, day: date
    ) -> dict[int, tuple[Decimal, int]]:
        """The same, one figure after another."""
        found: dict[int, tuple[Decimal, int]] = {}
        for subject in subjects:
            if subject.merged_into_id is not None:
                continue
            months = [period] if period else [Period.month(2024, month) for month in (1, 2, 3)]
            for month in months:
                figure = selectors.figure(
                    subject_id=subject.pk, measure_id=coal.pk, series="dispatch", period=month, day=day
                )
                if figure is not None and figure.value is not None:
                    found[subject.pk] = (figure.value, figure.pk)
        return found


def _course(county: County, day: date, *series: str) -> dict[tuple[str, str], list[tuple[str, Decimal]]]:
    codes = {subject.pk: subject.code for subject in Subject.objects.all()}
    found = selectors.courses(
        subject_ids=codes, measure_id=coal_output().pk, series=series or (Series.DISPATCH,), day=day
    )
    return {
        (codes[subject], of): [(str(Period(c.period_start, c.period_end)), c.value) for c in cells]
        for (subject, of), cells in found.items()
    }


def test_a_course_has_every_period_as_it_stood_on_the_day(
    county: County, cast: Cast, two_months: list[Evidence]
) -> None:
    told(county, cast.energy, "7", series=Series.METER)
    march = {("zhengzhu", "dispatch"): [("2024Q1", 5_000)]}
    assert _course(county, TOLD) == march | {("shigang", "dispatch"): [("2024Q1", 123_000)]}
    assert _course(county, date(2024, 5, 3)) == march | {
        ("shigang", "dispatch"): [("2024Q1", 121_000), ("2024-01..2024-04", 160_000)]
    }
    for day in (NOW, TODAY):
        assert _course(county, day) == march | {("shigang", "dispatch"): [("2024Q1", 121_000)]}
    both = _course(county, TODAY, Series.DISPATCH, Series.METER)
    assert both["shigang", "meter"] == [("2024Q1", 7)]


def test_a_course_takes_the_same_queries_for_one_and_for_many(
    county: County, cast: Cast, two_months: list[Evidence]
) -> None:
    for day in (NOW, TODAY):
        counts = []
        for subjects in ([county.subjects["shigang"].pk], [s.pk for s in Subject.objects.all()]):
            with CaptureQueriesContext(connection) as queries:
                selectors.courses(
                    subject_ids=subjects, measure_id=coal_output().pk, series=(Series.DISPATCH,), day=day
                )
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 4

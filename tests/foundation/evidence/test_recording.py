"""Figures are entered once, corrected by who reported them, taken back with a reason, replayed exactly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.evidence.figures import (
    APRIL,
    LATER,
    MARCH,
    NOW,
    TOLD,
    a_file,
    corrected,
    key,
    taken_back,
    told,
    whole_county,
)
from tests.rooms.ledger.desk import coal_output

from tiaodu.foundation import clock
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence import selectors, services, sources
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import figure
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale


def value_on(county: County, day: date) -> Decimal | None:
    found = figure(**key(county), day=day)
    return None if found is None else found.value


def test_a_figure_is_corrected_and_both_days_show_what_was_known(county: County, cast: Cast) -> None:
    first = told(county, cast.energy)
    second = corrected(cast.energy, first)
    assert (first.revision, second.revision, second.reason) == (1, 2, "过磅单重复")
    assert (second.department, second.reporter) == (county.departments["energy"], cast.energy)
    assert value_on(county, TOLD - timedelta(days=1)) is None
    assert value_on(county, TOLD) == value_on(county, LATER - timedelta(days=1)) == 123_000
    assert value_on(county, LATER) == value_on(county, NOW) == 121_000
    assert [row.pk for row in selectors.revisions(second, NOW)] == [second.pk, first.pk]
    assert [row.pk for row in selectors.revisions(second, TOLD)] == [first.pk]
    acts = AuditEntry.objects.filter(object_type="evidence.evidence").order_by("pk")
    assert [(act.action, act.after["value"]) for act in acts] == [
        ("evidence.record", "123000"),
        ("evidence.correct", "121000"),
    ]


def test_an_equal_figure_is_returned_and_another_is_refused_with_what_is_there(
    county: County, cast: Cast
) -> None:
    first = told(county, cast.energy)
    assert told(county, cast.energy, "123000.00", on=LATER) == first
    assert told(county, cast.industry, on=LATER) == first
    with pytest.raises(Invalid) as refused:
        told(county, cast.industry, "130000", on=LATER)
    for words in ("石港煤业 原煤产量 2024年1—3月（调度数）", "县能源局 孙能源", "2024-04-08", "12.3万吨"):
        assert words in str(refused.value.message)
    assert Evidence.objects.count() == 1
    assert told(county, cast.energy, "180000", period=APRIL, on=NOW).revision == 1
    assert told(county, cast.energy, "99", series=Series.METER).revision == 1


def test_a_correction_of_an_old_revision_is_told_what_stands_now(county: County, cast: Cast) -> None:
    first = told(county, cast.energy)
    corrected(cast.energy, first)
    with pytest.raises(Stale) as refused:
        corrected(cast.energy, first, "119000", on=NOW)
    assert refused.value.details["value"] == {"now": "12.1万吨", "yours": "11.9万吨"}
    assert refused.value.details["reporter"]["now"] == "县能源局 孙能源"
    assert value_on(county, NOW) == 121_000
    with pytest.raises(Stale):
        taken_back(cast.energy, first, on=NOW)


@pytest.mark.parametrize("wrong", ["", "  ", "长" * 301])
def test_a_correction_needs_a_reason_and_a_change(county: County, cast: Cast, wrong: str) -> None:
    first = told(county, cast.energy)
    with pytest.raises(Invalid):
        corrected(cast.energy, first, reason=wrong)
    with pytest.raises(Invalid):
        corrected(cast.energy, first, "123000")
    with clock.as_of(LATER), pytest.raises(Invalid):
        services.evidence_withdraw(user=cast.energy, evidence_id=first.pk, reason=wrong)
    assert Evidence.objects.count() == 1


def test_a_figure_taken_back_is_seen_before_and_can_be_told_anew(county: County, cast: Cast) -> None:
    first = told(county, cast.energy)
    back = taken_back(cast.energy, first)
    assert (back.revision, back.value, back.reason) == (2, None, "报错了企业")
    assert (value_on(county, TOLD), value_on(county, LATER)) == (123_000, None)
    with pytest.raises(Invalid):
        taken_back(cast.energy, back, on=NOW)
    again = told(county, cast.industry, "90000", on=NOW)
    assert (again.revision, again.department) == (3, county.departments["industry"])
    assert value_on(county, LATER) is None
    assert value_on(county, NOW) == 90_000
    assert selectors.pointers_are_true()


# Who may change whose figure.

OFFICIALS = ("leader", "supervision", "office", "clerk", "firm", "bank", "admin")
OTHERS = ("dispatcher", "industry", "statistics", "liaison", "investment")


@pytest.mark.parametrize("role", [*OFFICIALS, *OTHERS, "outsider", "city_leader"])
def test_nobody_changes_the_figure_of_another(county: County, cast: Cast, role: str) -> None:
    first, person = told(county, cast.energy), getattr(cast, role)
    with pytest.raises((NotAllowed, NotFound)):
        corrected(person, first)
    with pytest.raises((NotAllowed, NotFound)):
        taken_back(person, first)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("role", OFFICIALS)
def test_who_does_not_report_reports_nothing(county: County, cast: Cast, role: str) -> None:
    for series in Series.values:
        with pytest.raises(NotAllowed):
            told(county, getattr(cast, role), series=series)


def test_colleagues_of_the_department_correct_and_a_person_without_one_only_herself(
    county: County, cast: Cast
) -> None:
    by_department = told(county, cast.industry)
    assert corrected(cast.dispatcher, by_department).reporter == cast.dispatcher
    alone = told(county, cast.liaison, period=APRIL, on=NOW)
    with pytest.raises(NotAllowed):
        corrected(cast.energy, alone, on=NOW)
    assert corrected(cast.liaison, alone, on=NOW).revision == 2


def test_what_somebody_saw_is_changed_by_nobody_else(county: County, cast: Cast) -> None:
    seen = told(county, cast.industry, series=Series.OBSERVATION)
    with pytest.raises(NotAllowed):
        corrected(cast.dispatcher, seen)  # of the same department
    assert corrected(cast.industry, seen).value == 121_000


def test_who_moved_to_another_department_leaves_her_figures_behind(county: County, cast: Cast) -> None:
    first = told(county, cast.energy)
    cast.energy.department = county.departments["industry"]
    cast.energy.save()
    with pytest.raises(NotAllowed):
        corrected(cast.energy, first)
    with pytest.raises(NotAllowed):
        corrected(cast.industry, first)


# The statistics firewall.


def test_statistics_are_told_by_the_bureau_of_regions_and_sectors(county: County, cast: Cast) -> None:
    region, sector = whole_county(county), county.subjects["glove"]
    first = told(county, cast.statistics, series=Series.STATISTICAL, subject=region)
    assert told(county, cast.statistics, series=Series.STATISTICAL, subject=sector).revision == 1
    for role in ("energy", "dispatcher", "leader", "outsider"):
        with pytest.raises((NotAllowed, NotFound)):
            told(county, getattr(cast, role), "5", series=Series.STATISTICAL, subject=region)
        with pytest.raises((NotAllowed, NotFound)):
            corrected(getattr(cast, role), first)
    assert corrected(cast.statistics, first).value == 121_000


@pytest.mark.parametrize("code", ["shigang", "energy"])
def test_no_statistic_of_a_single_firm_mine_or_office_is_kept(county: County, cast: Cast, code: str) -> None:
    subject = county.subjects.get(code) or county.departments[code]
    with pytest.raises(Invalid) as refused:
        told(county, cast.statistics, series=Series.STATISTICAL, subject=subject)
    assert "统计数只录入地区和行业" in str(refused.value.message)
    assert not Evidence.objects.exists()


def test_what_a_document_says_comes_only_from_taking_it_in(
    county: County, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ("dispatcher", "clerk", "energy", "statistics"):
        with pytest.raises(NotAllowed):
            told(county, getattr(cast, role), series=Series.DOCUMENT)
    monkeypatch.setattr(sources, "_kinds", {})
    sources.register("tests.sentence", title="条目", describe=lambda _user, _id: None, document=True)
    with pytest.raises(NotAllowed):
        told(county, cast.energy, series=Series.DOCUMENT, source_kind="tests.sentence")
    first = told(county, cast.clerk, series=Series.DOCUMENT, source_kind="tests.sentence")
    with pytest.raises(NotAllowed):
        corrected(cast.clerk, first)
    later = corrected(cast.dispatcher, first, source_kind="tests.sentence", source_id="2")
    assert (later.source_kind, later.source_id) == ("tests.sentence", "2")


# What can be a figure.


@pytest.mark.parametrize("value", ["NaN", "Infinity", "0.0000001", "1234567890123456", "1E+15"])
def test_what_no_database_keeps_exactly_is_no_figure(county: County, cast: Cast, value: str) -> None:
    with pytest.raises(Invalid):
        told(county, cast.energy, value)


@pytest.mark.parametrize("value", ["0", "-5", "0.000001", "123456789012345", "1E+14", "999999999.123456"])
def test_a_figure_comes_back_as_it_was_told(county: County, cast: Cast, value: str) -> None:
    first = told(county, cast.energy, value)
    assert Evidence.objects.get().value == Decimal(value)
    assert told(county, cast.energy, value) == first


def test_days_that_cannot_be_are_refused(county: County, cast: Cast) -> None:
    proof, early = a_file(cast), date(2024, 4, 2)
    with pytest.raises(Invalid):
        told(county, cast.energy, known_on=early)  # backdated without a file
    with pytest.raises(Invalid):
        told(county, cast.energy, known_on=NOW, file=proof)  # after today
    with pytest.raises(Invalid):
        told(county, cast.energy, known_on=date(2024, 3, 30), file=proof)  # before the period was over
    with pytest.raises(Invalid):
        told(county, cast.energy, period=APRIL)
    with pytest.raises(Invalid):
        told(county, cast.energy, on=clock.real_today() + timedelta(days=1))  # not there yet
    first = told(county, cast.energy, known_on=early, file=proof)
    assert (first.known_on, first.file, value_on(county, early)) == (early, proof, 123_000)
    with pytest.raises(Invalid):
        corrected(cast.energy, first, known_on=date(2024, 4, 1), file=proof)  # before its predecessor
    assert corrected(cast.energy, first, known_on=early, file=proof).revision == 2
    assert value_on(county, early) == 121_000


def test_strict_replay_leaves_out_what_was_entered_later(county: County, cast: Cast) -> None:
    """The tests record now what is said of 2024: the system itself held nothing then."""
    told(county, cast.energy)
    assert figure(**key(county), day=NOW) is not None
    assert figure(**key(county), day=NOW, strict=True) is None
    assert figure(**key(county), day=clock.real_today(), strict=True) is not None


def test_subjects_out_of_reach_are_not_there(county: County, cast: Cast) -> None:
    first = told(county, cast.energy)
    with pytest.raises(NotFound):
        told(county, cast.outsider, period=APRIL, on=NOW)
    with pytest.raises(NotFound):
        corrected(cast.outsider, first)
    cast.outsider.region = county.city
    cast.outsider.save()
    with pytest.raises(NotFound):  # a region above has its own subjects only
        told(county, cast.outsider, period=APRIL, on=NOW)
    with pytest.raises(NotFound):
        services.evidence_withdraw(user=cast.energy, evidence_id=987654321, reason="x")


def test_a_write_takes_the_same_few_queries_however_much_is_there(county: County, cast: Cast) -> None:
    counts = []
    coal_output()
    for month in (1, 2, 3, 4):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            told(county, cast.energy, period=type(MARCH).month(2024, month), on=NOW)
        counts.append(len(queries))
    assert counts[1] == counts[2] == counts[3] <= 16

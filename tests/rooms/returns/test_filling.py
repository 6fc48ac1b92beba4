"""What the unit does: draft, send, correct, confirm, say that there is nothing, decline."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import Cast, County, make_person
from tests.rooms.returns.desk import COAL, MONTH, TODAY, opened, sent

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services import evidence_record
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.models import Return, ReturnFigure
from tiaodu.rooms.returns.selectors import UndeclaredUse, figures_for

pytestmark = pytest.mark.django_db


def _newest(row: Return) -> Return:
    return Return.objects.get(pk=row.pk)


def test_a_draft_is_kept_as_it_was_typed_and_no_figure_is_written(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    with clock.as_of(TODAY):
        services.return_draft(user=cast.firm, return_id=row.pk, typed={"output.coal.raw": "5,2oo", "x": "1"})
        services.return_draft(user=cast.firm, return_id=row.pk, typed={"output.coal.sold": "5000"})
    now = _newest(row)
    assert (now.state, now.draft) == ("draft", {"output.coal.raw": "5,2oo", "output.coal.sold": "5000"})
    assert not Evidence.objects.exists()
    with clock.as_of(TODAY):
        services.return_draft(user=cast.firm, return_id=row.pk, typed={"output.coal.raw": ""})
    assert _newest(row).draft == {"output.coal.sold": "5000"}


def test_sending_writes_the_figures_in_base_units_with_their_source(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    now = sent(cast.firm, row)
    assert (now.state, now.submitted_on, now.draft) == ("submitted", TODAY, {})
    told = {e.measure.code: e for e in Evidence.objects.select_related("measure")}
    assert {code: e.value for code, e in told.items()} == {
        "output.coal.raw": 5200,
        "output.coal.sold": 5000,
        "output.coal.stock": 12_000,
    }
    first = told["output.coal.raw"]
    assert (first.series, first.period, first.reporter, first.source_id) == (
        "dispatch",
        Period.day(TODAY),
        cast.firm,
        str(row.pk),
    )
    assert [e.verb for e in now.entries.all()] == ["opened", "submitted"]


def test_a_level_stands_under_the_last_day_and_a_sum_under_the_period(cast: Cast, county: County) -> None:
    row = opened(cast, county, "economy_monthly")[0]
    sent(cast.firm, row)
    periods = {e.measure.code: e.period for e in Evidence.objects.select_related("measure")}
    assert periods["revenue"] == Period.month(2024, 4)
    assert periods["people.employed"] == Period.day(date(2024, 4, 30))
    assert Evidence.objects.get(measure__code="revenue").value == Decimal(11_805_000)


@pytest.mark.parametrize(
    ("typed", "cells"),
    [
        ({**COAL, "output.coal.raw": "约五千吨多"}, {"output.coal.raw"}),
        ({**COAL, "output.coal.raw": "-3"}, {"output.coal.raw"}),
        ({**COAL, "output.coal.raw": "3亿元"}, {"output.coal.raw"}),
        ({"output.coal.raw": "1"}, {"output.coal.sold", "output.coal.stock"}),
    ],
)
def test_what_cannot_be_read_or_is_missing_is_told_at_its_cell_and_nothing_is_sent(
    cast: Cast, county: County, typed: dict[str, str], cells: set[str]
) -> None:
    row = opened(cast, county)[0]
    with pytest.raises(Invalid) as refused:
        sent(cast.firm, row, typed)
    assert set(refused.value.details) == cells
    assert not Evidence.objects.exists()
    assert _newest(row).state == "due"


def test_of_two_who_send_at_once_the_second_is_told_what_stands(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    colleague = make_person("colleague", "石港出纳", ["firm"], county.region)
    colleague.subjects.add(county.subjects["shigang"])
    sent(cast.firm, row)
    with pytest.raises(Stale) as refused:
        sent(colleague, row, {**COAL, "output.coal.raw": "9999"})
    assert "冯石港" in str(refused.value.details["reporter"]["now"])
    assert not Evidence.objects.filter(value=9999).exists()


def test_a_correction_keeps_the_old_value_and_needs_a_reason(cast: Cast, county: County) -> None:
    row = sent(cast.firm, opened(cast, county)[0])
    typed = {**COAL, "output.coal.raw": "5100", "output.gas.drained": "300"}
    with clock.as_of(TODAY):
        with pytest.raises(Invalid):
            services.return_correct(
                user=cast.firm, return_id=row.pk, version=row.version, typed=typed, reason=" "
            )
        with pytest.raises(Invalid):
            services.return_correct(
                user=cast.firm, return_id=row.pk, version=row.version, typed=COAL, reason="没有变"
            )
        now = services.return_correct(
            user=cast.firm, return_id=row.pk, version=row.version, typed=typed, reason="过磅单重复"
        )
    raw = Evidence.objects.filter(measure__code="output.coal.raw").order_by("revision")
    assert [(e.value, e.reason) for e in raw] == [(5200, ""), (5100, "过磅单重复")]
    assert Evidence.objects.get(measure__code="output.gas.drained").value == 300
    entry = now.entries.last()
    assert entry is not None
    assert (now.state, entry.changes) == (
        "corrected",
        {"output.coal.raw": ["5200.000000", "5100"], "output.gas.drained": [None, "300"]},
    )
    taken = {code: text for code, text in typed.items() if code != "output.gas.drained"}
    with clock.as_of(TODAY):
        services.return_correct(
            user=cast.firm, return_id=row.pk, version=now.version, typed=taken, reason="没有抽采"
        )
    assert Evidence.objects.filter(measure__code="output.gas.drained").order_by("revision")[1].value is None


def test_nothing_to_report_needs_a_reason_and_can_be_filled_later(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    with clock.as_of(TODAY):
        with pytest.raises(Invalid):
            services.return_nothing(user=cast.firm, return_id=row.pk, version=row.version, reason="")
        now = services.return_nothing(
            user=cast.firm, return_id=row.pk, version=row.version, reason="停产检修"
        )
        assert (now.state, now.is_in, Evidence.objects.count()) == ("nothing", True, 0)
        now = services.return_correct(
            user=cast.firm, return_id=row.pk, version=now.version, typed=COAL, reason="复产了"
        )
    assert (now.state, Evidence.objects.count()) == ("corrected", 3)


def test_a_voluntary_form_may_be_left_and_taken_up_again(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    with clock.as_of(TODAY):
        now = services.return_decline(user=cast.firm, return_id=row.pk, version=row.version)
        assert (now.state, now.overdue(date(2025, 1, 1))) == ("declined", False)
    assert sent(cast.firm, now).state == "submitted"


def test_a_period_that_is_not_over_or_closed_is_refused_in_words(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    with pytest.raises(Invalid) as early:
        sent(cast.firm, row, on=date(2024, 5, 7)) if row.period_end > TODAY else _early(cast, row)
    assert "还没有过完" in str(early.value.message)
    with pytest.raises(Invalid) as late:
        sent(cast.firm, row, on=date(2024, 9, 1))
    assert "封账" in str(late.value.message)


def _early(cast: Cast, row: Return) -> None:
    Return.objects.filter(pk=row.pk).update(period_start=date(2024, 5, 8), period_end=date(2024, 5, 8))
    try:
        sent(cast.firm, row)
    finally:
        Return.objects.filter(pk=row.pk).update(period_start=TODAY, period_end=TODAY)


def test_what_another_return_has_told_is_held_and_not_asked_again(cast: Cast, county: County) -> None:
    """As where a second form asks for the same: what is there stays with the return that told it."""
    row = opened(cast, county)[0]
    with clock.as_of(TODAY):
        told = evidence_record(
            user=cast.firm,
            subject=row.subject,
            measure=Measure.objects.get(code="output.coal.raw"),
            series="dispatch",
            period=row.period,
            value=Decimal(4800),
            source_kind="returns.return",
            source_id="987654321",
        )
    sent(cast.firm, row, {**COAL, "output.coal.raw": "9999"})
    assert Evidence.objects.get(measure__code="output.coal.raw") == told
    assert not ReturnFigure.objects.filter(evidence=told).exists()


def test_a_bank_or_another_firm_finds_nothing(cast: Cast, county: County) -> None:
    row = opened(cast, county)[0]
    other = make_person("other", "正珠填报", ["firm"], county.region)
    other.subjects.add(county.subjects["zhengzhu"])
    with pytest.raises(NotFound):
        sent(other, row)


def test_figures_are_read_for_the_uses_that_were_stated(cast: Cast, county: County) -> None:
    row = opened(cast, county, "economy_monthly")[0]
    sent(cast.firm, row)
    asked = {
        "region": county.region,
        "subject_ids": [row.subject_id],
        "periods": [row.period],
        "day": TODAY,
    }
    found = figures_for(use="statistics_entry", measures=["revenue"], **asked)
    assert {place[1]: figure.value for place, figure in found.items()} == {"revenue": Decimal(11_805_000)}
    people = figures_for(use="services", measures=["people.employed"], **asked)
    assert [figure.value for figure in people.values()] == [412]
    for use, measure in (("statistics_entry", "tax"), ("coal_daily", "revenue"), ("statistics", "revenue")):
        with pytest.raises(UndeclaredUse):
            figures_for(use=use, measures=[measure], **asked)
    assert MONTH["revenue"] == "1180.5"

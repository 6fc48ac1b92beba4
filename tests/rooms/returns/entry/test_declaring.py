"""What a unit tells of its year when it files: evidence of its own, corrected with a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import Cast, County
from tests.rooms.returns.entry.desk import IN_TIME, person_of, supply_batches, tell, unit, year

from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.refusal import Refusal
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.selectors.rows import row_of

pytestmark = pytest.mark.django_db


def test_vat_and_income_far_apart_ask_for_a_further_paper(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    user = person_of(cast, one)
    tell(cast, one, year(230))
    with clock.as_of(IN_TIME):
        services.declaration_make(
            user=user,
            unit_id=one.pk,
            through=date(2024, 9, 1),
            amounts={"revenue": Decimal(2100), "vat": Decimal(2400)},
        )
    row = row_of(one, IN_TIME)
    assert row.gap and row.gap.explain
    assert "vat_explained" in {each.code for each in row.needed}
    assert Evidence.objects.filter(source_kind="returns.entry").count() == 2


def test_a_figure_told_differently_needs_a_reason_and_the_old_one_stays(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    user = person_of(cast, one)
    tell(cast, one, [])
    with clock.as_of(IN_TIME):
        for amount, reason in ((1900, ""), (2100, "审计调整")):
            services.declaration_make(
                user=user,
                unit_id=one.pk,
                through=date(2024, 9, 1),
                amounts={"main_revenue": Decimal(amount)},
                reason=reason,
            )
        with pytest.raises(Refusal):
            services.declaration_make(
                user=user, unit_id=one.pk, through=date(2024, 9, 1), amounts={"main_revenue": Decimal(1)}
            )
    row = row_of(one, IN_TIME)
    assert row.reached.basis == "main_revenue"
    assert row.reached.amount and row.reached.amount.value == 2100
    assert Evidence.objects.filter(measure__code="revenue.main").count() == 2

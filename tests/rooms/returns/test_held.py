"""A new form that asks what is held is refused where it is proposed, with where it is held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import Cast, County
from tests.foundation.tables_desk import confirm, propose
from tests.rooms.returns.months import TODAY, firm, span

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.services.pointing import latest_rebuild
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.foundation.registry.services import measures_load
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.selectors import table
from tiaodu.foundation.tables.services import Faulty, version_confirm
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import SOURCE

pytestmark = pytest.mark.django_db
NEXT = date(2024, 7, 1)
WATER, STAFF = "resource.water", "people.training"
YEAR = span("2023-07", "2024-05")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(TODAY):
        measures_load(user=None)
        for code, kind, unit in ((WATER, "flow", "吨"), (STAFF, "stock", "人")):
            Measure.objects.create(code=code, name=f"示例{code}", kind=kind, unit=unit)
        yield


def new_form(**more: Any) -> dict[str, Any]:
    """The row of a form of the county's own."""
    plain = {column.key: None for column in _columns("returns.types")}
    return plain | {
        "type": "water_monthly",
        "title": "示例用水月报",
        "title_en": "Sample water",
        "kinds": ["firm"],
        "sectors": ["gloves"],
        "named": True,
        "period": "month",
        "since": NEXT,
        "january": "alone",
        "basis": "voluntary",
        "obligatory": False,
        "due": "working_days",
        "due_days": 5,
        **more,
    }


def question(measure: str = WATER, unit: str = "吨", form: str = "water_monthly") -> dict[str, Any]:
    plain = {column.key: None for column in _columns("returns.asked")}
    asked = {"minutes": Decimal(1), "uses": ["economy"], "needed": True, "negative": False}
    return plain | {"type": form, "measure": measure, "unit": unit, **asked}


def _columns(code: str) -> Any:
    return table(code, region=None, day=TODAY).table.columns


def proposed(cast: Cast, county: County, code: str, row: dict[str, Any], day: date = TODAY) -> Version:
    """The county's own version: what holds with one row more."""
    rows = [*table(code, region=county.region, day=NEXT).rows, row]
    return propose(cast, county, day, valid_from=NEXT, code=code, body=rows)


def form_there(cast: Cast, county: County, **more: Any) -> None:
    confirm(cast, TODAY, proposed(cast, county, "returns.types", new_form(**more)))


def refused(cast: Cast, county: County, row: dict[str, Any], code: str = "returns.asked") -> str:
    with pytest.raises(Faulty) as refusal:
        proposed(cast, county, code, row)
    [fault] = refusal.value.faults
    assert (fault.row, fault.column) == (
        len(table(code, region=county.region, day=NEXT).rows),
        {"returns.asked": "measure", "returns.types": "type"}[code],
    )
    return fault.message


def delivered(
    cast: Cast,
    firms: list[Subject],
    periods: list[Period],
    *,
    series: Series = Series.METER,
    measure: str = WATER,
    source: str = "evidence.import",
) -> None:
    """Figures that are there, whoever brought them."""
    what = Measure.objects.get(code=measure)
    Evidence.objects.bulk_create(
        Evidence(
            region=each.region,
            subject=each,
            measure=what,
            series=series,
            period_start=period.start,
            period_end=period.end,
            value=Decimal(5),
            known_on=TODAY,
            reporter=cast.firm,
            source_kind=source,
            source_id="1",
        )
        for each in firms
        for period in periods
    )
    latest_rebuild()


def gloves(county: County, count: int = 3) -> list[Subject]:
    return [firm(county.region, f"示例手套{n}", sector="gloves") for n in range(count)]


@pytest.mark.parametrize("series", [Series.METER, Series.PAYMENT, Series.DISPATCH, Series.OBSERVATION])
def test_what_was_delivered_of_most_units_is_not_asked(cast: Cast, county: County, series: Series) -> None:
    form_there(cast, county)
    delivered(cast, gloves(county)[:2], YEAR, series=series)
    said = refused(cast, county, question())
    for words in (str(series.label), "3 家中 2 家", "2024-05", "实绩"):
        assert words in said


def test_days_that_add_up_to_the_month_are_held_too(cast: Cast, county: County) -> None:
    form_there(cast, county)
    delivered(cast, gloves(county), [Period.day(month.start) for month in YEAR])
    assert "3 家中 3 家" in refused(cast, county, question())


@pytest.mark.parametrize(
    ("firms", "periods", "more"),
    [
        (1, YEAR, {}),  # one of three
        (3, YEAR[:3], {}),  # a quarter of the year
        (3, span("2022-01", "2022-12"), {}),  # longer ago than a year
        (3, [Period.year(2023), Period.quarter(2024, 1)], {}),  # not by month
        (3, YEAR, {"measure": STAFF}),  # another measure
        (3, YEAR, {"source": SOURCE}),  # told in returns: compared form by form
        (3, YEAR, {"series": Series.DOCUMENT}),  # what a document says is not the unit's figure
        (3, YEAR, {"series": Series.STATISTICAL}),  # for statistics only
    ],
)
def test_what_is_not_held_may_be_asked(
    cast: Cast, county: County, firms: int, periods: list[Period], more: dict[str, Any]
) -> None:
    form_there(cast, county)
    delivered(cast, gloves(county)[:firms], periods, **more)
    confirm(cast, TODAY, proposed(cast, county, "returns.asked", question()))
    with clock.as_of(NEXT):
        assert forms_in(county.region)["water_monthly"].of(WATER) is not None


def test_statistics_hold_what_a_survey_would_ask_again(cast: Cast, county: County) -> None:
    basis = {
        "basis": "survey",
        "obligatory": True,
        "form": "示例201表",
        "authority": "示例统计局",
        "document": "示例批准文件",
        "basis_until": date(2026, 12, 31),
    }
    form_there(cast, county, **basis)
    firms = gloves(county)
    delivered(cast, firms, YEAR, series=Series.METER)
    proposed(cast, county, "returns.asked", question())
    delivered(cast, firms, YEAR, series=Series.STATISTICAL)
    assert "统计数" in refused(cast, county, question() | {"minutes": Decimal(2)})


def test_other_units_and_other_counties_do_not_count(cast: Cast, county: County) -> None:
    form_there(cast, county)
    gloves(county)
    delivered(cast, [firm(county.region, f"示例煤{n}", sector="coal") for n in range(4)], YEAR)
    delivered(cast, [firm(county.other, f"示例邻县{n}", sector="gloves") for n in range(4)], YEAR)
    assert proposed(cast, county, "returns.asked", question()).pk


def test_levels_are_held_when_they_are_told_as_often(cast: Cast, county: County) -> None:
    form_there(cast, county)
    firms = gloves(county)
    delivered(cast, firms, [Period.day(date(2024, 3, 31))], measure=STAFF)
    proposed(cast, county, "returns.asked", question(STAFF, "人"))
    delivered(
        cast,
        firms,
        [Period.day(month.end) for month in YEAR if month.start != date(2024, 3, 1)],
        measure=STAFF,
    )
    assert "3 家中 3 家" in refused(cast, county, question(STAFF, "人") | {"minutes": Decimal(2)})


def test_who_confirms_is_told_what_came_meanwhile(cast: Cast, county: County) -> None:
    form_there(cast, county)
    firms = gloves(county)
    version = proposed(cast, county, "returns.asked", question())
    delivered(cast, firms, YEAR)
    with pytest.raises(Faulty):
        version_confirm(user=cast.supervision, version_id=version.pk)
    with clock.as_of(NEXT):
        assert "water_monthly" not in forms_in(county.region)


def test_a_form_that_comes_after_its_questions_is_looked_at_as_well(cast: Cast, county: County) -> None:
    delivered(cast, gloves(county), YEAR)
    confirm(cast, TODAY, proposed(cast, county, "returns.asked", question()))
    assert "计量" in refused(cast, county, new_form(), "returns.types")


def test_what_is_asked_already_may_be_asked_on(cast: Cast, county: County) -> None:
    form_there(cast, county)
    firms = gloves(county)
    confirm(cast, TODAY, proposed(cast, county, "returns.asked", question()))
    delivered(cast, firms, YEAR)
    other = question("people.employed", "人")
    with pytest.raises(Faulty) as refusal:  # another form asks the same people monthly
        proposed(cast, county, "returns.asked", other)
    assert "economy_monthly" in refusal.value.faults[0].message
    assert len(refusal.value.faults) == 1, "the water it asks already is left alone"

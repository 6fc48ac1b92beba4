"""Measures: a county's own, what they mean from which day on, and until when figures can be given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cast import Cast, County, make_person

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry import measures, selectors, services
from tiaodu.foundation.registry.models import Measure, MeasureVersion

DAY = date(2024, 5, 10)
WALNUT = {
    "code": "output.walnut",
    "name": "核桃产量",
    "unit": "吨",
    "kind": "flow",
    "definition": "全县采收的干核桃",
}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


def walnut(cast: Cast, **values: object) -> Measure:
    return services.measure_add(user=cast.dispatcher, **{**WALNUT, **values})  # type: ignore[arg-type]


def test_a_county_adds_its_own(county: County, cast: Cast) -> None:
    made = walnut(cast, valid_from=date(2024, 1, 1), name_en="Walnuts")
    assert (made.region, made.versions.get().definition) == (county.region, WALNUT["definition"])
    assert made in selectors.measures_visible_to(cast.leader)
    assert made in selectors.measures_visible_to(cast.city_leader)
    assert made not in selectors.measures_visible_to(cast.outsider)
    with pytest.raises(Invalid, match=r"output\.walnut"):
        walnut(cast)
    with pytest.raises(NotAllowed):
        services.measure_add(user=cast.energy, **WALNUT)  # type: ignore[arg-type]


def test_a_measure_of_the_city_serves_its_counties(county: County, cast: Cast) -> None:
    city = make_person("city", "市调度", ["dispatcher"], county.city)
    made = services.measure_add(user=city, **WALNUT)  # type: ignore[arg-type]
    assert made in selectors.measures_visible_to(cast.outsider)
    with pytest.raises(NotFound):  # it is the city's to change
        services.measure_end(user=cast.dispatcher, measure_id=made.pk, version=1, valid_to=DAY)


@pytest.mark.parametrize(
    "values",
    [
        {"code": "walnut"},
        {"code": "nuts.walnut"},
        {"code": "output..walnut"},
        {"code": "output.核桃"},
        {"unit": "万吨"},
        {"unit": "麻袋袋"},
        {"unit": ""},
        {"kind": "guess"},
        {"name": " "},
        {"definition": ""},
    ],
    ids=str,
)
def test_what_is_no_measure_is_refused(county: County, cast: Cast, values: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        walnut(cast, **values)
    assert not Measure.objects.filter(region=county.region).exists()


def test_another_meaning_is_a_further_version(county: County, cast: Cast) -> None:
    made = walnut(cast, valid_from=date(2024, 1, 1))
    new = {"definition": "全县采收的干核桃，含退耕还林地", "valid_from": date(2024, 7, 1)}
    with pytest.raises(Invalid, match="原因"):
        services.measure_redefine(user=cast.admin, measure_id=made.pk, version=1, reason="", **new)  # type: ignore[arg-type]
    late = new | {"valid_from": made.valid_from}
    with pytest.raises(Invalid, match="2024-01-01"):
        services.measure_redefine(
            user=cast.admin, measure_id=made.pk, version=1, reason="x", **late  # type: ignore[arg-type]
        )  # fmt: skip
    services.measure_redefine(user=cast.admin, measure_id=made.pk, version=1, reason="统计局函", **new)  # type: ignore[arg-type]
    versions = list(made.versions.all())
    on = [
        measures.version_on(versions, day).definition
        for day in (date(2024, 6, 30), date(2024, 7, 1), date(2025, 1, 1))
    ]
    assert on == [WALNUT["definition"], new["definition"], new["definition"]]
    with pytest.raises(Stale):
        services.measure_redefine(user=cast.admin, measure_id=made.pk, version=1, reason="x", **new)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="没有变化"):
        services.measure_redefine(user=cast.admin, measure_id=made.pk, version=2, reason="x", **new)  # type: ignore[arg-type]
    with pytest.raises(AppendOnlyError):
        versions[0].delete()


def test_no_figure_lies_outside_the_validity(county: County, cast: Cast) -> None:
    made = walnut(cast, valid_from=date(2024, 1, 1))
    services.measure_end(user=cast.admin, measure_id=made.pk, version=1, valid_to=date(2024, 12, 31))
    made.refresh_from_db()
    held = [
        measures.measure_holds(made, Period.parse(text))
        for text in ("2024", "2024-12", "2023-12", "2024-12..2025-01")
    ]
    assert held == [True, True, False, False]
    measures.refuse_outside(made, Period.parse("2024"))
    with pytest.raises(Invalid, match="2024-01-01 至 2024-12-31"):
        measures.refuse_outside(made, Period.parse("2025"))
    with clock.as_of(date(2025, 1, 1)):
        assert made not in selectors.measures_valid(cast.leader)
    assert made in selectors.measures_valid(cast.leader)
    services.measure_end(user=cast.admin, measure_id=made.pk, version=2, valid_to=None)
    made.refresh_from_db()
    assert measures.measure_holds(made, Period.parse("2030"))


def test_a_used_one_does_not_end_in_the_past(county: County, cast: Cast) -> None:
    made = walnut(cast, valid_from=date(2024, 1, 1))
    services.measure_end(user=cast.admin, measure_id=made.pk, version=1, valid_to=date(2024, 3, 1))
    services.measure_end(user=cast.admin, measure_id=made.pk, version=2, valid_to=None)
    from tiaodu.rooms.ledger import services as ledger  # noqa: PLC0415  the register does not know this room

    ledger.task_create(
        user=cast.dispatcher, region=county.region, plan_year=2024, title="核桃增产", measure=made,
        value=100, due=date(2024, 12, 31),
    )  # fmt: skip
    assert measures.uses_of(made) == {"ledger.indicator": 1}
    with pytest.raises(Invalid, match="2024-05-10"):
        services.measure_end(user=cast.admin, measure_id=made.pk, version=3, valid_to=date(2024, 3, 1))
    services.measure_end(user=cast.admin, measure_id=made.pk, version=3, valid_to=DAY)


def test_those_of_the_program_are_not_changed_by_hand(county: County, cast: Cast) -> None:
    coal = Measure.objects.get(code="output.coal.raw")
    with pytest.raises(Invalid, match="程序自带"):
        services.measure_end(user=cast.admin, measure_id=coal.pk, version=1, valid_to=DAY)


@pytest.mark.django_db
def test_new_words_of_the_program_are_a_version_too() -> None:
    coal = Measure.objects.get(code="output.coal.raw")
    assert coal.versions.count() == 1
    Measure.objects.filter(pk=coal.pk).update(definition="旧的说法")
    services.measures_refresh()
    coal.refresh_from_db()
    first, second = MeasureVersion.objects.filter(measure=coal)
    assert (second.revision, second.definition, second.valid_from) == (2, coal.definition, DAY)
    services.measures_refresh()
    assert coal.versions.count() == 2
    assert first.revision == 1

"""Cells of a city's form that ask for the same period of last year, the year so far, and growth of either."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.foundation.tables_desk import confirm, propose
from tests.rooms.returns.months import TODAY, firm, span, tell

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services import evidence_record
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.foundation.registry.services import measures_load, region_subject_ensure
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.superior import intake, services
from tiaodu.rooms.returns.superior.cells import Asked, Naming
from tiaodu.rooms.returns.superior.files import filled_file
from tiaodu.rooms.returns.superior.models import FormFilling, SuperiorForm
from tiaodu.rooms.returns.superior.selectors import suggestions, version_of

OUTPUT, PEOPLE, COAL = "output_value.industry", "people.employed", "output.coal.raw"
HEADS = ("本月", "上年同月", "本月增长%", "累计", "上年同期累计", "累计增长%")
TAKES = (
    ("month", "value"),
    ("month_before", "value"),
    ("month", "growth"),
    ("year", "value"),
    ("year_before", "value"),
    ("year", "growth"),
)


@pytest.fixture(autouse=True)
def today(settings: Any, db: None) -> None:
    settings.TIAODU_TODAY = TODAY
    measures_load(user=None)


def blank() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "月报"
    sheet.append(["指标", "计量单位", *HEADS])
    sheet.append(["工业总产值", "万元"])
    sheet.append(["从业人员", "人"])
    sheet.append(["原煤产量", "万吨"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def row_of(number: int, measure: str, unit: str, **more: Any) -> list[Asked]:
    """All six cells of a row."""
    return [
        Asked(
            sheet="月报",
            cell=f"{letter}{number}",
            measure=measure,
            unit="%" if take == "growth" else unit,
            places=1 if take == "growth" else 2,
            span=period,
            take=take,
            **({"who": "units", "series": "dispatch"} | more),
        )
        for letter, (period, take) in zip("CDEFGH", TAKES, strict=True)
    ]


@pytest.fixture
def form(cast: Cast, county: County) -> SuperiorForm:
    return services.form_register(
        user=cast.dispatcher, title="县区月报", issuer="市工信局", data=blank(), filename="月报.xlsx"
    )


def filled(cast: Cast, form: SuperiorForm, cells: list[Asked], month: str) -> FormFilling:
    services.form_map(user=cast.dispatcher, form_id=form.pk, version=form.version, put=cells)
    form.refresh_from_db()
    return services.form_fill(user=cast.dispatcher, form_id=form.pk, month=Period.parse(month))


def told(filling: FormFilling) -> dict[str, str]:
    return {row["cell"]: row["value"] for row in filling.told}


def why(filling: FormFilling, cell: str) -> str:
    return next(str(row["why"]) for row in filling.empty if row["cell"] == cell)


def firms(county: County, count: int = 4) -> list[Subject]:
    return [firm(county.region, f"示例企业{n}") for n in range(count)]


def values(base: int) -> Callable[[Subject, int], Decimal | None]:
    """The same 万元 for every firm and month: ``base`` before January 2024, a tenth more since."""
    return lambda _subject, n: Decimal(base * 10_000) * (Decimal(1) if n < 12 else Decimal("1.1"))


YEARS = span("2023-01", "2024-05")


def people_may_go_up(cast: Cast, county: County) -> None:
    """The county states for the number of people that it goes into forms of offices above."""
    rows = [
        row | ({"uses": [*row["uses"], "superior"]} if row["measure"] == PEOPLE else {})
        for row in map(dict, table("returns.asked", region=county.region, day=TODAY).rows)
    ]
    since = {"valid_from": date(2024, 1, 1), "earlier_reason": "年初已告知企业"}
    confirm(cast, TODAY, propose(cast, county, TODAY, code="returns.asked", body=rows, **since))


def test_all_six_cells_of_a_row_of_firms(cast: Cast, county: County, form: SuperiorForm) -> None:
    people_may_go_up(cast, county)
    tell(
        cast.firm, firms(county), YEARS, {OUTPUT: values(100), PEOPLE: lambda _s, n: Decimal(50 + (n >= 12))}
    )
    cells = row_of(2, OUTPUT, "万元") + row_of(3, PEOPLE, "人")
    filling = filled(cast, form, cells, "2024-05")
    assert filling.empty == []
    assert [told(filling)[f"{c}2"] for c in "CDEFGH"] == [
        "440.00",
        "400.00",
        "10.0",
        "2200.00",
        "2000.00",
        "10.0",
    ]
    # A level stands at the end of the month, so far in the year as well.
    assert [told(filling)[f"{c}3"] for c in "CDEFGH"] == [
        "204.00",
        "200.00",
        "2.0",
        "204.00",
        "200.00",
        "2.0",
    ]


def test_where_a_growth_comes_from_names_both_values(
    cast: Cast, county: County, form: SuperiorForm, client_of: Callable[[User], Client]
) -> None:
    tell(cast.firm, firms(county), YEARS, {OUTPUT: values(100)})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-05")
    row = next(row for row in filling.told if row["cell"] == "E2")
    assert [(part["period"], Decimal(part["value"])) for part in row["compared"]] == [
        ("2024-05", Decimal(4_400_000)),
        ("2023-05", Decimal(4_000_000)),
    ]
    assert {source["period"] for source in row["sources"]} == {"2024-05", "2023-05"}
    book = openpyxl.load_workbook(io.BytesIO(filled_file(filling, "")))
    assert (book["月报"]["E2"].value, book["月报"]["H2"].value) == (10, 10)
    both = "2024-05 440万元，上年同期 2023-05 400万元"
    assert both in book["月报"]["E2"].comment.text
    lines = {line[0]: line for line in book["出处（示例）"].iter_rows(min_row=2, values_only=True)}
    assert both in str(lines["E2"][6])
    assert "增长" in str(lines["E2"][4])
    at = reverse("returns:form-told", args=[filling.pk]) + "?at=月报!E2"
    assert both in client_of(cast.dispatcher).get(at).content.decode()


def test_growth_is_of_the_firms_both_years_have(cast: Cast, county: County, form: SuperiorForm) -> None:
    old = firms(county, 8)
    tell(cast.firm, old[:5], YEARS, {OUTPUT: values(100)})
    new = span("2024-01", "2024-05")
    tell(cast.firm, old[5:], new, {OUTPUT: lambda _s, _n: Decimal(3_000_000)})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-05")
    assert (told(filling)["C2"], told(filling)["E2"]) == ("1450.00", "10.0"), "not 190 %"
    assert "5 家两年都有数" in next(row["note"] for row in filling.told if row["cell"] == "E2")


def test_a_growth_from_which_a_single_firm_could_be_told_stays_empty(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    all_ = firms(county, 6)
    tell(cast.firm, all_[:5], YEARS, {OUTPUT: values(100)})
    tell(cast.firm, all_[5:], span("2024-01", "2024-05"), {OUTPUT: lambda _s, _n: Decimal(3_000_000)})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-05")
    assert "单个企业" in why(filling, "E2"), "all six less the five is one"
    assert told(filling)["C2"] == "850.00"


@pytest.mark.parametrize("column", ["E", "H"])
def test_january_is_never_compared_alone(cast: Cast, county: County, form: SuperiorForm, column: str) -> None:
    tell(cast.firm, firms(county), YEARS, {OUTPUT: values(100)})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-01")
    assert "1月不单独算增长" in why(filling, f"{column}2")
    assert told(filling)["C2"] == "440.00", "the figure itself is there"


def test_february_compares_both_months_together(cast: Cast, county: County, form: SuperiorForm) -> None:
    def moved(_subject: Subject, n: int) -> Decimal:
        """The festival took half of January 2023 and half of February 2024."""
        return {0: Decimal(500_000), 13: Decimal(550_000), 12: Decimal(1_100_000)}.get(n, Decimal(1_000_000))

    tell(cast.firm, firms(county), YEARS, {OUTPUT: moved})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-02")
    assert told(filling)["E2"] == told(filling)["H2"] == "10.0"  # 165 万 on 150 万, not half of February's
    row = next(row for row in filling.told if row["cell"] == "E2")
    assert [part["period"] for part in row["compared"]] == ["2024-01..2024-02", "2023-01..2023-02"]


def test_a_firm_that_lacks_one_of_the_two_months_is_left_out_of_both(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    all_ = firms(county, 8)
    tell(cast.firm, all_[:5], YEARS, {OUTPUT: values(100)})
    late = [month for month in YEARS if month != Period.parse("2023-01")]
    tell(cast.firm, all_[5:], late, {OUTPUT: lambda _s, _n: Decimal(9_000_000)})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-02")
    assert told(filling)["H2"] == "10.0"


def delivered(cast: Cast, county: County, measure: str, period: str, value: int, series: str) -> Evidence:
    subject = region_subject_ensure(user=cast.statistics, region=county.region)
    return evidence_record(
        user=cast.statistics,
        subject=subject,
        measure=Measure.objects.get(code=measure),
        series=series,
        period=Period.parse(period),
        value=Decimal(value),
        source_kind="tests",
        source_id="1",
    )


def test_what_was_delivered_is_compared_as_it_was_delivered(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    for period, value in (("2024-05", 550_000), ("2023-05", 500_000), ("2024-01..2024-05", 2_400_000)):
        delivered(cast, county, COAL, period, value, "statistical")
    cells = row_of(4, COAL, "万吨", who="region", series="statistical")
    filling = filled(cast, form, cells, "2024-05")
    assert [told(filling).get(f"{c}4") for c in "CDEFGH"] == ["55.00", "50.00", "10.0", "240.00", None, None]
    assert why(filling, "H4") == "2023-01..2023-05还没有数，不算增长。"
    assert next(row["who"] for row in filling.empty if row["cell"] == "H4") == ["统计局"]
    delivered(cast, county, COAL, "2023-01..2023-05", 0, "statistical")
    again = services.form_fill(user=cast.dispatcher, form_id=form.pk, month=Period.parse("2024-05"))
    assert why(again, "H4") == "2023-01..2023-05是 0 或负数，不算增长。"
    assert told(again)["G4"] == "0.00", "nothing is a figure"


def test_firms_that_told_nothing_a_year_ago(cast: Cast, county: County, form: SuperiorForm) -> None:
    tell(cast.firm, firms(county), span("2024-01", "2024-05"), {OUTPUT: values(100)})
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-05")
    assert "2023-05还没有数" in why(filling, "E2")
    assert "2023-01..2023-05还没有数" in why(filling, "H2")


def test_growth_waits_for_who_has_not_reported(cast: Cast, county: County, form: SuperiorForm) -> None:
    all_ = firms(county)
    tell(cast.firm, all_, YEARS, {OUTPUT: values(100)})
    late = firm(county.region, "示例迟报")
    Return.objects.create(
        region=county.region,
        type="economy_monthly",
        subject=late,
        period_start=date(2024, 5, 1),
        period_end=date(2024, 5, 31),
        basis="voluntary",
        opened_on=TODAY,
    )
    filling = filled(cast, form, row_of(2, OUTPUT, "万元"), "2024-05")
    assert "没有报齐" in why(filling, "E2")
    assert next(row["who"] for row in filling.empty if row["cell"] == "E2") == ["示例迟报"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unit": "万元"}, "单位是 %"),
        ({"measure": "value_added.industry", "who": "region", "series": "statistical"}, "可比价格"),
        ({"measure": "growth_rate.value_added", "who": "region", "series": "statistical"}, "本身是比率"),
        ({"take": "share"}, "数值还是增长"),
    ],
)
def test_what_cannot_grow(
    cast: Cast, county: County, form: SuperiorForm, more: dict[str, Any], words: str
) -> None:
    [cell] = [each for each in row_of(2, OUTPUT, "万元") if each.cell == "E2"]
    put = [Asked.read(cell.kept | more)]
    with pytest.raises(Invalid, match=words):
        services.form_map(user=cast.dispatcher, form_id=form.pk, version=form.version, put=put)


def test_growth_is_suggested_where_the_labels_say_of_what(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    tell(cast.firm, firms(county), YEARS, {OUTPUT: values(100)})
    seem = suggestions(cast.dispatcher, version_of(form), Naming(form.region))
    row = {cell.cell: (cell.span, cell.take, cell.unit) for cell in seem.values() if cell.cell.endswith("2")}
    units = {"value": "万元", "growth": "%"}
    assert row == {f"{c}2": (s, t, units[t]) for c, (s, t) in zip("CDEFGH", TAKES, strict=True)}


def test_the_page_of_a_cell_takes_growth_without_a_unit(
    cast: Cast, county: County, form: SuperiorForm, client_of: Callable[[User], Client]
) -> None:
    client = client_of(cast.dispatcher)
    at = reverse("returns:form-cell", args=[form.pk]) + "?at=月报!E2"
    assert "比上年同期增长" in client.get(at).content.decode()
    given = {
        "version": 1,
        "measure": OUTPUT,
        "who": "units",
        "series": "dispatch",
        "span": "month",
        "places": 1,
    }
    assert client.post(at, given | {"take": "value"}).status_code == 422
    assert client.post(at, given | {"take": "growth"}).status_code == 302
    form.refresh_from_db()
    [kept] = version_of(form).cells
    assert (kept["take"], kept["unit"], kept["places"]) == ("growth", "%", 1)


def test_growth_is_not_read_in(cast: Cast, county: County) -> None:
    with clock.as_of(TODAY):
        own = services.form_register(
            user=cast.statistics, title="导出", issuer="市统计局", data=blank(), filename="月报.xlsx"
        )
        cells = row_of(4, COAL, "万吨", who="region", series="statistical")
        services.form_map(user=cast.statistics, form_id=own.pk, version=1, put=cells)
        book = openpyxl.load_workbook(io.BytesIO(blank()))
        book["月报"]["C4"], book["月报"]["E4"] = 55, 10
        buffer = io.BytesIO()
        book.save(buffer)
        reading = intake.form_read(
            user=cast.statistics,
            form_id=own.pk,
            month=Period.parse("2024-05"),
            data=buffer.getvalue(),
            filename="月报.xlsx",
        )
    rows = {row["cell"]: row["wrong"] for row in reading.rows}
    assert (rows["C4"], rows["E4"]) == ("", "增长由系统用两年的数算，不读入。")

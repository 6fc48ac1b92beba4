"""A city's form: registered, mapped, filled with provenance, changed, read back in; and by whom not."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.returns.blanks import MARCH, NAME, ROWS, TODAY, blank, month_told, statistic

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.returns.superior import intake, services
from tiaodu.rooms.returns.superior.cells import Asked, Naming
from tiaodu.rooms.returns.superior.files import filled_file
from tiaodu.rooms.returns.superior.models import FormFilling, SuperiorForm
from tiaodu.rooms.returns.superior.selectors import (
    cells_of,
    forms_visible_to,
    suggestions,
    version_of,
)

FIVE = {
    "shigang": "100000000",
    "zhengzhu": "90000000",
    "pancheng": "80000000",
    "xinrui": "70000000",
    "huaneng": "60000000",
}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TIAODU_TODAY = TODAY


@pytest.fixture
def form(cast: Cast, county: County) -> SuperiorForm:
    """The city's form, with the statistics of the month there and five firms that told their output value."""
    statistic(cast, county, "value_added.industry", MARCH, "512300000")
    month_told(cast, county, FIVE)
    return services.form_register(
        user=cast.dispatcher, title="县区工业月报", issuer="市工信局", data=blank(), filename=NAME
    )


def accepted(cast: Cast, form: SuperiorForm) -> SuperiorForm:
    """With everything that is suggested."""
    seem = suggestions(cast.dispatcher, version_of(form), Naming(form.region))
    services.form_map(user=cast.dispatcher, form_id=form.pk, version=form.version, put=list(seem.values()))
    form.refresh_from_db()
    return form


def filled(cast: Cast, form: SuperiorForm, month: Period = MARCH) -> FormFilling:
    return services.form_fill(user=cast.dispatcher, form_id=form.pk, month=month)


def told(filling: FormFilling) -> dict[str, str]:
    return {row["cell"]: row["value"] for row in filling.told}


def why(filling: FormFilling) -> dict[str, str]:
    return {row["cell"]: row["why"] for row in filling.empty}


def a_cell(cell: str = "C5", **values: Any) -> Asked:
    given = {
        "sheet": "月报",
        "cell": cell,
        "measure": "output_value.industry",
        "who": "units",
        "series": "dispatch",
        "span": "month",
        "unit": "亿元",
    }
    return Asked(**(given | values))


def test_a_form_is_filled_with_what_was_delivered_and_what_units_told(cast: Cast, form: SuperiorForm) -> None:
    filling = filled(cast, accepted(cast, form))
    assert told(filling)["C4"] == "5.12"  # 512,300,000 元 in 亿元, two places
    assert told(filling)["C5"] == "4.00"  # the sum of five firms
    assert "没有这个时期的数" in why(filling)["D4"]
    assert next(row for row in filling.empty if row["cell"] == "D4")["who"] == ["统计局"]
    assert filling.sample
    entry = AuditEntry.objects.get(action="returns.form_fill")
    assert entry.after["title"] == "县区工业月报"


def test_the_file_keeps_the_layout_and_tells_where_figures_come_from(cast: Cast, form: SuperiorForm) -> None:
    filling = filled(cast, accepted(cast, form))
    book = openpyxl.load_workbook(io.BytesIO(filled_file(filling, "https://county.example")))
    sheet, source = book["月报"], book["出处（示例）"]
    assert (sheet["C4"].value, sheet["C5"].value) == (5.12, 4)
    assert sheet["C8"].value == "=C5+C6"
    assert (sheet["A1"].font.size, sheet.column_dimensions["A"].width) == (16, 33)
    assert "A1:E1" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet["C7"].fill.start_color.rgb == "FFFFFF00"
    assert "5 家企业" in sheet["C5"].comment.text
    assert "示例" in sheet["C5"].comment.text
    assert book["填表说明"].sheet_state == "hidden"
    rows = {row[0]: row for row in source.iter_rows(min_row=2, values_only=True)}
    assert rows["C5"][5] == "调度数"
    assert rows["C4"][5] == "统计数"
    assert rows["C5"][8].startswith(f"https://county.example/returns/forms/filled/{filling.pk}/cell/?at=")
    assert "没有这个时期" in rows["D4"][7]


def test_no_single_firm_stands_in_what_goes_to_the_city(cast: Cast, form: SuperiorForm) -> None:
    data = filled_file(filled(cast, accepted(cast, form)), "")
    texts = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not any("石港" in text for text in texts)


def test_a_sum_waits_for_everybody_unless_it_may_go_without(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    month_told(cast, county, {"xinrui-1": ""})
    form = accepted(cast, form)
    filling = filled(cast, form)
    row = next(row for row in filling.empty if row["cell"] == "C5")
    assert (row["why"], row["who"]) == ("还有 1 家没有报齐。", ["鑫瑞公司一矿"])
    services.form_map(user=cast.dispatcher, form_id=form.pk, version=form.version, put=[a_cell(partial=True)])
    second = filled(cast, form)
    assert told(second)["C5"] == "4.00"
    assert "鑫瑞公司一矿" in next(row for row in second.told if row["cell"] == "C5")["note"]


def test_small_sums_are_left_out_and_sums_that_tell_the_rest(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    """Three mines of coal tell 100, 90 and 80 million; all five together would tell the two others."""
    coal, iron = a_cell("C4", who="sector:coal"), a_cell("C6", who="sector:iron")
    services.form_map(user=cast.dispatcher, form_id=form.pk, version=1, put=[coal, iron, a_cell("C5")])
    filling = filled(cast, form)
    assert "看出单个企业" in why(filling)["C6"]
    assert "看出单个企业" in why(filling)["C4"]  # five minus three leaves two
    assert told(filling) == {"C5": "4.00"}


def test_figures_are_read_only_for_a_use_their_form_states(
    cast: Cast, county: County, form: SuperiorForm
) -> None:
    month_told(cast, county, FIVE, code="tax")
    services.form_map(
        user=cast.dispatcher, form_id=form.pk, version=1, put=[a_cell("C7", measure="tax", unit="万元")]
    )
    assert "没有报表写明" in why(filled(cast, form))["C7"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"series": "statistical"}, "两种口径不能混"),
        ({"who": "subject:1"}, "不能单独上报"),
        ({"series": "observation", "who": "region"}, "不上报"),
        ({"unit": "万吨"}, "不能写成"),
        ({"measure": "nothing"}, "没有"),
        ({"cell": "C8"}, "不能填"),
        ({"cell": "A4"}, "不能填"),
        ({"cell": "Z99"}, "不能填"),
        ({"sheet": "填表说明", "cell": "B2"}, "隐藏"),
        ({"span": "decade"}, "时期"),
        ({"places": 9}, "小数"),
    ],
    ids=str,
)
def test_what_a_cell_cannot_ask(values: dict[str, Any], words: str, cast: Cast, form: SuperiorForm) -> None:
    with pytest.raises(Invalid, match=words):
        services.form_map(user=cast.dispatcher, form_id=form.pk, version=1, put=[a_cell(**values)])
    assert cells_of(version_of(form)) == {}


def test_of_two_who_map_at_once_the_second_is_told_what_the_first_did(cast: Cast, form: SuperiorForm) -> None:
    services.form_map(user=cast.dispatcher, form_id=form.pk, version=1, put=[a_cell()])
    with pytest.raises(Stale) as refused:
        services.form_map(user=cast.office, form_id=form.pk, version=1, put=[a_cell("C6")])
    assert "改了 C5" in str(refused.value.details)
    assert list(cells_of(version_of(SuperiorForm.objects.get()))) == ["月报!C5"]


def test_a_new_blank_takes_its_cells_along_and_tells_what_moved(cast: Cast, form: SuperiorForm) -> None:
    form = accepted(cast, form)
    count = len(cells_of(version_of(form)))
    longer = blank(rows=(("企业数", "户"), *ROWS[:2]), month="2024年4月")
    made, moves = services.form_replace(
        user=cast.dispatcher, form_id=form.pk, version=form.version, data=longer, filename=NAME
    )
    assert {(m.cell, m.now) for m in moves} >= {("C4", "C5"), ("C5", "C6"), ("C6", "")}
    assert len(cells_of(made)) == count - 2
    assert "C4→C5" in made.reason


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.xlsx", "Excel"),
        (b"PK\x03\x04 broken", "a.xlsx", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "损坏"),
        ("一,二\n三,四\n".encode(), "a.csv", "xlsx"),
        (b"<html><table></table></html>", "a.xls", "Excel"),
        (b"0" * 6_000_000, "a.xlsx", "MB"),
    ],
    ids=["empty", "broken", "broken xls", "csv", "a page", "huge"],
)
def test_what_is_no_blank(data: bytes, name: str, words: str, cast: Cast, county: County) -> None:
    with pytest.raises(Invalid, match=words):
        services.form_register(user=cast.dispatcher, title="表", issuer="市", data=data, filename=name)
    assert not SuperiorForm.objects.exists()


def test_a_blank_without_room_for_figures_is_told(cast: Cast, county: County) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["只有一句话"])
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(Invalid, match="等着填数"):
        services.form_register(
            user=cast.dispatcher, title="表", issuer="市", data=buffer.getvalue(), filename="a.xlsx"
        )


def test_who_may(cast: Cast, county: County, form: SuperiorForm) -> None:
    for person in (cast.firm, cast.leader, cast.liaison, cast.clerk, cast.admin, cast.bank):
        with pytest.raises((NotAllowed, NotFound)):
            services.form_fill(user=person, form_id=form.pk, month=MARCH)
        assert not forms_visible_to(person).exists()
    with pytest.raises(NotFound):
        services.form_fill(user=cast.outsider, form_id=form.pk, month=MARCH)
    # A department sees the forms it brought itself: this one is the industry bureau's.
    assert forms_visible_to(cast.industry).exists()
    assert not forms_visible_to(cast.energy).exists()
    assert forms_visible_to(cast.office).exists()


def test_a_month_that_is_not_over_waits(cast: Cast, form: SuperiorForm) -> None:
    with pytest.raises(Invalid, match="还没有过完"):
        filled(cast, accepted(cast, form), Period.month(2024, 4))


# ---------------------------------------------------------------- another platform's file


def delivered(values: dict[str, Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    for cell, value in values.items():
        book["月报"][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def own(cast: Cast, county: County) -> SuperiorForm:
    """The statistics bureau's form: value added as statistics, output value as a sum of firms."""
    statistic(cast, county, "value_added.industry", MARCH, "500000000")
    made = services.form_register(
        user=cast.statistics, title="市平台导出", issuer="市统计局", data=blank(), filename=NAME
    )
    value_added = {"measure": "value_added.industry", "who": "region", "series": "statistical"}
    cells = [a_cell("C4", **value_added), a_cell("D4", span="year", **value_added), a_cell("C5")]
    services.form_map(user=cast.statistics, form_id=made.pk, version=1, put=cells)
    return made


def looked(cast: Cast, form: SuperiorForm, values: dict[str, Any]) -> Any:
    return intake.form_read(
        user=cast.statistics, form_id=form.pk, month=MARCH, data=delivered(values), filename="导出.xlsx"
    )


def test_statistics_come_in_after_a_look_and_firms_do_not(cast: Cast, own: SuperiorForm) -> None:
    before = Evidence.objects.count()
    reading = looked(cast, own, {"C4": 5, "D4": "14.5", "C5": 4})
    assert Evidence.objects.count() == before
    rows = {row["cell"]: row for row in reading.rows}
    assert "企业自己报" in rows["C5"]["wrong"]
    assert (rows["D4"]["period"], Decimal(rows["D4"]["value"])) == ("2024Q1", Decimal("1450000000"))
    done = intake.reading_confirm(user=cast.statistics, reading_id=reading.pk)
    assert done.counts == {"recorded": 1, "same": 1}
    new = Evidence.objects.latest("id")
    assert (new.series, str(new.period), new.value, new.file) == (
        "statistical", "2024Q1", Decimal("1450000000"), reading.file,
    )  # fmt: skip
    with pytest.raises(Invalid, match="已经读入"):
        intake.reading_confirm(user=cast.statistics, reading_id=reading.pk)


def test_another_value_needs_the_reason(cast: Cast, own: SuperiorForm) -> None:
    reading = looked(cast, own, {"C4": 5.5, "D4": "未报"})
    assert "不是数" in next(row for row in reading.rows if row["cell"] == "D4")["wrong"]
    with pytest.raises(Invalid, match="更正"):
        intake.reading_confirm(user=cast.statistics, reading_id=reading.pk)
    intake.reading_confirm(user=cast.statistics, reading_id=reading.pk, reason="市局核定")
    assert Evidence.objects.latest("id").value == Decimal("550000000")


def test_last_years_file_is_not_taken_for_this_form(cast: Cast, own: SuperiorForm) -> None:
    with pytest.raises(Invalid, match="去年的或别的表"):
        intake.form_read(
            user=cast.statistics, form_id=own.pk, month=MARCH, data=blank(rows=ROWS[1:]), filename="a.xlsx"
        )


def test_only_the_statistics_bureau_reads_in(cast: Cast, county: County, own: SuperiorForm) -> None:
    with pytest.raises(NotAllowed, match="统计局"):
        intake.form_read(
            user=cast.dispatcher, form_id=own.pk, month=MARCH, data=delivered({"C4": 1}), filename="a.xlsx"
        )


# ---------------------------------------------------------------- pages


def test_pages_from_the_blank_to_the_file(
    cast: Cast, county: County, client_of: Callable[[User], Client]
) -> None:
    statistic(cast, county, "value_added.industry", MARCH, "512300000")
    month_told(cast, county, FIVE)
    client = client_of(cast.dispatcher)
    wrong = client.post(
        reverse("returns:form-new"),
        {"title": "月报表", "issuer": "市工信局", "file": SimpleUploadedFile("a.txt", b"text")},
    )
    assert (wrong.status_code, "月报表" in wrong.content.decode()) == (422, True)
    page = client.post(
        reverse("returns:form-new"),
        {"title": "月报表", "issuer": "市工信局", "file": SimpleUploadedFile(NAME, blank())},
        follow=True,
    )
    assert "看起来这些格要填的是" in page.content.decode()
    form = SuperiorForm.objects.get()
    client.post(reverse("returns:form-accept", args=[form.pk]), {"version": 1, "at": ["月报!C4"]})
    at = reverse("returns:form-cell", args=[form.pk]) + "?at=月报!C5"
    assert "工业总产值" in client.get(at).content.decode()
    given = a_cell().kept | {"version": 2, "until": 6}
    assert (
        client.post(at, {k: v for k, v in given.items() if k not in ("labels", "partial")}).status_code == 302
    )
    assert set(cells_of(version_of(SuperiorForm.objects.get()))) == {"月报!C4", "月报!C5", "月报!C6"}
    stale = client.post(reverse("returns:form-accept", args=[form.pk]), {"version": 2, "at": ["月报!D4"]})
    assert (stale.status_code, "改了 C5" in stale.content.decode()) == (409, True)
    filling = client.post(reverse("returns:form-fill", args=[form.pk]), {"month": "2024-03"}, follow=True)
    assert "填了 2 格，空着 1 格" in filling.content.decode()
    made = FormFilling.objects.get()
    drawer = client.get(
        reverse("returns:form-told", args=[made.pk]), {"at": "月报!C5"}, headers={"HX-Target": "drawer-body"}
    )
    assert "石港煤业" in drawer.content.decode()
    file = client.get(reverse("returns:form-file", args=[made.pk]))
    assert openpyxl.load_workbook(io.BytesIO(file.content))["月报"]["C5"].value == 4
    assert AuditEntry.objects.filter(action="returns.form_fetch").count() == 1


def test_a_page_costs_the_same_however_many_cells(
    cast: Cast, form: SuperiorForm, client_of: Callable[[User], Client], django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.dispatcher)
    counts = []
    for put in ([a_cell()], [a_cell("C6"), a_cell("D5", span="year"), a_cell("D6", span="year")]):
        form.refresh_from_db()
        services.form_map(user=cast.dispatcher, form_id=form.pk, version=form.version, put=put)
        client.get(reverse("returns:form", args=[form.pk]))
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse("returns:form", args=[form.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_forms_are_as_old_as_the_day_shown(cast: Cast, form: SuperiorForm) -> None:
    with clock.as_of(TODAY.replace(month=3)):
        assert not forms_visible_to(cast.dispatcher).exists()

"""A blank form as a city sends it, and figures to fill it with."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill
from tests.cast import Cast, County

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services import evidence_record
from tiaodu.foundation.evidence.services.pointing import latest_point
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.foundation.registry.services import measures_load, region_subject_ensure
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.models import SOURCE, Return

TODAY = date(2024, 4, 10)
MARCH = Period.month(2024, 3)
NAME = "市工信局县区工业经济运行月报.xlsx"
ROWS = (
    ("规上工业增加值", "亿元"),
    ("工业总产值", "亿元"),
    ("营业收入", "万元"),
    ("税收", "万元"),
)


def blank(*, rows: tuple[tuple[str, str], ...] = ROWS, month: str = "2024年3月", above: int = 0) -> bytes:
    """A title, heads of two rows, a row for each measure, a row of formulas and a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "月报"
    sheet.append([f"县区工业经济运行月报（{month}）"])
    sheet.merge_cells("A1:E1")
    sheet["A1"].font = Font(name="方正小标宋简体", size=16, bold=True)
    for _n in range(above):
        sheet.append([])
    sheet.append(["指标", "计量单位", "本年", None, "同比增长%"])
    head = sheet.max_row
    sheet.append([None, None, "本月", "累计", None])
    for column in "ABE":
        sheet.merge_cells(f"{column}{head}:{column}{head + 1}")
    sheet.merge_cells(f"C{head}:D{head}")
    for name, unit in rows:
        sheet.append([name, unit])
    last = sheet.max_row
    sheet.append(["产值加收入", "", f"=C{last - 2}+C{last - 1}"])
    sheet[f"C{last}"].fill = PatternFill("solid", start_color="FFFFFF00", end_color="FFFFFF00")
    sheet.column_dimensions["A"].width = 33
    hidden = book.create_sheet("填表说明")
    hidden.append(["说明", "数"])
    hidden.append(["原煤产量", None])
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def statistic(cast: Cast, county: County, code: str, period: Period, value: str) -> Evidence:
    """A figure of the county as the statistics bureau delivered it."""
    measures_load(user=None)
    with clock.as_of(TODAY):
        subject = region_subject_ensure(user=cast.statistics, region=county.region)
        return evidence_record(
            user=cast.statistics,
            subject=subject,
            measure=Measure.objects.get(code=code),
            series="statistical",
            period=period,
            value=Decimal(value),
            source_kind="tests",
            source_id="1",
        )


def month_told(
    cast: Cast,
    county: County,
    values: dict[str, str],
    *,
    code: str = "output_value.industry",
    months: tuple[int, ...] = (3,),
) -> None:
    """What units told of a measure on their monthly returns, in 元; a unit of ``""`` was asked and did not
    answer.
    """
    measures_load(user=None)
    measure = Measure.objects.get(code=code)
    for name, value in values.items():
        subject = county.subjects[name]
        with clock.as_of(date(2024, 1, 1)):
            if not subject.listings.filter(type="economy_monthly").exists():
                services.listing_add(
                    user=cast.dispatcher, form="economy_monthly", subject=subject, since=date(2024, 1, 1)
                )
        for month in months:
            period = Period.month(2024, month)
            with clock.as_of(TODAY):
                services.returns_open(region=county.region, day=TODAY, first=date(2024, 1, 1))
            asked = Return.objects.get(type="economy_monthly", subject=subject, period_end=period.end)
            if value:
                _figure(cast, subject, measure, period, value, asked)


def _figure(
    cast: Cast, subject: Subject, measure: Measure, period: Period, value: str, asked: Return
) -> None:
    given: dict[str, Any] = {"period_start": period.start, "period_end": period.end}
    row = Evidence(
        region=subject.region,
        subject=subject,
        measure=measure,
        series="dispatch",
        value=Decimal(value),
        known_on=TODAY,
        reporter=cast.firm,
        source_kind=SOURCE,
        source_id=str(asked.pk),
        **given,
    )
    row.save(force_insert=True)
    latest_point([(subject.pk, row)])

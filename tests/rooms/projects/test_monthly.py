"""The dispatch table of a month: sums of projects, the county's statistics beside the sum alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests.cast import Cast, County
from tests.foundation.evidence.figures import whole_county
from tests.rooms.projects.desk import make_project

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.registry.models import Measure
from tiaodu.foundation.registry.services import measures_load
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.months import months_back

Browser = Callable[[User], Client]
WAN = Decimal(10_000)
URL = "/projects/monthly/"


@pytest.fixture(autouse=True)
def today(settings: Any, db: None) -> None:
    settings.TIAODU_TODAY = date(2024, 7, 10)
    measures_load(user=None)


def planned(county: County, cast: Cast, name: str, total: str, year: str) -> Project:
    """A project with its plan of 2024 in 万元."""
    made = make_project(county, cast, name)
    services.plan_set(
        user=cast.dispatcher, project_id=made.pk, year=2024, revision=0, total=Decimal(total) * WAN,
        planned=Decimal(year) * WAN,
    )  # fmt: skip
    return made


def told(cast: Cast, project: Project, month: int, done: str, paid: str | None = None, **more: Any) -> None:
    services.investment_report(
        user=cast.dispatcher,
        project_id=project.pk,
        told=services.Month(
            year=2024, month=month, revision=0, done=Decimal(done) * WAN,
            paid=None if paid is None else Decimal(paid) * WAN, **more,
        ),
    )  # fmt: skip


@pytest.fixture
def three(county: County, cast: Cast) -> list[Project]:
    """Two that reported June, one that did not."""
    one, other, silent = (
        planned(county, cast, "示例一", "9000", "3000"),
        planned(county, cast, "示例二", "2000", "1000"),
        planned(county, cast, "示例三", "500", "500"),
    )
    told(cast, one, 5, "700")
    told(cast, one, 6, "1200", "800", text="主体封顶", problem="设备未到", next_month=300 * WAN)
    told(cast, other, 6, "100", "60")
    return [one, other, silent]


def lines_of(answer: Any) -> list[tuple[Any, ...]]:
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_the_table_sums_what_was_reported_and_says_who_did_not(
    cast: Cast, three: list[Project], client_of: Browser
) -> None:
    html = client_of(cast.leader).get(URL).content.decode()
    assert "1—6 月完成 1300万元，占年度计划的 28.9%，1 个项目未报" in html.replace("\n", "")
    assert "主体封顶" in html
    assert "设备未到" in html
    may = client_of(cast.leader).get(URL + "?month=2024-05").content.decode()
    assert "1—5 月完成 700万元" in may
    assert "主体封顶" not in may
    assert "颜色按 5 月底的情况判断" in may


def test_excel_has_every_column_in_wan_and_the_sums_at_its_end(
    cast: Cast, three: list[Project], client_of: Browser
) -> None:
    rows = lines_of(client_of(cast.dispatcher).get(URL + "?export=xlsx"))
    assert "2024年6月重点项目调度表（万元）" in rows[0]
    heads = [str(cell) for cell in rows[1]]
    found = [dict(zip(heads, row, strict=True)) for row in rows[2:6]]
    by_name = {row["项目"]: row for row in found}
    assert by_name["示例一"]["调度数"] == 1200
    assert by_name["示例一"]["资金支付"] == 800
    assert by_name["示例一"]["下月计划"] == 300
    assert by_name["示例一"]["占比"] == "40%"
    assert by_name["示例三"]["调度数"] is None
    assert by_name["示例三"]["颜色"].startswith("关注：投资进度：已有 6个月没有报调度数")
    total = by_name["合计"]
    assert (total["年度计划"], total["调度数"]) == (4500, 1300)
    assert total["序时计划"] == 1440, "32 % of all plans"
    assert total["占比"] == "28.9%", "a sum over a sum, no mean of shares"
    assert total["颜色"] in (None, "")


def test_statistics_stand_beside_the_sum_and_with_no_project(
    county: County, cast: Cast, three: list[Project], client_of: Browser
) -> None:
    assert "统计数，全县" not in client_of(cast.leader).get(URL).content.decode()
    evidence.evidence_record(
        user=cast.statistics,
        subject=whole_county(county),
        measure=Measure.objects.get(code="investment_period.fixed_assets"),
        series=Series.STATISTICAL,
        period=Period.parse("2024-01..2024-05"),
        value=Decimal(987_000_000),
        source_kind="tests",
        source_id="1",
    )
    html = client_of(cast.leader).get(URL).content.decode()
    assert "统计数，全县" in html
    assert "9.87" in html
    assert "2024-05-31" in html
    rows = lines_of(client_of(cast.dispatcher).get(URL + "?export=xlsx"))
    assert all("统计" not in str(cell) for row in rows for cell in row)


def test_who_sees_the_table(cast: Cast, three: list[Project], client_of: Browser) -> None:
    assert client_of(cast.supervision).get(URL).status_code == 200
    assert "示例一" not in client_of(cast.outsider).get(URL).content.decode()
    assert client_of(cast.firm).get(URL).status_code in (403, 404)
    assert client_of(cast.bank).get(URL).status_code == 403


def test_it_is_printed_with_its_sums(cast: Cast, three: list[Project], client_of: Browser) -> None:
    html = client_of(cast.leader).get(URL + "?print=1").content.decode()
    assert "row-sum" in html
    assert "合计" in html


def test_a_month_that_is_not_over_is_not_offered(cast: Cast, client_of: Browser) -> None:
    assert [str(day) for day in months_back(date(2024, 3, 30), 3)] == [
        "2024-02-29",
        "2024-01-31",
        "2023-12-31",
    ]
    assert str(months_back(date(2024, 3, 31), 1)[0]) == "2024-03-31"
    html = client_of(cast.leader).get(URL + "?month=2024-07").content.decode()
    assert "2024 年 6 月调度表" in html


def test_the_table_takes_the_same_queries_for_one_project_and_for_many(
    county: County, cast: Cast, client_of: Browser
) -> None:
    browser, counts = client_of(cast.leader), []
    browser.get(URL)
    for number in range(4):
        told(cast, planned(county, cast, f"示例{number}", "900", "300"), 6, "100", "10")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[3] <= 40

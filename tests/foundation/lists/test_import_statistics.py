"""Statistics from Excel: units and periods, corrections with a reason, and the firewall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.foundation.lists.tables import upload, xlsx

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services import evidence_correct, evidence_record
from tiaodu.foundation.lists.models import ImportRun
from tiaodu.foundation.registry.models import Measure

Browser = Callable[[User], Client]
PAGE = "/lists/import/statistics/"
HEADING = ("指标名称", "地区", "报告期", "本期累计", "计量单位", "更正原因")
COAL = "output.coal.raw"


@pytest.fixture(autouse=True)
def _on_the_day(settings: Any) -> None:
    settings.TIAODU_TODAY = date(2024, 7, 10)


def checked(client: Client, rows: Sequence[Sequence[Any]]) -> ImportRun:
    answer = client.post(PAGE, upload(xlsx(rows, heading=HEADING), "统计数.xlsx"))
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("id")


def confirmed(client: Client, rows: Sequence[Sequence[Any]]) -> str:
    run = checked(client, rows)
    answer = client.post(f"/lists/imports/{run.pk}/confirm/", follow=True)
    return str(answer.content.decode())


def coal() -> str:
    return Measure.objects.get(code=COAL).name


def test_figures_are_recorded_in_the_base_unit_with_their_file(
    county: County, cast: Cast, client_of: Browser
) -> None:
    rows = [
        (coal(), None, "2024年1—6月", "245.3", "万吨", None),
        (COAL, "全县", "2024-01..2024-05", "201万吨", None, None),
        (coal(), "手套产业", "2024年一季度", 1200, None, None),
    ]
    client = client_of(cast.statistics)
    run = checked(client, rows)
    assert [row.verdict for row in run.rows.all()] == ["new"] * 3
    assert not Evidence.objects.exists()
    client.post(f"/lists/imports/{run.pk}/confirm/")
    found = {(e.subject.name, str(e.period)): e for e in Evidence.objects.select_related("subject", "file")}
    assert {key: e.value for key, e in found.items()} == {
        ("左权县", "2024H1"): Decimal(2_453_000),
        ("左权县", "2024-01..2024-05"): Decimal(2_010_000),
        ("手套产业", "2024Q1"): Decimal(1200),
    }
    first = found["左权县", "2024H1"]
    assert (first.series, first.source_kind, first.known_on) == (
        "statistical", "evidence.import", date(2024, 7, 10),
    )  # fmt: skip
    assert first.file == run.file
    assert (first.reporter, first.department) == (cast.statistics, cast.statistics.department)
    again = checked(client, rows)
    assert [row.verdict for row in again.rows.all()] == ["unchanged"] * 3


def test_another_figure_needs_its_reason_and_is_the_next_revision(
    county: County, cast: Cast, client_of: Browser
) -> None:
    client = client_of(cast.statistics)
    confirmed(client, [(coal(), None, "2024年3月", "12.3万吨", None, None)])
    without = checked(client, [(coal(), None, "2024年3月", "12.1万吨", None, None)])
    assert "已报送 12.3万吨" in without.rows.get().reasons["reason"]
    run = checked(client, [(coal(), None, "2024年3月", "12.1万吨", None, "重复统计一个矿")])
    assert run.rows.get().changes == {"value": ["12.3万吨", "12.1万吨"]}
    client.post(f"/lists/imports/{run.pk}/confirm/")
    revisions = Evidence.objects.order_by("revision").values_list("value", "reason")
    assert list(revisions) == [(Decimal(123_000), ""), (Decimal(121_000), "重复统计一个矿")]


def test_a_figure_corrected_since_the_check_is_not_overwritten(
    county: County, cast: Cast, client_of: Browser
) -> None:
    client = client_of(cast.statistics)
    confirmed(client, [(coal(), None, "2024年3月", "12.3万吨", None, None)])
    run = checked(client, [(coal(), None, "2024年3月", "12.1万吨", None, "重复")])
    first = Evidence.objects.get()
    evidence_correct(user=cast.statistics, evidence_id=first.pk, value=Decimal(1), reason="另一处")
    told = client.post(f"/lists/imports/{run.pk}/confirm/", follow=True).content.decode()
    assert "已导入 0 行，有错 1 行没有导入。" in told
    assert Evidence.objects.count() == 2


def test_what_is_wrong_is_said_at_its_cell(county: County, cast: Cast, client_of: Browser) -> None:
    run = checked(
        client_of(cast.statistics),
        [
            ("没有的指标", None, "2024年3月", "1", None, None),
            (coal(), "石港煤业", "2024年3月", "1", None, None),
            (coal(), "和顺县某厂", "2024年3月", "1", None, None),
            (coal(), None, "三月份", "1", None, None),
            (coal(), None, date(2024, 3, 1), "1", None, None),
            (coal(), None, "2024年9月", "1", None, None),
            (coal(), None, "2024年3月", "3亿元", None, None),
            (coal(), None, "2024年2月", "大约5", "万吨", None),
            (coal(), None, "2024年4月", None, None, None),
        ],
    )
    told = [row.reasons for row in run.rows.order_by("number")]
    assert "没有“没有的指标”" in told[0]["measure"]
    assert "单个企业" in told[1]["subject"], "the firewall: no single firm's figure is statistical"
    assert "登记簿里没有" in told[2]["subject"]
    assert "不是时期" in told[3]["period"]
    assert "变成了日期" in told[4]["period"]
    assert "还没有结束" in told[5]["period"]
    assert "不是以“吨”计的数" in told[6]["value"]
    assert "不是以“吨”计的数" in told[7]["value"]
    assert told[8] == {"value": "必须填写。"}


def test_only_the_statistics_bureau_imports_and_corrects_its_own(
    county: County, cast: Cast, client_of: Browser
) -> None:
    for user in (cast.dispatcher, cast.energy, cast.admin, cast.firm):
        assert client_of(user).get(PAGE).status_code == 404
    assert f'href="{PAGE}"' in client_of(cast.statistics).get("/evidence/").content.decode()
    cast.outsider.roles = ["statistics"]
    cast.outsider.save()
    evidence_record(
        user=cast.statistics, subject=county.subjects["glove"], measure=Measure.objects.get(code=COAL),
        series="statistical", period=Period.parse("2024-03"), value=Decimal(5),
        source_kind="t", source_id="1",
    )  # fmt: skip
    cast.clerk.roles, cast.clerk.department = ["statistics"], county.departments["industry"]
    cast.clerk.save()
    run = checked(client_of(cast.clerk), [(coal(), "手套产业", "2024年3月", "6", None, "我改")])
    assert "只有报送的单位可以更正" in run.rows.get().reasons["value"]

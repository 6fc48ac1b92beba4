"""The pages of the room: for the unit on its phone, for officials on their boards."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.returns.desk import TODAY, obliged, opened, sent

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.models import Return

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seventh_of_may")]
Browser = Callable[[User], Client]


@pytest.fixture
def seventh_of_may(settings: LazySettings) -> None:
    """Pages are asked for on the day the returns are of."""
    settings.TIAODU_TODAY = TODAY


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def post(client: Client, url: str, **data: object) -> tuple[int, str]:
    answer = client.post(url, data)
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    return answer.status_code, page.content.decode()


def at(name: str, row: Return) -> str:
    return reverse(f"returns:{name}", args=[row.pk])


def test_the_form_says_minutes_uses_units_and_what_stood_before(
    cast: Cast, county: County, client_of: Browser
) -> None:
    now, before = opened(cast, county)[:2]
    sent(cast.firm, before)
    html = text_of(client_of(cast.firm), at("return", now))
    for words in ("约 2 分钟", "可拒填", "用于：煤炭日调度", "上期", "5200", "立方米", "报出"):
        assert words in html, words
    assert [e.verb for e in now.entries.all()] == ["opened", "seen"]
    assert "v-0" not in text_of(client_of(cast.energy), at("return", now)), "no field for an official"


def test_typing_keeps_the_draft_and_says_what_strikes(cast: Cast, county: County, client_of: Browser) -> None:
    rows = opened(cast, county)
    for row in reversed(rows[1:8]):
        sent(cast.firm, row)
    status, said = post(client_of(cast.firm), at("check", rows[0]), **{"v-0": "52000000", "v-1": "abc"})
    assert status == 200
    assert "像是" in said or "核对单位" in said
    assert "不是数字" in said
    assert Return.objects.get(pk=rows[0].pk).draft == {
        "output.coal.raw": "52000000",
        "output.coal.sold": "abc",
    }
    assert not Evidence.objects.filter(value=52_000_000).exists()


def test_sending_back_correcting_and_the_board(cast: Cast, county: County, client_of: Browser) -> None:
    row = opened(cast, county)[0]
    unit, official = client_of(cast.firm), client_of(cast.energy)
    status, html = post(unit, at("send", row), version=row.version, **{"v-0": "5200", "v-1": "5000"})
    assert (status, "还没有填" in html, 'value="5200"' in html) == (422, True, True)
    cells = {"v-0": "5200", "v-1": "5000", "v-2": "12000"}
    assert post(unit, at("send", row), version=row.version, **cells)[0] == 302
    row.refresh_from_db()
    words = {"version": row.version, "measures": "output.coal.raw"}
    status, html = post(official, at("send-back", row), text="改成5100吨", **words)
    assert (status, "不能写数字" in html, "改成5100吨" in html) == (422, True, True)
    assert post(official, at("send-back", row), text="与过磅记录不符", **words)[0] == 302
    html = text_of(unit, at("return", row))
    assert "已退回，请看一看" in html
    assert "与过磅记录不符" in html
    row.refresh_from_db()
    done = {**cells, "v-0": "5100", "version": row.version, "text": "过磅单重复"}
    assert post(unit, at("correct", row), **done)[0] == 302
    html = text_of(official, reverse("returns:coal") + f"?day={TODAY}")
    assert "5100" in html
    assert "5200" not in html
    assert "5200" in text_of(official, at("return", row)), "the log keeps the old value"


def test_officials_see_who_is_missing_and_outsiders_nothing(
    cast: Cast, county: County, client_of: Browser
) -> None:
    rows = opened(cast, county, "economy_monthly")
    sent(cast.firm, rows[0])
    obliged(rows[1])
    for who in (cast.leader, cast.dispatcher, cast.energy, cast.statistics, cast.supervision):
        html = text_of(client_of(who), reverse("returns:board"))
        assert "工业企业月度经济运行表" in html
        assert "石港煤业" in html, "the month before is missing"
        text_of(client_of(who), reverse("returns:period", args=["economy_monthly", "2024-03"]))
    assert "没有待报" in text_of(client_of(cast.outsider), reverse("returns:list"))
    for who in (cast.bank, cast.admin, cast.investment):
        text_of(client_of(who), reverse("returns:list"), 403)


def test_pages_cost_the_same_however_much_there_is(cast: Cast, county: County, client_of: Browser) -> None:
    row = opened(cast, county)[0]
    client = client_of(cast.dispatcher)
    urls = [reverse("returns:list"), reverse("returns:board"), reverse("returns:coal"), at("return", row)]
    for url in urls:
        text_of(client, url)
    first = [_queries(client, url) for url in urls]
    for each in opened(cast, county)[:12]:
        sent(cast.firm, each)
    opened(cast, county, code="zhengzhu")
    opened(cast, county, "economy_monthly")
    assert [_queries(client, url) for url in urls] <= [count + 2 for count in first]


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        text_of(client, url)
    return len(caught)


def _upload(client: Client, url: str, rows: list[list[object]], name: str = "日报.xlsx") -> tuple[int, str]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return post(client, url, file=SimpleUploadedFile(name, out.getvalue()))


HEAD: list[object] = ["煤炭库存", "时期", "原煤产量（万吨）", "单位名称", "统一社会信用代码", "煤炭销量"]


def test_a_table_in_any_order_with_units_fills_the_draft(
    cast: Cast, county: County, client_of: Browser
) -> None:
    row = opened(cast, county)[0]
    status, html = _upload(
        client_of(cast.firm),
        at("upload", row),
        [["煤矿日报"], HEAD, ["1.2万吨", date(2024, 5, 7), 0.52, "石港公司", None, "五千吨左右"]],
    )
    assert (status, "不是数字" in html) == (422, True)
    now = Return.objects.get(pk=row.pk)
    assert now.draft == {"output.coal.raw": "5200", "output.coal.stock": "12000"}
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([HEAD, [1, "2023-05-07", 1, "石港煤业", "", 1]], "请换成本期的文件"),
        ([HEAD, [1, "2024-05-07", 1, "正珠煤业", "", 1]], "表里没有"),
        ([HEAD, [1, "2024-05-07", 1, "石港煤业", "", 1], [2, "2024-05-07", 2, "石港", "", 2]], "只留一行"),
        ([HEAD, [1, "2024-05-07", 1, "石港煤业", "91110000802100433A", 1]], "校验码"),
        ([["2023年煤矿日报"], ["单位名称", "原煤产量"], ["石港煤业", 1]], "2023"),
        ([["单位名称", "别的"], ["石港煤业", 1]], "没有"),
        ([["随便"]], "没有"),
    ],
)
def test_a_table_that_is_not_this_return_is_refused_in_words(
    cast: Cast, county: County, client_of: Browser, rows: list[list[object]], words: str
) -> None:
    row = opened(cast, county)[0]
    with clock.as_of(TODAY):
        services.return_draft(user=cast.firm, return_id=row.pk, typed={"output.coal.raw": "77"})
    _status, html = _upload(client_of(cast.firm), at("upload", row), rows)
    assert words in html
    assert Return.objects.get(pk=row.pk).draft == {"output.coal.raw": "77"}, "nothing is lost"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"<html><table></table></html>"])
def test_a_broken_file_is_refused_in_words(
    cast: Cast, county: County, client_of: Browser, data: bytes
) -> None:
    row = opened(cast, county)[0]
    status, html = post(client_of(cast.firm), at("upload", row), file=SimpleUploadedFile("a.xlsx", data))
    assert status == 302
    assert "notice" in html
    assert Return.objects.get(pk=row.pk).draft == {}


def test_the_table_handed_out_comes_in_again(cast: Cast, county: County, client_of: Browser) -> None:
    row = opened(cast, county)[0]
    client = client_of(cast.firm)
    book = openpyxl.load_workbook(io.BytesIO(client.get(at("table", row)).content))
    sheet = book.worksheets[0]
    for place, cell in enumerate(sheet[1], 1):
        if "原煤产量" in str(cell.value):
            sheet.cell(2, place, 5300)
    out = io.BytesIO()
    book.save(out)
    status, _html = post(client, at("upload", row), file=SimpleUploadedFile("a.xlsx", out.getvalue()))
    assert status == 200
    assert Return.objects.get(pk=row.pk).draft == {"output.coal.raw": "5300"}


def test_the_lists_are_kept_in_the_browser(cast: Cast, county: County, client_of: Browser) -> None:
    opened(cast, county)
    client = client_of(cast.dispatcher)
    added = {"form": "coal_daily", "subject": county.subjects["zhengzhu"].pk, "since": "2024-05-01"}
    assert post(client, reverse("returns:listing-add"), **added)[0] == 302
    status, html = post(client, reverse("returns:listing-add"), **added)
    assert (status, "已经在名录里" in html) == (422, True)
    listing = county.subjects["zhengzhu"].listings.get()
    ended = {"version": listing.version, "until": "2024-05-31", "reason": "停产"}
    assert post(client, reverse("returns:listing", args=[listing.pk]), **ended)[0] == 302

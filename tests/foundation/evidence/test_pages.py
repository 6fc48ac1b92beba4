"""Pages over HTTP: the list, one subject, a key's history, and where a figure comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from tests.cast import Cast, County
from tests.foundation.evidence.figures import (
    APRIL,
    LATER,
    NOW,
    TOLD,
    a_file,
    corrected,
    doubled,
    taken_back,
    told,
    whole_county,
)
from tests.foundation.evidence.test_boards import merge
from tests.rooms.ledger.desk import PNG

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.models import Evidence, Series

Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _shown_day(settings: object) -> None:
    settings.TIAODU_TODAY = NOW  # type: ignore[attr-defined]


@pytest.fixture
def _on_the_real_day(settings: object) -> Iterator[None]:
    settings.TIAODU_TODAY = None  # type: ignore[attr-defined]
    yield


def page(client: Client, url: str, status: int = 200, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == status, url
    return str(answer.content.decode())


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


def drawer(client: Client, found: Evidence, day: date | None = None) -> str:
    url = reverse("evidence:provenance", args=[found.pk]) + (f"?day={day}" if day else "")
    return page(client, url, HX_Request="true", HX_Target="drawer-body")


def test_the_list_holds_the_newest_figure_of_each_key(county: County, cast: Cast, client_of: Browser) -> None:
    corrected(cast.energy, told(county, cast.energy))
    told(county, cast.energy, "180000", period=APRIL, on=NOW)
    told(county, cast.energy, "5", series=Series.METER)
    client = client_of(cast.leader)
    whole = words(page(client, "/evidence/"))
    assert "2 项数字各有来源，近七天新报 1 项" in whole
    assert "18万吨 2024年1—4月 调度数 县能源局 2024-05-10" in whole
    assert "12.1万吨" not in whole
    assert "示例" in whole
    assert "18万吨" not in words(page(client, "/evidence/?filter=meter"))
    assert "没有符合条件" in page(client, "/evidence/?q=盘城")
    assert "18万吨" in words(page(client, "/evidence/?q=石港+原煤&kind=facility&sort=-known_on"))


def test_the_list_of_a_past_day_shows_what_stood_then(
    county: County, cast: Cast, client_of: Browser, settings: object
) -> None:
    first = told(county, cast.energy)
    april = told(county, cast.energy, "180000", period=APRIL, on=NOW)
    for day, value in ((TOLD, "12.3万吨"), (NOW, "18万吨"), (date(2024, 5, 11), "12.3万吨")):
        if day > NOW:
            taken_back(cast.energy, april, on=day)
        settings.TIAODU_TODAY = day  # type: ignore[attr-defined]
        assert value in words(page(client_of(cast.leader), "/evidence/"))
    settings.TIAODU_TODAY = date(2024, 4, 7)  # type: ignore[attr-defined]
    assert "还没有实绩" in page(client_of(cast.leader), "/evidence/")
    page(client_of(cast.leader), reverse("evidence:provenance", args=[first.pk]), 404)
    settings.TIAODU_TODAY = None  # type: ignore[attr-defined]
    assert "12.3万吨" in words(page(client_of(cast.leader), "/evidence/"))


def test_a_key_of_which_all_was_taken_back_says_so(
    county: County, cast: Cast, client_of: Browser, settings: object
) -> None:
    taken_back(cast.energy, told(county, cast.energy))
    for day in (NOW, None):
        settings.TIAODU_TODAY = day  # type: ignore[attr-defined]
        assert "已撤回" in words(page(client_of(cast.leader), "/evidence/"))


def test_the_excel_file_holds_numbers_units_and_reasons(
    county: County, cast: Cast, client_of: Browser
) -> None:
    corrected(cast.energy, told(county, cast.energy))
    answer = client_of(cast.energy).get("/evidence/?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    head = next(n for n, line in enumerate(lines) if "主体" in line)
    found = dict(zip(lines[head], lines[head + 1], strict=True))
    assert (found["主体"], found["数值"], found["单位"]) == ("石港煤业", 121_000, "吨")
    assert (found["时期"], found["版次"], found["更正原因"]) == ("2024Q1", 2, "过磅单重复")
    assert (found["示例"], found["报送人"]) == ("示例", "孙能源")
    assert client_of(cast.liaison).get("/evidence/?export=xlsx").status_code == 403


def test_the_drawer_shows_value_revisions_and_the_day_before(
    county: County, cast: Cast, client_of: Browser
) -> None:
    first = told(county, cast.energy)
    second = corrected(cast.energy, first, file=a_file(cast))
    client = client_of(cast.leader)
    now = drawer(client, first)
    assert "<html" not in now
    assert 'hx-target="#drawer-body"' in now
    text = words(now)
    assert "12.1万吨 2024年1—3月" in text
    assert "县能源局 孙能源，2024-04-20" in text
    assert "2024-04-20 12.1万吨 县能源局 孙能源原因：过磅单重复" in text
    assert "2024-04-08 12.3万吨" in text
    assert reverse("evidence:file", args=[second.pk]) in now
    before = words(drawer(client, second, date(2024, 4, 10)))
    assert "12.3万吨 2024年1—3月" in before
    assert "12.1万吨" not in before
    assert "到 2024-04-01 还没有报过这个数" in words(drawer(client, second, date(2024, 4, 1)))
    assert "12.1万吨" in words(drawer(client, first, date(2030, 1, 1)))


def test_without_javascript_it_is_a_page_of_its_own(county: County, cast: Cast, client_of: Browser) -> None:
    first = told(county, cast.energy)
    whole = page(client_of(cast.leader), reverse("evidence:provenance", args=[first.pk]))
    assert "<html" in whole
    assert '<form class="as-of" method="get"' in whole
    assert "12.3万吨" in words(whole)


def test_the_file_of_a_figure_is_handed_out_to_who_may_see_it(
    county: County, cast: Cast, client_of: Browser
) -> None:
    first = told(county, cast.energy, file=a_file(cast))
    bare = told(county, cast.energy, period=APRIL, on=NOW)
    url = reverse("evidence:file", args=[first.pk])
    assert client_of(cast.leader).get(url).content == PNG
    page(client_of(cast.outsider), url, 404)
    page(client_of(cast.leader), reverse("evidence:file", args=[bare.pk]), 404)


def test_a_source_is_shown_with_its_words_to_who_may_see_it(
    county: County, cast: Cast, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def describe(user: User, source_id: str) -> sources.Described | None:
        seen = sources.Described("《工业计划》", "/documents/1/", "前，", "<12.3万吨>", "，后。")
        return seen if user == cast.leader and source_id == "1" else None

    monkeypatch.setattr(sources, "_kinds", {})
    first = told(county, cast.energy)
    assert "来源 tests" in words(drawer(client_of(cast.leader), first))
    sources.register("tests", title="条目", describe=describe)
    html = drawer(client_of(cast.leader), first)
    assert "前，<mark>&lt;12.3万吨&gt;</mark>，后。" in html
    assert '<a href="/documents/1/">《工业计划》</a>' in html
    hidden = drawer(client_of(cast.office), first)
    assert "条目" in hidden
    assert "工业计划" not in hidden


def test_merged_subjects_that_differ_are_told(county: County, cast: Cast, client_of: Browser) -> None:
    keep, gone = county.subjects["shigang"], doubled(county)
    told(county, cast.energy, "100", subject=gone)
    kept = told(county, cast.energy, "200", subject=keep, on=LATER)
    merge(cast, keep, gone)
    text = words(drawer(client_of(cast.leader), kept))
    assert "合并过的主体对这一期各报过一个数" in text
    assert "报在“石港矿double”名下" in text
    single = told(county, cast.energy, "1", subject=keep, period=APRIL, on=NOW)
    assert "合并过的主体" not in words(drawer(client_of(cast.leader), single))
    listed = page(client_of(cast.leader), reverse("evidence:subject", args=[gone.pk]))
    assert "石港煤业" in words(listed)


def test_the_history_draws_and_lists_every_period_as_known(
    county: County, cast: Cast, client_of: Browser
) -> None:
    corrected(cast.energy, told(county, cast.energy))
    told(county, cast.energy, "180000", period=APRIL, on=NOW)
    url = reverse("evidence:history", args=[county.subjects["shigang"].pk, "output.coal.raw", "dispatch"])
    html = page(client_of(cast.leader), url)
    text = words(html)
    assert "2024年1—4月 18万吨" in text
    rows = words(html[html.index("<tbody") :])
    assert rows.index("2024年1—4月") < rows.index("2024年1—3月")
    assert "<polyline" in html
    assert "style=" not in html[html.index("<svg viewBox") : html.index("</figure>")]
    before = page(client_of(cast.leader), f"{url}?day={TOLD}")
    assert "12.3万吨" in words(before)
    assert "<polyline" not in before
    assert "到这一天还没有报过" in page(client_of(cast.leader), f"{url}?day=2024-01-01")
    for wrong in (url.replace("dispatch", "guess"), url.replace("output.coal.raw", "output.nothing")):
        page(client_of(cast.leader), wrong, 404)
    page(client_of(cast.outsider), url, 404)


def test_months_of_their_own_are_bars(county: County, cast: Cast, client_of: Browser) -> None:
    for month in (1, 2, 3):
        told(county, cast.energy, f"{month}00", period=Period.month(2024, month), on=NOW)
    url = reverse("evidence:history", args=[county.subjects["shigang"].pk, "output.coal.raw", "dispatch"])
    assert page(client_of(cast.leader), url).count("<rect") == 3


# Who sees what.


def seen(client_of: Browser, person: User) -> int:
    text = words(page(client_of(person), "/evidence/"))
    return int(text.split(" 项数字各有来源")[0].split()[-1])


def test_each_sees_her_own(county: County, cast: Cast, client_of: Browser) -> None:
    mine = told(county, cast.energy)
    told(county, cast.industry, series=Series.OBSERVATION)
    other = told(county, cast.energy, "7", subject=county.subjects["zhengzhu"])
    told(county, cast.statistics, "9", series=Series.STATISTICAL, subject=whole_county(county))
    for role in ("leader", "dispatcher", "supervision", "office", "energy", "statistics", "clerk", "liaison"):
        assert seen(client_of, getattr(cast, role)) == 4, role
    assert seen(client_of, cast.firm) == 1
    assert seen(client_of, cast.outsider) == seen(client_of, cast.city_leader) == 0
    firm = client_of(cast.firm)
    assert "12.3万吨" in words(drawer(firm, mine))
    page(firm, reverse("evidence:provenance", args=[other.pk]), 404)
    page(firm, reverse("evidence:subject", args=[county.subjects["zhengzhu"].pk]), 404)
    for series, status in (("dispatch", 200), ("observation", 404)):
        page(
            firm,
            reverse("evidence:history", args=[county.subjects["shigang"].pk, "output.coal.raw", series]),
            status,
        )
    for role in ("bank", "admin"):
        page(client_of(getattr(cast, role)), "/evidence/", 403)


def test_a_firm_still_sees_what_was_told_of_a_record_merged_into_its_own(
    county: County, cast: Cast, client_of: Browser
) -> None:
    gone = doubled(county)
    told(county, cast.energy, subject=gone)
    assert seen(client_of, cast.firm) == 0
    merge(cast, county.subjects["shigang"], gone)
    assert seen(client_of, cast.firm) == 1


def test_the_entry_of_the_navigation(county: County, cast: Cast, client_of: Browser) -> None:
    assert 'href="/evidence/"' in page(client_of(cast.leader), "/evidence/")
    assert 'href="/evidence/"' not in page(client_of(cast.bank), "/")


def queries_of(client: Client, url: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, url, **headers)  # type: ignore[arg-type]
    return len(queries)


@pytest.mark.parametrize("day", [NOW, None])
def test_pages_take_the_same_number_of_queries_however_much_there_is(
    county: County, cast: Cast, client_of: Browser, settings: object, day: date | None
) -> None:
    settings.TIAODU_TODAY = day  # type: ignore[attr-defined]
    first = told(county, cast.energy)
    shigang = county.subjects["shigang"].pk
    urls = [
        "/evidence/",
        reverse("evidence:provenance", args=[first.pk]),
        reverse("evidence:subject", args=[shigang]),
        reverse("evidence:history", args=[shigang, "output.coal.raw", "dispatch"]),
    ]
    client = client_of(cast.leader)
    for url in urls:
        page(client, url)
    before = [queries_of(client, url) for url in urls]
    corrected(cast.energy, first)
    for month in (1, 2, 3, 4):
        for code in ("shigang", "zhengzhu", "xinrui", "glove"):
            period = Period.month(2024, month)
            told(county, cast.energy, "5", subject=county.subjects[code], period=period, on=NOW)
    assert [queries_of(client, url) for url in urls] == before
    assert max(before) <= 18


def test_pages_are_read_in_english(county: County, cast: Cast, client_of: Browser) -> None:
    first = told(county, cast.energy)
    cast.leader.language = "en"
    cast.leader.save()
    client = client_of(cast.leader)
    with clock.as_of(NOW):
        text = words(drawer(client, first))
    assert "Reports and corrections" in text
    assert "123,000" in text
    assert "January–March 2024" in text

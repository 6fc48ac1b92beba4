"""The pages of the tables over HTTP: read, propose, look at the difference, confirm, and every refusal."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.tables_desk import LIMITS, STANDING, confirm, limits, limits_table, propose
from tests.rooms.ledger.desk import coal_task

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.tables.declaring import Table, declare, undeclare
from tiaodu.foundation.tables.models import Decision, Version
from tiaodu.foundation.tables.selectors import table

__all__ = ["limits"]

ClientOf = Callable[[User], Client]
EDIT = f"/tables/{STANDING}/edit/"


@pytest.fixture(autouse=True)
def demo_days(settings: Any) -> None:
    """People choose the day they act on, as in the demo."""
    settings.TIAODU_DEMO = True
    settings.TIAODU_TODAY = date(2024, 7, 1)


def on(client: Client, day: int) -> Client:
    """The person's browser on a day of July."""
    session = client.session
    session["day"] = date(2024, 7, day).isoformat()
    session.save()
    return client


def words(answer: Any) -> str:
    """The page as it is read."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def told(**other: str) -> dict[str, str]:
    """A whole form of the thresholds."""
    return {
        "row": "0",
        "0-due_soon_days": "10",
        "0-unreported_days": "31",
        "0-default_offset_days": "5",
        "valid_from": "2024-07-08",
        "source": "县长办公会纪要",
        "confidence": "practice",
        "reason": "按周调度",
        "based_on": "",
        "act": "send",
    } | other


def rows_told(*rows: dict[str, str], **other: str) -> dict[str, Any]:
    """A whole form of the limits."""
    cells: dict[str, Any] = {"row": [str(n) for n in range(len(rows))]}
    usual = {"days": "5", "escalates": "true", "whom": "", "price": "", "since": "", "confidence": "source"}
    for n, row in enumerate(rows):
        cells |= {f"{n}-{key}": value for key, value in (usual | row).items()}
    head = {"valid_from": "2024-07-08", "source": "县里的办法", "confidence": "source", "reason": "改"}
    return cells | head | {"based_on": "", "act": "review"} | other


def test_a_threshold_changed_by_one_and_confirmed_by_another(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    """Proposed on the 5th for the 8th, confirmed on the 6th: the 8th has it, pages of the 4th do not."""
    clerk = on(client_of(cast.dispatcher), 5)
    seen = words(clerk.get(EDIT))
    assert "提前多少天算临期" in seen
    review = words(clerk.post(EDIT, told(act="review")))
    assert "还没有提交" in review
    assert "提前多少天算临期 7 天 10 天" in review
    assert not Version.objects.exists()
    sent = clerk.post(EDIT, told())
    version = Version.objects.get()
    assert sent["Location"] == f"/tables/versions/{version.pk}/"
    assert "须由另一个人确认" in words(clerk.get(sent["Location"]))

    second = on(client_of(cast.supervision), 6)
    assert "1 项修改等您确认" in words(second.get("/tables/"))
    page = words(second.get(f"/tables/versions/{version.pk}/"))
    assert "提前多少天算临期 7 天 10 天" in page
    assert second.post(f"/tables/versions/{version.pk}/confirm/").status_code == 302
    assert (version.proposed_on, Decision.objects.get().decided_on) == (date(2024, 7, 5), date(2024, 7, 6))

    pages = {day: words(on(second, day).get(f"/tables/{STANDING}/")) for day in (4, 5, 6, 8)}
    assert "第 1 版" not in pages[4]
    assert "提议了修改" in pages[5]
    assert "自 2024-07-08 起由已确认的第 1 版接替" in pages[6]
    assert "按本地第 1 版，自 2024-07-08 起" in pages[8]
    assert ["10 天" in pages[day] for day in (4, 5, 6, 8)] == [False, False, False, True]
    later = words(on(second, 6).get(f"/tables/{STANDING}/?day=2024-07-09"))
    assert "2024-07-09 的内容" in later
    assert "10 天" in later
    assert "10 天" not in words(on(second, 4).get(f"/tables/{STANDING}/?day=2024-07-09"))


def test_who_only_reads_sees_no_button(county: County, cast: Cast, client_of: ClientOf) -> None:
    version = propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 8), due_soon_days=10)
    reader = client_of(cast.energy)
    assert EDIT not in reader.get(f"/tables/{STANDING}/").content.decode()
    page = reader.get(f"/tables/versions/{version.pk}/").content.decode()
    assert "/confirm/" not in page
    assert [reader.get(EDIT).status_code, reader.post(EDIT, told()).status_code] == [403, 403]
    assert reader.post(f"/tables/versions/{version.pk}/confirm/").status_code == 403


def test_the_proposer_may_only_withdraw(county: County, cast: Cast, client_of: ClientOf) -> None:
    version = propose(
        cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 8), user=cast.office, due_soon_days=9
    )
    office, address = client_of(cast.office), f"/tables/versions/{version.pk}/"
    page = office.get(address).content.decode()
    assert ("/confirm/" in page, "/withdraw/" in page) == (False, True)
    assert office.post(f"{address}confirm/").status_code == 403
    assert office.post(f"{address}withdraw/").status_code == 302
    assert "撤回，没有生效" in words(office.get(address))


def test_a_rejection_needs_its_reason_and_is_read_by_the_proposer(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    version = propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 8), due_soon_days=9)
    address = f"/tables/versions/{version.pk}/"
    second = client_of(cast.leader)
    assert second.post(f"{address}reject/", {"reason": ""}).status_code == 422
    assert second.post(f"{address}reject/", {"reason": "没有依据"}).status_code == 302
    page = words(client_of(cast.dispatcher).get(address))
    assert "驳回，没有生效" in page
    assert "没有依据" in page
    assert "已经处理" in words(second.post(f"{address}confirm/"))


def test_what_is_wrong_stands_at_its_cell_and_nothing_is_lost(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of(cast.dispatcher).post(
        EDIT, told(**{"0-due_soon_days": "七天", "source": "", "reason": "按周调度"})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“七天”不行；应为整数，0 到 366。" in page
    assert "请写明依据" in page
    assert ('value="七天"' in page, "按周调度" in page, "有 2 处要改" in page) == (True, True, True)
    assert not Version.objects.exists()


def test_a_day_that_has_passed_asks_for_its_reason(county: County, cast: Cast, client_of: ClientOf) -> None:
    client = on(client_of(cast.dispatcher), 5)
    assert "earlier_reason" not in client.get(EDIT).content.decode()
    asked = client.post(EDIT, told(valid_from="2024-07-01"))
    assert asked.status_code == 422
    assert 'name="earlier_reason"' in asked.content.decode()
    assert client.post(EDIT, told(valid_from="2024-07-01", earlier_reason="补记")).status_code == 302
    page = words(on(client_of(cast.leader), 5).get(f"/tables/versions/{Version.objects.get().pk}/"))
    assert "追溯生效 补记" in page
    assert "生效日已经过去" in page


def test_who_was_overtaken_sees_the_difference_and_goes_on_from_there(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    first = propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 2), due_soon_days=14)
    confirm(cast, date(2024, 7, 2), first)
    client = on(client_of(cast.dispatcher), 3)
    answer = client.post(EDIT, told(act="review"))
    page = words(answer)
    assert answer.status_code == 409
    assert "有效的是第 1 版，不是您打开时的那一版" in page
    assert "提前多少天算临期 14 天 10 天" in page
    assert f'name="based_on" value="{first.pk}"' in answer.content.decode()
    assert client.post(EDIT, told(based_on=str(first.pk))).status_code == 302


def test_a_stale_proposal_cannot_be_confirmed_on_its_page(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    first, second = (
        propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 8), due_soon_days=days)
        for days in (10, 14)
    )
    confirm(cast, date(2024, 7, 2), first)
    client, address = on(client_of(cast.leader), 3), f"/tables/versions/{second.pk}/"
    page = client.get(address).content.decode()
    assert "已经换了一版" in page
    assert f"{address}confirm/" not in page
    refused = client.post(f"{address}confirm/")
    assert (refused.status_code, "提前多少天算临期" in refused.content.decode()) == (409, True)


def test_rows_are_added_moved_and_removed_without_being_checked(
    county: County, cast: Cast, limits: Table, client_of: ClientOf
) -> None:
    client, address = client_of(cast.dispatcher), f"/tables/{LIMITS}/edit/"
    sent = rows_told({"item": "order", "days": "x"}, {"item": "case", "days": "3"})
    more = client.post(address, sent | {"act": "add"}).content.decode()
    assert more.count('name="row"') == 3
    assert 'value="x"' in more
    fragment = client.post(
        address, sent | {"act": "down-0"}, headers={"HX-Request": "true", "HX-Target": "cells"}
    )
    html = fragment.content.decode()
    assert html.strip().startswith('<div id="cells">')
    assert html.index('value="3"') < html.index('value="x"')
    fewer = client.post(address, sent | {"act": "remove-0"}).content.decode()
    assert (fewer.count('name="row"'), 'value="x"' in fewer) == (1, False)
    assert client.post(address, sent | {"act": "remove-9"}).status_code == 200


def test_the_difference_tells_rows_that_came_went_and_changed(
    county: County, cast: Cast, limits: Table, client_of: ClientOf
) -> None:
    client, address = client_of(cast.dispatcher), f"/tables/{LIMITS}/edit/"
    page = words(client.post(address, rows_told({"item": "order", "days": "8", "price": "0.35"})))
    assert "新增 0 行，删去 1 行，修改 1 行，不变 0 行" in page
    assert "删去 诉求" in page
    back = client.post(address, rows_told({"item": "order", "days": "8"}, act="edit"))
    assert 'value="8"' in back.content.decode()


def test_a_row_of_an_unknown_choice_or_twice_is_refused_in_words(
    county: County, cast: Cast, limits: Table, client_of: ClientOf
) -> None:
    client, address = client_of(cast.dispatcher), f"/tables/{LIMITS}/edit/"
    page = words(client.post(address, rows_told({"item": "order"}, {"item": "order"})))
    assert "“交办单”与第 1 行重复" in page
    page = words(client.post(address, rows_told({"item": "step"})))
    assert "以下之一：交办单、诉求" in page
    assert client.post(address, rows_told(act="review")).status_code == 422
    nonsense = {**rows_told({"item": "order"}), "row": ["x", "-1", "99999999999999999999"]}
    assert client.post(address, nonsense).status_code in (200, 422)


def test_a_cell_is_checked_while_it_is_typed(county: County, cast: Cast, client_of: ClientOf) -> None:
    client, address = client_of(cast.dispatcher), f"/tables/{STANDING}/cell/"
    wrong = client.post(address, {"0-due_soon_days": "<b>x"}).content.decode()
    assert "&lt;b&gt;x" in wrong
    assert client.post(address, {"0-due_soon_days": "30"}).content == b""
    assert client.post(address, {"0-other": "30"}).status_code == 404
    assert client_of(cast.energy).post(address, {"0-due_soon_days": "30"}).status_code == 403


def _exported(client: Client, code: str, query: str = "") -> bytes:
    answer = client.get(f"/tables/{code}/export/{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", [STANDING, LIMITS])
def test_a_table_goes_to_excel_and_comes_back_into_the_form(
    county: County, cast: Cast, limits: Table, client_of: ClientOf, code: str
) -> None:
    """Changed in Excel; nothing of it is stored before it was looked at and sent."""
    client, address = client_of(cast.dispatcher), f"/tables/{code}/edit/"
    book = openpyxl.load_workbook(io.BytesIO(_exported(client, code)))
    sheet = book.active
    assert sheet is not None
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value in (5, 7))
    place.value = 12
    changed = io.BytesIO()
    book.save(changed)
    changed.seek(0)
    changed.name = "改过的.xlsx"
    sent = told() if code == STANDING else rows_told()
    page = client.post(address, sent | {"act": "import", "file": changed, "reason": "留着"}).content.decode()
    assert "还没有提交" in page
    assert ('value="12"' in page, "留着" in page) == (True, True)
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "请先选择一个 Excel 文件"),
        (b"not a workbook", "读不出来"),
        (b"PK\x03\x04 broken", "损坏"),
    ],
)
def test_a_file_that_is_no_table_changes_nothing(
    county: County, cast: Cast, client_of: ClientOf, content: bytes, said: str
) -> None:
    file = io.BytesIO(content)
    file.name = "表.xlsx"
    sent = told(act="import") | ({"file": file} if content else {})  # type: ignore[dict-item]
    page = client_of(cast.dispatcher).post(EDIT, sent).content.decode()
    assert said in page
    assert "没有变化" in page
    assert 'value="10"' in page


def test_a_workbook_without_the_titles_is_told_which(
    county: County, cast: Cast, limits: Table, client_of: ClientOf
) -> None:
    book, data = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["事项", "办理时限"])
    book.active.append(["交办单", 5])
    book.save(data)
    data.seek(0)
    data.name = "表.xlsx"
    sent = rows_told() | {"act": "import", "file": data}
    page = words(client_of(cast.dispatcher).post(f"/tables/{LIMITS}/edit/", sent))
    assert "没有找到这些标题：是否升级、升级到、可信程度" in page


def test_the_list_says_what_blocks_what_waits_and_what_holds(
    county: County, cast: Cast, limits: Table, client_of: ClientOf
) -> None:
    client = client_of(cast.leader)
    page = words(client.get("/tables/"))
    assert "1 行待确认" in page
    assert "7 天 · 31 天 · 5 个工作日" in page
    version = propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 8), due_soon_days=9)
    assert "有人提议修改" in words(client.get("/tables/?filter=mine"))
    confirm(cast, date(2024, 7, 1), version)
    assert "没有符合条件的记录" in words(client.get("/tables/?filter=mine"))
    assert client.get("/tables/?export=xlsx").status_code == 200


def test_four_times_the_versions_cost_no_further_query(
    county: County, cast: Cast, limits: Table, client_of: ClientOf
) -> None:
    client = on(client_of(cast.leader), 20)
    counts = []
    for days in ((10, 11), (12, 13, 14, 15, 16, 17)):
        for n in days:
            version = propose(
                cast, county, date(2024, 7, n - 9), valid_from=date(2024, 7, n - 9), due_soon_days=n
            )
            confirm(cast, date(2024, 7, n - 9), version)
        client.get("/tables/")
        found = []
        for url in ("/tables/", f"/tables/{STANDING}/", f"/tables/versions/{version.pk}/"):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url).status_code == 200
            found.append(len(caught))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10


@pytest.mark.parametrize("url", ["/tables/", f"/tables/{STANDING}/", EDIT])
def test_pages_speak_english_too(county: County, cast: Cast, client_of: ClientOf, url: str) -> None:
    client = client_of(cast.dispatcher)
    client.cookies["django_language"] = "en"
    page = client.get(url).content.decode()
    assert "lights of tasks" in page
    assert "参数" not in page


def test_a_blocked_function_says_who_must_supply_what_and_links_to_the_editor(
    county: County, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger without its thresholds."""
    coal_task(county, cast)
    monkeypatch.setattr("tiaodu.foundation.tables.selectors.packaged", lambda _table: None)
    answer = client_of(cast.dispatcher).get("/ledger/")
    page = answer.content.decode()
    assert answer.status_code == 424
    assert "台账的灯（临期、逾期、未报）现在不能用" in page
    assert "请工信局调度员提供并经另一人确认" in page
    assert f'href="/tables/{STANDING}/"' in page
    assert f'href="/tables/{STANDING}/"' not in client_of(cast.firm).get("/ledger/").content.decode()
    seen = words(client_of(cast.dispatcher).get(f"/tables/{STANDING}/"))
    assert "现在停用" in seen
    assert "提供内容" in seen
    assert client_of(cast.dispatcher).get(f"/tables/{STANDING}/export/").status_code == 404


def test_what_was_missing_works_once_it_is_confirmed(
    county: County, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiaodu.foundation.tables.selectors.packaged", lambda _table: None)
    client = on(client_of(cast.dispatcher), 1)
    assert client.post(EDIT, told(valid_from="2024-07-01")).status_code == 302
    confirm(cast, date(2024, 7, 1), Version.objects.get(), cast.leader)
    with clock.as_of(date(2024, 7, 1)):
        assert table(STANDING, region=county.region).body["due_soon_days"] == 10
    assert client.get("/ledger/").status_code == 200


def test_a_neighbour_sees_the_packages_content_and_none_of_ours(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    version = propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 1), due_soon_days=9)
    confirm(cast, date(2024, 7, 1), version)
    neighbour = client_of(cast.outsider)
    page = words(neighbour.get(f"/tables/{STANDING}/"))
    assert ("第 1 版" in page, "按随程序的内容" in page) == (False, True)
    assert neighbour.get(f"/tables/versions/{version.pk}/").status_code == 404
    assert "第 1 版" not in words(client_of(cast.city_leader).get(f"/tables/{STANDING}/"))


def test_who_confirms_is_reminded_of_what_waits_until_it_is_decided(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    version = propose(cast, county, date(2024, 7, 1), valid_from=date(2024, 7, 8), due_soon_days=9)
    address = f"/tables/versions/{version.pk}/"
    supervision, energy = client_of(cast.supervision), client_of(cast.energy)
    page = supervision.get("/alerts/").content.decode()
    assert (address in page, "李调度提议修改，自 2024-07-08 起" in page) == (True, True)
    assert address not in energy.get("/").content.decode()
    assert address not in client_of(cast.outsider).get("/alerts/").content.decode()
    confirm(cast, date(2024, 7, 2), version)
    assert address in on(supervision, 1).get("/alerts/").content.decode()
    assert address not in on(supervision, 2).get("/alerts/").content.decode()


def test_who_proposes_is_reminded_of_what_is_missing(
    county: County, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(limits_table(packaged=""))
    try:
        page = words(client_of(cast.dispatcher).get("/alerts/"))
        assert "事项的时限停用：没有 2024-07-01 可用的内容" in page
        assert "事项的时限停用" not in words(client_of(cast.supervision).get("/alerts/"))
    finally:
        undeclare(LIMITS)

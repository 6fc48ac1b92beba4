"""Pages over HTTP: what each person sees and does, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.items.desk import PNG, claimed, government, officer, opened, taken
from tests.foundation.items.test_handling import now
from tests.rooms.ledger.desk import step_task

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items import services
from tiaodu.foundation.items.models import Item, ItemEntry

DAY = date(2024, 5, 7)
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_the_day(settings: Any) -> Iterator[None]:
    settings.TIAODU_TODAY = DAY
    with clock.as_of(DAY):
        yield


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.content.decode())


def form_of(client: Client, item: Item, act: str) -> dict[str, str]:
    """What the form of an act holds hidden, as the browser would send it."""
    html = page(client, f"/items/{item.pk}/{act}/")
    found = {}
    for name in ("version", "key"):
        start = html.index(f'name="{name}" value="') + len(f'name="{name}" value="')
        found[name] = html[start : html.index('"', start)]
    return found


def test_the_list_answers_first_and_filters(county: County, cast: Cast, client_of: Browser) -> None:
    late = taken(county, cast)
    asked = opened(county, cast, date(2024, 5, 6), title="核对用地手续", due=date(2024, 5, 31))
    client = client_of(cast.energy)
    whole = page(client, "/items/")
    assert "未办结 2 件：逾期 1 件，临期 0 件，待核 0 件" in whole
    assert "2 个工作日，已提级到承办单位负责人" in whole
    for chip, there, gone in (
        ("overdue", late, asked),
        ("mine", late, asked),
        ("to_confirm", asked, late),
    ):
        html = page(client, f"/items/?filter={chip}")
        assert there.title in html
        assert gone.title not in html
    assert late.title not in page(client, "/items/?q=用地")
    assert late.title not in page(client_of(cast.industry), "/items/")
    for person in (cast.leader, cast.dispatcher, cast.supervision, cast.office):
        assert late.title in page(client_of(person), "/items/")
    assert client_of(cast.bank).get("/items/").status_code == 403


def test_the_list_is_right_on_an_earlier_day(
    county: County, cast: Cast, client_of: Browser, settings: Any
) -> None:
    item = claimed(county, cast)
    with clock.as_of(date(2024, 5, 8)):
        services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version)
    client = client_of(cast.supervision)
    for day, chip in ((date(2024, 5, 8), "struck_off"), (date(2024, 5, 7), "claimed")):
        settings.TIAODU_TODAY = day
        with clock.as_of(day):
            assert item.title in page(client, f"/items/?filter={chip}")
    settings.TIAODU_TODAY = date(2024, 4, 16)
    with clock.as_of(date(2024, 4, 16)):
        assert "还剩 11 个工作日" in page(client, f"/items/{item.pk}/")
    settings.TIAODU_TODAY = date(2024, 4, 14)
    with clock.as_of(date(2024, 4, 14)):
        assert client.get(f"/items/{item.pk}/").status_code == 404


def test_excel_holds_the_hidden_columns_too(county: County, cast: Cast, client_of: Browser) -> None:
    item = taken(county, cast)
    answer = client_of(cast.dispatcher).get("/items/?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    head = next(n for n, line in enumerate(lines) if "单号" in line)
    told = dict(zip(lines[head], lines[head + 1], strict=True))
    assert (told["单号"], told["事项"]) == ("交办〔2024〕1号", item.title)
    assert (told["承办单位"], told["责任人"], told["交办机关"]) == ("县能源局", "孙能源", "县政府督查室")
    assert client_of(cast.liaison).get("/items/?export=xlsx").status_code == 403


def test_the_page_answers_with_the_clock_and_one_button(
    county: County, cast: Cast, client_of: Browser
) -> None:
    item = taken(county, cast)
    handler = page(client_of(cast.energy), f"/items/{item.pk}/")
    assert "逾期 2 个工作日，已提级到承办单位负责人" in handler
    assert f'id="first-act" href="/items/{item.pk}/claim/"' in handler
    issuer = page(client_of(cast.supervision), f"/items/{item.pk}/")
    assert 'id="first-act"' not in issuer
    assert f"/items/{item.pk}/extend/" in issuer
    assert "王县长4月15日批示" in issuer
    assert client_of(cast.industry).get(f"/items/{item.pk}/").status_code == 404
    done = claimed(county, cast)
    assert f'href="/items/{done.pk}/strike-off/"' in page(client_of(cast.supervision), f"/items/{done.pk}/")
    assert f"/items/{done.pk}/strike-off/" not in page(client_of(cast.energy), f"/items/{done.pk}/")


def test_take_claim_and_strike_off_in_the_browser(county: County, cast: Cast, client_of: Browser) -> None:
    item = opened(county, cast, responsible=cast.energy)
    handler, verifier = client_of(cast.energy), client_of(cast.supervision)
    assert handler.post(f"/items/{item.pk}/take/", form_of(handler, item, "take")).status_code == 302
    form = form_of(handler, item, "claim") | {"text": "方案已报", "happened_on": "2024-05-07"}
    wrong = handler.post(f"/items/{item.pk}/claim/", form)
    assert wrong.status_code == 422
    assert "报完成要有佐证" in wrong.content.decode()
    sent = form | {"proof": SimpleUploadedFile("方案.png", PNG)}
    assert handler.post(f"/items/{item.pk}/claim/", sent).status_code == 302
    closing = form_of(verifier, item, "strike-off") | {"text": "看过"}
    for _ in range(2):  # the browser sends it twice
        assert verifier.post(f"/items/{item.pk}/strike-off/", closing).status_code == 302
    assert ItemEntry.objects.filter(item=item, verb="struck_off").count() == 1
    proof = now_of(item, "claimed").file_id
    assert verifier.get(f"/items/{item.pk}/files/{proof}/").status_code == 200
    assert client_of(cast.firm).get(f"/items/{item.pk}/files/{proof}/").status_code == 403


def now_of(item: Item, verb: str) -> ItemEntry:
    return ItemEntry.objects.filter(item=item, verb=verb)[0]


def test_a_form_opened_before_somebody_else_acted_is_told_so(
    county: County, cast: Cast, client_of: Browser
) -> None:
    item = claimed(county, cast)
    first, second = client_of(cast.supervision), client_of(cast.dispatcher)
    old = form_of(second, item, "strike-off")
    first.post(f"/items/{item.pk}/strike-off/", form_of(first, item, "strike-off"))
    answer = second.post(f"/items/{item.pk}/strike-off/", old)
    assert answer.status_code == 409
    assert "赵督查：销号" in answer.content.decode()


def test_a_form_for_an_act_that_is_not_ones_own_is_refused(
    county: County, cast: Cast, client_of: Browser
) -> None:
    item = taken(county, cast)
    client = client_of(cast.supervision)
    assert "现在不能由您" in page(client, f"/items/{item.pk}/claim/", 403)
    assert client.get(f"/items/{item.pk}/fly/").status_code == 404
    assert client_of(cast.firm).get(f"/items/{item.pk}/note/").status_code == 403


def test_a_hand_over_to_who_is_away_offers_the_deputy(county: County, cast: Cast, client_of: Browser) -> None:
    item = taken(county, cast)
    receiver = officer(county, "receiver", "接手员", "emergency")
    deputy = officer(county, "deputy", "代理员", "emergency")
    services.absence_record(user=receiver, start=DAY, end=date(2024, 5, 10), reason="leave", deputy=deputy)
    client = client_of(cast.energy)
    assert "接手员（不在岗，至 2024-05-10）" in page(client, f"/items/{item.pk}/hand-over/")
    form = form_of(client, item, "hand-over") | {"to": str(receiver.pk), "reason": "归口调整"}
    answer = client.post(f"/items/{item.pk}/hand-over/", form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "接手员休假（2024-05-07 至 2024-05-10），代理人是代理员" in html
    assert f'<option value="{deputy.pk}" selected>代理员</option>' in html
    assert "归口调整" in html
    assert client.post(f"/items/{item.pk}/hand-over/", form | {"to": str(deputy.pk)}).status_code == 302
    assert now(item).receiver == deputy


def test_an_order_is_opened_from_a_task(county: County, cast: Cast, client_of: Browser) -> None:
    task, leadership = step_task(county, cast), government(county)
    client = client_of(cast.dispatcher)
    address = f"/items/new/order/?about=ledger.task:{task.pk}"
    html = page(client, address)
    assert "关于：恢复正珠煤业回采面正常生产" in html
    assert f'<option value="{county.departments["energy"].pk}" selected>县能源局</option>' in html
    start = html.index('name="key" value="') + len('name="key" value="')
    form = {
        "key": html[start : html.index('"', start)],
        "title": "五月底前报通风系统验收情况",
        "authority": leadership.pk,
        "basis": "minutes",
        "basis_text": "",
        "department": county.departments["energy"].pk,
        "limit": "days",
        "days": "",
        "released": "on",
    }
    wrong = client.post(address, form)
    assert wrong.status_code == 422
    assert "必须写明依据" in wrong.content.decode()
    assert "请填写工作日数" in wrong.content.decode()
    form |= {"basis_text": "调度会议纪要第3号", "days": "5"}
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    item = Item.objects.get()
    assert (item.about_id, item.subject, item.authority) == (
        str(task.pk), county.subjects["zhengzhu"], leadership,
    )  # fmt: skip
    assert (now(item).due, now(item).released) == (date(2024, 5, 13), True)
    panel = page(client, f"/items/task/{task.pk}/")
    assert "五月底前报通风系统验收情况" in panel
    assert f"/items/new/?about=ledger.task:{task.pk}" in panel
    assert page(client, f"/items/about/ledger.task/{task.pk}/").count(item.title) == 1
    assert "五月底前报" in page(client, f"/items/subject/{county.subjects['zhengzhu'].pk}/")
    assert client_of(cast.outsider).get(f"/items/task/{task.pk}/").status_code == 404
    assert client_of(cast.energy).get(address).status_code == 403, "a bureau does not order"


def test_what_one_may_open_is_offered(county: County, cast: Cast, client_of: Browser) -> None:
    government(county)
    both = page(client_of(cast.dispatcher), "/items/new/")
    assert "/items/new/order/" in both
    assert "/items/new/request/" in both
    assert "/items/new/supervision/" not in both
    assert client_of(cast.energy).get("/items/new/")["Location"] == "/items/new/request/"
    assert "请系统管理员" in page(client_of(officer_without_department(county)), "/items/new/")


def officer_without_department(county: County) -> User:
    person = officer(county, "nowhere", "没单位", "energy")
    person.department = None
    person.save()
    return person


def test_the_due_is_told_while_the_form_is_filled_in(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    for query, told in {
        "kind=order&limit=note": "2024-05-27",
        "kind=order&limit=days&days=3": "2024-05-10",
        "kind=order&limit=day&due=2024-05-31": "2024-05-31",
        "kind=order&limit=day&due=2024-05-01": "期限在今天之前",
    }.items():
        assert told in page(client, f"/items/due/?{query}")
    for nonsense in (
        "",
        "kind=order&limit=days&days=x",
        "kind=order&limit=day&due=soon",
        "kind=y&limit=note",
    ):
        assert page(client, f"/items/due/?{nonsense}").strip() == ""


def test_a_firm_sees_its_clock_and_nothing_from_inside(
    county: County, cast: Cast, client_of: Browser
) -> None:
    values: dict[str, Any] = {"subject": county.subjects["shigang"], "released": True, "text": "内部要求"}
    with clock.as_of(date(2024, 4, 15)):
        item = taken(county, cast, **values)
    with clock.as_of(date(2024, 4, 17)):
        services.item_note(user=cast.leader, item_id=item.pk, text="领导批示：必须办成")
        item = services.item_wait(
            user=cast.energy,
            item_id=item.pk,
            version=item.version,
            reason="material",
            text="这家企业老是缺件",
        )
        services.item_note(user=cast.energy, item_id=item.pk, text="请补一份说明", inside=False)
    firm = client_of(cast.firm)
    assert item.title in page(firm, "/items/")
    seen = page(firm, f"/items/{item.pk}/")
    for told in ("等待：企业补正材料，计时暂停，恢复后还有 10 个工作日", "轮到谁", "企业", "请补一份说明"):
        assert told in seen
    for hidden in ("领导批示", "老是缺件", "内部要求", "孙能源", "赵督查", "王县长"):
        assert hidden not in seen
    inside = page(client_of(cast.energy), f"/items/{item.pk}/")
    for told in ("领导批示", "老是缺件", "内部要求", "请补一份说明", "孙能源"):
        assert told in inside
    with clock.as_of(DAY):
        services.item_release(user=cast.supervision, item_id=item.pk, version=item.version, released=False)
    assert firm.get(f"/items/{item.pk}/").status_code == 404
    assert item.title not in page(firm, "/items/")


def test_a_firm_does_not_see_what_is_about_another_firm(
    county: County, cast: Cast, client_of: Browser
) -> None:
    other = opened(county, cast, subject=county.subjects["xinrui"], released=True)
    none = opened(county, cast, released=True)
    assert not now(none).released, "without a subject there is no firm to see it"
    assert client_of(cast.firm).get(f"/items/{other.pk}/").status_code == 404
    assert client_of(cast.city_leader).get(f"/items/{other.pk}/").status_code == 200
    assert "王县长" not in page(client_of(cast.city_leader), f"/items/{other.pk}/")
    assert client_of(cast.city_leader).get(f"/items/{none.pk}/").status_code == 404


def test_who_is_away_is_recorded_and_back_again(county: County, cast: Cast, client_of: Browser) -> None:
    taken(county, cast)
    colleague = officer(county, "colleague", "同事", "energy")
    client = client_of(cast.energy)
    assert "制定正珠煤业复产方案" in page(client, "/items/absences/")
    form = {"start": "2024-05-08", "end": "2024-05-06", "reason": "leave", "deputy": str(colleague.pk)}
    wrong = client.post("/items/absences/", form)
    assert wrong.status_code == 422
    assert "结束日期在开始日期之前" in wrong.content.decode()
    assert client.post("/items/absences/", form | {"end": "2024-05-10"}).status_code == 302
    absence = cast.energy.absences.get()
    assert "同事代理" in page(client, "/items/absences/")
    assert "孙能源" in page(client_of(colleague), "/items/absences/")
    assert client.post(f"/items/absences/{absence.pk}/cancel/", {"version": "1"}).status_code == 302
    assert "已销假" in page(client, "/items/absences/")
    assert client_of(cast.leader).get("/items/absences/").status_code == 403


def test_what_waits_for_one_is_a_panel(county: County, cast: Cast, client_of: Browser) -> None:
    item, asked = taken(county, cast), opened(county, cast, title="核对手续")
    html = page(client_of(cast.energy), "/items/mine/")
    assert html.index("待我确认") < html.index(asked.title) < html.index("我负责的") < html.index(item.title)
    assert "没有等您确认、核实" in page(client_of(cast.industry), "/items/mine/")


def test_english(county: County, cast: Cast, client_of: Browser) -> None:
    item = taken(county, cast)
    client = client_of(cast.energy)
    client.cookies["django_language"] = "en"
    html = page(client, f"/items/{item.pk}/")
    assert "Overdue by 2 working days, now before the head of the department" in html
    assert "Order 2024-1" in html
    assert "1 open: 1 overdue" in page(client, "/items/")


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_pages_ask_the_same_number_of_questions_however_much_there_is(
    county: County, cast: Cast, client_of: Browser
) -> None:
    item = claimed(county, cast)
    client = client_of(cast.dispatcher)
    addresses = ("/items/", f"/items/{item.pk}/", "/items/mine/", "/items/?filter=overdue")
    for url in addresses:
        client.get(url)
    few = {url: queries(client, url) for url in addresses}
    for number in range(6):
        other = taken(county, cast, title=f"另一件{number}")
        services.item_note(user=cast.leader, item_id=other.pk, text="抓紧")
        services.item_note(user=cast.leader, item_id=item.pk, text="抓紧")
    services.items_nightly()
    assert {url: queries(client, url) for url in addresses} == few
    assert max(few.values()) <= 20

"""提醒 on first pages and as a list: what the ledger reminds of, whom, and on which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.foundation.test_slots import fails, make_alert, maker_of, start
from tests.web.test_home import DAY, FOUNDED, every_table_confirmed, home, make_task

from tiaodu.engine.kernel.offers import Alert, Severity
from tiaodu.foundation import clock, slots
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.slots import selectors
from tiaodu.foundation.slots.registry import Registrations
from tiaodu.rooms.ledger import services
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors import tasks_visible_to
from tiaodu.rooms.ledger.selectors.alerts import ledger_alerts

__all__ = ["every_table_confirmed", "start"]

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def day(settings: SimpleNamespace) -> Iterator[None]:
    """Pages and the test itself stand on 1 July 2024."""
    settings.TIAODU_TODAY = DAY
    with clock.as_of(DAY):
        yield


@pytest.fixture
def tasks(county: County, cast: Cast) -> dict[str, Task]:
    """Late, silent, undated and one that asks for nothing; all of the energy department."""
    found = {
        "late": make_task(county, cast, "石港煤业完成调试运行", date(2024, 4, 30)),
        "silent": make_task(county, cast, "集中供汽管网贯通", date(2024, 12, 31)),
        "undated": make_task(county, cast, "帮助盘城煤业尽快复产", None),
        "fine": make_task(county, cast, "原煤产量500万吨", date(2024, 12, 31)),
    }
    with clock.as_of(date(2024, 6, 20)):
        for name in ("late", "undated", "fine"):
            services.progress_report(user=cast.energy, task_id=found[name].pk, text="按计划推进")
    return found


def told(alerts: Any) -> dict[str, Alert]:
    return {alert.kind: alert for alert in alerts}


def test_the_ledger_reminds_of_what_is_late_silent_and_undated(
    tasks: dict[str, Task], county: County
) -> None:
    alerts = told(ledger_alerts(region=county.region, as_of=DAY))
    late, silent, undated = (alerts[f"ledger.{kind}"] for kind in ("overdue", "unreported", "undated"))
    assert len(alerts) == 3
    assert (late.about.id, late.severity, late.reason) == (
        str(tasks["late"].pk),
        Severity.RED,
        "已过期 62 天",
    )
    assert (late.due, late.day, late.who) == (date(2024, 4, 30), date(2024, 5, 1), "县能源局")
    assert (silent.severity, silent.reason) == (Severity.AMBER, "163 天没有进展")
    assert silent.day == date(2024, 2, 21), "the 32nd day after it came into the ledger"
    assert (undated.severity, undated.day) == (Severity.GREY, FOUNDED)
    assert "什么时候完成" in undated.reason
    assert late.about.url == reverse("ledger:task", args=[tasks["late"].pk])


def test_on_an_earlier_day_only_what_was_known_then(tasks: dict[str, Task], county: County) -> None:
    def kinds(on: date) -> set[str]:
        return {alert.kind for alert in ledger_alerts(region=county.region, as_of=on)}

    assert kinds(date(2024, 1, 19)) == set()
    assert kinds(FOUNDED) == {"ledger.undated"}
    assert kinds(date(2024, 2, 20)) == {"ledger.undated"}
    assert kinds(date(2024, 2, 21)) == {"ledger.undated", "ledger.unreported"}
    assert kinds(date(2024, 5, 1)) == {"ledger.undated", "ledger.unreported", "ledger.overdue"}


def test_late_and_silent_is_told_once_with_both(county: County, cast: Cast) -> None:
    task = make_task(county, cast, "石港煤业完成调试运行", date(2024, 4, 30))
    (alert,) = ledger_alerts(region=county.region, as_of=DAY)
    assert alert.reason == "已过期 62 天；163 天没有进展"
    Task.objects.update(released=True)
    (alert,) = ledger_alerts(region=county.region, as_of=DAY)
    assert alert.reason == "已过期 62 天", "how silent the county is stays inside"
    assert alert.about.id == str(task.pk)


@pytest.mark.parametrize("name", sorted(Cast.__annotations__))
@pytest.mark.usefixtures("every_table_confirmed")
def test_nobody_is_reminded_of_a_task_she_may_not_see(
    tasks: dict[str, Task], county: County, cast: Cast, name: str
) -> None:
    Task.objects.filter(pk=tasks["late"].pk).update(subject=county.subjects["shigang"], released=True)
    user = getattr(cast, name)
    visible = {str(pk) for pk in tasks_visible_to(user).values_list("pk", flat=True)}
    alerts = selectors.alerts_for(user).offers
    assert {alert.about.id for alert in alerts} <= visible
    expected = {
        "leader": 3, "dispatcher": 3, "supervision": 3, "office": 3, "clerk": 3, "energy": 3,
        "liaison": 1, "city_leader": 1,
    }  # fmt: skip
    assert len(alerts) == expected.get(name, 0)


# ---------------------------------------------------------------- first pages


@pytest.mark.parametrize("name", ["dispatcher", "supervision", "office"])
@pytest.mark.usefixtures("every_table_confirmed")
def test_who_leads_the_work_reads_alerts_first_the_worst_on_top(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf, name: str
) -> None:
    html = home(getattr(cast, name), client_of)
    places = [
        html.index(words) for words in ("<h2>提醒<small>3", "已过期 62 天", "163 天没有进展", "时限待定")
    ]
    assert places == sorted(places)
    assert "<h2>逾期" not in html, "nothing is told twice"


def test_a_leader_is_not_told_again_what_she_is_asked_to_move(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    html = home(cast.leader, client_of)
    assert html.index("只有您能推动的事") < html.index("<h2>提醒<small>2") < html.index("全年主要指标")
    assert html.count("石港煤业完成调试运行") == 1 + 1, "in the row, and in the latest progress"


def test_who_does_the_work_has_her_tasks_and_a_way_to_the_alerts(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    html = home(cast.energy, client_of)
    assert "<h2>提醒" not in html
    assert "<h2>逾期<small>1" in html
    assert f'href="{reverse("alerts")}"' in html
    assert f'href="{reverse("alerts")}"' not in home(cast.firm, client_of)


def test_many_of_one_kind_hide_no_other(
    start: Registrations, tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    many = [make_alert(f"probe.late:{n}", title=f"督办{n}", word="超期") for n in range(30)]
    slots.alerts(maker_of("dispatch", lambda: many))
    slots.alerts(ledger_alerts)
    html = home(cast.dispatcher, client_of)
    assert "<h2>提醒<small>33" in html
    assert html.count('<tr class="row"') == 8
    assert "时限待定" in html
    assert f'<a href="{reverse("alerts")}?kind=probe.late">超期 25</a>' in html


def test_a_room_that_fails_is_named_on_the_page(
    start: Registrations, tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    slots.alerts(maker_of("documents", fails))
    slots.alerts(ledger_alerts)
    for html in (home(cast.leader, client_of), home(cast.dispatcher, client_of)):
        assert "“文件”的提醒没有取到" in html
        assert "163 天没有进展" in html


def test_the_first_page_reads_the_ledger_once(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.dispatcher)
    client.get("/")
    with django_assert_max_num_queries(100) as counted:
        client.get("/")
    reads = [query["sql"] for query in counted.captured_queries if 'FROM "ledger_task"' in query["sql"]]
    assert len([sql for sql in reads if '"ledger_task"."title"' in sql]) == 1


# ---------------------------------------------------------------- the list


@pytest.mark.usefixtures("every_table_confirmed")
def test_the_list_is_filtered_by_severity_kind_room_and_words(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)

    def rows(**asked: str) -> list[str]:
        answer = client.get(reverse("alerts"), asked)
        return [alert.record.kind for alert in answer.context["list"].rows]

    assert rows() == ["ledger.overdue", "ledger.unreported", "ledger.undated"]
    assert rows(filter="red") == ["ledger.overdue"]
    assert rows(kind="ledger.undated") == ["ledger.undated"]
    assert rows(room="ledger") == rows()
    assert rows(room="nowhere") == rows()
    assert rows(q="供汽") == ["ledger.unreported"]
    assert rows(sort="due") == ["ledger.overdue", "ledger.unreported", "ledger.undated"]
    page = client.get(reverse("alerts")).content.decode()
    assert "告急 1 项，关注 1 项，待答 1 项" in page


def test_the_list_can_be_taken_away_and_that_is_in_the_log(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of(cast.supervision).get(reverse("alerts"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[arg-type]
    assert sheet is not None
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"石港煤业完成调试运行", "逾期", "已过期 62 天", "台账"} <= cells
    assert AuditEntry.objects.latest("id").after["list"] == "alerts"


def test_the_list_is_for_those_who_work_with_the_ledger(
    tasks: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    assert client_of(cast.firm).get(reverse("alerts")).status_code == 403
    assert "还没有" not in client_of(cast.industry).get(reverse("alerts")).content.decode()
    assert "没有需要提醒的事" in client_of(cast.industry).get(reverse("alerts")).content.decode()

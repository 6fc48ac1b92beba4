"""The pages: who sees which chance, what stands on them, and what they cost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task
from tests.rooms.outlook.desk import DAY, mine, outlook_of, run

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.slots.selectors import alerts_for
from tiaodu.rooms.ledger.models import Indicator, Task
from tiaodu.rooms.outlook.home import strip_of
from tiaodu.rooms.outlook.models import Outlook, Run
from tiaodu.rooms.outlook.selectors.rows import OutlookRow

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def page(client: Client, url: str, day: date = DAY) -> str:
    with override_settings(TIAODU_TODAY=day):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    """A promise in hard words that will probably not be kept."""
    return mine(county, cast, value=Decimal(490_000))


@pytest.fixture
def made(county: County, task: Task) -> Run:
    """Its run."""
    return run(county)


def test_the_list_shows_chance_range_and_the_clash_worst_first(
    cast: Cast, client_of: Browser, task: Task, made: Run
) -> None:
    found = outlook_of(task, made)
    html = page(client_of(cast.leader), "/outlook/")
    assert "石港煤业 原煤产量 49万吨" in html
    assert f"{round((found.chance or 0) * 100)}%" in html
    assert "写的是“确保”，把握只有" in html
    assert "1 项话说得太满" in html


def test_an_outlook_shows_the_formula_unit_inputs_and_source_of_each_node(
    cast: Cast, client_of: Browser, task: Task, made: Run
) -> None:
    html = page(client_of(cast.energy), f"/outlook/{outlook_of(task, made).pk}/")
    for words in (
        "公式：4万吨 * luck * stops",
        "万吨",
        "winter 0.5",
        "停工概率 0.1",
        "示例",
        "2024-05",
        "历次研判",
    ):
        assert words in html, words
    assert "/evidence/" in html


def test_the_task_page_has_the_panel(cast: Cast, client_of: Browser, task: Task, made: Run) -> None:
    assert f"/outlook/task/{task.pk}/" in page(client_of(cast.dispatcher), f"/ledger/{task.pk}/")
    html = page(client_of(cast.dispatcher), f"/outlook/task/{task.pk}/")
    assert "P10" in html
    assert "今后 7 个月每月要" in html
    assert outlook_of(task, made).basis == "tree"


@pytest.mark.parametrize("name", ["leader", "dispatcher", "energy"])
def test_dispatch_the_leader_and_the_department_in_charge_see_it(
    cast: Cast, client_of: Browser, task: Task, made: Run, name: str
) -> None:
    client, found = client_of(getattr(cast, name)), outlook_of(task, made)
    assert "石港煤业 原煤产量" in page(client, "/outlook/")
    page(client, f"/outlook/{found.pk}/")
    page(client, f"/outlook/task/{task.pk}/")


@pytest.mark.parametrize(
    "name", ["supervision", "office", "liaison", "investment", "firm", "bank", "clerk", "admin"]
)
def test_nobody_else_opens_the_room(cast: Cast, client_of: Browser, task: Task, made: Run, name: str) -> None:
    Task.objects.filter(pk=task.pk).update(released=True)
    client, found = client_of(getattr(cast, name)), outlook_of(task, made)
    for url in ("/outlook/", f"/outlook/{found.pk}/", f"/outlook/task/{task.pk}/"):
        assert client.get(url).status_code == 403, url


@pytest.mark.parametrize("name", ["industry", "statistics", "outsider", "city_leader"])
def test_peers_other_counties_and_higher_levels_see_nothing(
    cast: Cast, client_of: Browser, task: Task, made: Run, name: str
) -> None:
    """Released or not: what is released is the promise, not its chance."""
    Task.objects.filter(pk=task.pk).update(released=True)
    client, found = client_of(getattr(cast, name)), outlook_of(task, made)
    assert "石港煤业 原煤产量" not in page(client, "/outlook/")
    with override_settings(TIAODU_TODAY=DAY):
        for url in (f"/outlook/{found.pk}/", f"/outlook/task/{task.pk}/"):
            assert client.get(url).status_code == 404, url


def test_an_assisting_department_is_not_in_charge(
    county: County, cast: Cast, client_of: Browser, task: Task, made: Run
) -> None:
    cast.industry.department = county.departments["emergency"]  # assists in the task
    cast.industry.save()
    assert page(client_of(cast.industry), f"/ledger/{task.pk}/")
    assert "石港煤业 原煤产量" not in page(client_of(cast.industry), "/outlook/")


def test_a_clash_is_an_alert_for_those_who_see_the_chance(cast: Cast, task: Task, made: Run) -> None:
    for name, sees in {
        "leader": True, "dispatcher": True, "energy": True, "supervision": False, "office": False,
        "industry": False, "firm": False, "outsider": False, "city_leader": False, "clerk": False,
    }.items():  # fmt: skip
        found = [a for a in alerts_for(getattr(cast, name), DAY).offers if a.kind == "outlook.clash"]
        assert bool(found) == sees, name
        assert all("确保" in alert.reason for alert in found)


def test_softer_words_are_no_clash(county: County, cast: Cast, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(strength=2, commitment="力争")
    run(county)
    assert not [a for a in alerts_for(cast.leader, DAY).offers if a.kind == "outlook.clash"]


def test_an_earlier_day_shows_its_own_run(county: County, cast: Cast, client_of: Browser, task: Task) -> None:
    early, late = run(county, date(2024, 5, 10)), run(county)
    client = client_of(cast.leader)
    assert "2024-05-10" in page(client, "/outlook/", date(2024, 6, 1))
    assert "2024-07-01" in page(client, "/outlook/")
    with override_settings(TIAODU_TODAY=date(2024, 6, 1)):
        assert client.get(f"/outlook/{outlook_of(task, late).pk}/").status_code == 404
    assert "2024-05-10" in page(client, f"/outlook/{outlook_of(task, late).pk}/")
    assert outlook_of(task, early).pk


def test_excel_has_the_figures_of_the_page(cast: Cast, client_of: Browser, task: Task, made: Run) -> None:
    with override_settings(TIAODU_TODAY=DAY):
        answer = client_of(cast.leader).get("/outlook/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    cells = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert any("石港煤业 原煤产量" in cell for cell in cells)
    assert str(outlook_of(task, made).chance) in cells


def test_more_promises_cost_no_further_query(
    county: County, cast: Cast, client_of: Browser, task: Task
) -> None:
    client = client_of(cast.dispatcher)
    counts: list[list[int]] = []
    for more in (5, 20):
        for n in range(more):
            coal_task(
                county, cast, title=f"石港煤业原煤产量完成{more}{n}", value=Decimal(500_000 + 1000 * more + n)
            )
        found = outlook_of(task, run(county))
        counts.append([])
        for url in ("/outlook/", f"/outlook/{found.pk}/", f"/outlook/task/{task.pk}/"):
            page(client, url)
            with CaptureQueriesContext(connection) as caught:
                page(client, url)
            counts[-1].append(len(caught))
    assert counts[0][0] == counts[1][0]
    assert counts[0][2] == counts[1][2]
    assert max(counts[1]) <= 30


def test_english_is_complete(cast: Cast, client_of: Browser, task: Task, made: Run) -> None:
    client = client_of(cast.leader)
    client.cookies["django_language"] = "en"
    html = page(client, f"/outlook/{outlook_of(task, made).pk}/")
    for words in ("Likely range", "How it is reckoned", "formula: ", "needed in each of the 7 months left"):
        assert words in html, words


def test_the_dispatcher_has_a_run_made(cast: Cast, client_of: Browser, task: Task) -> None:
    with override_settings(TIAODU_TODAY=DAY):
        answer = client_of(cast.dispatcher).post("/outlook/run/")
    assert answer.status_code == 302
    assert client_of(cast.leader).post("/outlook/run/").status_code == 403


def test_the_first_page_shows_every_chance_of_the_person(
    cast: Cast, client_of: Browser, task: Task, made: Run
) -> None:
    chance = f"{round((outlook_of(task, made).chance or 0) * 100)}%"
    html = page(client_of(cast.leader), "/outlook/home/")
    assert html.count("<circle") == 1
    assert f"石港煤业 原煤产量 49万吨 {chance}" in html
    assert f'<b class="num">{chance}</b>' in html
    assert "写的是“确保”，把握只有" in html
    with override_settings(TIAODU_TODAY=DAY):
        assert client_of(cast.firm).get("/outlook/home/").status_code in {403, 404}
    for person in (cast.industry, cast.outsider):
        others = page(client_of(person), "/outlook/home/")
        assert "石港煤业" not in others
        assert "还没有可以研判的承诺" in others


def test_chances_alike_stand_on_each_other() -> None:
    def told(chance: float, basis: str = "tree") -> OutlookRow:
        found = Outlook(chance=chance, basis=basis, commitment="", due=date(2024, 12, 31))
        found.task, found.indicator = Task(title="产煤"), Indicator(measure_key="coal")
        return OutlookRow(found, {})

    assert strip_of([told(0.5, "fact")]) is None
    strip = strip_of([told(0.0), told(0.301), told(0.299), told(1.0)])
    assert strip is not None
    low, first, second, high = sorted(strip.dots, key=lambda dot: (dot.x, -dot.y))
    assert (low.x, high.x) == (12.0, 708.0)
    assert first.x == second.x
    assert first.y - second.y == 11
    assert max(dot.y for dot in strip.dots) < strip.line

"""The first page of each role and the big screen, over a small ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, County

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Task, Term
from tiaodu.web import highlights
from tiaodu.web.demo import county as demo

ClientOf = Callable[[User], Client]
DAY = date(2024, 7, 1)
FOUNDED = date(2024, 1, 20)


@pytest.fixture(autouse=True)
def day(settings: SimpleNamespace) -> Iterator[None]:
    """Pages and the test itself stand on 1 July 2024."""
    settings.TIAODU_TODAY = DAY
    with clock.as_of(DAY):
        yield


def make_task(county: County, cast: Cast, title: str, due: date | None, **values: object) -> Task:
    with clock.as_of(FOUNDED):
        return services.task_create(
            user=cast.dispatcher,
            region=county.region,
            plan_year=2024,
            title=title,
            due=due,
            departments={"lead": [county.departments["energy"]]},
            **values,  # type: ignore[arg-type]
        )


@pytest.fixture
def coal(db: None) -> Measure:
    return Measure.objects.get(code="output.coal.raw")


@pytest.fixture
def ledger(county: County, cast: Cast, coal: Measure) -> dict[str, Task]:
    """Overdue, due this week, a yearly figure with a report, and one of nobody's reports."""
    tasks = {
        "overdue": make_task(
            county, cast, "石港煤业完成调试运行", date(2024, 4, 30), strength=5, commitment="确保"
        ),
        "week": make_task(county, cast, "集中供汽管网贯通", date(2024, 7, 5)),
        "figure": make_task(
            county, cast, "原煤产量500万吨", date(2024, 12, 31), measure=coal, value=Decimal(5_000_000)
        ),
    }
    indicator = tasks["figure"].indicators.get()
    with clock.as_of(date(2024, 6, 28)):
        services.progress_report(
            user=cast.energy,
            task_id=tasks["figure"].pk,
            text="上半年生产原煤231万吨",
            value=Decimal(2_310_000),
            indicator_id=indicator.pk,
        )
    return tasks


def home(user: User, client_of: ClientOf) -> str:
    answer = client_of(user).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_leader_reads_the_answer_then_what_only_she_can_move(
    ledger: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    html = home(cast.leader, client_of)
    answer, pushed, figures, latest = (
        html.index(words) for words in ("逾期 1 项", "只有您能推动的事", "全年主要指标", "最近进展")
    )
    assert answer < pushed < figures < latest
    assert pushed < html.index("石港煤业完成调试运行") < figures
    assert "县能源局" in html
    assert "231" in html[figures:latest]
    assert "上半年生产原煤231万吨" in html[latest:]


@pytest.fixture
def every_table_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table of the package waits for the county's word: that reminder is not what is looked at."""
    monkeypatch.setattr("tiaodu.foundation.tables.alerts.declared", tuple)


@pytest.mark.usefixtures("every_table_confirmed")
def test_a_dispatcher_reads_what_is_late_and_silent_then_what_is_due(
    ledger: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    html = home(cast.dispatcher, client_of)
    alerts, week = html.index("<h2>提醒<small>2"), html.index("<h2>本周到期<small>")
    assert alerts < html.index("石港煤业完成调试运行") < html.index("已过期 62 天") < week
    assert week < html.index("没有等待核实的任务"), "what is empty is one line below"
    assert reverse("documents:try") in html


def test_a_department_sees_its_tasks_with_a_button_to_report(
    ledger: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    html = home(cast.energy, client_of)
    assert "我的任务" in html
    assert f"{reverse('ledger:task', args=[ledger['overdue'].pk])}#report" in html
    other = home(cast.industry, client_of)
    assert "石港煤业完成调试运行" not in other
    assert "台账里还没有任务" in other


def test_a_clerk_goes_straight_to_reading(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.clerk).get("/").headers["Location"] == reverse("documents:try")


def test_a_firm_sees_only_what_is_released_and_never_remarks(
    ledger: dict[str, Task], county: County, cast: Cast, client_of: ClientOf
) -> None:
    Task.objects.filter(pk=ledger["overdue"].pk).update(subject=county.subjects["shigang"])
    assert "石港煤业完成调试运行" not in home(cast.firm, client_of)
    Task.objects.filter(pk=ledger["overdue"].pk).update(released=True)
    html = home(cast.firm, client_of)
    assert "石港煤业完成调试运行" in html
    assert "最近进展" not in html


@pytest.mark.parametrize("name", sorted(Cast.__annotations__))
def test_everybody_has_a_first_page_in_both_languages(
    ledger: dict[str, Task], cast: Cast, client_of: ClientOf, name: str
) -> None:
    client = client_of(getattr(cast, name))
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        answer = client.get("/")
        assert answer.status_code == 302 if name == "clerk" else answer.status_code == 200


@pytest.mark.parametrize("name", ["leader", "dispatcher", "energy", "admin"])
def test_queries_of_a_first_page_do_not_grow(
    ledger: dict[str, Task], county: County, cast: Cast, client_of: ClientOf, name: str
) -> None:
    client = client_of(getattr(cast, name))
    counts = []
    for batch in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/")
        counts.append(len(queries))
        for n in range(12):
            make_task(county, cast, f"任务{batch}-{n}", date(2024, 6, 1))
    assert counts[0] == counts[1]
    assert counts[0] <= 51  # each room that reminds costs its own, and here a savepoint around them


def test_the_page_of_an_empty_ledger_teaches(cast: Cast, client_of: ClientOf) -> None:
    html = home(cast.dispatcher, client_of)
    assert "从一份文件开始" in html
    assert reverse("documents:try") in html


def test_headlines_speak_of_the_gap_to_the_time_gone_by(ledger: dict[str, Task], cast: Cast) -> None:
    term = ledger["figure"].indicators.get().terms.get()
    Term.objects.create(
        indicator=term.indicator, revision=2, value=term.value, due_text="2024", due_start=date(2024, 1, 1),
        due_end=date(2024, 12, 31), known_on=FOUNDED, set_by=cast.dispatcher,
    )  # fmt: skip
    (figure,) = highlights.headlines(selectors.board_for(cast.leader).rows)
    assert figure.title == "原煤产量"
    assert figure.reported == Decimal(2_310_000)
    assert figure.reason == "完成 46%，时间已过 50%"
    assert figure.pace is not None
    assert figure.pace / figure.planned == pytest.approx(Decimal(183) / 366)
    assert Decimal("0.03") < figure.gap < Decimal("0.04")


def test_the_screen_is_still_until_evidence_changes(
    ledger: dict[str, Task], cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.leader)
    first = client.get(reverse("screen"))
    assert first.status_code == 200
    assert "原煤产量" in first.content.decode()
    poll = {"HX-Request": "true", "HX-Target": "screen", "If-None-Match": first["ETag"]}
    still = client.get(reverse("screen"), headers=poll)
    assert still.status_code == 304
    assert not still.content
    services.progress_report(user=cast.energy, task_id=ledger["overdue"].pk, text="设备到货")
    moved = client.get(reverse("screen"), headers=poll)
    assert moved.status_code == 200
    assert moved["ETag"] != first["ETag"]
    html = moved.content.decode()
    assert html.lstrip().startswith('<main id="screen"')
    assert "设备到货" in html
    assert client.get(reverse("screen"), headers={**poll, "If-None-Match": moved["ETag"]}).status_code == 304


def test_the_screen_is_for_those_who_may_see_it(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.energy).get(reverse("screen")).status_code == 403
    assert client_of(cast.supervision).get(reverse("screen")).status_code == 200


def test_no_text_of_the_pages_names_the_demo_county() -> None:
    """Examples and empty states serve every county: none speaks of the demo's firms, mines and projects."""
    rows = yaml.safe_load((demo.folder() / "subjects.yaml").read_text(encoding="utf-8"))["rows"]
    names = {row["name"] for row in rows if row["kind"] in ("region", "firm", "mine") and not row["sample"]}
    assert {"左权县", "石港煤业"} <= names
    package = Path(demo.__file__).parents[2]
    texts = {path: path.read_text(encoding="utf-8") for path in package.rglob("templates/**/*.html")}
    assert len(texts) > 50
    assert not [(path.name, name) for path, text in texts.items() for name in names if name in text]

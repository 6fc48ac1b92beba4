"""The demo county's projects: sums, states on its opening day, what is fact and what is 示例, other days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from tests.web.demo_loaded import quiet, register_loaded

from tiaodu.engine.stages.findings import ERROR, check_state
from tiaodu.engine.stages.standing import Place
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.slots.selectors import alerts_for
from tiaodu.rooms.projects.models import InvestmentReport, Project, StageEvent, StageOutlook
from tiaodu.rooms.projects.selectors import ProjectRow, rows_of
from tiaodu.rooms.projects.selectors.alerts import project_alerts
from tiaodu.rooms.projects.selectors.misses import LATE, UNLIKELY
from tiaodu.web.demo import county, projects

pytestmark = pytest.mark.django_db
OPENING = date(2024, 7, 1)
FIVE = [f"sample-project-{number}" for number in range(1, 6)]


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, User]]:
    """The demo's projects, loaded once for the module and taken back after it."""
    with register_loaded(django_db_blocker, tmp_path_factory.mktemp("demo")) as people:
        county.load_liaisons(people, quiet)
        projects.load_projects(people, quiet)
        yield people


def rows(day: date = OPENING) -> dict[str, ProjectRow]:
    """The projects by the code of their subject, as they stood on a day."""
    found = rows_of(Project.objects.filter(created_on__lte=day), day)
    return {row.subject.code: row for row in found}


@pytest.mark.usefixtures("loaded")
def test_the_five_projects_add_up_to_the_plan() -> None:
    plans = [rows()[code].plan for code in FIVE]
    assert sum(plan.total for plan in plans if plan) == Decimal("5787000000")
    assert sum(plan.planned for plan in plans if plan) == Decimal("1888000000")
    assert all(rows()[code].project.question for code in FIVE)


# Where the plan says how a matter stands, its project stands so on the opening day.
STANDS = {
    "xingrong-phase-1": {"A25": Place.DONE},
    "xingrong-phase-2": {"A18": Place.DONE, "A18b": Place.UNDER_WAY},
    "xinkanglai-lines-1": {"A18b": Place.UNDER_WAY},
    "xinkanglai-lines-2": {"A18b": Place.UNDER_WAY},
    "quartz-project": {"A18b": Place.UNDER_WAY},
    "flat-project": {"A01": Place.UNDER_WAY},
    "jishan": {"C01": Place.DONE, "C02": Place.WAITING, "C08": Place.NOT_READY},
    "intl-energy-pv2": {"B11": Place.DONE, "B11b": Place.UNDER_WAY},
    "spic-pv": {"B13a": Place.DONE, "B13b": Place.UNDER_WAY},
    "huaneng-phase2-pv": {"B03": Place.DONE},
    "huaneng-phase2-wind": {"W03": Place.DONE, "W04": Place.UNDER_WAY, "W06": Place.NOT_READY},
    "shigang-face-project": {"F08": Place.DONE},
    "zhengzhu-face-project": {"R07": Place.NOT_READY},
    "pancheng-restart-project": {"D01": Place.UNDER_WAY},
    "zhangba-new-project": {"N14": Place.NOT_READY},
    "jiarui-legacy-project": {"E01": Place.WAITING},
    "wanshun-auction-project": {"J04": Place.NOT_READY},
}
PROMISED = {
    ("xingrong-phase-1", "A25"): date(2024, 3, 31),
    ("xingrong-phase-2", "A25"): date(2024, 12, 31),
    ("xinkanglai-lines-1", "A25"): date(2024, 6, 30),
    ("xinkanglai-lines-2", "A25"): date(2024, 12, 31),
    ("quartz-project", "A21"): date(2024, 8, 31),
    ("shigang-face-project", "F08"): date(2024, 4, 30),
    ("zhengzhu-face-project", "R07"): date(2024, 10, 31),
    ("zhangba-new-project", "N14"): date(2024, 12, 31),
    ("reduced-iron-project", "A26"): date(2024, 12, 31),
}


@pytest.mark.usefixtures("loaded")
def test_every_matter_of_the_plan_stands_where_the_plan_says() -> None:
    found = rows()
    for code, places in STANDS.items():
        assert {step: found[code].steps[step].place for step in places} == places, code
    assert {key: found[key[0]].state.of(key[1]).promised for key in PROMISED} == PROMISED
    assert found["jishan"].steps["C02"].wait is not None


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("day", [date(2024, 1, 31), OPENING, date(2024, 12, 31)], ids=str)
def test_no_record_says_what_cannot_be_true(day: date) -> None:
    wrong = {
        code: [(each.code, each.step) for each in found]
        for code, row in rows(day).items()
        if (found := [f for f in check_state(row.template, row.state, today=day) if f.severity == ERROR])
    }
    assert wrong == {}


@pytest.mark.usefixtures("loaded")
def test_all_of_it_says_that_it_is_an_example() -> None:
    assert not Project.objects.filter(sample=False).exists()
    assert not StageEvent.objects.filter(sample=False).exists()
    fact = Project.objects.filter(subject__sample=False)
    assert fact.exists()
    assert [p.subject.name for p in fact if "出处" not in p.content] == []


def test_finished_projects_teach_and_do_not_crowd_the_register(loaded: dict[str, User]) -> None:
    past = [row for row in rows().values() if row.subject.source.startswith("示例旧项目")]
    assert len(past) >= 40
    assert all(row.reached.finished for row in past)
    ends = [max(s.finished for s in row.state.steps.values() if s.finished) for row in past]
    assert date(2018, 1, 1) < min(ends) <= max(ends) < date(2024, 1, 1)
    kept = [
        step.finished <= step.promised
        for row in past
        for step in row.state.steps.values()
        if step.finished and step.promised
    ]
    assert 0.35 < sum(kept) / len(kept) < 0.8
    assert any(wait.reason == "season" for row in past for s in row.state.steps.values() for wait in s.waits)
    client = Client()
    client.force_login(loaded["dispatcher"], backend="django.contrib.auth.backends.ModelBackend")
    with clock.as_of(OPENING):
        page = client.get(reverse("projects:list")).content.decode()
        searched = client.get(reverse("projects:list"), {"q": "铸件厂"}).content.decode()
        everything = client.get(reverse("projects:list"), {"filter": "all"}).content.decode()
    assert "示例铸件厂" not in page
    assert "星荣丁腈手套项目二期" in page
    assert "示例铸件厂" in everything
    assert "示例铸件厂" in searched, "a search looks in all rows"


@pytest.mark.usefixtures("loaded")
def test_a_past_day_knows_nothing_of_what_came_later() -> None:
    day = date(2024, 3, 1)
    for row in rows(day).values():
        for code, event in row.events.items():
            known = [event.started, event.finished, *(date.fromisoformat(w["start"]) for w in event.waits)]
            assert all(each <= day for each in known if each), (row.name, code)
    before = rows(day)["shigang-face-project"]
    assert before.steps["F05"].place is Place.DONE
    assert before.steps["F08"].place is Place.NOT_READY
    assert rows(day)["sample-project-5"].steps["A04"].place is Place.READY
    assert rows(date(2024, 1, 7)) == {}
    assert not StageOutlook.objects.filter(as_of__gt=OPENING).exists()


@pytest.mark.usefixtures("loaded")
def test_the_reports_of_the_five_add_up_to_the_county_s_figure() -> None:
    newest: dict[tuple[str, date], Decimal] = {}
    for report in InvestmentReport.objects.select_related("done", "project__subject").order_by("revision"):
        assert report.done is not None and report.done.value is not None
        newest[report.project.subject.code, report.month] = report.done.value
    may = sum(value for (_code, month), value in newest.items() if month == date(2024, 5, 31))
    assert may == Decimal("480000000")  # as progress.yaml corrects it
    assert {code for code, _month in newest} == set(FIVE)
    assert InvestmentReport.objects.filter(revision=2).count() == 1


@pytest.mark.usefixtures("loaded")
def test_promises_were_given_before_their_day() -> None:
    promised = StageEvent.objects.filter(verb=StageEvent.Verb.PROMISED)
    late = [e for e in promised if e.promised is not None and e.promised < e.known_on]
    assert late == []
    assert promised.count() > 300


def keys(user: User, kind: str) -> set[str]:
    with clock.as_of(OPENING):
        found = alerts_for(user)
    assert found.failures == ()
    return {alert.about.label for alert in found.offers if alert.kind == kind}


def test_first_pages_tell_what_will_be_missed_to_who_may_know_it(loaded: dict[str, User]) -> None:
    late = keys(loaded["dispatcher"], LATE)
    assert {"示例项目三", "鑫康莱22条生产线项目（上半年）", "直接还原铁项目"} <= late
    unlikely = keys(loaded["dispatcher"], UNLIKELY)
    assert {"高纯石英砂提纯项目", "正珠煤业回采工作面恢复生产项目"} <= unlikely
    assert keys(loaded["leader"], LATE) == late, "steps and dues are no forecast"
    assert keys(loaded["leader_industry"], UNLIKELY) <= unlikely
    assert "高纯石英砂提纯项目" in keys(loaded["leader_industry"], UNLIKELY)
    assert "正珠煤业回采工作面恢复生产项目" not in keys(loaded["leader_industry"], UNLIKELY)
    assert "正珠煤业回采工作面恢复生产项目" in keys(loaded["leader_energy"], UNLIKELY)
    for name in ("firm", "bank", "outsider"):
        assert keys(loaded[name], UNLIKELY) == set()
    for name in ("bank", "outsider"):
        assert keys(loaded[name], LATE) == set()


@pytest.mark.usefixtures("loaded")
def test_an_alert_says_why_and_whom_to_ask() -> None:
    found = {
        (alert.kind, alert.title): alert
        for alert in project_alerts(region=Region.objects.get(code=county.COUNTY), as_of=OPENING)
    }
    late = found[LATE, "直接还原铁项目"]
    assert "竣工联合验收" in late.reason and "逾期" in late.reason
    assert (late.who, late.due) == ("县住建局", date(2024, 6, 18))
    unlikely = found[UNLIKELY, "高纯石英砂提纯项目"]
    assert "%" in unlikely.reason and unlikely.who and unlikely.due == date(2024, 8, 31)
    assert unlikely.audience.overview == "projects.chances"


@pytest.mark.usefixtures("loaded")
def test_alerts_cost_the_same_however_many_projects_there_are() -> None:
    region = Region.objects.get(code=county.COUNTY)
    project_alerts(region=region, as_of=OPENING)  # templates are read once a process
    counts = []
    for day in (date(2024, 1, 8), OPENING):
        with CaptureQueriesContext(connection) as asked:
            project_alerts(region=region, as_of=day)
        counts.append(len(asked))
    assert counts[0] >= counts[1] - 1
    assert counts[1] <= 25

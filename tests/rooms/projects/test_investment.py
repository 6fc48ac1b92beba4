"""Reporting a month's investment: evidence in its own series, by whom it concerns, refused where wrong."""

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
from tests.rooms.projects.desk import make_project, turn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Liaison
from tiaodu.foundation.registry.services import liaison_assign, measures_load
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import InvestmentReport, Project
from tiaodu.rooms.projects.selectors import rows_of
from tiaodu.rooms.projects.selectors.judged import JudgedRow, judged
from tiaodu.rooms.projects.words import light_reason, reason_of

Browser = Callable[[User], Client]
TODAY = date(2024, 7, 10)
WAN = Decimal(10_000)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TIAODU_TODAY = TODAY


@pytest.fixture
def project(county: County, cast: Cast) -> Project:
    """A plant of 9,000 万, of which 3,000 this year, looked after by the energy bureau."""
    measures_load(user=None)
    made = make_project(county, cast)
    services.plan_set(
        user=cast.dispatcher, project_id=made.pk, year=2024, revision=0, total=9000 * WAN, planned=3000 * WAN
    )
    liaison_assign(
        user=cast.dispatcher,
        subject_id=made.subject_id,
        role=Liaison.Role.DEPARTMENT,
        who=Person(department=county.departments["energy"]),
        valid_from=date(2024, 1, 1),
        valid_to=None,
        source="包联表",
    )
    return made


def report(user: User, project: Project, month: int, amount: str | None, **more: Any) -> InvestmentReport:
    """Somebody reports 万元 since January, having seen what is there."""
    newest = (
        InvestmentReport.objects.filter(project=project, month__month=month).order_by("-revision").first()
    )
    told = {"revision": newest.revision if newest else 0, "text": "主体施工"} | more
    for name in ("paid", "next_month"):
        told[name] = Decimal(told[name]) * WAN if told.get(name) is not None else None
    return services.investment_report(
        user=user,
        project_id=project.pk,
        told=services.Month(
            year=told.pop("year", 2024),
            month=month,
            done=None if amount is None else Decimal(amount) * WAN,
            **told,
        ),
    )


def seen(project: Project, day: date = TODAY) -> JudgedRow:
    return judged(rows_of(Project.objects.filter(pk=project.pk), day), day)[0]


def test_a_report_is_evidence_of_two_series_with_its_words_and_an_audit_entry(
    cast: Cast, project: Project
) -> None:
    made = report(cast.energy, project, 6, "1200", paid="800", problem="设备未到", next_month="300")
    told = {(e.series, str(e.period), e.value, e.department_id) for e in Evidence.objects.all()}
    energy = cast.energy.department_id
    assert told == {
        (Series.DISPATCH, "2024H1", 1200 * WAN, energy),
        (Series.PAYMENT, "2024H1", 800 * WAN, energy),
    }
    assert (made.text, made.problem, made.next_month) == ("主体施工", "设备未到", 300 * WAN)
    entry = AuditEntry.objects.get(action="projects.investment_report")
    assert (entry.actor_name, entry.after["month"]) == (str(cast.energy), "2024-06")
    standing = seen(project).investment.standing
    assert standing is not None
    assert (standing.as_of, standing.done, standing.paid) == (date(2024, 6, 30), 1200 * WAN, 800 * WAN)


@pytest.mark.parametrize(
    ("month", "amount", "more", "words"),
    [
        (7, "1200", {}, "还没有过完"),
        (12, "1200", {}, "还没有过完"),
        (6, "-1", {}, "负数"),
        (6, "1200", {"paid": "-1"}, "负数"),
        (6, "9000.01", {}, "超过总投资"),
        (6, "950", {"paid": "9001"}, "超过总投资"),
        (6, None, {"text": " "}, "请填写累计完成投资"),
        (6, "500", {}, "比5月底的 900万元 还小"),
        (13, "1", {}, "1到12"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    cast: Cast, project: Project, month: int, amount: str | None, more: dict[str, Any], words: str
) -> None:
    report(cast.energy, project, 5, "900")
    before = Evidence.objects.count()
    with pytest.raises(Invalid, match=words):
        report(cast.energy, project, month, amount, **more)
    assert Evidence.objects.count() == before
    assert InvestmentReport.objects.count() == 1


def test_what_came_in_earlier_years_counts_against_the_total(cast: Cast, project: Project) -> None:
    report(cast.energy, project, 12, "7000", year=2023)
    with pytest.raises(Invalid, match="以前年度 7000万元"):
        report(cast.energy, project, 6, "2001")
    assert report(cast.energy, project, 6, "2000").revision == 1


def test_a_figure_changes_only_with_a_reason_and_keeps_its_history(cast: Cast, project: Project) -> None:
    first = report(cast.energy, project, 6, "1200")
    with pytest.raises(Invalid, match="请写明更正原因"):
        report(cast.energy, project, 6, "1100")
    second = report(cast.energy, project, 6, "1100", reason="重复计了设备款")
    assert (first.revision, second.revision) == (1, 2)
    values = (
        Evidence.objects.filter(series=Series.DISPATCH).order_by("revision").values_list("value", flat=True)
    )
    assert list(values) == [1200 * WAN, 1100 * WAN]
    third = report(cast.energy, project, 6, "1100", text="二号车间封顶")
    assert third.done == second.done, "an equal figure is entered once"
    with pytest.raises(Stale):
        report(cast.energy, project, 6, "1300", revision=2, reason="再改")


def test_what_comes_together_falls_only_with_a_reason_and_never_above_a_later_month(
    cast: Cast, project: Project
) -> None:
    report(cast.energy, project, 5, "900")
    report(cast.energy, project, 6, "850", reason="审计核减")
    with pytest.raises(Invalid, match="5月底已报累计 900万元"):
        report(cast.energy, project, 4, "901")
    assert report(cast.energy, project, 4, "700").revision == 1


def test_who_looks_after_a_project_reports_it_and_nobody_else(
    county: County, cast: Cast, project: Project
) -> None:
    for person in (cast.dispatcher, cast.industry, cast.leader, cast.statistics, cast.supervision):
        with pytest.raises((NotAllowed, NotFound)):
            report(person, project, 6, "1200")
    with pytest.raises(NotFound):
        report(cast.outsider, project, 6, "1200")
    officer = make_project(county, cast, "示例玻璃")
    liaison_assign(
        user=cast.dispatcher,
        subject_id=officer.subject_id,
        role=Liaison.Role.OFFICER,
        who=Person(user=cast.liaison),
        valid_from=date(2024, 1, 1),
        valid_to=None,
        source="包联表",
    )
    assert report(cast.liaison, officer, 6, "10").by == cast.liaison
    nobody = make_project(county, cast, "示例散件")
    assert report(cast.dispatcher, nobody, 6, "10").by == cast.dispatcher
    assert not Evidence.objects.filter(series=Series.STATISTICAL).exists()


def test_lights_name_their_rule_and_figures(cast: Cast, project: Project) -> None:
    report(cast.energy, project, 6, "0")
    services.step_promise(turn(cast.dispatcher, project, "A18"), day=date(2024, 3, 20))
    row = seen(project)
    found = {verdict.dimension: verdict for verdict in row.colour.verdicts}
    assert row.light == "red"
    assert reason_of(found["start"]) == "连续 4个月未按承诺开工"
    # Started late by promise, the plan begins with the promised month: 32 % of the year less 3.3 %.
    assert found["investment"].rule is not None
    assert (found["investment"].light, found["investment"].rule.code) == ("yellow", "behind")
    assert reason_of(found["investment"]).startswith("落后序时进度 29.7个百分点")
    assert (found["entry"].light, found["entry"].reason) == ("none", "not_started")
    assert light_reason(row.colour) == "开工：连续 4个月未按承诺开工"


def test_a_past_day_is_judged_by_what_was_known_then(cast: Cast, project: Project) -> None:
    report(cast.energy, project, 6, "1200")
    with clock.as_of(date(2024, 7, 20)):
        report(cast.energy, project, 6, "300", reason="核减")
    for day, value in ((TODAY, 1200), (date(2024, 7, 20), 300)):
        standing = seen(project, day).investment.standing
        assert standing is not None
        assert standing.done == value * WAN
    assert seen(project, date(2024, 7, 9)).investment.done == {}


def test_the_page_tells_how_the_year_stands_and_why_there_is_no_forecast(
    cast: Cast, project: Project, client_of: Browser
) -> None:
    url = f"/projects/{project.pk}/"
    silent = client_of(cast.energy).get(url).content.decode()
    assert "还没有报过完成数" in silent
    assert "报 6 月投资" in silent
    report(cast.energy, project, 6, "1200", paid="800")
    html = client_of(cast.energy).get(url).content.decode()
    assert "占年度计划的 40%，比序时快 8 个百分点" in html
    assert "暂不推算全年" in html
    assert "scurve-done" in html
    assert "scurve-fan" not in html
    assert "六未没有计算" in html
    english = client_of(cast.energy).get(url, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "scurve-done" in english


def test_a_month_is_reported_in_a_browser(cast: Cast, project: Project, client_of: Browser) -> None:
    browser, url = client_of(cast.energy), f"/projects/{project.pk}/investment/2024/6/"
    html = browser.get(url).content.decode()
    assert "到本月底的序时计划" in html
    wrong = browser.post(url, {"done": "95000", "paid": "", "text": "封顶", "revision": "0"})
    assert wrong.status_code == 422
    assert "超过总投资" in wrong.content.decode()
    assert "封顶" in wrong.content.decode(), "what was typed stays"
    sent = browser.post(
        url, {"done": "1200", "paid": "800", "text": "封顶", "next_month": "300", "revision": "0"}
    )
    assert (sent.status_code, sent["Location"]) == (302, f"/projects/{project.pk}/#investment")
    assert InvestmentReport.objects.get().done.value == 1200 * WAN  # type: ignore[union-attr]
    assert browser.get(f"/projects/{project.pk}/investment/2024/13/").status_code == 404
    assert client_of(cast.leader).get(url).status_code == 403
    assert client_of(cast.firm).get(url).status_code in (403, 404)
    assert client_of(cast.outsider).get(url).status_code == 404


def test_the_year_is_taken_as_excel(cast: Cast, project: Project, client_of: Browser) -> None:
    report(cast.energy, project, 6, "1200", paid="800")
    url = f"/projects/{project.pk}/investment/"
    answer = client_of(cast.energy).get(url)
    sheet = load_workbook(BytesIO(b"".join(answer))).active  # type: ignore[arg-type]
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == 6]
    assert rows == [(6, 960, 1200, 800, "主体施工", "", None)]
    assert AuditEntry.objects.filter(action="projects.investment_export").exists()
    assert client_of(cast.firm).get(url).status_code in (403, 404)


def test_a_page_takes_the_same_queries_however_many_months_are_told(
    cast: Cast, project: Project, client_of: Browser
) -> None:
    browser, counts = client_of(cast.energy), []
    report(cast.energy, project, 1, "10")
    browser.get(f"/projects/{project.pk}/")
    for months in ((2,), (3, 4, 5, 6)):
        for month in months:
            report(cast.energy, project, month, str(month * 100), paid=str(month))
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/projects/{project.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_judging_takes_the_same_queries_for_one_project_and_for_many(county: County, cast: Cast) -> None:
    measures_load(user=None)
    counts = []
    for count in (1, 4):
        for number in range(count):
            made = make_project(county, cast, f"示例{count}号{number}")
            services.plan_set(
                user=cast.dispatcher, project_id=made.pk, year=2024, revision=0, total=WAN, planned=WAN
            )
            report(cast.dispatcher, made, 6, "0.5")
        rows = rows_of(Project.objects.all(), TODAY)
        with CaptureQueriesContext(connection) as queries:
            assert all(row.light for row in judged(rows, TODAY))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10

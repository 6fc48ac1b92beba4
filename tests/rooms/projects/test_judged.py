"""The register and a project's page with lights, 六未, inputs and figures of the agreement; red alerts."""

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

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.registry.models import Measure
from tiaodu.foundation.registry.services import measures_load
from tiaodu.foundation.slots.selectors import alerts_for
from tiaodu.foundation.tables import services as tables
from tiaodu.foundation.tables.bodies import to_keep
from tiaodu.foundation.tables.packaged import packaged
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import ContractFigure, InputNeed, Project, StageEvent
from tiaodu.rooms.projects.rule_tables import GAPS
from tiaodu.rooms.projects.selectors import rows_of
from tiaodu.rooms.projects.selectors.alerts import project_alerts
from tiaodu.rooms.projects.selectors.judged import JudgedRow, judged
from tiaodu.rooms.projects.selectors.terms import contract_of

Browser = Callable[[User], Client]
TODAY = date(2024, 7, 10)


@pytest.fixture(autouse=True)
def today(settings: Any, db: None) -> None:
    settings.TIAODU_TODAY = TODAY
    measures_load(user=None)


@pytest.fixture
def late(county: County, cast: Cast) -> Project:
    """A plant promised to start in March that has not."""
    made = make_project(county, cast, land_mu=Decimal(100))
    services.step_promise(turn(cast.dispatcher, made, "A18"), day=date(2024, 3, 20))
    return made


def seen(project: Project, day: date = TODAY) -> JudgedRow:
    return judged(rows_of(Project.objects.filter(pk=project.pk), day), day)[0]


def confirm_gaps(county: County, cast: Cast) -> None:
    """The county takes the package's categories as its own; a second person confirms."""
    content = packaged(GAPS)
    assert content is not None
    version = tables.version_propose(
        user=cast.dispatcher, code=GAPS.code, based_on=None, region=county.region, body=to_keep(content.body),
        valid_from=TODAY, source="项目调度会", confidence="practice", reason="按例会确定",
    )  # fmt: skip
    tables.version_confirm(user=cast.supervision, version_id=version.pk)


def test_the_register_shows_lights_with_reasons_and_filters_by_them(
    county: County, cast: Cast, late: Project, client_of: Browser
) -> None:
    make_project(county, cast, "示例玻璃")
    browser = client_of(cast.leader)
    html = browser.get("/projects/").content.decode()
    assert "连续 4个月未按承诺开工" in html
    assert "/projects/monthly/" in html
    red = browser.get("/projects/?filter=light-red").content.decode()
    assert "示例手套二期" in red
    assert "示例玻璃" not in red
    answer = client_of(cast.dispatcher).get("/projects/?export=xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer))).active  # type: ignore[arg-type]
    assert sheet is not None
    told = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "红灯：开工：连续 4个月未按承诺开工" in told


def test_a_firm_sees_no_lights(cast: Cast, late: Project, client_of: Browser) -> None:
    services.project_release(user=cast.dispatcher, project_id=late.pk, version=late.version, released=True)
    html = client_of(cast.firm).get("/projects/").content.decode()
    assert "红灯" not in html
    assert "连续" not in html


def test_red_lights_are_alerts_for_who_is_concerned(county: County, cast: Cast, late: Project) -> None:
    found = project_alerts(region=county.region, as_of=TODAY)
    assert [(alert.key, alert.word, alert.sample) for alert in found] == [
        (f"projects.red:{late.pk}", "红灯", True)
    ]
    assert found[0].reason == "开工：连续 4个月未按承诺开工"
    assert project_alerts(region=county.region, as_of=date(2024, 7, 9)) == [], "not registered then"
    assert project_alerts(region=county.other, as_of=TODAY) == []

    def keys(user: User) -> list[str]:
        return [alert.key for alert in alerts_for(user).offers if alert.kind == "projects.red"]

    assert keys(cast.leader) == [found[0].key]
    assert keys(cast.firm) == keys(cast.outsider) == []


def test_six_gaps_wait_for_the_county_and_then_come_from_dates(
    county: County, cast: Cast, client_of: Browser
) -> None:
    made = make_project(county, cast, signed_on=date(2024, 3, 1))
    assert seen(made).gaps is None
    confirm_gaps(county, cast)
    found = seen(made).gaps
    assert found is not None
    assert [gap.category.code for gap in found.gaps] == ["not_landed"]
    page = client_of(cast.leader).get(f"/projects/{made.pk}/").content.decode()
    assert "签约 131天，没有备案或核准" in page
    listed = client_of(cast.leader).get("/projects/?filter=gap").content.decode()
    assert "示例手套二期" in listed


def test_inputs_are_told_by_who_may_and_shown_with_what_is_short(
    cast: Cast, late: Project, client_of: Browser
) -> None:
    browser, url = client_of(cast.dispatcher), f"/projects/{late.pk}/inputs/steam/"
    assert "没有登记" in browser.get(f"/projects/{late.pk}/").content.decode()
    sent = browser.post(url, {"needed": "20", "secured": "5", "due": "2024-07-01", "revision": "0"})
    assert sent.status_code == 302
    assert InputNeed.objects.get().needed == 20
    page = browser.get(f"/projects/{late.pk}/").content.decode()
    assert "到期未落实" in page
    assert browser.post(url, {"needed": "30", "secured": "5", "revision": "0"}).status_code == 409
    assert browser.get(f"/projects/{late.pk}/inputs/gold/").status_code == 404
    assert client_of(cast.emergency if hasattr(cast, "emergency") else cast.industry).get(
        url
    ).status_code in (403, 404)
    assert client_of(cast.outsider).get(url).status_code == 404
    assert InputNeed.objects.count() == 1


def test_figures_of_the_agreement_are_followed_after_start_up(
    cast: Cast, late: Project, client_of: Browser
) -> None:
    browser, url = client_of(cast.dispatcher), f"/projects/{late.pk}/contract/"
    tax = Measure.objects.get(code="tax")
    assert "投产后对照实绩" in browser.get(f"/projects/{late.pk}/").content.decode()
    for per_mu, value in (("", "6000000"), ("on", "70000")):
        told = {"measure": tax.pk, "value": value, "per_mu": per_mu, "source": "协议第八条", "revision": "0"}
        assert browser.post(url, told).status_code == 302
    assert [each.followed.state for each in contract_of(seen(late))] == ["before", "before"]
    again = {"measure": tax.pk, "value": "5000000", "revision": "0", "reason": "补充协议"}
    assert browser.post(url, again).status_code == 409, "somebody set it since"
    assert client_of(cast.leader).get(url).status_code == 403
    assert client_of(cast.outsider).get(url).status_code in (403, 404)
    _put_into_production(late)
    evidence.evidence_record(
        user=cast.energy, subject=late.subject, measure=tax, series=Series.DISPATCH,
        period=Period.parse("2023"), value=Decimal(6_500_000), source_kind="tests", source_id="1",
    )  # fmt: skip
    found = {each.figure.per_mu: each.followed for each in contract_of(seen(late))}
    assert (found[False].state, found[False].gap) == ("kept", 0)
    assert (found[True].state, found[True].actual, found[True].gap) == ("short", 65_000, 5_000)
    html = browser.get(f"/projects/{late.pk}/").content.decode()
    assert "元/亩" in html
    assert "未达到" in html
    assert ContractFigure.objects.count() == 2


def _put_into_production(project: Project) -> None:
    """As if every step before had been done: only the end is of interest here."""
    StageEvent.objects.create(
        project=project, step="A25", revision=1, verb="finished", finished=date(2022, 12, 1),
        known_on=TODAY, by=project.created_by,
    )  # fmt: skip


def test_a_page_asks_the_same_questions_for_one_step_and_for_many_people(
    cast: Cast, late: Project, client_of: Browser
) -> None:
    """Who may act is looked up once, not for each of thirty steps."""
    browser = client_of(cast.dispatcher)
    browser.get(f"/projects/{late.pk}/")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/projects/{late.pk}/").status_code == 200
    assert len(queries) <= 55


def test_the_register_takes_the_same_queries_for_one_project_and_for_many(
    county: County, cast: Cast, client_of: Browser
) -> None:
    browser, counts = client_of(cast.leader), []
    for number in range(4):
        make_project(county, cast, f"示例{number}")
        browser.get("/projects/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/projects/").status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[3] <= 40

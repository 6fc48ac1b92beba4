"""The pages of the room: what each person sees, what is kept of what was typed, how many queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, County, make_person
from tests.rooms.projects.desk import DAY, developer, done, make_project, turn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import InvestmentPlan, Project, ProjectDepartment, StageEvent
from tiaodu.rooms.projects.selectors import outlooks, projects_visible_to, rows_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def today(settings: Any) -> Iterator[None]:
    settings.TIAODU_TODAY = DAY
    with clock.as_of(DAY):
        yield


@pytest.fixture
def plant(county: County, cast: Cast) -> Project:
    made = make_project(county, cast, developer=developer(county))
    done(
        cast.dispatcher,
        made,
        ("A01", date(2024, 4, 1), date(2024, 4, 1)),
        ("A02", date(2024, 4, 1), date(2024, 4, 2)),
        ("A03", date(2024, 4, 2), date(2024, 4, 2)),
    )
    services.step_start(turn(cast.dispatcher, made, "A05a"), day=date(2024, 4, 3))
    services.step_promise(turn(cast.dispatcher, made, "A05a"), day=date(2024, 8, 1))
    return made


def _page(client: Client, name: str, *given: Any) -> str:
    answer = client.get(reverse(f"projects:{name}", args=given))
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_a_project_is_registered_in_the_browser(county: County, cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.dispatcher)
    given = {"name": "示例玻璃", "kind": "manufacturing", "nature": "new", "land_mu": "120"}
    answer = browser.post(reverse("projects:new"), given)
    made = Project.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == reverse(
        "projects:project", args=[made.pk]
    )
    assert (made.subject.name, made.code, made.region) == ("示例玻璃", "2024-001", county.region)
    assert "示例玻璃" in _page(browser, "list")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "manufacturing", "nature": "new"}, "请选择登记簿里的项目"),
        ({"name": "甲", "kind": "manufacturing", "nature": "new", "platform_code": "123"}, "24位"),
        ({"name": "甲", "kind": "manufacturing", "nature": "new", "signed_on": "2030-01-01"}, "今天之后"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    cast: Cast, client_of: ClientOf, given: dict[str, str], told: str
) -> None:
    answer = client_of(cast.dispatcher).post(reverse("projects:new"), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page and all(value in page for value in given.values())
    assert not Project.objects.exists()


def test_a_plan_above_the_whole_is_refused(cast: Cast, client_of: ClientOf, plant: Project) -> None:
    url = reverse("projects:plan", args=[plant.pk])
    browser = client_of(cast.dispatcher)
    answer = browser.post(url, {"total": "100", "planned": "120", "revision": "0"})
    assert answer.status_code == 422 and "超过总投资" in answer.content.decode()
    browser.post(url, {"total": "125000", "planned": "42000", "revision": "0"})
    plan = InvestmentPlan.objects.get()
    assert (plan.total, plan.planned) == (1_250_000_000, 420_000_000)
    stale = browser.post(url, {"total": "125000", "planned": "43000", "revision": "0", "reason": "x"})
    assert stale.status_code == 409 and "4.2" in stale.content.decode()


def test_a_plan_by_month_is_kept_and_offered_again(cast: Cast, client_of: ClientOf, plant: Project) -> None:
    url, browser = reverse("projects:plan", args=[plant.pk]), client_of(cast.dispatcher)
    given = {"total": "125000", "planned": "42000", "revision": "0"}
    some = browser.post(url, {**given, "month_1": "100"})
    assert some.status_code == 422 and "填满十二个月" in some.content.decode()
    months = {f"month_{month}": str(3500 * month) for month in range(1, 13)}
    falling = browser.post(url, {**given, **months, "month_6": "1"})
    assert falling.status_code == 422 and "不能小于前一个月" in falling.content.decode()
    assert browser.post(url, {**given, **months}).status_code == 302
    assert [Decimal(each) for each in InvestmentPlan.objects.get().months[:2]] == [35_000_000, 70_000_000]
    page = browser.get(url).content.decode()
    assert 'value="125000"' in page and 'value="38500"' in page


def test_a_step_is_finished_with_its_proof(cast: Cast, client_of: ClientOf, plant: Project) -> None:
    browser = client_of(cast.dispatcher)
    url = reverse("projects:act", args=[plant.pk, "A05a", "finish"])
    given = {"day": "2024-05-20", "started": "2024-04-03", "revision": "2", "proof_kind": "certificate"}
    missing = browser.post(url, given)
    assert missing.status_code == 422 and "请附上文件" in missing.content.decode()
    file = SimpleUploadedFile("批复.pdf", b"%PDF-1.7\n%%EOF\n", content_type="application/pdf")
    answer = browser.post(url, {**given, "file": file, "number": "左环审〔2024〕3号"})
    assert answer.status_code == 302
    event = StageEvent.objects.filter(project=plant, step="A05a").latest("revision")
    assert event.proven and event.proofs.get().number == "左环审〔2024〕3号"
    page = _page(browser, "step", plant.pk, "A05a")
    assert "批复.pdf" in page
    proof = browser.get(reverse("projects:proof", args=[event.proofs.get().pk]))
    assert proof.headers["Content-Disposition"].startswith("attachment")


def test_a_form_that_was_overtaken_says_what_happened(
    cast: Cast, client_of: ClientOf, plant: Project
) -> None:
    browser = client_of(cast.dispatcher)
    services.step_wait(turn(cast.investment, plant, "A05a"), reason="correction", day=date(2024, 5, 6))
    url = reverse("projects:act", args=[plant.pk, "A05a", "finish"])
    answer = browser.post(url, {"day": "2024-05-20", "revision": "2"})
    assert answer.status_code == 409
    assert "开始等待" in answer.content.decode()


def test_a_firm_sees_steps_and_clocks_of_what_is_released_and_no_chance(
    county: County, cast: Cast, client_of: ClientOf, plant: Project
) -> None:
    cast.firm.subjects.add(plant.developer)  # type: ignore[arg-type]
    browser = client_of(cast.firm)
    url = reverse("projects:project", args=[plant.pk])
    assert browser.get(url).status_code == 404
    services.project_release(user=cast.dispatcher, project_id=plant.pk, version=plant.version, released=True)
    page = browser.get(url).content.decode()
    assert "环境影响报告表审批" in page and "2024-08-01" in page
    register = _page(browser, "list")
    assert reverse("projects:board") not in register and reverse("projects:wall") not in register
    assert "按期把握" not in page and "大概何时" not in page
    assert browser.get(reverse("projects:step", args=[plant.pk, "A05a"])).status_code == 403


def test_the_page_tells_the_chance_of_a_promise_and_never_a_certainty(
    cast: Cast, client_of: ClientOf, plant: Project
) -> None:
    page = _page(client_of(cast.leader), "project", plant.pk)
    told = [int(share) for share in re.findall(r'class="chance[^"]*">(\d+)%', page)]
    assert told and all(0 < share < 100 for share in told)


def test_a_department_sees_the_forecast_of_its_own_steps_and_a_clerk_none(
    county: County, cast: Cast, client_of: ClientOf, plant: Project
) -> None:
    branch = Subject.objects.create(
        region=county.region, code="environment", kind=SubjectKind.DEPARTMENT, name="生态环境分局"
    )
    ProjectDepartment.objects.create(project=plant, department=branch)
    officer = make_person("branch", "林环境", ["department"], county.region, department=branch)
    page = _page(client_of(officer), "project", plant.pk)
    assert len(re.findall(r'class="chance', page)) == 1  # of the form it has promised
    assert re.findall(r'class="chance', _page(client_of(cast.clerk), "project", plant.pk)) == []


def test_the_list_costs_the_same_for_many_projects(
    county: County, cast: Cast, client_of: ClientOf, plant: Project
) -> None:
    browser = client_of(cast.dispatcher)
    url = reverse("projects:list")
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    for number in range(6):
        other = make_project(county, cast, f"示例项目{number}", kind="solar")
        services.step_start(turn(cast.dispatcher, other, "B01"), day=date(2024, 6, 3))
    browser.get(url)
    with CaptureQueriesContext(connection) as many:
        answer = browser.get(url)
    assert "示例项目5" in answer.content.decode()
    assert len(many) <= len(few) + 1  # one more network is met for the first time by nobody else


def test_forecasts_of_many_projects_cost_no_query_more(county: County, cast: Cast, plant: Project) -> None:
    def queries() -> int:
        rows = rows_of(projects_visible_to(cast.dispatcher))
        outlooks._remembered.clear()
        with CaptureQueriesContext(connection) as asked:
            assert len(outlooks.outlooks_of(rows)) == len(rows)
        return len(asked)

    queries()  # learns
    few = queries()
    for number in range(3):
        make_project(county, cast, f"示例项目{number}")
    assert queries() == few


def test_an_ended_project_leaves_the_list_and_stays_in_the_past(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    with clock.as_of(date(2024, 6, 3)):
        plant = make_project(county, cast)
    browser = client_of(cast.dispatcher)
    url = reverse("projects:end", args=[plant.pk])
    assert browser.post(url, {"reason": "", "version": plant.version}).status_code == 422
    assert browser.post(url, {"reason": "业主撤资", "version": plant.version}).status_code == 302
    assert plant.subject.name not in _page(browser, "list")
    assert list(projects_visible_to(cast.dispatcher, date(2024, 6, 30))) == [plant]
    assert list(projects_visible_to(cast.dispatcher)) == []

"""The pages of private estimates: what they show whom, what they cost, and that no name is on any of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County, make_person
from tests.rooms.ledger.desk import coal_task, step_task
from tests.rooms.outlook.desk import DAY, JUNE, about, outlook_of, run, tell, thought_of_twice

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task
from tiaodu.rooms.outlook.estimates.nearer import nearer_of
from tiaodu.rooms.outlook.estimates.secrecy import pseudonym_of
from tiaodu.rooms.outlook.models import Estimate, Outlook, Run
from tiaodu.rooms.outlook.selectors.scores import scores_for

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
AFTER, NEXT = date(2025, 1, 10), DAY + timedelta(days=1)


def page(client: Client, url: str, day: date = NEXT) -> str:
    with override_settings(TIAODU_TODAY=day):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def post(client: Client, url: str, day: date = NEXT, **values: Any) -> Any:
    with override_settings(TIAODU_TODAY=day):
        return client.post(url, values)


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    return thought_of_twice(county, cast)


@pytest.fixture
def near(county: County) -> list[User]:
    """Five more people of the energy bureau with names nobody else has."""
    return [
        make_person(
            f"secretly{n}",
            f"匿名人{n}",
            ["department"],
            county.region,
            department=county.departments["energy"],
        )
        for n in range(5)
    ]


def told_by(near: list[User], task: Task, count: int) -> None:
    for user, value in zip(
        near[:count], (430_100.0, 440_200.0, 450_300.0, 441_000.0, 445_000.0), strict=False
    ):
        tell(user, task, value)


def newest(task: Task) -> Outlook:
    return outlook_of(task, Run.objects.order_by("as_of", "pk").last())  # type: ignore[arg-type]


# ---------------------------------------------------------------- telling on the page


def test_the_page_of_an_outlook_has_the_form_and_takes_what_is_filled_in(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    client, name, seen = client_of(cast.energy), about(task), newest(task)
    html = page(client, f"/outlook/{seen.pk}/")
    assert f'action="/outlook/estimates/{name}/"' in html
    assert "谁说的不给任何人看，只看合起来的" in html
    assert "万吨" in html
    answer = post(client, f"/outlook/estimates/{name}/", value="47.5", version="0 2024-12-31 490000.0")
    assert (answer.status_code, answer["Location"]) == (302, f"/outlook/{seen.pk}/#estimates")
    assert Estimate.objects.get().value == 475_000.0
    html = page(client, f"/outlook/{seen.pk}/")
    assert '您 2024-07-02 说 <b class="num">47.5万吨</b>' in html
    assert "47.5万吨</b>" not in page(client_of(cast.dispatcher), f"/outlook/{seen.pk}/")


def test_who_does_not_see_the_chance_tells_on_a_page_without_it(
    county: County, cast: Cast, client_of: Browser, task: Task
) -> None:
    client, name = client_of(cast.liaison), about(task)
    panel = page(client, f"/outlook/estimates/task/{task.pk}/")
    assert f"/outlook/estimates/{name}/" in panel
    assert f"/outlook/estimates/task/{task.pk}/" in page(client, f"/ledger/{task.pk}/")
    html = page(client, f"/outlook/estimates/{name}/")
    for word in ("P10", "P50", "把握", "推演", "合起来看"):
        assert word not in html, word
    answer = post(client, f"/outlook/estimates/{name}/", value="47.5")
    assert answer["Location"] == f"/outlook/estimates/{name}/"
    assert "47.5万吨" in page(client, f"/outlook/estimates/{name}/")
    assert client.get(f"/outlook/{newest(task).pk}/").status_code == 403


@pytest.mark.parametrize(
    "value", ["", "abc", "NaN", "Infinity", "-Infinity", "-1", "1e30", "999999999999", "2024-07-01", "１万"]
)
def test_what_is_no_figure_is_said_at_the_field(
    cast: Cast, client_of: Browser, task: Task, value: str
) -> None:
    client, name = client_of(cast.energy), about(task)
    answer = post(client, f"/outlook/estimates/{name}/", value=value)
    assert answer.status_code == 422
    assert not value or f'value="{value}"' in answer.content.decode()  # nothing typed is lost
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(
    "value", ["", "47", "2024-06-01", "9999-12-31", "2040-01-01", "2024-13-01", "0001-01-01"]
)
def test_what_is_no_day_of_a_step_is_said_at_the_field(
    county: County, cast: Cast, client_of: Browser, value: str
) -> None:
    step = Milestone.objects.get(task=step_task(county, cast, date(2024, 10, 31)))
    client, url = client_of(cast.energy), f"/outlook/estimates/m{step.pk}/"
    assert 'type="date"' in page(client, url)
    assert post(client, url, value=value).status_code == 422
    assert not Estimate.objects.exists()
    assert post(client, url, value="2024-11-20").status_code == 302
    assert Estimate.objects.get().value == date(2024, 11, 20).toordinal()
    assert "2024-11-20" in page(client, "/outlook/estimates/")


def test_a_form_from_before_is_stale_and_changes_nothing(cast: Cast, client_of: Browser, task: Task) -> None:
    client, url = client_of(cast.energy), f"/outlook/estimates/{about(task)}/"
    tell(cast.energy, task, 470_000.0, NEXT)
    answer = post(client, url, value="46", version="0 2024-12-31 490000.0")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "已被他人修改" not in html
    assert "您打开以后又说过一次" in html
    assert 'value="46"' in html  # nothing typed is lost, and it can be sent now
    assert 'value="1 2024-12-31 490000.0"' in html
    for junk in ("x", "1 2 3 4", "a b"):
        assert post(client, url, value="46", version=junk).status_code == 409
    assert post(client, f"{url}withdraw/", version="0 2024-12-31 490000.0").status_code == 409
    assert Estimate.objects.count() == 1


def test_taking_back_is_ones_own_alone(cast: Cast, client_of: Browser, task: Task) -> None:
    """There is no address of another's estimate, and a number sent along is not looked at."""
    tell(cast.energy, task, 470_000.0)
    url = f"/outlook/estimates/{about(task)}/withdraw/"
    kept = Estimate.objects.get()
    assert (
        post(client_of(cast.dispatcher), url, id=kept.pk, estimate_id=kept.pk, who=kept.who).status_code
        == 422
    )
    assert client_of(cast.dispatcher).get(f"/outlook/estimates/{kept.pk}/").status_code == 404
    assert Estimate.objects.count() == 1
    assert post(client_of(cast.energy), url).status_code == 302
    assert Estimate.objects.get(number=2).value is None


@pytest.mark.parametrize("name", ["industry", "outsider", "city_leader", "investment"])
def test_a_promise_one_does_not_see_is_not_found(
    cast: Cast, client_of: Browser, task: Task, name: str
) -> None:
    Task.objects.filter(pk=task.pk).update(released=True)
    client, url = client_of(getattr(cast, name)), f"/outlook/estimates/{about(task)}/"
    with override_settings(TIAODU_TODAY=NEXT):
        assert client.get(url).status_code == 404
        assert client.get(f"/outlook/estimates/task/{task.pk}/").status_code == 404
    assert post(client, url, value="47").status_code == 404
    assert post(client, f"{url}withdraw/").status_code == 404
    assert "石港煤业" not in page(client, "/outlook/estimates/")


@pytest.mark.parametrize("name", ["supervision", "office", "firm", "bank", "clerk", "admin", "statistics"])
def test_who_is_not_near_the_work_is_refused(cast: Cast, client_of: Browser, task: Task, name: str) -> None:
    client, url = client_of(getattr(cast, name)), f"/outlook/estimates/{about(task)}/"
    with override_settings(TIAODU_TODAY=NEXT):
        for address in (url, "/outlook/estimates/", f"/outlook/estimates/task/{task.pk}/"):
            assert client.get(address).status_code == 403, address
    assert post(client, url, value="47").status_code == 403
    assert not Estimate.objects.exists()


# ---------------------------------------------------------------- shown


def test_three_are_shown_beside_outlook_and_promise(
    cast: Cast, client_of: Browser, task: Task, near: list[User]
) -> None:
    told_by(near, task, 3)
    html = page(client_of(cast.leader), f"/outlook/{newest(task).pk}/")
    assert "3 人私下说过，合起来看 44万吨" in html
    assert "比承诺低 5万吨" in html
    assert 'class="estimates-picture"' in html
    assert "到 2024-06-12 说过的" in html
    assert "±" not in html.split('id="estimates"')[1].split("</section>")[0]  # of three only in words
    told_by(near, task, 5)
    for user in near[:3]:
        tell(user, task, 446_000.0, JUNE + timedelta(days=2))
    html = page(client_of(cast.leader), f"/outlook/{newest(task).pk}/")
    assert "5 人私下说过" in html


def test_two_are_shown_nowhere(cast: Cast, client_of: Browser, task: Task, near: list[User]) -> None:
    told_by(near, task, 2)
    client = client_of(cast.leader)
    for url in (f"/outlook/{newest(task).pk}/", "/outlook/", "/outlook/scores/", f"/outlook/task/{task.pk}/"):
        html = page(client, url)
        for figure in ("43.5", "43万", "44万", "43.01", "44.02", "合起来看", "大家看"):
            assert figure not in html.replace("大家看法不同", ""), (url, figure)
    cells = " ".join(excel(client, "/outlook/?export=xlsx"))
    for figure in ("4301", "4402", "435", "43.5", "44.0"):
        assert figure not in cells


def test_an_older_outlook_has_what_was_shown_then_and_no_form(
    cast: Cast, client_of: Browser, task: Task, near: list[User]
) -> None:
    told_by(near, task, 3)
    older = Outlook.objects.get(task=task, run__as_of=date(2024, 6, 10))
    html = page(client_of(cast.energy), f"/outlook/{older.pk}/")
    assert 'id="estimates"' not in html
    assert "estimate-form" not in html


def test_the_list_marks_what_differs_much_and_excel_has_all(
    county: County, cast: Cast, client_of: Browser, task: Task, near: list[User]
) -> None:
    other = coal_task(county, cast, title="石港煤业原煤产量完成48万吨", value=Decimal(480_000))
    run(county)
    seen = newest(other)
    told_by(near, task, 3)
    for user in near[:3]:
        tell(user, other, round(seen.p50 or 0.0, -3))
    html = page(client_of(cast.leader), "/outlook/")
    assert html.count("estimates-mark") == 1
    assert "大家看低：44万吨" in html
    cells = excel(client_of(cast.leader), "/outlook/?export=xlsx")
    assert {"大家估计", "几人估计", "估计与推演", "44万吨", "3"} <= set(cells)
    assert page(client_of(cast.leader), "/outlook/?filter=people").count('class="row-link"') == 1


def excel(client: Client, url: str, day: date = NEXT) -> list[str]:
    with override_settings(TIAODU_TODAY=day):
        answer = client.get(url)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    rows = (line for sheet in book.worksheets for line in sheet.iter_rows())
    return [str(cell.value) for line in rows for cell in line if cell.value is not None]


def test_scores_say_who_was_nearer(cast: Cast, client_of: Browser, task: Task, near: list[User]) -> None:
    told_by(near, task, 3)
    with clock.as_of(date(2025, 1, 4)):
        ledger.progress_report(
            user=cast.energy,
            task_id=task.pk,
            indicator_id=Indicator.objects.get(task=task).pk,
            text="示例",
            period_end=date(2024, 12, 31),
            value=Decimal(441_000),
        )
    assert "谁更近" not in page(client_of(cast.leader), "/outlook/scores/", NEXT)
    html = page(client_of(cast.leader), "/outlook/scores/", AFTER)
    assert "大家和推演，谁更近" in html
    assert "大家更近 1 项，推演更近 0 项" in html
    assert "太少" in html.split('id="nearer"')[1]
    with clock.as_of(AFTER):
        found = nearer_of(scores_for(cast.leader))
        assert found is not None
        assert (found.promises, found.forecasts, found.people, found.few) == (1, 1, 1, True)
        assert found.people_off < found.outlook_off
        assert nearer_of(scores_for(cast.industry)) is None
    own = page(client_of(near[0]), "/outlook/estimates/", AFTER)
    assert "有结果 1 项，数字平均差 2.5%" in own
    assert "1 项里 1 项比推演近" in own
    assert "还没有结果" not in own
    assert "44.1万吨" in own


# ---------------------------------------------------------------- never by name


def test_no_name_and_no_pseudonym_on_any_page_for_anybody(
    county: County, cast: Cast, client_of: Browser, task: Task, near: list[User]
) -> None:
    """For every role: pages, lists, Excel, the log, the first page, the task and its history."""
    told_by(near, task, 5)
    secrets = [*(user.username for user in near), *(user.display_name for user in near)]
    secrets += [pseudonym_of(user) for user in near] + ["430,100", "43.01", "430100", "44.02", "45.03"]
    name, seen = about(task), newest(task).pk
    urls = [
        "/", "/outlook/", f"/outlook/{seen}/", "/outlook/scores/", "/outlook/worth/", "/outlook/home/",
        f"/outlook/task/{task.pk}/", "/outlook/estimates/", f"/outlook/estimates/{name}/",
        f"/outlook/estimates/task/{task.pk}/", f"/ledger/{task.pk}/", "/audit/", "/alerts/",
        "/outlook/what-if/", f"/audit/?q={near[0].username}x", "/evidence/",
    ]  # fmt: skip
    exports = ["/outlook/?export=xlsx", "/outlook/scores/?export=xlsx", "/outlook/scores/excel/"]
    opened = 0
    for person in (getattr(cast, field.name) for field in fields(cast)):
        client = client_of(person)
        with override_settings(TIAODU_TODAY=NEXT):
            for url in urls:
                answer = client.get(url, follow=True)
                opened += answer.status_code == 200
                html = answer.content.decode().replace(f"{near[0].username}x", "")
                assert not [secret for secret in secrets if secret in html], (person, url)
            for url in exports:
                answer = client.get(url)
                if answer.status_code == 200:
                    cells = " ".join(excel(client, url))
                    assert not [secret for secret in secrets if secret in cells], (person, url)
    assert opened > 100


def test_a_teller_sees_none_of_the_others(
    cast: Cast, client_of: Browser, task: Task, near: list[User]
) -> None:
    told_by(near, task, 5)
    client = client_of(near[0])
    for url in ("/outlook/estimates/", f"/outlook/estimates/{about(task)}/", f"/outlook/{newest(task).pk}/"):
        html = page(client, url)
        assert "43万吨" in html, url
        for other in (*near[1:], cast.energy):
            assert other.display_name not in html
        assert "44.02" not in html
        assert "45.03" not in html


# ---------------------------------------------------------------- cost and words


def test_more_people_and_promises_cost_no_further_query(
    county: County, cast: Cast, client_of: Browser, task: Task, near: list[User]
) -> None:
    client = client_of(near[0])
    told_by(near, task, 3)
    urls = ("/outlook/", f"/outlook/{newest(task).pk}/", f"/outlook/estimates/{about(task)}/",
            "/outlook/estimates/", f"/outlook/estimates/task/{task.pk}/", "/outlook/scores/")  # fmt: skip
    counts: list[list[int]] = []
    for more in (1, 8):
        for n in range(more):
            other = coal_task(
                county, cast, title=f"石港煤业原煤产量完成{more}{n}", value=Decimal(500_000 + n)
            )
            for user in near:
                tell(user, other, 470_000.0 + n, JUNE - timedelta(days=1))
        run(county, NEXT)
        counts.append([])
        for url in (*urls[:1], f"/outlook/{newest(task).pk}/", *urls[2:]):
            page(client, url)
            with CaptureQueriesContext(connection) as caught:
                page(client, url)
            counts[-1].append(len(caught))
    assert counts[0] == counts[1]
    assert max(counts[1][:5]) <= 35


def test_english_is_complete(cast: Cast, client_of: Browser, task: Task, near: list[User]) -> None:
    told_by(near, task, 3)
    client = client_of(near[0])
    client.cookies["django_language"] = "en"
    html = page(client, f"/outlook/{newest(task).pk}/")
    for words in ("What people think", "3 people told in private", "below the promise",
                  "Most likely figure by", "nobody is shown who told what"):  # fmt: skip
        assert words in html, words
    assert "Nothing you told has an outcome yet" in page(client, "/outlook/estimates/")
    assert "Told up to 2024-06-12" in html

"""Many tasks at once: assigned, released, taken back, over HTTP as people do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task, step_task

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.models import BulkRun
from tiaodu.rooms.ledger.models import Task, TaskDepartment
from tiaodu.rooms.ledger.services import task_edit

Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_the_day(settings: Any) -> None:
    settings.TIAODU_TODAY = date(2024, 5, 10)


def boxes(*tasks: Task) -> list[str]:
    return [f"{task.pk}.{task.version}" for task in tasks]


def parts(task: Task) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in TaskDepartment.objects.filter(task=task).select_related("department"):
        found.setdefault(row.part, []).append(row.department.code)
    return found


def test_tasks_are_released_together_and_taken_back(county: County, cast: Cast, client_of: Browser) -> None:
    coal, step = coal_task(county, cast), step_task(county, cast)
    client = client_of(cast.dispatcher)
    data = {"bulk": "ledger.release", "row": boxes(coal, step)}
    asked = client.post("/ledger/?filter=not_due", data)
    assert asked.status_code == 200
    assert "发布 2 项" in asked.content.decode()
    assert not Task.objects.filter(released=True).exists(), "it has only asked"
    done = client.post("/ledger/?filter=not_due", data | {"confirmed": "1"}, follow=True)
    assert done.redirect_chain == [("/ledger/?filter=not_due", 302)]
    assert "发布：2 项已办" in done.content.decode()
    assert Task.objects.filter(released=True).count() == 2
    coal.refresh_from_db()
    client.post("/ledger/", {"bulk": "ledger.withdraw", "row": boxes(coal), "confirmed": "1"})
    assert list(Task.objects.filter(released=True)) == [step]


def test_what_was_changed_meanwhile_is_told_beside_what_was_done(
    county: County, cast: Cast, client_of: Browser
) -> None:
    coal, step = coal_task(county, cast), step_task(county, cast)
    seen = boxes(coal, step)
    task_edit(user=cast.dispatcher, task_id=coal.pk, version=coal.version, leader="王县长")
    data = {"bulk": "ledger.assign", "row": seen, "confirmed": "1", "leader": "李副县长", "lead": ""}
    answer = client_of(cast.dispatcher).post("/ledger/", data, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith("/lists/bulk/")
    assert "已办 1 项，未办 1 项。" in page
    assert "已被他人修改" in page
    assert "牵头领导：王县长" in page, "what it says now"
    assert dict(Task.objects.values_list("title", "leader")) == {coal.title: "王县长", step.title: "李副县长"}


def test_a_new_lead_leaves_the_former_one_responsible(county: County, cast: Cast, client_of: Browser) -> None:
    coal = coal_task(county, cast)
    client, industry = client_of(cast.dispatcher), county.departments["industry"]
    data = {"bulk": "ledger.assign", "row": boxes(coal), "confirmed": "1", "lead": str(industry.pk)}
    client.post("/ledger/", data)
    assert parts(coal) == {"lead": ["industry"], "responsible": ["energy"], "assisting": ["emergency"]}
    nothing = client.post("/ledger/", data | {"lead": "", "leader": ""})
    assert (nothing.status_code, BulkRun.objects.count()) == (422, 1)
    assert "至少填一项" in nothing.content.decode()
    elsewhere = client.post("/ledger/", data | {"lead": "987654321"})
    assert elsewhere.status_code == 422


def test_who_may_not_sees_no_boxes_and_is_refused(county: County, cast: Cast, client_of: Browser) -> None:
    coal = coal_task(county, cast)
    data = {"bulk": "ledger.release", "row": boxes(coal), "confirmed": "1"}
    for user, status in ((cast.leader, 403), (cast.energy, 403), (cast.firm, 422)):
        client = client_of(user)
        assert 'name="row"' not in client.get("/ledger/").content.decode()
        assert client.post("/ledger/", data).status_code == status
    outside = client_of(cast.outsider).post("/ledger/", data, follow=True).content.decode()
    assert "未办 1 项" in outside
    assert "没有找到" in outside
    assert coal.title not in outside, "nor is it told what it is called"
    assert not Task.objects.filter(released=True).exists()


def test_all_filtered_tasks(county: County, cast: Cast, client_of: Browser) -> None:
    coal_task(county, cast)
    step_task(county, cast)
    client = client_of(cast.dispatcher)
    data = {"bulk": "ledger.release", "all": "1", "confirmed": "1", "expected": "1"}
    client.post("/ledger/?filter=overdue", data)
    assert [task.title for task in Task.objects.filter(released=True)] == [
        task.title for task in Task.objects.all() if "正珠" in task.title
    ]


def test_queries_of_the_ledger_do_not_grow_with_tasks(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    counts = []
    for number in range(3):
        coal_task(county, cast, title=f"任务{number}", measure=None, value=None)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/ledger/").content.decode().count('name="row"') == number + 1
        counts.append(len(captured))
    assert counts[1] == counts[2]

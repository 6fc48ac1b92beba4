"""Days really taken: from the county's own record, beside promised days and the limits of law."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.projects.desk import make_project, turn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent
from tiaodu.rooms.projects.selectors.days import days_begun, days_rows

Browser = Callable[[User], Client]
PAGE = "/projects/days/"


def took(cast: Cast, project: Project, step: str, started: date, finished: date | None) -> None:
    """A step as it was recorded on the spot; what it needs is not looked at."""
    StageEvent.objects.create(
        project=project, step=step, revision=1, verb="finished" if finished else "started", started=started,
        finished=finished, known_on=finished or started, by=cast.dispatcher, sample=True,
    )  # fmt: skip


@pytest.fixture
def record(cast: Cast, county: County) -> list[Project]:
    """Three energy reviews of 10, 20 and 30 working days, and one that is under way."""
    ends = (date(2024, 3, 15), date(2024, 3, 29), date(2024, 4, 16), None)
    made = []
    for n, end in enumerate(ends):
        with clock.as_of(date(2024, 1, 2)):
            project = make_project(county, cast, f"示例{n}号")
        took(cast, project, "A04", date(2024, 3, 1), end)
        made.append(project)
    return made


def test_each_kind_of_step_with_what_it_took(cast: Cast, record: list[Project]) -> None:
    (row,) = days_rows(days_begun(cast.dispatcher, date(2024, 4, 30)))
    assert (row.kind, row.name) == ("energy_review", "节能审查")
    assert (row.taken.finished, row.taken.running, row.taken.reference) == (3, 1, 0)
    assert (row.taken.median, row.taken.p80) == (20, 31)
    assert row.law is not None
    assert row.law.days == 20
    assert row.taken.promised is None, "a promise of the package nobody has confirmed is not counted"
    assert row.interval is None


def test_the_page_and_the_steps_behind_it(cast: Cast, record: list[Project], client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    with override_settings(TIAODU_TODAY=date(2024, 4, 30)):
        page = client.get(PAGE).content.decode()
        each = client.get(f"{PAGE}energy_review/").content.decode()
        unknown = client.get(f"{PAGE}nothing/").status_code
    assert "办结 3 步，1 种" in page
    assert "节能审查" in page
    assert all(project.subject.name in each for project in record)
    assert unknown == 404


def test_a_past_day_knows_only_what_was_known(cast: Cast, record: list[Project]) -> None:
    (row,) = days_rows(days_begun(cast.dispatcher, date(2024, 3, 20)))
    assert (row.taken.finished, row.taken.running) == (1, 1)


def test_an_ended_project_goes_on_teaching(cast: Cast, record: list[Project]) -> None:
    services.project_end(
        user=cast.dispatcher, project_id=record[0].pk, version=record[0].version, reason="业主放弃"
    )
    (row,) = days_rows(days_begun(cast.dispatcher))
    assert row.taken.finished == 3


def test_a_milestone_and_a_skipped_step_take_no_days(cast: Cast, county: County) -> None:
    project = make_project(county, cast)
    services.step_skip(turn(cast.dispatcher, project, "A04"), reason="commitment")
    took(cast, project, "A18", date(2024, 3, 1), date(2024, 3, 1))
    assert days_begun(cast.dispatcher) == []


def test_who_sees_them(cast: Cast, record: list[Project], client_of: Browser) -> None:
    assert days_begun(cast.outsider) == []
    services.project_release(
        user=cast.dispatcher, project_id=record[0].pk, version=record[0].version, released=True
    )
    assert days_begun(cast.city_leader) == []
    assert client_of(cast.firm).get(PAGE).status_code == 403
    assert client_of(cast.leader).get(PAGE).status_code == 200


def test_the_page_costs_the_same_for_many_projects(cast: Cast, county: County, client_of: Browser) -> None:
    client, counts = client_of(cast.dispatcher), []
    for size in (2, 9):
        for n in range(size):
            took(
                cast, make_project(county, cast, f"示例{size}-{n}"), "A06", date(2024, 3, 1), date(2024, 3, 9)
            )
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_excel_has_every_column(cast: Cast, record: list[Project], client_of: Browser) -> None:
    for address in ("", "energy_review/"):
        answer = client_of(cast.dispatcher).get(f"{PAGE}{address}?export=xlsx")
        assert answer["Content-Type"].startswith("application/vnd")

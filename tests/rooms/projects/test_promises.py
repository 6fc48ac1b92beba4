"""Promises kept: counted when their day has passed, chances shown only to who may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.foundation.tables_desk import confirm, propose
from tests.rooms.projects.desk import make_project, turn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Alias, Liaison, Subject, SubjectKind
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageOutlook
from tiaodu.rooms.projects.selectors.promises import Told, promises_told

Browser = Callable[[User], Client]
PAGE = "/projects/promises/"
START = date(2024, 1, 8)
DUE, LATER, TODAY = date(2024, 3, 29), date(2024, 5, 31), date(2024, 7, 1)


@pytest.fixture
def water(county: County) -> Subject:
    """The department that does what the template calls 水利局."""
    found = Subject.objects.create(
        region=county.region, code="water", kind=SubjectKind.DEPARTMENT, name="县水利局", sample=True
    )
    Alias.objects.create(subject=found, region=county.region, text="水利局")
    return found


@pytest.fixture
def plant(cast: Cast, county: County, water: Subject) -> Project:
    """A plant whose soil and water step (A06) was promised, forecast, moved, and finished late."""
    with clock.as_of(START):
        project = make_project(county, cast)
        services.step_promise(turn(cast.dispatcher, project, "A06"), day=DUE)
        services.step_promise(turn(cast.dispatcher, project, "A04"), day=DUE)
    outlook(project, date(2024, 2, 1), {"A06": (DUE, 0.7), "A04": (DUE, 0.2)})
    outlook(project, date(2024, 3, 20), {"A06": (DUE, 0.1), "A04": (DUE, 0.1)})
    with clock.as_of(date(2024, 3, 25)):
        services.step_promise(turn(cast.dispatcher, project, "A06", text="补充材料"), day=LATER)
    return project


def outlook(project: Project, day: date, told: dict[str, tuple[date, float]]) -> None:
    steps = {
        code: {"promised": due.isoformat(), "chance": chance, "p10": "", "p50": "", "p80": "", "p90": ""}
        for code, (due, chance) in told.items()
    }
    StageOutlook.objects.create(
        project=project, as_of=day, basis=f"{day}", scenarios=1000, rows={"steps": steps, "unknown": {}}
    )


def by_step(user: User, day: date = TODAY) -> dict[str, Told]:
    return {told.step.code: told for told in promises_told(user, day)}


def page(client: Client, query: str = "", day: date = TODAY) -> str:
    with override_settings(TIAODU_TODAY=day):
        answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_days_of_a_promise_and_the_forecast_it_is_scored_by(cast: Cast, plant: Project) -> None:
    told = by_step(cast.dispatcher)["A06"]
    assert told.promise.days == (DUE, LATER)
    assert [(f.as_of, f.due, f.chance) for f in told.promise.forecasts] == [(date(2024, 2, 1), DUE, 0.7)]
    assert told.unit_name == "县水利局"


def test_a_promise_counts_once_its_day_has_passed(cast: Cast, plant: Project, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    assert "还没有到期的承诺" in page(client, day=DUE)
    assert "到期承诺 2 项，按最初的日子兑现 0 项（0%）；改过期的 1 项" in page(client)
    assert "样本少" in page(client)
    assert "县水利局" in page(client)


def test_what_was_known_later_does_not_change_a_past_day(cast: Cast, plant: Project) -> None:
    assert by_step(cast.dispatcher, date(2024, 3, 1))["A06"].promise.days == (DUE,)


def test_a_day_entered_after_it_had_passed_is_no_promise(cast: Cast, plant: Project) -> None:
    with clock.as_of(TODAY):
        services.step_promise(turn(cast.dispatcher, plant, "A07"), day=date(2024, 5, 1))
    assert "A07" not in by_step(cast.dispatcher)


def test_a_skipped_step_promises_nothing(cast: Cast, plant: Project) -> None:
    with clock.as_of(date(2024, 3, 26)):
        services.step_skip(turn(cast.dispatcher, plant, "A06"), reason="not_required")
    assert set(by_step(cast.dispatcher)) == {"A04"}


def _officer(county: County, department: Subject) -> User:
    told = {"username": "shui", "display_name": "何水利", "roles": ["department"]}
    return User.objects.create(region=county.region, department=department, **told)


def led_by(cast: Cast, project: Project) -> None:
    told = {"valid_from": START, "known_on": START, "source": "tests"}
    Liaison.objects.create(subject=project.subject, role="leader", user=cast.leader, **told)


def test_a_department_sees_its_own_record_with_its_chances(
    cast: Cast, county: County, water: Subject, plant: Project, client_of: Browser
) -> None:
    officer = _officer(county, water)
    told = by_step(officer)
    assert set(told) == {"A06"}
    assert len(told["A06"].promise.forecasts) == 1
    assert "县水利局" in page(client_of(officer))
    assert by_step(cast.energy) == {}


def test_chances_are_for_dispatch_the_leader_in_charge_and_the_department(
    cast: Cast, plant: Project, client_of: Browser
) -> None:
    def seen(user: User) -> int:
        return sum(len(told.promise.forecasts) for told in promises_told(user, TODAY))

    assert (seen(cast.dispatcher), seen(cast.supervision), seen(cast.office)) == (2, 2, 2)
    assert (seen(cast.leader), seen(cast.clerk)) == (0, 0)
    assert len(by_step(cast.leader)) == 2, "counts are for all who read all"
    led_by(cast, plant)
    assert seen(cast.leader) == 2
    assert "把握与兑现" in page(client_of(cast.dispatcher))
    assert "把握与兑现" not in page(client_of(cast.clerk))


def test_firms_banks_neighbours_and_levels_above_see_nothing(
    cast: Cast, plant: Project, client_of: Browser
) -> None:
    assert client_of(cast.firm).get(PAGE).status_code == 403
    assert client_of(cast.bank).get(PAGE).status_code == 403
    assert promises_told(cast.outsider, TODAY) == []
    services.project_release(user=cast.dispatcher, project_id=plant.pk, version=plant.version, released=True)
    assert promises_told(cast.city_leader, TODAY) == []


def test_a_leaders_own_record_is_off_until_the_county_switches_it_on_and_his_alone(
    cast: Cast, county: County, plant: Project, client_of: Browser
) -> None:
    led_by(cast, plant)
    assert "您包联的项目" not in page(client_of(cast.leader))
    body = {"lead_days": 30, "small_count": 10, "bins": 5, "leader_record": True}
    day = date(2024, 6, 3)
    told = propose(cast, county, day, valid_from=day, code="projects.promises", body=body)
    confirm(cast, day, told)
    assert "您包联的项目：到期承诺 2 项，兑现 0 项" in page(client_of(cast.leader))
    assert "您包联的项目" not in page(client_of(cast.dispatcher))


def test_each_promise_is_listed_and_filtered_by_unit(
    cast: Cast, water: Subject, plant: Project, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    everything = page(client, "each/")
    assert "水土保持方案" in everything
    assert "节能审查" in everything
    own = page(client, f"each/?unit=department-{water.pk}")
    assert "节能审查" not in own
    assert "2024-05-31" in own
    assert "70%" in own


def test_the_figures_behind_the_picture(cast: Cast, plant: Project, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    table = page(client, "chances/")
    assert "60%–80%" in table
    for address in ("", "each/", "chances/"):
        with override_settings(TIAODU_TODAY=TODAY):
            assert client.get(f"{PAGE}{address}?export=xlsx")["Content-Type"].startswith("application/vnd")


def test_the_page_costs_the_same_for_many_promises(
    cast: Cast, county: County, water: Subject, client_of: Browser
) -> None:
    client, counts = client_of(cast.dispatcher), []
    for size in (2, 8):
        for n in range(size):
            with clock.as_of(START):
                project = make_project(county, cast, f"示例{size}-{n}")
                services.step_promise(turn(cast.dispatcher, project, "A06"), day=DUE)
            outlook(project, date(2024, 2, 1), {"A06": (DUE, 0.5)})
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_is_kept_early_waits_for_its_day_like_the_others(
    cast: Cast, county: County, water: Subject, client_of: Browser
) -> None:
    with clock.as_of(START):
        project = make_project(county, cast)
        services.step_promise(turn(cast.dispatcher, project, "A01"), day=DUE)
        services.step_finish(turn(cast.dispatcher, project, "A01"), day=START, started=START)
    client = client_of(cast.dispatcher)
    assert "还没有到期的承诺" in page(client, day=DUE)
    assert "兑现 1 项（100%）" in page(client, day=DUE + timedelta(days=1))

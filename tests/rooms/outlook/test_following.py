"""A project's later steps, and the milestones and nodes that hang on them, follow a step that is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.outlook.desk import DAY, model, row, run
from tests.rooms.projects.desk import done, make_project, row_of, turn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.models import Worth
from tiaodu.rooms.outlook.what_if.base import Base, base_made
from tiaodu.rooms.outlook.what_if.changes import Wish
from tiaodu.rooms.outlook.what_if.forms import choices_of, filled
from tiaodu.rooms.outlook.what_if.outcome import Outcome, Row, outcome
from tiaodu.rooms.projects import services as projects
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.outlooks import case_of, outlook_of
from tiaodu.rooms.projects.services.outlooks import outlooks_keep_all

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
DUE = date(2025, 4, 4)
LINES = "plant:facility_count.line"


@pytest.fixture
def project(county: County, cast: Cast) -> Project:
    """A project under way whose permit (A17) is promised, with a milestone of the ledger for that day; lines
    come when it is built (A21).
    """
    with clock.as_of(date(2024, 6, 3)):
        made = make_project(county, cast)
        done(cast.dispatcher, made, ("A01", date(2024, 5, 1), date(2024, 5, 10)))
        for code in sorted({code for codes in outlook_of(row_of(made)).unknown.values() for code in codes}):
            projects.step_range(turn(cast.dispatcher, made, code), low=5, likely=10, high=30)
        projects.step_promise(turn(cast.dispatcher, made, "A17"), day=DUE)
        projects.step_promise(turn(cast.dispatcher, made, "A09"), day=date(2024, 7, 2))
        task(county, cast, made)
    rows = [
        row(LINES, "arrivals", unit="条", adds="last", figures=f"50 {made.subject.code}/A21=8", title="产线")
    ]
    model(county, cast, rows)
    outlooks_keep_all(DAY)
    return made


def task(county: County, cast: Cast, made: Project) -> Task:
    return ledger.task_create(
        user=cast.dispatcher,
        region=county.region,
        plan_year=2024,
        title="示例手套二期拿到施工许可",
        subject=made.subject,
        due=DUE,
        departments={"lead": [county.departments["industry"]]},
    )


@pytest.fixture
def base(county: County, project: Project) -> Base:
    """The county on the day."""
    return base_made(county.region, DAY)


def key(project: Project, code: str) -> str:
    return f"{project.subject.code}/{code}"


def milestone_of(found: Outcome) -> Row:
    return next(each for each in found.rows if each.line.is_day)


def test_the_milestone_of_a_later_step_follows(base: Base, project: Project) -> None:
    found = outcome(base, [Wish("move", key(project, "A14"), days=60)], base.lines)
    moved = milestone_of(found)
    assert moved.moved
    assert moved.gain is not None
    assert 40 < moved.gain.mean <= 70
    assert (moved.gain.chance or 0) < -0.2
    assert moved.line.node == key(project, "A17")
    assert any("竣工" in each or "完工" in each for each in found.followed), found.followed
    sooner = milestone_of(outcome(base, [Wish("move", key(project, "A14"), days=-20)], base.lines))
    assert sooner.gain is not None
    assert sooner.gain.mean == pytest.approx(-20, abs=1)


def test_the_days_are_those_of_the_project_simulated_with_the_move(base: Base, project: Project) -> None:
    found = outcome(base, [Wish("move", key(project, "A14"), days=60)], base.lines)
    with clock.as_of(DAY):
        case = case_of(row_of(project, DAY))
        before, after = case.run(), case.run({"A14": lambda days: days + 60})
    place = before.codes.index("A17")
    told = milestone_of(found).gain
    assert told is not None
    assert told.mean == pytest.approx(float(np.mean(after.finish[place] - before.finish[place])))


def test_nothing_moved_is_the_base_bit_for_bit(county: County, base: Base, project: Project) -> None:
    again = base_made(county.region, DAY)
    with clock.as_of(DAY):
        steps = {name: step.draw() for name, step in base.county.steps.items()}
    for name, dates in base.case.inputs.dates.items():
        first, days = steps[name] or (DAY, np.zeros(1))
        assert dates.first == first
        assert (dates.days == days).all()
        assert (again.case.inputs.dates[name].days == days).all()
    # What the nightly run is computed from has only what its tree follows.
    assert set(base.county.case.inputs.dates) == {key(project, "A21")}
    assert not base.county.case.inputs.networks


def test_a_step_that_decides_nothing_moves_nothing_else(base: Base, project: Project) -> None:
    """In the few scenarios in which the step would come last after all, it may."""
    idle = outcome(base, [Wish("move", key(project, "A19"), days=7)], base.lines)
    assert milestone_of(idle).same
    assert idle.followed == []


def test_every_open_step_that_leads_to_a_promise_may_be_moved(base: Base, project: Project) -> None:
    dated = dict(choices_of(base, base.lines).of["move"])
    offered = {each.rpartition("/")[2] for each, _title in dated["示例手套二期"]}
    assert {"A03", "A14", "A17"} <= offered
    assert "A01" not in offered  # finished
    assert "A26" not in offered  # nothing that was promised waits for it


def test_a_step_that_is_finished_is_not_moved_and_that_is_said(base: Base, project: Project) -> None:
    inputs = base.case.inputs
    finished = key(project, "A01")
    drawn = base.county.steps[finished].draw()
    assert drawn is not None
    found = outcome(base, [Wish("move", finished, days=30)], base.lines)
    assert len(found.findings) == 1
    assert all(each.same for each in found.rows)
    assert finished not in inputs.dates or "已于 2024-05-10 办结" in found.findings[0]


def test_what_a_step_is_worth_is_what_the_what_if_says_of_the_same_day(
    county: County, base: Base, project: Project
) -> None:
    made = run(county, scenarios=10_000)
    kept = Worth.objects.filter(run=made, kind=Worth.Kind.STEP, outlook__milestone__isnull=False)
    each, step = kept.get(key__endswith="-A09"), key(project, "A09")
    assert each.by is not None
    days = base.case.inputs.dates[step]
    assert (days.days >= (each.by - days.first).days).all()  # by the day and on the day are the same
    asked = milestone_of(outcome(base, [Wish("fix", step, day=each.by)], base.lines))
    assert asked.gain is not None
    assert asked.gain.mean < -3
    assert each.mean == pytest.approx(asked.gain.mean)
    assert each.chance == pytest.approx(asked.gain.chance)


def test_the_page_says_which_steps_moved_along(cast: Cast, client_of: Browser, project: Project) -> None:
    client = client_of(cast.dispatcher)
    query = filled([Wish("move", key(project, "A14"), days=60)]).urlencode()
    with override_settings(TIAODU_TODAY=DAY):
        html = client.get(f"/outlook/what-if/?{query}").content.decode()
    assert "步跟着动" in html
    assert "示例手套二期拿到施工许可" in html


def test_more_steps_cost_no_further_query(
    county: County, cast: Cast, client_of: Browser, project: Project
) -> None:
    client, counts = client_of(cast.dispatcher), []
    for codes in (("A14",), ("A03", "A14", "A15", "A16", "A17")):
        wishes = [Wish("move", key(project, code), days=10) for code in codes]
        url = f"/outlook/what-if/?{filled(wishes).urlencode()}"
        with override_settings(TIAODU_TODAY=DAY):
            client.get(url)
            with CaptureQueriesContext(connection) as caught:
                client.get(url)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_kept_day_that_is_over_by_now_counts_as_today(base: Base, project: Project) -> None:
    past = Wish("fix", key(project, "A14"), day=DAY - timedelta(days=40))
    now = Wish("fix", key(project, "A14"), day=DAY)
    one, other = (milestone_of(outcome(base, [wish], base.lines)).gain for wish in (past, now))
    assert one is not None
    assert other is not None
    assert one.mean == other.mean

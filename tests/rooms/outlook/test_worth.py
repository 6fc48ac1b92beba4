"""What would be worth doing: reckoned with the run, kept with it, and seen by those who see the promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task, step_task
from tests.rooms.outlook.desk import COAL, DAY, mine, mine_rows, model, outlook_of, row, run, told

from tiaodu.engine.kernel.offers import About, Drawn, Intervention
from tiaodu.engine.outlook.model import Dates
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.models import Run, Worth
from tiaodu.rooms.outlook.what_if.base import base_made
from tiaodu.rooms.outlook.worth.computing import worths_of
from tiaodu.rooms.outlook.worth.selectors import worths_for

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
ABOUT = About("tests", "1", "示例", "/tests/")
LATE = date(2024, 10, 1)


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    """A promise that may go either way, its tree, and five months that were told."""
    return mine(county, cast, value=Decimal(460_000))


@pytest.fixture
def made(county: County, task: Task) -> Run:
    """Its run with enough scenarios to tell gains from chance."""
    return run(county, scenarios=4_000)


def page(client: Client, url: str) -> str:
    with override_settings(TIAODU_TODAY=DAY):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def act(**values: Any) -> Intervention:
    return Intervention(
        **{"key": "tests.act:1", "room": "tests", "title": "做", "reason": "", "about": ABOUT} | values
    )


# ---------------------------------------------------------------- what is reckoned


def test_a_mine_without_stops_gains_tonnes_and_chance_with_their_errors(task: Task, made: Run) -> None:
    found = Worth.objects.get(run=made, kind=Worth.Kind.STOPS)
    assert found.outlook == outlook_of(task, made)
    assert found.words["zh"]["title"] == "石港煤业今后各月不停产"
    assert found.decides == "石港煤业"
    assert found.url.startswith("/ledger/subjects/")
    # The six months to come lose (0.2 + 0.4 + 1)/3 of 40,000 tonnes in a tenth of them.
    assert found.mean == pytest.approx(6 * 40_000 * 0.1 * 1.6 / 3, rel=0.15)
    assert found.mean_error is not None
    assert 0 < found.mean_error < 0.1 * (found.mean or 0)
    assert found.chance is not None
    assert found.chance_error is not None
    assert found.chance > 2 * found.chance_error
    assert found.narrower is None


def test_a_report_that_is_behind_narrows_and_gains_nothing(task: Task, made: Run) -> None:
    found = Worth.objects.get(run=made, kind=Worth.Kind.REPORT)
    assert found.words["zh"]["title"] == f"催报{COAL} 2024-06"
    assert found.decides == "县能源局"
    assert (found.mean, found.chance) == (None, None)
    assert found.narrower == pytest.approx(1 - (6 / 7) ** 0.5, abs=0.05)
    assert found.narrower_error is not None


def test_when_everything_is_told_there_is_nothing_to_chase(county: County, cast: Cast, task: Task) -> None:
    told(cast, task, {6: 240_000}, day=DAY)
    assert not Worth.objects.filter(run=run(county), kind=Worth.Kind.REPORT).exists()


def test_the_day_a_line_comes_is_worth_the_chance_it_adds(county: County, cast: Cast) -> None:
    """An offer with days: the same run with the other days."""
    model(county, cast, mine_rows())
    task = coal_task(county, cast, value=Decimal(460_000))
    told(cast, task)
    base = base_made(county.region, DAY)
    late = Dates(DAY, np.arange(10_000, dtype=np.int32) % 200)
    case = base.case
    key = "probe/A1"
    with_date = type(case)(case.tree, type(case.inputs)(case.inputs.known, {key: late}, case.inputs.until))
    line = next(line for line in base.lines if line.node == COAL)
    day_line = type(line)(name="m1", node=key, unit="", asked=("<=", float(LATE.toordinal())))
    held = type(base)(
        base.county, with_date, base.months, base.draws, [*base.lines, day_line],
        {**base.values, "m1": day_line.days(late, 10_000)},
    )  # fmt: skip

    def sooner() -> dict[str, Drawn]:
        return {key: (DAY, np.minimum(late.days, 30)), "probe/B1": (DAY, late.days)}

    found = worths_of(held, [act(steps=(key, "probe/B1"), dates=sooner, by=DAY + timedelta(days=30))])
    assert [each.line.name for each in found] == ["m1"]
    chance, days = found[0].worth.chance, late.days
    assert chance == pytest.approx(1 - float((days <= (LATE - DAY).days).mean()))
    assert found[0].worth.mean == pytest.approx(float((np.minimum(days, 30) - days).mean()))
    assert found[0].worth.kind == Worth.Kind.STEP
    later = act(steps=(key,), dates=lambda: {key: (DAY, late.days + np.int32(60))})
    assert worths_of(held, [later]) == []  # what harms is not worth doing


def test_an_act_nobody_watches_is_not_even_drawn(county: County, task: Task) -> None:
    base = base_made(county.region, DAY)

    def never() -> dict[str, Drawn]:
        raise AssertionError

    idle = [
        act(steps=("nowhere/A1",), dates=never),
        act(moves=("nowhere:other.stops",), relieves=("nowhere:other.stops",)),
        act(moves=("nowhere:tax",), tells=(("nowhere:tax", "2024-06"),)),
        act(moves=(COAL,)),
        act(moves=(COAL,), tells=((COAL, "2031-01"),)),
    ]
    assert worths_of(base, idle) == []


def test_an_offer_must_say_what_it_does() -> None:
    for wrong in (
        {},
        {"steps": ("a/A1",)},
        {"moves": ("a:tax",), "dates": dict},
        {"moves": ("no series",)},
        {"moves": ("a:tax",), "relieves": ("no series",)},
        {"moves": ("a:tax",), "tells": (("no series", "2024-06"),)},
    ):
        with pytest.raises(ValueError, match=r"moves nothing|need their days|a series is"):
            act(**wrong)


def test_a_promise_not_to_pass_a_figure_is_not_helped_by_more(county: County, task: Task) -> None:
    base = base_made(county.region, DAY)
    offer = act(moves=("shigang:other.stops",), relieves=("shigang:other.stops",))
    assert [each.line.node for each in worths_of(base, [offer])] == [COAL]
    capped = [replace(line, asked=("<=", 45.0)) for line in base.lines]
    assert worths_of(replace(base, lines=capped), [offer]) == []


# ---------------------------------------------------------------- what is kept


def test_it_is_kept_once_with_its_run_and_never_changed(county: County, task: Task, made: Run) -> None:
    count = Worth.objects.count()
    assert run(county, scenarios=4_000).pk == made.pk
    assert Worth.objects.count() == count
    kept = Worth.objects.all()[0]
    with pytest.raises(AppendOnlyError):
        kept.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as at:
        at.execute("UPDATE outlook_worth SET chance = 1")


def test_promises_without_a_node_have_none(county: County, cast: Cast) -> None:
    step_task(county, cast)
    coal_task(county, cast)
    run(county)
    assert not Worth.objects.exists()


# ---------------------------------------------------------------- who sees it


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("leader", True), ("dispatcher", True), ("energy", True), ("industry", False), ("statistics", False),
        ("outsider", False), ("city_leader", False),
    ],
)  # fmt: skip
def test_who_sees_what_is_worth_doing(
    cast: Cast, client_of: Browser, task: Task, made: Run, name: str, sees: bool
) -> None:
    client = client_of(getattr(cast, name))
    assert ("石港煤业今后各月不停产" in page(client, "/outlook/worth/")) == sees
    with override_settings(TIAODU_TODAY=DAY):
        answer = client.get(f"/outlook/{outlook_of(task, made).pk}/")
    assert ("石港煤业今后各月不停产" in answer.content.decode()) == sees


@pytest.mark.parametrize("name", ["supervision", "firm", "bank", "clerk", "admin"])
def test_nobody_else_opens_the_page(cast: Cast, client_of: Browser, task: Task, made: Run, name: str) -> None:
    assert client_of(getattr(cast, name)).get("/outlook/worth/").status_code == 403


def test_the_best_comes_first_and_reports_last(county: County, cast: Cast, task: Task, made: Run) -> None:
    with override_settings(TIAODU_TODAY=DAY):
        rows = worths_for(cast.leader, made)
    assert [row.worth.kind for row in rows] == [Worth.Kind.STOPS, Worth.Kind.REPORT]
    assert "个百分点" in rows[0].effect
    assert "看得更清" in rows[1].effect
    assert worths_for(cast.leader, None) == []


def test_excel_has_the_figures(cast: Cast, client_of: Browser, task: Task, made: Run) -> None:
    with override_settings(TIAODU_TODAY=DAY):
        answer = client_of(cast.leader).get("/outlook/worth/?export=xlsx")
    assert answer["Content-Type"].startswith("application/vnd.openxml")


def test_more_acts_cost_no_further_query(county: County, cast: Cast, client_of: Browser) -> None:
    client, counts = client_of(cast.leader), []
    rows = mine_rows()
    task = coal_task(county, cast, value=Decimal(460_000))
    told(cast, task)
    for more in (1, 9):
        others = [row(f"shigang:other.stops{n}", "noise", figures="停工 0.1 0.2 0.4 1") for n in range(more)]
        names = "、".join(f"s{n}=shigang:other.stops{n}" for n in range(more))
        rule = " * ".join(["4万吨", "luck", "stops", *(f"s{n}" for n in range(more))])
        inputs = f"luck=shigang:other.luck、stops=shigang:other.stops、{names}"
        changed = [*rows[:-1], *others, rows[-1] | {"rule": rule, "inputs": inputs}]
        day = date(2024, 1, 20) + timedelta(days=more)
        model(county, cast, changed, day=day, based_on=_newest())
        made = run(county, scenarios=2_000)
        counts.append([])
        for url in ("/outlook/worth/", f"/outlook/{outlook_of(task, made).pk}/"):
            page(client, url)
            with CaptureQueriesContext(connection) as caught:
                page(client, url)
            counts[-1].append(len(caught))
        assert Worth.objects.filter(run=made).count() > more
    assert counts[0] == counts[1]


def _newest() -> int | None:
    from tiaodu.foundation.tables.models import Version  # noqa: PLC0415

    newest = Version.objects.order_by("-pk").first()
    return newest.pk if newest else None

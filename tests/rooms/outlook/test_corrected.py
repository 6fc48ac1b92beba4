"""What-ifs and acts worth doing tell the chances that outlooks tell: corrected where those are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.test.utils import override_settings
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task
from tests.rooms.outlook.desk import COAL, mine, outlook_of, run
from tests.rooms.outlook.test_scored import AFTER, rules, told_too_boldly

from tiaodu.engine.outlook.months import month_of
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger.models import Indicator, Task
from tiaodu.rooms.outlook.models import Run, Worth
from tiaodu.rooms.outlook.what_if.base import Base, base_of
from tiaodu.rooms.outlook.what_if.changes import Wish
from tiaodu.rooms.outlook.what_if.forms import filled
from tiaodu.rooms.outlook.what_if.outcome import Row, outcome

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
STOP = Wish("stop", COAL, first=month_of("2025-08"), last=month_of("2025-09"), left=0.0)


@pytest.fixture
def taught(county: County, cast: Cast) -> Task:
    """A promise of next year in a county whose outlooks said nine in ten and were right in half."""
    task = mine(county, cast)
    told_too_boldly(county, cast, task)
    coming = coal_task(county, cast, title="来年", value=Decimal(440_000), due=date(2025, 12, 31))
    Indicator.objects.filter(task=coming).update(counts_from=date(2025, 1, 1))
    return coming


def base(county: County) -> Base:
    with clock.as_of(AFTER):
        return base_of(county.region, AFTER)


def row_of(task: Task, found: Base) -> Row:
    rows = outcome(found, [STOP], found.lines).rows
    return next(each for each in rows if each.line.row is not None and each.line.row.task.pk == task.pk)


def test_the_base_of_a_what_if_is_the_chance_the_outlook_tells(
    county: County, cast: Cast, taught: Task
) -> None:
    rules(county, cast)
    told = outlook_of(taught, run(county, AFTER, scenarios=10_000))
    found = row_of(taught, base(county))
    assert told.calibrated is not None
    assert told.calibrated != told.chance
    assert found.base.chance == told.calibrated
    raw = row_of(taught, replace(base(county), correction=None))
    assert raw.base.chance == told.chance
    assert found.gain is not None
    assert found.other.chance is not None
    assert found.gain.chance == pytest.approx(found.other.chance - told.calibrated, abs=1e-4)
    assert raw.gain is not None
    assert (found.gain.mean, found.base.p50) == (raw.gain.mean, raw.base.p50)


def test_without_a_correction_nothing_changes(county: County, taught: Task) -> None:
    told = outlook_of(taught, run(county, AFTER, scenarios=10_000))  # the package asks for more outcomes
    found = base(county)
    assert told.calibrated is None
    assert found.correction is None
    assert row_of(taught, found).base.chance == told.chance


def test_a_county_that_was_never_run_has_no_correction(county: County, cast: Cast) -> None:
    mine(county, cast)
    assert base(county).correction is None


def test_a_new_run_corrects_a_base_that_was_kept(county: County, cast: Cast, taught: Task) -> None:
    rules(county, cast)
    assert base(county).correction is None  # the run there is was made before outcomes could teach
    made = run(county, AFTER)
    correction = base(county).correction
    assert correction is not None
    assert made.calibration is not None
    assert correction.slope == made.calibration["slope"]


def test_acts_worth_doing_are_worth_the_corrected_chance(county: County, cast: Cast, taught: Task) -> None:
    plain = run(county, AFTER, scenarios=4_000)
    rules(county, cast)
    corrected = run(county, AFTER, scenarios=4_000)
    assert corrected.pk != plain.pk
    before, after = (
        Worth.objects.get(run=each, outlook__task=taught, kind=Worth.Kind.STOPS)
        for each in (plain, corrected)
    )
    correction = base(county).correction
    assert correction is not None
    assert before.chance is not None
    raw = outlook_of(taught, plain).chance or 0.0
    assert after.chance == pytest.approx(correction(raw + before.chance) - correction(raw))
    assert (after.mean, after.mean_error) == (before.mean, before.mean_error)
    assert (after.chance_error or 0) > 0


def test_the_pages_say_that_chances_are_corrected(
    county: County, cast: Cast, client_of: Browser, taught: Task
) -> None:
    client = client_of(cast.leader)
    urls = [f"/outlook/what-if/?{filled([STOP]).urlencode()}&filter=all", "/outlook/worth/"]

    def pages() -> list[bool]:
        with override_settings(TIAODU_TODAY=AFTER):
            own = f"/outlook/{outlook_of(taught, Run.objects.all()[0]).pk}/"
            return ["按过去的准确度校正过" in client.get(url).content.decode() for url in (*urls, own)]

    run(county, AFTER, scenarios=4_000)
    assert pages() == [False, False, False]
    rules(county, cast)
    run(county, AFTER, scenarios=4_000)
    assert pages() == [True, True, True]

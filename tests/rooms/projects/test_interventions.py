"""What projects offer to be decided, with the days that would follow."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.cast import Cast, County
from tests.rooms.projects.desk import DAY, make_project, row_of, turn

from tiaodu.engine.kernel.offers import Intervention
from tiaodu.foundation import clock
from tiaodu.foundation.slots.selectors import collect_interventions
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.interventions import interventions
from tiaodu.rooms.projects.selectors.outlooks import case_of
from tiaodu.rooms.projects.services.outlooks import outlooks_keep_all

pytestmark = pytest.mark.django_db


def running(county: County, cast: Cast, name: str = "示例手套二期") -> Project:
    """A project whose first step is done and whose days are forecast."""
    with clock.as_of(date(2024, 6, 3)):
        project = make_project(county, cast, name)
        for code in row_of(project).network.codes:
            if row_of(project).state.of(code).finished is None and len(row_of(project).state.steps) < 2:
                services.step_start(turn(cast.dispatcher, project, code), day=date(2024, 6, 3))
                break
    outlooks_keep_all(DAY)
    return project


def offers(county: County) -> list[Intervention]:
    with clock.as_of(DAY):
        return [o for o in collect_interventions(county.region, DAY).offers if o.room == "projects"]


def test_each_open_step_with_a_forecast_is_offered_with_who_and_by_when(county: County, cast: Cast) -> None:
    project = running(county, cast)
    found = offers(county)
    with clock.as_of(DAY):
        row = row_of(project, DAY)
        open_codes = {s.step.code for s in row.open_steps if not s.step.milestone}
    assert found
    assert {each.key.rpartition("-")[2] for each in found} <= open_codes
    for each in found:
        assert each.by is not None
        assert each.by > DAY
        assert each.decides
        assert each.about.url == f"/projects/{project.pk}/"
        assert "前办结" in str(each.title)
        assert "现在大约" in str(each.reason)


def test_the_days_are_those_of_the_network_with_the_step_finished(county: County, cast: Cast) -> None:
    project = running(county, cast)
    each = offers(county)[0]
    assert each.dates is not None
    with clock.as_of(DAY):
        base = case_of(row_of(project, DAY)).run()
        dates = each.dates()
    prefix, code = project.subject.code, each.key.rpartition("-")[2]
    first, days = dates[f"{prefix}/{code}"]
    assert each.by is not None
    assert days.max() <= (each.by - first).days
    assert set(dates) <= {f"{prefix}/{name}" for name in base.codes}
    for name, row in zip(base.codes, base.finish, strict=True):
        assert (dates[f"{prefix}/{name}"][1] <= row).all()
    assert days.mean() < base.finish[base.codes.index(code)].mean()


def test_words_are_those_of_the_reader(county: County, cast: Cast) -> None:
    running(county, cast)
    each = offers(county)[0]
    with translation.override("en"):
        assert "finished by" in str(each.title)
    assert "前办结" in str(each.title)


def test_an_ended_project_and_one_without_a_forecast_offer_nothing(county: County, cast: Cast) -> None:
    with clock.as_of(date(2024, 6, 3)):
        make_project(county, cast)
    assert offers(county) == []
    project = running(county, cast, "又一个厂")
    assert any(each.about.id == str(project.pk) for each in offers(county))
    with clock.as_of(date(2024, 6, 5)):
        project.refresh_from_db()
        services.project_end(
            user=cast.dispatcher, project_id=project.pk, version=project.version, reason="不做了"
        )
    assert all(each.about.id != str(project.pk) for each in offers(county))


def test_another_county_is_not_offered(county: County, cast: Cast) -> None:
    running(county, cast)
    with clock.as_of(DAY):
        assert interventions(region=county.other, as_of=DAY) == []


def test_more_projects_cost_no_further_query(county: County, cast: Cast) -> None:
    counts = []
    for names in (("甲",), ("乙", "丙", "丁")):
        for name in names:
            running(county, cast, name)
        with clock.as_of(DAY), CaptureQueriesContext(connection) as caught:
            interventions(region=county.region, as_of=DAY)
        counts.append(len(caught))
    assert counts[0] == counts[1]

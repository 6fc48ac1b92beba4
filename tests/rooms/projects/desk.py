"""Projects of the tests and what people do to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import Cast, County

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent
from tiaodu.rooms.projects.selectors import ProjectRow, rows_of

DAY = date(2024, 7, 1)


def make_project(county: County, cast: Cast, name: str = "示例手套二期", **values: Any) -> Project:
    """A manufacturing plant, registered by the dispatcher."""
    told = {"kind": "manufacturing", "sector": "latex", "sample": True} | values
    return services.project_create(user=cast.dispatcher, region=county.region, name=name, **told)


def turn(user: User, project: Project, step: str, **more: Any) -> services.Turn:
    """An act by somebody who has seen the step as it stands."""
    newest = StageEvent.objects.filter(project=project, step=step).order_by("-revision").first()
    revision = more.pop("revision", newest.revision if newest else 0)
    return services.Turn(user=user, project_id=project.pk, step=step, revision=revision, **more)


def row_of(project: Project, day: date | None = None) -> ProjectRow:
    """The project as it stands."""
    return rows_of(Project.objects.filter(pk=project.pk), day)[0]


def done(user: User, project: Project, *steps: tuple[str, date, date]) -> None:
    """Steps finished by somebody who may."""
    for step, started, finished in steps:
        services.step_finish(turn(user, project, step), day=finished, started=started)


def developer(county: County) -> Subject:
    """A firm that builds."""
    return Subject.objects.create(
        region=county.region, code="firm-x", kind=SubjectKind.FIRM, name="示例乳胶", sample=True
    )

"""What projects hand to rooms that do not know them: the steps of their networks with their days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

import numpy as np
from django.db.models import Q
from django.urls import reverse

from tiaodu.engine.kernel.offers import About, Drawn, Move, StepDate, StepNetwork
from tiaodu.engine.stages.simulate import Days, Simulated
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.misses import Kept, forecasts_kept
from tiaodu.rooms.projects.selectors.outlooks import case_of
from tiaodu.rooms.projects.selectors.rows import ProjectRow, rows_of
from tiaodu.rooms.projects.tables import words_in

MOST_DRIVING = 3


def step_dates(*, region: Region, as_of: date) -> list[StepDate]:
    """Every step of the projects that run or were finished this year, in a fixed number of queries.

    Chances and quantiles are those of the newest forecast that was kept; the days by scenario are drawn only
    when they are asked for.
    """
    alive = Q(ended_on__isnull=True) | Q(ended_on__gt=as_of)
    found = Project.objects.filter(alive, region__path__startswith=region.path, created_on__lte=as_of)
    rows = [row for row in rows_of(found, as_of) if row.current]
    kept = forecasts_kept(rows, as_of) if rows else {}
    return [offer for row in rows for offer in _of(row, kept.get(row.project.pk))]


def _of(row: ProjectRow, kept: Kept | None) -> Iterator[StepDate]:
    project = row.project
    url = reverse("projects:project", args=[project.pk])
    about = About("projects.project", str(project.pk), row.name, url)
    near = (project.subject_id, project.developer_id, project.subject.parent_id)
    subjects = tuple(dict.fromkeys(pk for pk in near if pk))
    network = StepNetwork(_needs(row), partial(_days, row))
    for step in row.network.steps:
        record = row.state.of(step.code)
        told = kept.forecast.of(step.code) if kept is not None and not record.finished else None
        yield StepDate(
            key=_key(row, step.code),
            room="projects",
            title=f"{row.name} {words_in(step.name)}",
            about=about,
            subjects=subjects,
            draw=partial(_drawn, row, step.code, record.finished),
            promised=record.promised,
            finished=record.finished,
            told_on=kept.day if told is not None and kept is not None else None,
            chance=told.chance if told is not None and told.promised == record.promised else None,
            p10=told.p10 if told else None,
            p50=told.p50 if told else None,
            p90=told.p90 if told else None,
            drives=_driving(row, kept) if told else (),
            network=network,
        )


def _key(row: ProjectRow, code: str) -> str:
    return f"{row.project.subject.code}/{code}"


def _needs(row: ProjectRow) -> dict[str, tuple[str, ...]]:
    """What the day of each step still waits for."""
    open_ = {code for code in row.network.codes if not row.state.of(code).finished}
    return {
        _key(row, code): ()
        if row.state.of(code).started or code not in open_
        else tuple(_key(row, need) for need in row.network.needs[code] if need in open_)
        for code in row.network.codes
    }


def _driving(row: ProjectRow, kept: Kept | None) -> tuple[tuple[str, float], ...]:
    """The open steps that drive the goal most often, with the share of scenarios in which they do."""
    steps = kept.forecast.steps if kept is not None else {}
    ordered = sorted(steps.items(), key=lambda item: (-item[1].drives, item[0]))
    names = {step.code: words_in(step.name) for step in row.network.steps}
    return tuple((names.get(code, code), told.drives) for code, told in ordered[:MOST_DRIVING] if told.drives)


def _drawn(row: ProjectRow, code: str, finished: date | None) -> Drawn | None:
    if finished is not None:
        return finished, np.zeros(1, np.int32)
    if "drawn" not in row.kept:
        row.kept["drawn"] = case_of(row).run()
    found: Simulated = row.kept["drawn"]
    if code not in found.codes:
        return None
    return found.first, found.finish[found.codes.index(code)].astype(np.int32)


def _days(row: ProjectRow, moves: Mapping[str, Move]) -> dict[str, Drawn]:
    """The days of every step that has some, when single ones are moved."""
    case = case_of(row)
    prefix = f"{row.project.subject.code}/"
    found = case.run(
        {key.removeprefix(prefix): partial(_shifted, case.table.first, move) for key, move in moves.items()}
    )
    return {prefix + code: (found.first, days) for code, days in zip(found.codes, found.finish, strict=True)}


def _shifted(first: date, move: Move, days: Days) -> Days:
    """A move of days by scenario, told as the simulation tells them."""
    begin, moved = move((first, days))
    return moved + np.int32((begin - first).days)

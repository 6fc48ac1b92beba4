"""Forecasts of projects: computed from what was known on a day, kept by what they rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import get_language

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.projects.forecast import (
    Case,
    Forecast,
    Gain,
    StepForecast,
    forecast,
    gains,
    middle_lengths,
    with_given,
)
from tiaodu.engine.stages.learning import Learned, learn, load_reference, records_of
from tiaodu.engine.stages.path import Path, Plan, critical_path, knock_on
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.projects.models import Project, StageEvent, StageOutlook
from tiaodu.rooms.projects.selectors.laid import laid_of
from tiaodu.rooms.projects.selectors.networks import take_networks_of
from tiaodu.rooms.projects.selectors.rows import ProjectRow

SCENARIOS = 10_000
SEED = 1  # one for all: the same inputs give the same figures on every machine
_YEARS_BACK, _YEARS_AHEAD = 15, 20
_KEPT = 4096
Mark = tuple[int, int | None]  # how much of a region's record is known: rows and the last of them


def outlooks_of(rows: Sequence[ProjectRow]) -> dict[int, Forecast]:
    """The forecast of each project on its day, by project: stored, remembered, or computed now."""
    if not rows:
        return {}
    marks = _marks(rows)
    bases = {row.project.pk: basis_of(row, marks[row.project.region_id]) for row in rows}
    found = {pk: known for pk, basis in bases.items() if (known := _remembered.get(basis)) is not None}
    wanted = [row for row in rows if row.project.pk not in found]
    found |= _stored(wanted, bases)
    for row in wanted:
        if row.project.pk not in found:
            found[row.project.pk] = forecast(case_of(row, marks[row.project.region_id]))
    for pk, told in found.items():
        if len(_remembered) >= _KEPT:
            _remembered.clear()
        _remembered[bases[pk]] = told
    return found


_remembered: dict[str, Forecast] = {}


def bases_of(rows: Sequence[ProjectRow]) -> dict[int, str]:
    """What the forecast of each project rests on, as a digest."""
    marks = _marks(rows)
    return {row.project.pk: basis_of(row, marks[row.project.region_id]) for row in rows}


def outlook_of(row: ProjectRow) -> Forecast:
    """The forecast of one project."""
    return outlooks_of([row])[row.project.pk]


def gains_of(row: ProjectRow, target: str) -> tuple[Gain, ...]:
    """What speeding up single steps buys for the step ``target``."""
    return gains(case_of(row), target)


def path_of(row: ProjectRow) -> Path:
    """The critical path by the middle lengths of what was learned."""
    return critical_path(_plan(row))


def knock_on_of(row: ProjectRow, code: str, days: int) -> Mapping[str, int]:
    """By how many calendar days each later step moves when ``code`` takes ``days`` longer."""
    plan = _plan(row)
    return knock_on(plan, code, days) if code in plan.lengths else {}


def why_of(row: ProjectRow, code: str) -> str:
    """What the days expected of a step rest on, in the reader's language."""
    language = "en" if get_language() == "en" else "zh"
    step = row.template.by_code[code]
    return learned_of(row.project.region, row.day).explain(step, row.template.kind).tell(language)


def _plan(row: ProjectRow) -> Plan:
    case = case_of(row)
    lengths = middle_lengths(case.durations, row.network)
    return Plan(row.network, row.state, row.day, lengths, case.table)


def case_of(row: ProjectRow, mark: Mark | None = None) -> Case:
    """A project as it is simulated, laid out once a row; ``mark`` where it is known already."""
    if "case" not in row.kept:
        row.kept["case"] = _case(row, mark)
    case: Case = row.kept["case"]
    return case


def _case(row: ProjectRow, mark: Mark | None) -> Case:
    table = day_table(row.calendar, row.day)
    learned = learned_of(row.project.region, row.day, mark)
    durations = learned.durations(row.network, row.state, today=row.day, table=table)
    given = {
        code: (event.low, event.likely, event.high)
        for code, event in row.events.items()
        if event.low is not None and event.likely is not None and event.high is not None
    }
    return Case(
        network=row.network,
        state=row.state,
        today=row.day,
        durations=with_given(durations, row.network, given),
        table=table,
        draws=Draws(SEED, SCENARIOS).within(f"project {row.project.region.code} {row.project.code}"),
    )


def day_table(calendar: WorkingCalendar, day: date) -> DayTable:
    """The days a network on ``day`` may need: years back for what happened, years ahead for what may."""
    return _day_table(frozenset(calendar.overrides.items()), calendar.confirmed_years, day.year)


@lru_cache(maxsize=16)
def _day_table(
    overrides: frozenset[tuple[date, bool]], confirmed_years: frozenset[int], year: int
) -> DayTable:
    calendar = WorkingCalendar(dict(overrides), confirmed_years)
    return DayTable.of(calendar, date(year - _YEARS_BACK, 1, 1), date(year + _YEARS_AHEAD, 12, 31))


def learned_of(region: Region, day: date, mark: Mark | None = None) -> Learned:
    """What the region's record taught by the evening before ``day``: the same all day long."""
    until = day - timedelta(days=1)
    return _learned(region.pk, until, mark or _mark(region.pk, until))


@lru_cache(maxsize=8)
def _learned(region_id: int, day: date, _known: tuple[int, int | None]) -> Learned:
    region = Region.objects.get(pk=region_id)
    return learn(records_known(region, day), load_reference())


def records_known(region: Region, day: date) -> list[Any]:
    """Every step of the region's projects that had begun by ``day``, ended projects included."""
    projects = list(Project.objects.filter(region=region).select_related("network", "subject"))
    take_networks_of(projects, day)
    laid, table = laid_of(projects, day), day_table(working_calendar(region, day), day)
    found: list[Any] = []
    for project in projects:
        network, state = laid[project.pk].network, laid[project.pk].state
        traits = {"sector": project.subject.sector} if project.subject.sector else {}
        found += records_of(network, state, project=project.code, today=day, table=table, traits=traits)
    return found


def basis_of(row: ProjectRow, mark: Mark) -> str:
    """A digest of all a forecast is computed from; ``mark`` of what it learned from."""
    parts = [
        row.project.network.digest,
        row.day.isoformat(),
        str(row.project.signed_on),
        str(row.last),
        str(mark),
        str(sorted(row.calendar.overrides.items())),
        f"{SEED} {SCENARIOS}",
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _marks(rows: Sequence[ProjectRow]) -> dict[int, Mark]:
    """How much is known of each region of some rows by the evening before; one query a region."""
    until = {row.project.region_id: row.day - timedelta(days=1) for row in rows}
    return {region: _mark(region, day) for region, day in until.items()}


def _mark(region_id: int, until: date) -> Mark:
    known = StageEvent.objects.filter(project__region=region_id, known_on__lte=until)
    told = known.aggregate(count=Count("pk"), last=Max("pk"))
    return told["count"], told["last"]


def _stored(rows: Sequence[ProjectRow], bases: Mapping[int, str]) -> dict[int, Forecast]:
    wanted = {row.project.pk for row in rows}
    if not wanted:
        return {}
    kept = StageOutlook.objects.filter(project__in=wanted, as_of=rows[0].day)
    return {
        each.project_id: read(each.rows)
        for each in kept.order_by("pk")
        if each.basis == bases[each.project_id]
    }


def written(told: Forecast) -> dict[str, Any]:
    """A forecast as it is kept."""
    steps = {
        code: {
            "p10": step.p10.isoformat(),
            "p50": step.p50.isoformat(),
            "p80": step.p80.isoformat(),
            "p90": step.p90.isoformat(),
            "chance": step.chance,
            "promised": step.promised.isoformat() if step.promised else None,
            "drives": step.drives,
        }
        for code, step in told.steps.items()
    }
    return {"steps": steps, "unknown": {code: list(codes) for code, codes in told.unknown.items()}}


def read(kept: Mapping[str, Any]) -> Forecast:
    """A kept forecast."""
    return Forecast(
        {code: _step(told) for code, told in kept["steps"].items()},
        {code: tuple(codes) for code, codes in kept["unknown"].items()},
    )


def _step(told: Mapping[str, Any]) -> StepForecast:
    days = {name: date.fromisoformat(told[name]) for name in ("p10", "p50", "p80", "p90")}
    promised = date.fromisoformat(told["promised"]) if told["promised"] else None
    return StepForecast(**days, chance=told["chance"], promised=promised, drives=told["drives"])

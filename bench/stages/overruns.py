"""World Bank and Asian Development Bank projects with planned and actual closing dates, as records of whole
projects.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import log
from pathlib import Path

from tiaodu.engine.stages.learning import StepRecord
from tiaodu.engine.stages.learning.records import Trait
from tiaodu.engine.stages.model import Unit

MONTH = 30.4375
LEAST, MOST = 0.05, 20.0  # ratios beyond are slips of the pen
WORLD_BANK = {"sector": "sector1", "part": "sector3", "region": "regionname", "country": "countryname"}
WORLD_BANK |= {"finance": "projectfinancialtype"}
ASIAN = {"sector": "sector1", "part": "sector1a", "region": "region", "country": "countryname"}
ASIAN |= {"loan": "projectmodality", "environment": "safe_env", "peoples": "safe_ind", "settlers": "safe_res"}


@dataclass(frozen=True)
class Overrun:
    """A project: planned and actual months, approval year, planned cost, and its texts."""

    planned: float
    actual: float
    year: int
    ends: float
    cost: float | None
    texts: Mapping[str, str]

    @property
    def ratio(self) -> float:
        """Actual over planned."""
        return self.actual / self.planned

    @property
    def traits(self) -> dict[str, Trait]:
        """What is known when the project is approved."""
        numbers = {"length": log(self.planned), "year": float(self.year), "ends": self.ends}
        if self.cost:
            numbers["cost"] = log(max(self.cost, 0.1))
        return {**self.texts, **numbers}

    def record(self, name: str) -> StepRecord:
        """The project as one step."""
        return StepRecord(
            "project",
            self.actual * MONTH,
            Unit.CALENDAR,
            name,
            planned=self.planned * MONTH,
            traits=self.traits,
        )


def world_bank(folder: Path) -> list[Overrun]:
    """World Bank: months from approval to closing, by the dates."""
    return list(_usable(_world_bank(folder / "cost_converted_462projects.csv")))


def asian(folder: Path) -> list[Overrun]:
    """Asian Development Bank: years as the file gives them."""
    return list(_usable(_asian(folder / "adb_projects_clean_final.csv")))


def _usable(projects: Iterator[Overrun]) -> Iterator[Overrun]:
    for each in projects:
        if each.planned > 0 and each.actual > 0 and LEAST < each.ratio < MOST:
            yield each


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _world_bank(path: Path) -> Iterator[Overrun]:
    for row in _rows(path):
        begun, planned = _day(row["approvaldate"]), _day(row["closingdate_planned"])
        ended = _day(row["closingdate_actual"])
        if begun and planned and ended:
            months = [(day - begun).days / MONTH for day in (planned, ended)]
            yield _overrun(row, months, planned, "planned_cost", WORLD_BANK)


def _asian(path: Path) -> Iterator[Overrun]:
    for row in _rows(path):
        months = [12 * float(row[name]) for name in ("duration_initial", "duration_final") if row[name]]
        if len(months) == 2:
            yield _overrun(row, months, _day(row["closingdate_initial"]), "totalcost_initial", ASIAN)


def _overrun(
    row: Mapping[str, str], months: list[float], planned: date | None, cost: str, texts: Mapping[str, str]
) -> Overrun:
    year = int(float(row["approval_year"]))
    ends = planned.year + (planned.month - 0.5) / 12 if planned else year + 0.5 + months[0] / 12
    told = {name: row[field].strip() for name, field in texts.items() if row[field].strip()}
    return Overrun(months[0], months[1], year, ends, _number(row[cost]), told)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  dates without a time
        except ValueError:
            continue
    return None


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found == found else None  # noqa: PLR0124  not a number

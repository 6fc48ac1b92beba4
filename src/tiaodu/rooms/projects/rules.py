"""What a region judges its projects by on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tiaodu.engine.projects.curve import LINEAR, Curve
from tiaodu.engine.projects.fan import Prior
from tiaodu.engine.projects.gaps import Category, categories_of
from tiaodu.engine.projects.lights import Rule, rule_set_for, rules_of
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import TableData, table, table_or_none
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.rule_tables import curve_of_row


@dataclass(frozen=True)
class Judging:
    """What a region judges its projects by on a day: one read of the tables serves any number of projects."""

    sets: Sequence[Mapping[str, Any]]
    rules: Mapping[str, tuple[Rule, ...]]
    curves: Mapping[str, Curve]
    curve_rows: Mapping[str, Mapping[str, Any]]
    categories: tuple[Category, ...] | None  # None: nobody has confirmed the table
    pace: TableData

    def set_for(self, project: Project, kind: str) -> Mapping[str, Any]:
        """Which rules and which curve hold for a project."""
        found = rule_set_for(self.sets, kind, project.level)
        return found or {"rule_set": "", "curve": LINEAR.code}

    def rules_for(self, project: Project, kind: str) -> tuple[Rule, ...]:
        return self.rules.get(self.set_for(project, kind)["rule_set"], ())

    def curve_for(self, project: Project, kind: str) -> Curve:
        return self.curves.get(self.set_for(project, kind)["curve"], LINEAR)

    @property
    def enough(self) -> int:
        """How many complete years of projects are enough to learn from."""
        return int(self.pace.value("value", "enough"))

    @property
    def prior(self) -> Prior | None:
        """The share of a plan's rest where nothing was learned; None until somebody confirms it."""
        rows = [self.pace.row_or_none(code) for code in ("median", "common", "single")]
        told = [float(row["value"]) / 100 for row in rows if row is not None]
        return Prior(*told) if len(told) == len(rows) else None

    @property
    def shared(self) -> Decimal | None:
        """How much projects of the county go up and down together; None until somebody confirms it."""
        row = self.pace.row_or_none("shared")
        return None if row is None else Decimal(row["value"]) / 100


def judging(region: Region, day: date) -> Judging:
    """What holds in ``region`` on ``day``. Blocked where a table that everything rests on has nothing."""
    lights = table("projects.lights", region=region, day=day).rows
    curves = table("projects.curves", region=region, day=day).rows
    gaps = table_or_none("projects.gaps", region=region, day=day)
    return Judging(
        sets=table("projects.rule_sets", region=region, day=day).rows,
        rules={name: rules_of(lights, name) for name in {row["rule_set"] for row in lights}},
        curves={row["code"]: curve_of_row(row) for row in curves},
        curve_rows={row["code"]: row for row in curves},
        categories=None if gaps is None else categories_of(gaps.rows),
        pace=table("projects.pace", region=region, day=day),
    )

"""What a region judges entry to the statistics by on a day: one read of the tables serves all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.returns.channels import (
    Batch,
    Paper,
    Rules,
    annual_batches,
    monthly_batches,
    papers_of,
)
from tiaodu.engine.returns.learned import Prior, prior_of
from tiaodu.engine.returns.thresholds import Private, UnitClass, classes_of
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.refusal import Link
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.foundation.tables.selectors import TableData, table
from tiaodu.rooms.returns.entry.tables import RULE_NAMES


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands still because nobody has supplied a table, in words, with the way to it."""

    message: str
    link: Link | None


@dataclass(frozen=True)
class Foresight:
    """How futures are drawn."""

    prior: Prior
    scenarios: int
    ahead: int


@dataclass(frozen=True)
class EntryJudging:
    """Classes, rules, papers and batches as known on a day; ``batches`` are those of this year and the last.

    ``waiting`` says why there are no annual batches, where there are none.
    """

    region: Region
    day: date
    classes: Sequence[UnitClass]
    sizes: Sequence[Mapping[str, Any]]
    rules: Rules
    alert_days: int
    fall_chance: Decimal
    papers: Sequence[Paper]
    batches: Sequence[Batch]
    waiting: Waiting | None
    foresight: Foresight
    calendar: WorkingCalendar

    def batch(self, code: str) -> Batch | None:
        """A batch by its code."""
        return next((batch for batch in self.batches if batch.code == code), None)

    def paper(self, code: str) -> Paper | None:
        """A paper by its code."""
        return next((paper for paper in self.papers if paper.code == code), None)


def judging_in(region: Region, day: date) -> EntryJudging:
    """Blocked where classes, rules or papers do not hold; annual batches nobody has supplied only wait."""
    named = _named(table("returns.entry_rules", region=region, day=day))
    rules = Rules(**{name: _whole(name, named[name]) for name in RULE_NAMES})
    annual, waiting = _annual(region, day)
    months = [batch for year in (day.year - 1, day.year) for batch in monthly_batches(year, rules)]
    return EntryJudging(
        region=region,
        day=day,
        classes=classes_of(table("returns.entry_classes", region=region, day=day).rows),
        sizes=table("returns.entry_sizes", region=region, day=day).rows,
        rules=rules,
        alert_days=int(named["alert_days"]),
        fall_chance=named["fall_chance"] / 100,
        papers=papers_of(table("returns.entry_papers", region=region, day=day).rows),
        batches=sorted([*months, *annual]),
        waiting=waiting,
        foresight=_foresight(_named(table("returns.entry_outlook", region=region, day=day))),
        calendar=working_calendar(region),
    )


def private_in(region: Region, day: date) -> Private:
    """The county's own count of private firms. Blocked until somebody has confirmed its scope."""
    data = table("returns.entry_private", region=region, day=day)
    above, near = data.value("above", "over_500"), data.value("near", "over_500")
    return Private(above, near, int(data.value("target", "over_500")))


def _named(data: TableData) -> dict[str, Decimal]:
    """The values of a table of named values; Blocked where one is not sure."""
    return {row["code"]: data.value("value", row["code"]) for row in data.rows}


def _whole(name: str, value: Decimal) -> Any:
    return value if name == "vat_gap" else int(value)


def _foresight(named: Mapping[str, Decimal]) -> Foresight:
    return Foresight(prior_of(named), int(named["scenarios"]), int(named["months_ahead"]))


def _annual(region: Region, day: date) -> tuple[tuple[Batch, ...], Waiting | None]:
    """The annual batches that close in this year or the last, and next January's."""
    try:
        rows = table("returns.entry_batches", region=region, day=day).rows
    except Blocked as blocked:
        return (), Waiting(str(blocked.message), blocked.link)
    found = annual_batches(row for row in rows if row["counts_to"].year in (day.year - 1, day.year))
    return found, None

"""Sums over the ledger that count every promise once, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tiaodu.engine.ledger import rollup
from tiaodu.engine.ledger.rollup import Line
from tiaodu.engine.ledger.wording import ledger_data
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.ledger.models import Indicator, Task
from tiaodu.rooms.ledger.rules import overlapping
from tiaodu.rooms.ledger.selectors.rows import PartRow, TaskRow, rows_of
from tiaodu.rooms.ledger.selectors.scope import alive
from tiaodu.rooms.ledger.words import measure_name


def totals(region: Region, plan_year: int, measure_prefix: str, day: date | None = None) -> Decimal:
    """The sum promised for a measure and what is finer, in base units: stocks once, increments inside their
    stock.
    """
    day = day or clock.today()
    tasks = Task.objects.filter(alive(day), region=region, plan_year=plan_year, created_on__lte=day)
    return rollup.total(lines_of(rows_of(tasks, day), above_of(region)), measure_prefix)


def above_of(region: Region) -> dict[int, tuple[int, ...]]:
    """The subjects above each subject of the region, nearest first."""
    parents = dict(Subject.objects.filter(region=region).values_list("pk", "parent"))
    found: dict[int, tuple[int, ...]] = {}
    for pk in parents:
        above: list[int] = []
        parent = parents.get(pk)
        while parent is not None and parent not in above:
            above.append(parent)
            parent = parents.get(parent)
        found[pk] = tuple(above)
    return found


def lines_of(rows: Iterable[TaskRow], above: dict[int, tuple[int, ...]]) -> list[Line]:
    """The indicators of some tasks as lines to be added up."""
    return [line_of(part, above) for row in rows for part in row.parts if part.is_indicator]


def line_of(row: PartRow, above: dict[int, tuple[int, ...]]) -> Line:
    """One indicator as a line; its key is the indicator's."""
    part: Indicator = row.part
    return Line(
        key=part.pk,
        subject=part.subject_id or part.subject_text,
        measure_key=part.measure_key,
        unit=part.unit,
        value=row.term.value,
        increment=part.increment,
        kind=part.measure.kind if part.measure else rollup.STOCK,
        start=row.term.due_start,
        due=row.standing.due,
        parent=part.parent_id,
        belongs_to=above.get(part.subject_id or 0, ()),
        comparator=row.term.comparator,
        noun=part.subject_text,
    )


@dataclass(frozen=True, slots=True)
class Total:
    """A measure with its sum, the parts that count and those that stand inside them."""

    measure_key: str
    name: str
    unit: str
    value: Decimal | None  # None: the counted sets may overlap and do not add
    counted: Sequence[PartRow]
    inside: Sequence[tuple[PartRow, PartRow | None]]  # each with the part it stands in


@dataclass(frozen=True, slots=True)
class Gap:
    """A whole and its parts that do not add up."""

    reason: str
    whole: PartRow
    parts: Sequence[PartRow]
    expected: Decimal
    found: Decimal

    @property
    def gap(self) -> Decimal:
        """How much the parts exceed the whole; negative when they fall short."""
        return self.found - self.expected


@dataclass(frozen=True, slots=True)
class RollUp:
    """What the roll-up page shows."""

    totals: Sequence[Total]
    gaps: Sequence[Gap]
    checked: int = 0  # wholes whose parts were added up


def _unspecific() -> tuple[str, ...]:
    return rollup.load_unspecific(ledger_data("rollup.yaml"))


def plan_years(rows: Iterable[TaskRow]) -> list[int]:
    """The plan years of some tasks, the latest first."""
    return sorted({row.task.plan_year for row in rows}, reverse=True)


def year_of(rows: Iterable[TaskRow], wanted: str, day: date) -> int:
    """The plan year to add up: the one wanted if there is such a plan, else the day's, else the nearest to
    it, the later of two.
    """
    years = plan_years(rows)
    if wanted.isdecimal() and int(wanted) in years:
        return int(wanted)
    return min(years, key=lambda year: abs(year - day.year), default=day.year)


def roll_up(rows: Sequence[TaskRow], above: dict[int, tuple[int, ...]]) -> RollUp:
    """Totals by measure, and what does not fit. ``rows`` are of one plan year and one region: promises of
    two years, or of a county and its town, are not one sum.
    """
    parts = {part.part.pk: part for row in rows for part in row.parts if part.is_indicator}
    lines = [line_of(part, above) for part in parts.values()]
    within = rollup.inside(lines)
    found = [
        _total(total, parts, within)
        for total in rollup.sums(lines, overlapping=overlapping(), unspecific=_unspecific())
        if total.counted
    ]
    gaps = [
        Gap(m.reason, parts[m.whole], [parts[k] for k in m.parts], m.expected, m.found)
        for m in rollup.misfits(lines)
    ]
    return RollUp(found, gaps, len({whole for whole in within.values() if whole in parts}))


def _total(total: rollup.Sum, parts: Mapping[Any, PartRow], within: Mapping[Any, Any]) -> Total:
    """A sum with its parts; what stands inside one of them is listed with it, under whatever finer
    measure.
    """
    measure = next((parts[k].part.measure for k in total.counted if parts[k].part.measure), None)
    counted = set(total.counted) | set(total.inside)
    nested = [key for key, whole in within.items() if whole in counted and key in parts]
    return Total(
        total.measure_key,
        measure_name(measure) if measure else total.measure_key,
        total.unit,
        total.value,
        [parts[k] for k in total.counted],
        [(parts[k], parts.get(within[k])) for k in nested],
    )

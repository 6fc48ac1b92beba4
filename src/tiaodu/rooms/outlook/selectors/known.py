"""What was known on a day of series of the tree: months from evidence, each series in one 数据口径 only."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.outlook.months import month_of
from tiaodu.foundation.evidence import uses
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors import courses
from tiaodu.foundation.evidence.selectors.boards import Cell
from tiaodu.foundation.registry.models import UNIT_KINDS, Measure, Region, Subject
from tiaodu.rooms.ledger.selectors.figures import series_of


@dataclass(frozen=True, slots=True)
class Known:
    """The months of one series in base units, the evidence behind them, and in which 数据口径 it was told."""

    series: str
    months: Mapping[int, float]
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Places:
    """Subjects of a region and measures, by code."""

    subjects: Mapping[str, Subject]
    measures: Mapping[str, Measure]

    def of(self, key: str) -> tuple[Subject, Measure] | None:
        """What a series ``subject:measure`` speaks of; None where one of them is not registered."""
        subject, _colon, measure = key.partition(":")
        if subject not in self.subjects or measure not in self.measures:
            return None
        return self.subjects[subject], self.measures[measure]


def places_of(region: Region) -> Places:
    """Two queries."""
    subjects = Subject.objects.filter(region=region, merged_into=None).select_related("parent")
    return Places({s.code: s for s in subjects.defer("keywords")}, {m.code: m for m in Measure.objects.all()})


def known_of(
    keys: Iterable[str], places: Places, day: date, series: Mapping[str, str] | None = None
) -> dict[str, Known]:
    """The months of each series as known on ``day``; those nobody has told are left out.

    A unit's figures are those an official saw himself, as in the ledger; what units reported themselves for
    other uses is never read. ``series`` names another 数据口径 by key. One query a measure, and one.
    """
    asked = series or {}
    wanted: dict[Measure, dict[int, tuple[str, str]]] = defaultdict(dict)
    for key in dict.fromkeys(keys):
        if (found := places.of(key)) is not None:
            wanted[found[1]][found[0].pk] = (key, asked.get(key) or series_of(found[0]))
    told: dict[str, tuple[str, Measure, list[Cell]]] = {}
    for measure, subjects in wanted.items():
        kinds = {of for _key, of in subjects.values()}
        for (subject, of), cells in courses(
            subject_ids=subjects, measure_id=measure.pk, series=kinds, day=day
        ).items():
            if subject in subjects and subjects[subject][1] == of:
                told[subjects[subject][0]] = (of, measure, cells)
    kept_back = _withheld(cell.evidence_id for _of, _measure, cells in told.values() for cell in cells)
    found_all = {}
    for key, (of, measure, cells) in told.items():
        used = [cell for cell in cells if cell.evidence_id not in kept_back]
        if used:
            found_all[key] = Known(of, months_of(used, measure.kind), used)
    return found_all


def _withheld(keys: Iterable[int]) -> frozenset[int]:
    rows = Evidence.objects.filter(pk__in=list(keys)).select_related("measure", "region")
    return uses.withheld("", list(rows))


def is_unit(subject: Subject) -> bool:
    """Whether a subject reports itself."""
    return subject.kind in UNIT_KINDS


def months_of(cells: Sequence[Cell], kind: str) -> dict[int, float]:
    """Figures by month: of a flow what each month brought, of anything else what stood at its end.

    A flow told for several months together (1—5月) gives what is left of it after the months told before,
    an even share each. What does not end with a month is left out.
    """
    ended = [cell for cell in cells if _ends_a_month(cell.period_end)]
    if kind != "flow":
        return {month_of(cell.period_end): float(cell.value) for cell in ended}
    found: dict[int, float] = {}
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    for cell in ended:
        first, last = month_of(cell.period_start), month_of(cell.period_end)
        if cell.period_start.day != 1:
            continue
        if first == last:
            found[first] = float(cell.value)
        sums[first][last] = float(cell.value)
    for first, ends in sorted(sums.items()):
        before, total = first - 1, 0.0
        for last, value in sorted(ends.items()):
            for month in range(before + 1, last + 1):
                found.setdefault(month, (value - total) / (last - before))
            before, total = last, value
    return found


def _ends_a_month(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]

"""Adding up: every stock once, increments inside their stock, parts inside their whole; what does not fit is
listed.

>>> lines = [Line(1, "鑫康莱", "facility_count.line", "条", Decimal(22), increment=True),
...          Line(2, "鑫康莱", "facility_count.line", "条", Decimal(36), increment=True),
...          Line(3, "鑫康莱", "facility_count.line", "条", Decimal(58)),
...          Line(4, "常州星荣", "facility_count.line", "条", Decimal(16))]
>>> str(total(lines, "facility_count.line")), dict(inside(lines))
('74', {1: 3, 2: 3})
>>> [m.reason for m in misfits(lines)]
[]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from tiaodu.engine.kernel.datafile import ListOf, Text, load_datafile, with_head

FLOW, STOCK, RATIO, STAGE = "flow", "stock", "ratio", "stage"
ADDITIVE = frozenset({FLOW, STOCK})


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the ledger, in the base unit. ``subject`` names whose figure it is (the register's key, or
    the name).

    ``kind`` is the measure's: a ratio or a stage never adds up. ``parent`` is the line it is part of, set by
    a person; ``belongs_to`` are the subjects above its subject, nearest first. ``due`` is the last day,
    ``start`` the first of a flow's period. ``noun``: what is counted when the measure's key does not say it
    (铁路专用线, 产业路); lines of unlike nouns do not add under such a key.
    """

    key: Hashable
    subject: Hashable
    measure_key: str
    unit: str
    value: Decimal | None
    increment: bool = False
    kind: str = STOCK
    start: date | None = None
    due: date | None = None
    parent: Hashable = None
    belongs_to: tuple[Hashable, ...] = ()
    comparator: str = "="
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A whole and its parts that do not add up. ``gap`` is parts minus whole; ``reason`` says which sum was
    made.
    """

    reason: str  # increments, parts, several_levels
    whole: Hashable
    parts: tuple[Hashable, ...]
    expected: Decimal
    found: Decimal

    @property
    def gap(self) -> Decimal:
        """Parts minus whole."""
        return self.found - self.expected


@dataclass(frozen=True, slots=True)
class Sum:
    """The total of one measure with the lines that count and those that stand inside them.

    ``value`` is None where several sets are counted that may overlap: the sum would mean nothing.
    """

    measure_key: str
    unit: str
    value: Decimal | None
    counted: tuple[Hashable, ...]
    inside: tuple[Hashable, ...]


def inside(lines: Sequence[Line]) -> Mapping[Hashable, Hashable]:
    """For each line that is part of another: that other's key.

    A parent set by a person wins. An increment is inside the stock of its subject and measure that is due no
    earlier. A stock is inside the same subject's stock due later (22条 by June, 58条 by December: the level,
    told for two days); a flow is inside the same subject's flow over a longer period; a subject's line inside
    the like line of the subject it belongs to.
    """
    series: dict[tuple[Hashable, str], list[Line]] = defaultdict(list)
    for line in lines:
        series[(line.subject, line.unit)].append(line)
    found: dict[Hashable, Hashable] = {}
    for line in lines:
        within = line.parent
        if within is None:
            within = _within_series(line, series[(line.subject, line.unit)])
        if within is None:
            within = _within_above(line, series)
        if within is not None and within != line.key:
            found[line.key] = within
    return found


def _within_above(line: Line, series: Mapping[tuple[Hashable, str], Sequence[Line]]) -> Hashable:
    """The like line of the nearest subject above that has one."""
    for subject in line.belongs_to:
        for other in series.get((subject, line.unit), ()):
            if other.measure_key == line.measure_key and _level(other) and _covers(other, line):
                return other.key
    return None


def _level(line: Line) -> bool:
    return not line.increment and line.value is not None and line.kind in ADDITIVE


def _covers(whole: Line, part: Line) -> bool:
    """Whether the whole's time holds the part's: due no earlier, and for flows begun no later."""
    if whole.due is not None and part.due is not None and whole.due < part.due:
        return False
    return not (whole.kind == FLOW and whole.start and part.start and whole.start > part.start)


def _within_series(line: Line, series: Sequence[Line]) -> Hashable:
    """The line of the same subject and measure that holds this one; the widest of them."""
    like = [
        o
        for o in series
        if is_under(o.measure_key, line.measure_key) or is_under(line.measure_key, o.measure_key)
    ]
    wholes = [other for other in like if _level(other) and other.key != line.key and _covers(other, line)]
    if not line.increment:
        wholes = [other for other in wholes if _wider(other, line)]
    return max(wholes, key=_width).key if wholes else None


def _width(line: Line) -> tuple[date, Decimal]:
    return line.due or date.max, line.value or Decimal(0)


def _wider(whole: Line, part: Line) -> bool:
    """Whether one level holds another: due later, a longer period, or the greater of two without a date."""
    if whole.due is not None and part.due is not None and whole.due != part.due:
        return whole.due > part.due
    if whole.kind == FLOW and whole.start and part.start and whole.start != part.start:
        return whole.start < part.start
    if (whole.due is None) != (part.due is None):
        return (whole.value or 0) >= (part.value or 0) and whole.due is not None
    return (whole.value or 0) > (part.value or 0)


def total(lines: Sequence[Line], prefix: str) -> Decimal:
    """The sum of all figures whose measure is ``prefix`` or finer, each promise once. Ratios and stages do
    not add.
    """
    return sum((line.value for line in _counting(lines, prefix) if line.value is not None), Decimal(0))


def _counting(lines: Sequence[Line], prefix: str) -> list[Line]:
    within = inside(lines)
    return [
        line
        for line in lines
        if line.key not in within and line.kind in ADDITIVE and is_under(line.measure_key, prefix)
    ]


def is_under(measure_key: str, prefix: str) -> bool:
    """Whether a dotted key is ``prefix`` or finer.

    >>> is_under("output.coal.raw", "output.coal"), is_under("output.coals", "output.coal")
    (True, False)
    """
    return measure_key == prefix or measure_key.startswith(f"{prefix}.")


def sums(
    lines: Sequence[Line], *, overlapping: Iterable[str] = (), unspecific: Iterable[str] = ()
) -> tuple[Sum, ...]:
    """The total of every measure and unit, in the order of the keys.

    ``overlapping`` are measures that count sets of things already there: the six mines that produce and the
    four that work on something may be the same, so several such counts are listed and not added. Under an
    ``unspecific`` key stand unlike things: they add only when one noun names them all.
    """
    within = inside(lines)
    sets, loose = tuple(overlapping), frozenset(unspecific)
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind in ADDITIVE and line.value is not None:
            groups[(line.measure_key, line.unit)].append(line)
    found = []
    for (measure_key, unit), group in sorted(groups.items()):
        counted = [line for line in group if line.key not in within]
        parts = tuple(line.key for line in group if line.key in within)
        value: Decimal | None = sum((line.value for line in counted if line.value is not None), Decimal(0))
        if len(counted) > 1 and any(is_under(measure_key, prefix) for prefix in sets):
            value = None
        if measure_key in loose and len({line.noun or line.subject for line in counted}) > 1:
            value = None
        found.append(Sum(measure_key, unit, value, tuple(line.key for line in counted), parts))
    return tuple(found)


_SHAPE = with_head({"overlapping": ListOf(Text()), "unspecific": ListOf(Text())})


@lru_cache(maxsize=4)
def load_overlapping(path: Path) -> tuple[str, ...]:
    """The measures of data/ledger/rollup.yaml whose counts may overlap."""
    return tuple(load_datafile(path, _SHAPE)["overlapping"])


@lru_cache(maxsize=4)
def load_unspecific(path: Path) -> tuple[str, ...]:
    """The measures of data/ledger/rollup.yaml under which unlike things stand."""
    return tuple(load_datafile(path, _SHAPE)["unspecific"])


def misfits(lines: Sequence[Line]) -> tuple[Misfit, ...]:
    """Wholes whose parts do not add up.

    Increments must sum to their stock only when they are told in full: they may stay below it (what stood
    before), never above. Parts of other subjects, and set by a person, must equal their whole; bounds (≥, ≤)
    are met from their side.
    """
    by_key = {line.key: line for line in lines}
    parts: dict[Hashable, list[Line]] = defaultdict(list)
    for key, whole in inside(lines).items():
        if whole in by_key:
            parts[whole].append(by_key[key])
    found = []
    for key, children in parts.items():
        whole = by_key[key]
        increments = [c for c in children if c.increment and c.subject == whole.subject]
        members = [c for c in children if (c.parent == key and not c.increment) or c.subject != whole.subject]
        found.extend(_check("increments", whole, increments))
        found.extend(_check("parts", whole, members))
    return tuple(found)


def _check(reason: str, whole: Line, parts: Iterable[Line]) -> list[Misfit]:
    told = [part for part in parts if part.value is not None and part.unit == whole.unit]
    if not told or whole.value is None:
        return []
    found = sum((part.value for part in told if part.value is not None), Decimal(0))
    if _fits(reason, whole.comparator, found, whole.value):
        return []
    return [Misfit(reason, whole.key, tuple(part.key for part in told), whole.value, found)]


def _fits(reason: str, comparator: str, found: Decimal, expected: Decimal) -> bool:
    if reason == "increments" or comparator in ("<", "<="):
        return found <= expected
    if comparator in (">", ">="):
        return found >= expected
    return found == expected

"""All that a county's run is computed from, as known on a day: tree, evidence, dates, promises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import numpy as np

from tiaodu.engine.kernel.offers import StepDate
from tiaodu.engine.outlook.checks import factor_between
from tiaodu.engine.outlook.model import ADDS_OF_KIND, Cause, Dates, Given, Inputs, Node, Total, node_of
from tiaodu.engine.outlook.months import month_of
from tiaodu.engine.outlook.tree import Tree
from tiaodu.engine.outlook.whatif import Case
from tiaodu.engine.outlook.words import ERROR, Finding
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.slots.selectors import collect_drivers, collect_step_dates
from tiaodu.foundation.tables.selectors import TableData, table_or_none
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow, rows_of
from tiaodu.rooms.ledger.selectors.figures import region_subjects, subject_of_figures
from tiaodu.rooms.ledger.selectors.scope import alive
from tiaodu.rooms.outlook.modelling import Written, asks_for_children, written
from tiaodu.rooms.outlook.selectors.known import Known, Places, known_of, places_of
from tiaodu.rooms.outlook.ties.selectors import ties_known

ENGINE = version("tiaodu")
LATE_AFTER = 2  # months after which evidence should be there
_FLOW_SUM = "flow"


@dataclass(frozen=True)
class Promise:
    """One indicator of the ledger with its series; ``key`` is None while it has no subject or measure."""

    row: TaskRow
    part: PartRow
    key: str | None

    @property
    def due(self) -> date:
        """The day it is due; asked only of promises that have one."""
        found = self.part.term.due_end
        assert found is not None  # noqa: S101  those without a day were settled before
        return found

    @property
    def target(self) -> Decimal:
        """The promised figure; asked only of promises that have one."""
        found = self.part.term.value
        assert found is not None  # noqa: S101  those without a figure were settled before
        return found


@dataclass(frozen=True)
class Gathered:
    """A county on a day. ``known``: evidence by series in base units; ``steps``: days of networks by key.

    ``left_out``: what cannot be run, by series, with the finding that says why. ``ties``: the key of the step
    a milestone was tied to by hand, by milestone.
    """

    region: Region
    day: date
    case: Case
    rows: Sequence[TaskRow]
    promises: Sequence[Promise]
    places: Places
    known: Mapping[str, Known]
    steps: Mapping[str, StepDate]
    left_out: Mapping[str, Finding]
    versions: Mapping[str, Any]
    failures: tuple[str, ...] = ()
    ties: Mapping[int, str] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


def gathered(region: Region, day: date) -> Gathered:
    """Everything of ``region`` that was known on ``day``."""
    rows = rows_of(Task.objects.filter(alive(day), region=region, created_on__lte=day), day)
    places = places_of(region)
    promises = _promises(rows, region)
    data = table_or_none("outlook.model", region=region, day=day)
    told = written(data.rows) if data is not None else Written()
    drivers = collect_drivers(region, day)
    nodes = _nodes(told, [_driven(each, places) for each in drivers.offers])
    steps = collect_step_dates(region, day)
    offered = {each.key: each for each in steps.offers}
    nodes = _with_children(nodes, [each.key for each in promises if each.key], places)
    series = {row["key"]: row["series"] or "" for row in (data.rows if data else ())}
    known = known_of([*nodes, *(p.key for p in promises if p.key)], places, day, series)
    dates = _dates(nodes.values(), told.causes, offered)
    tree, left_out = _sound(nodes.values(), told.causes, dates)
    inputs = Inputs(_in_units(known, tree, places), dates, month_of(day) - LATE_AFTER)
    return Gathered(
        region=region,
        day=day,
        case=Case(tree, inputs),
        rows=rows,
        promises=promises,
        places=places,
        known=known,
        steps=offered,
        left_out=left_out,
        versions=_versions(region, day, data),
        failures=tuple(str(each.name) for each in (*drivers.failures, *steps.failures)),
        ties=ties_known(region, day),
    )


def _versions(region: Region, day: date, data: TableData | None) -> dict[str, Any]:
    wording = table_or_none("outlook.wording", region=region, day=day)
    found: dict[str, Any] = {"engine": ENGINE}
    for name, each in (("outlook.model", data), ("outlook.wording", wording)):
        found[name] = (each.version_id or "package") if each is not None else "none"
    return found


def _promises(rows: Iterable[TaskRow], region: Region) -> list[Promise]:
    whole = region_subjects([region])
    found = []
    for row in rows:
        for part in row.parts:
            if part.is_indicator:
                part.part.task = row.task
                subject = subject_of_figures(part.part, whole)
                named = subject is not None and subject.region_id == region.pk and part.part.measure_id
                key = f"{subject.code}:{part.part.measure.code}" if named and subject is not None else None
                found.append(Promise(row, part, key))
    return found


def _driven(driver: Any, places: Places) -> Node:
    at = places.of(driver.key)
    return node_of(driver, at[1].kind if at is not None else _FLOW_SUM)


def _nodes(told: Written, drivers: Iterable[Node]) -> dict[str, Node]:
    """The county's own rows; a figure it left to evidence is computed by the room that knows the rule."""
    found = {node.key: node for node in told.nodes}
    for node in drivers:
        own = found.get(node.key)
        if own is None or own.kind == Given():
            found[node.key] = node
    return found


def _with_children(nodes: Mapping[str, Node], asked: Iterable[str], places: Places) -> dict[str, Node]:
    """Sums over those below in the register: where a row says 下级, and for a promise without a node whose
    parts have nodes of the same measure.
    """
    found = dict(nodes)
    for key in dict.fromkeys([*nodes, *asked]):
        node = nodes.get(key)
        if node is not None and not asks_for_children(node):
            continue
        parts = _below(key, nodes, places)
        if node is not None:
            found[key] = replace(node, kind=Total(parts))
        elif parts and (at := places.of(key)) is not None and at[1].kind in ("flow", "stock"):
            title, adds = f"{at[0].name} {at[1].name}", ADDS_OF_KIND[at[1].kind]
            found[key] = Node(key, nodes[parts[0]].unit, Total(parts), adds, title, "登记簿：下级合计")
    return found


def _below(key: str, nodes: Mapping[str, Node], places: Places) -> tuple[str, ...]:
    """The nearest series of the same measure below a subject."""
    at = places.of(key)
    if at is None:
        return ()
    parts = []
    for other in nodes:
        there = places.of(other)
        if there is None or there[1].pk != at[1].pk or there[0].pk == at[0].pk:
            continue
        above = there[0].parent
        while above is not None and above.pk != at[0].pk and f"{above.code}:{at[1].code}" not in nodes:
            above = places.subjects[above.code].parent if above.code in places.subjects else None
        if above is not None and above.pk == at[0].pk:
            parts.append(other)
    return tuple(parts)


def _dates(nodes: Iterable[Node], causes: Iterable[Cause], steps: Mapping[str, StepDate]) -> dict[str, Dates]:
    """The days of those steps that the tree follows."""
    found = {}
    for name in Tree.of(nodes, causes).dates():
        drawn = steps[name].draw() if name in steps else None
        if drawn is not None:
            found[name] = Dates(*drawn)
    return found


def _sound(
    nodes: Iterable[Node], causes: Iterable[Cause], dates: Mapping[str, Dates]
) -> tuple[Tree, dict[str, Finding]]:
    """The part of the tree that can be run: what is wrong is left out with all that needs it."""
    kept, left = {node.key: node for node in nodes}, dict[str, Finding]()
    shared = list(causes)
    while True:
        tree = Tree.of(kept.values(), shared)
        wrong = {f.node: f for f in tree.findings if f.severity == ERROR}
        for key in kept:
            missing = [name for name in tree.dates([key]) if name not in dates]
            if missing:
                wrong.setdefault(key, Finding("missing_date", key, params={"date": missing[0]}))
        if not wrong:
            return tree, left
        gone = {key: finding for key, finding in wrong.items() if key in kept}
        if not gone:  # a cause told in two ways: nothing that shares it can be run
            shared = [
                cause for cause in shared if cause.name not in {f.params.get("cause") for f in wrong.values()}
            ]
        for key, finding in gone.items():
            # What fails because something below it failed is told that reason.
            left.setdefault(key, left.get(str(finding.params.get("name", "")), finding))
            del kept[key]


def _in_units(known: Mapping[str, Known], tree: Tree, places: Places) -> dict[str, dict[int, float]]:
    """Known months in the units of the nodes; those in a unit of another kind are left out."""
    found = {}
    for key, told in known.items():
        at = places.of(key)
        if key in tree.nodes and at is not None:
            factor = factor_between(at[1].unit, tree.nodes[key].unit)
            if factor is not None:
                found[key] = {month: value * factor for month, value in told.months.items()}
    return found


def digest_of(county: Gathered, seed: int, scenarios: int) -> str:
    """A digest of all a run is computed from."""
    inputs = county.case.inputs
    told = {
        "seed": [seed, scenarios, dict(county.versions)],
        "nodes": [repr(node) for node in county.case.tree.nodes.values()],
        "causes": [repr(cause) for cause in county.case.tree.causes.values()],
        "left": {key: finding.code for key, finding in county.left_out.items()},
        "known": {
            key: [each.series, sorted(each.months.items())] for key, each in sorted(county.known.items())
        },
        "dates": {name: _bytes(each) for name, each in sorted(inputs.dates.items())},
        "parts": [
            [part.term.pk, part.state, row.task.strength, str(part.value)]
            for row in county.rows
            for part in row.parts
        ],
        "steps": sorted(
            [s.key, str(s.promised), str(s.finished), str(s.told_on), s.chance] for s in county.steps.values()
        ),
    }
    if county.ties:
        told["ties"] = sorted([key, step] for key, step in county.ties.items())
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _bytes(dates: Dates) -> str:
    days = np.ascontiguousarray(dates.days, np.int32)
    return f"{dates.first} {hashlib.sha256(days.tobytes()).hexdigest()}"

"""Whether a node can be true by itself and beside the others: findings worded in data/outlook/words.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from math import isinf

from tiaodu.engine.kernel.expression.units import UnitTable
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.outlook.model import Arrivals, Cause, Given, Lag, Node, Noise, Running, Total
from tiaodu.engine.outlook.months import month_text
from tiaodu.engine.outlook.words import WARNING, Finding

_KEY = re.compile(r"[^\s:`]+:[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_SUM = 1 + 1e-9  # of squared loadings, as floats add up


def of_node(node: Node, nodes: Mapping[str, Node], causes: Mapping[str, Cause]) -> list[Finding]:
    """All findings of one node except those of its rule."""
    found: list[Finding] = []
    if not _KEY.fullmatch(node.key):
        found.append(Finding("bad_key", node.key))
    if not _is_unit(node.unit):
        found.append(Finding("unit_unknown", node.key, params={"unit": node.unit}))
    for name in node.inputs:
        if name not in nodes:
            params = {"name": name, "near": _near(name, nodes)}
            found.append(Finding("unknown_series", node.key, params=params))
    if not node.source:
        found.append(Finding("no_source", node.key, WARNING))
    if node.confidence == "memory-unsure":
        found.append(Finding("unsure", node.key))
    rule = _RULES.get(type(node.kind))
    if rule is not None:
        found += rule(node, nodes, causes)
    return found


def of_cause(cause: Cause) -> Iterator[Finding]:
    """All findings of a shared cause."""
    if not 0 <= cause.persistence < 1:
        yield Finding("persistence", cause.name, params={"value": cause.persistence})


def dates_of(node: Node) -> tuple[str, ...]:
    """The names of the dates a node follows."""
    kind = node.kind
    return tuple(arrival.date for arrival in kind.arrivals) if isinstance(kind, Arrivals) else ()


@lru_cache(maxsize=1)
def _table() -> UnitTable:
    return UnitTable(packaged_units())


def _is_unit(unit: str) -> bool:
    """Units that stand for themselves (盒, 头班) are taken as single words, so that only a compound one with
    an unknown part is refused.
    """
    return _table().find(unit) is not None or not re.search(r"[/·\s\d]", unit)


def _near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(name[:100], list(names), n=3, cutoff=0.6))


def _noise(node: Node, _nodes: Mapping[str, Node], causes: Mapping[str, Cause]) -> Iterator[Finding]:
    kind = node.kind
    assert isinstance(kind, Noise)  # noqa: S101  by the table of rules
    flaw = kind.shape.flaw()
    if flaw:
        yield Finding("shape", node.key, params={"rule": flaw})
    elif kind.shape.degenerate:
        yield Finding("degenerate", node.key, WARNING)
    total = sum(loading * loading for _name, loading in kind.causes)
    if total > _SUM:
        yield Finding("loadings", node.key, params={"sum": f"{total:.3g}"})
    if not 0 <= kind.persistence < 1:
        yield Finding("persistence", node.key, params={"value": kind.persistence})
    for name, _loading in kind.causes:
        if name not in causes:
            yield Finding("unknown_cause", node.key, params={"name": name, "near": _near(name, causes)})
        elif causes[name].per != kind.per and kind.per != "month":
            yield Finding("cause_per", node.key, params={"per": kind.per.value, "cause": name})


def _lag(node: Node, _nodes: Mapping[str, Node], _causes: Mapping[str, Cause]) -> Iterator[Finding]:
    kind = node.kind
    assert isinstance(kind, Lag)  # noqa: S101  by the table of rules
    if kind.months < 1:
        yield Finding("lag_months", node.key, params={"months": kind.months})
    yield from _same_unit(node, _nodes)


def _arrivals(node: Node, _nodes: Mapping[str, Node], _causes: Mapping[str, Cause]) -> Iterator[Finding]:
    kind = node.kind
    assert isinstance(kind, Arrivals)  # noqa: S101  by the table of rules
    if any(not 0 <= share < float("inf") for share in kind.curve):
        yield Finding("curve", node.key)


def _total(node: Node, nodes: Mapping[str, Node], _causes: Mapping[str, Cause]) -> Iterator[Finding]:
    kind = node.kind
    assert isinstance(kind, Total)  # noqa: S101  by the table of rules
    if not kind.parts:
        yield Finding("empty", node.key)
    yield from _same_unit(node, nodes)


def _same_unit(node: Node, nodes: Mapping[str, Node]) -> Iterator[Finding]:
    for key in node.inputs:
        if key in nodes and factor_between(nodes[key].unit, node.unit) is None:
            yield Finding("unit_mismatch", node.key, params={"unit": node.unit, "found": nodes[key].unit})


def factor_between(unit: str, target: str) -> float | None:
    """What a figure in ``unit`` is multiplied by to be counted in ``target``; None if that is not possible.

    >>> factor_between("万吨", "吨"), factor_between("吨", "元"), factor_between("盒", "盒")
    (10000.0, None, 1.0)
    """
    if unit == target:
        return 1.0
    one, other = _table().find(unit), _table().find(target)
    if one is None or other is None or one.powers != other.powers:
        return None
    return float(one.factor / other.factor)


def _given(node: Node, _nodes: Mapping[str, Node], _causes: Mapping[str, Cause]) -> Iterator[Finding]:
    kind = node.kind
    assert isinstance(kind, Given)  # noqa: S101  by the table of rules
    months = tuple(month_text(month) for month, figure in kind.months.items() if isinf(figure))
    if months or (kind.value is not None and isinf(kind.value)):
        yield Finding("bad_figure", node.key, params={"months": months})


_Rule = Callable[[Node, Mapping[str, Node], Mapping[str, Cause]], Iterable[Finding]]


def _running(node: Node, nodes: Mapping[str, Node], _causes: Mapping[str, Cause]) -> Iterator[Finding]:
    yield from _same_unit(node, nodes)


_RULES: Mapping[type, _Rule] = {
    Given: _given,
    Noise: _noise,
    Lag: _lag,
    Running: _running,
    Arrivals: _arrivals,
    Total: _total,
}

"""A node's rule, read, checked against the units of the tree, and lowered to operations over blocks.

The operations are those of the expression language's own machine; plain sums are kept as sums, which take one
pass over a block however many terms they have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tiaodu.engine.kernel.expression import ExpressionError, Name, parse
from tiaodu.engine.kernel.expression.graph import Made
from tiaodu.engine.kernel.expression.lowering import Lowering
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.sums import Linear, linear
from tiaodu.engine.kernel.expression.units import PURE, UnitTable
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.outlook.model import Formula, Node
from tiaodu.engine.outlook.words import Finding

MONTHLY = frozenset({"", "current", "previous", "year_ago", "year_to_date", "year_ago_to_date"})
TYPES = {"text": "文字", "truth": "是非", "day": "日期"}


@dataclass(frozen=True, slots=True)
class Lowered:
    """A rule as a plain sum, or as values each made from those before it; ``factor`` brings the result into
    the node's unit.
    """

    expression: Expression
    factor: float
    sum: Linear | None
    values: tuple[Made, ...]
    result: int


def names_of(node: Node, units: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The names of a rule with their units; a series that is not in the tree is left out."""
    kind = node.kind
    assert isinstance(kind, Formula)  # noqa: S101  asked for formulas only
    return tuple((name, units[key]) for name, key in kind.inputs if key in units)


def read(node: Node, units: Mapping[str, str]) -> Lowered | Finding:
    """The rule of ``node``, or what is wrong with it; ``units`` are those of all series."""
    kind = node.kind
    assert isinstance(kind, Formula)  # noqa: S101  asked for formulas only
    try:
        expression = _parsed(kind.rule, names_of(node, units))
    except ExpressionError as error:
        return Finding("rule", node.key, params={"error": error})
    wrong = next(_flaws(node, expression), None)
    if wrong is not None:
        return wrong
    factor = scale(expression, node.unit)
    if factor is None:
        found = expression.unit or "1"
        return Finding("unit_mismatch", node.key, params={"unit": node.unit or "1", "found": found})
    return _lowered(expression, factor)


@lru_cache(maxsize=20_000)
def _parsed(rule: str, names: tuple[tuple[str, str], ...]) -> Expression:
    return parse(rule, names={name: Name("number", unit) for name, unit in names})


def _flaws(node: Node, expression: Expression) -> Iterator[Finding]:
    if expression.type != "number":
        yield Finding("rule_type", node.key, params={"type": TYPES.get(expression.type, expression.type)})
    for fact in expression.facts:
        if fact.period not in MONTHLY:
            yield Finding("rule_period", node.key, params={"period": fact.period})


def scale(expression: Expression, unit: str) -> float | None:
    """What the result is multiplied by to be counted in ``unit``; None when that measures something else."""
    table, found = expression.table, expression.root.unit
    target = table.find(unit) or UnitTable(packaged_units()).find(unit)
    if found is None or target is None:
        return None
    if found == PURE and table.counts(target):
        return 1.0
    return float(found.factor / target.factor) if found.powers == target.powers else None


def _lowered(expression: Expression, factor: float) -> Lowered:
    plain = linear(expression.root, {})
    if plain is not None and plain.factors:
        return Lowered(expression, factor, plain, (), -1)
    lowering = Lowering()
    result = lowering.add("rule", expression)
    values, place = _reached(lowering.graph.values, result)
    return Lowered(expression, factor, None, values, place)


def _reached(values: Sequence[Made], result: int) -> tuple[tuple[Made, ...], int]:
    """What ``result`` is made of, renumbered: without what only told how close floats may come."""
    needed = {result}
    for number in range(result, -1, -1):
        if number in needed:
            needed.update(values[number].takes)
    places = {number: place for place, number in enumerate(sorted(needed))}
    kept = (replace(values[n], takes=tuple(places[take] for take in values[n].takes)) for n in places)
    return tuple(kept), places[result]

"""Why a row is judged as it is: every clause with its characters, its facts, its result and its gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any as Anything
from typing import NamedTuple

from tiaodu.engine.kernel.expression.algebra import EXACT
from tiaodu.engine.kernel.expression.evaluating import Row, comparer, evaluator
from tiaodu.engine.kernel.expression.nodes import (
    All,
    Any,
    Comparison,
    Fact,
    Member,
    Node,
    Not,
    Value,
    walk,
)
from tiaodu.engine.kernel.expression.reasons import Reason, reasoner
from tiaodu.engine.kernel.expression.units import DAYS, Compound, UnitTable

# What differs from row to row stands in named tuples, what does not in one frozen dataclass a clause: a page
# explains hundreds of rules at once, and a frozen dataclass takes four times as long to make.

_ONE = Decimal(1)
_new = tuple.__new__  # half the time of calling the class, which only does this


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of an expression that is explained.

    ``kind`` is all, any or not for what joins others, comparison, member, truth, or value for what is no
    condition; ``text`` is what stands at the characters from ``start`` to ``end``; ``unit`` is what a gap or
    a value is counted in (one of the sides counts ``factor`` of it); ``facts`` are the key and unit of each
    fact.
    """

    kind: str
    start: int
    end: int
    text: str
    unit: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    factor: Decimal = _ONE


class Used(NamedTuple):
    """A fact as the row gives it; ``value`` None is unknown."""

    key: str
    value: Value | None
    unit: str


class Explanation(NamedTuple):
    """A clause for one row.

    ``result`` is true, false, None for unknown, or the value. ``left`` and ``right`` are the two sides of a
    comparison, ``reasons`` say why the clause is unknown, ``parts`` explain what it joins.
    """

    clause: Clause
    result: Anything
    values: tuple[Value | None, ...] = ()
    left: Value | None = None
    right: Value | None = None
    reasons: tuple[Reason, ...] = ()
    parts: tuple[Explanation, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """What the left side of a comparison must change by to meet the right one, in ``clause.unit``.

        None where there is no such amount: for texts, and where a side is unknown.
        """
        if isinstance(self.left, Decimal) and isinstance(self.right, Decimal):
            return EXACT.multiply(EXACT.subtract(self.right, self.left), self.clause.factor)
        if isinstance(self.left, date) and isinstance(self.right, date):
            return Decimal((self.right - self.left).days)
        return None

    @property
    def facts(self) -> tuple[Used, ...]:
        """The facts the clause used; a clause that joins others leaves them to its parts."""
        pairs = zip(self.clause.facts, self.values, strict=True)
        return tuple(Used(key, value, unit) for (key, unit), value in pairs)

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the facts that would have to be known, each once."""
        found = [reason.key for reason in self.reasons if reason.code == "missing"]
        return tuple(dict.fromkeys([*found, *(key for part in self.parts for key in part.missing)]))

    @property
    def clauses(self) -> tuple[Explanation, ...]:
        """The clauses at the ends of the tree, from left to right, as in Expression.clauses."""
        if self.clause.kind not in ("all", "any", "not"):
            return (self,)
        return tuple(clause for part in self.parts for clause in part.clauses)


Explainer = Callable[[Row], Explanation]


def explainer(node: Node, source: str, table: UnitTable) -> Explainer:
    """The function of a row that explains ``node``."""
    if isinstance(node, All | Any):
        return _junction(node, source, table)
    if isinstance(node, Not):
        return _not(node, source, table)
    return _leaf(node, source, table)


def _junction(node: All | Any, source: str, table: UnitTable) -> Explainer:
    parts = [explainer(part, source, table) for part in node.inner]
    kind, stops = ("all", False) if isinstance(node, All) else ("any", True)
    clause = Clause(kind, node.start, node.end, source[node.start : node.end])

    def junction(row: Row) -> Explanation:
        found = tuple([part(row) for part in parts])
        results = [part[1] for part in found]
        result = stops if stops in results else None if None in results else not stops
        return _new(Explanation, (clause, result, (), None, None, (), found))

    return junction


def _not(node: Not, source: str, table: UnitTable) -> Explainer:
    inner = explainer(node.inner, source, table)
    clause = Clause("not", node.start, node.end, source[node.start : node.end])

    def turned(row: Row) -> Explanation:
        found = inner(row)
        result = None if found[1] is None else not found[1]
        return _new(Explanation, (clause, result, (), None, None, (), (found,)))

    return turned


def _leaf(node: Node, source: str, table: UnitTable) -> Explainer:
    facts = {below.key: _written(below.unit, table) for below in walk(node) if isinstance(below, Fact)}
    unit = _gap_unit(node) if isinstance(node, Comparison) else node.unit
    # A unit without a name of its own is shown as its base unit.
    factor = _ONE if unit is None or table.name(unit) is not None else unit.factor
    text = source[node.start : node.end]
    clause = Clause(
        _kind(node), node.start, node.end, text, _written(unit, table), tuple(facts.items()), factor
    )
    keys = tuple(facts)
    return _compared(node, clause, keys) if isinstance(node, Comparison) else _judged(node, clause, keys)


def _judged(node: Node, clause: Clause, keys: tuple[str, ...]) -> Explainer:
    judge, why = evaluator(node), reasoner(node)

    def judged(row: Row) -> Explanation:
        result = judge(row)
        values = tuple(map(row.get, keys))
        reasons = why(row) if result is None else ()
        return _new(Explanation, (clause, result, values, None, None, reasons, ()))

    return judged


def _compared(node: Comparison, clause: Clause, keys: tuple[str, ...]) -> Explainer:
    left, right, compare, why = evaluator(node.left), evaluator(node.right), comparer(node), reasoner(node)

    def compared(row: Row) -> Explanation:
        one, other = left(row), right(row)
        values = tuple(map(row.get, keys))
        if one is None or other is None:
            return _new(Explanation, (clause, None, values, one, other, why(row), ()))
        return _new(Explanation, (clause, compare(one, other), values, one, other, (), ()))

    return compared


def _gap_unit(node: Comparison) -> Compound | None:
    types = {node.left.type, node.right.type}
    return DAYS if "day" in types else node.left.unit if types <= {"number", "any"} else None


def _kind(node: Node) -> str:
    if isinstance(node, Comparison | Member):
        return type(node).__name__.lower()
    return "truth" if node.type == "truth" else "value"


def _written(unit: Compound | None, table: UnitTable) -> str:
    return "" if unit is None else table.name(unit) or table.name(unit.base) or ""

"""Why a row is judged as it is: every clause with its characters, its facts, its result and its gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any as Anything
from typing import NamedTuple

from tiaodu.engine.kernel.expression.algebra import EXACT
from tiaodu.engine.kernel.expression.evaluating import Evaluator, Row, evaluator
from tiaodu.engine.kernel.expression.nodes import (
    All,
    Any,
    Arithmetic,
    Call,
    Comparison,
    Fact,
    Member,
    Node,
    Not,
    Value,
    walk,
)
from tiaodu.engine.kernel.expression.units import DAYS, Compound, UnitTable

# The results are named tuples, not dataclasses: a page explains hundreds of rules, and a frozen dataclass
# takes four times as long to make.


class Used(NamedTuple):
    """A fact as the row gives it; ``value`` None is unknown."""

    key: str
    value: Value | None
    unit: str


class Reason(NamedTuple):
    """Why a clause is unknown: missing (no value for ``key``), zero_division or out_of_range, and where."""

    code: str
    key: str
    start: int
    end: int


class Explanation(NamedTuple):
    """One clause, or several joined.

    ``kind`` is all, any or not (with ``parts``), comparison, member, truth, or value for what is no
    condition. ``result`` is true, false or None for unknown, or the value. ``gap`` is what the left side of
    a comparison must change by to meet the right one, counted in ``unit``; None where there is no such
    amount. ``start`` and ``end`` are characters of the source, ``text`` is what stands there.
    """

    kind: str
    start: int
    end: int
    text: str
    result: Anything
    facts: tuple[Used, ...] = ()
    gap: Decimal | None = None
    unit: str = ""
    reasons: tuple[Reason, ...] = ()
    parts: tuple[Explanation, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the facts that would have to be known, each once."""
        found = [reason.key for reason in self.reasons if reason.code == "missing"]
        return tuple(dict.fromkeys([*found, *(key for part in self.parts for key in part.missing)]))

    @property
    def clauses(self) -> tuple[Explanation, ...]:
        """The clauses at the ends of the tree, from left to right."""
        if self.kind not in ("all", "any", "not"):
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
    start, end, text = node.start, node.end, source[node.start : node.end]

    def junction(row: Row) -> Explanation:
        found = tuple([part(row) for part in parts])
        results = [part.result for part in found]
        result = stops if stops in results else None if None in results else not stops
        return Explanation(kind, start, end, text, result, parts=found)

    return junction


def _not(node: Not, source: str, table: UnitTable) -> Explainer:
    inner = explainer(node.inner, source, table)
    start, end, text = node.start, node.end, source[node.start : node.end]

    def turned(row: Row) -> Explanation:
        found = inner(row)
        result = None if found.result is None else not found.result
        return Explanation("not", start, end, text, result, parts=(found,))

    return turned


def _leaf(node: Node, source: str, table: UnitTable) -> Explainer:
    kind = _kind(node)
    start, end, text = node.start, node.end, source[node.start : node.end]
    facts = tuple(
        {below.key: _shown(below.unit, table)[0] for below in walk(node) if isinstance(below, Fact)}.items()
    )
    unit, measure = _measure(node, table)
    value_of = evaluator(node)

    def leaf(row: Row) -> Explanation:
        get, result = row.get, value_of(row)
        used = tuple([Used(key, get(key), shown) for key, shown in facts])
        if result is None:
            return Explanation(kind, start, end, text, None, used, None, unit, tuple(_why(node, row)))
        return Explanation(kind, start, end, text, result, used, measure and measure(row), unit)

    return leaf


def _kind(node: Node) -> str:
    if isinstance(node, Comparison | Member):
        return type(node).__name__.lower()
    return "truth" if node.type == "truth" else "value"


def _shown(unit: Compound | None, table: UnitTable) -> tuple[str, Decimal]:
    """How ``unit`` is written, and what a number in it is multiplied by to be counted so."""
    if unit is None:
        return "", Decimal(1)
    name = table.name(unit)
    return (name, Decimal(1)) if name is not None else (table.name(unit.base) or "", unit.factor)


def _measure(node: Node, table: UnitTable) -> tuple[str, Evaluator | None]:
    """The unit of a leaf's gap, and the function that measures it."""
    if not isinstance(node, Comparison):
        return _shown(node.unit, table)[0], None
    days = "day" in (node.left.type, node.right.type)
    if not days and not {node.left.type, node.right.type} <= {"number", "any"}:
        return "", None
    unit = DAYS if days else node.left.unit
    shown, factor = _shown(unit, table)
    left, right = evaluator(node.left), evaluator(node.right)

    def gap(row: Row) -> Decimal | None:
        one, other = left(row), right(row)
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            return EXACT.multiply(EXACT.subtract(other, one), factor)
        return Decimal((other - one).days) if isinstance(one, date) and isinstance(other, date) else None

    return shown, gap


def _why(node: Node, row: Row) -> Iterator[Reason]:
    """What makes ``node`` unknown, given that it is."""
    if isinstance(node, Fact):
        yield Reason("missing", node.key, node.start, node.end)
        return
    parts = node.parts
    if isinstance(node, Call) and node.function == "if_else":
        condition = evaluator(parts[0])(row)
        parts = (parts[0],) if condition is None else (parts[1 if condition else 2],)
    unknown = [part for part in parts if evaluator(part)(row) is None]
    for part in unknown:
        yield from _why(part, row)
    if not unknown:
        divided = isinstance(node, Arithmetic) and node.sign == "/"
        yield Reason("zero_division" if divided else "out_of_range", "", node.start, node.end)

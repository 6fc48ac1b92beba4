"""A parsed expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tiaodu.engine.kernel.expression.evaluating import Evaluator, evaluator
from tiaodu.engine.kernel.expression.explaining import Explainer, explainer
from tiaodu.engine.kernel.expression.nodes import All, Any, Fact, Node, Not, walk
from tiaodu.engine.kernel.expression.units import UnitTable


@dataclass(frozen=True)
class Expression:
    """A source that was read and checked: the type of its result, the unit that is counted in, its tree."""

    source: str
    type: str
    unit: str
    root: Node = field(repr=False)
    table: UnitTable = field(repr=False, compare=False)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact once, in the order it is first named; a row is asked for its ``key``."""
        return tuple({node.key: node for node in walk(self.root) if isinstance(node, Fact)}.values())

    @cached_property
    def names(self) -> frozenset[str]:
        """The names asked for, without their periods."""
        return frozenset(fact.name for fact in self.facts)

    @cached_property
    def clauses(self) -> tuple[Node, ...]:
        """The conditions that and, or and not join, from left to right; none for a number, text or day."""
        return tuple(_clauses(self.root)) if self.type in ("truth", "any") else ()

    @cached_property
    def evaluator(self) -> Evaluator:
        """The function of a row this expression is."""
        return evaluator(self.root)

    @cached_property
    def explainer(self) -> Explainer:
        """The function of a row that explains this expression."""
        return explainer(self.root, self.source, self.table)


def _clauses(node: Node) -> Iterator[Node]:
    if isinstance(node, All | Any | Not):
        for part in node.parts:
            yield from _clauses(part)
    else:
        yield node

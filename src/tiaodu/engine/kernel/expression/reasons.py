"""Why a clause is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tiaodu.engine.kernel.expression.evaluating import Row, evaluator
from tiaodu.engine.kernel.expression.nodes import Arithmetic, Call, Constant, Fact, Node


class Reason(NamedTuple):
    """missing (there is no value for ``key``), zero_division or out_of_range, and at which characters."""

    code: str
    key: str
    start: int
    end: int


Reasoner = Callable[[Row], tuple[Reason, ...]]


def reasoner(node: Node) -> Reasoner:
    """The function that says what makes ``node`` unknown for a row for which it is."""
    if isinstance(node, Fact):
        missing = (Reason("missing", node.key, node.start, node.end),)
        return lambda row: missing
    chooses = isinstance(node, Call) and node.function == "if_else"
    divides = isinstance(node, Arithmetic) and node.sign == "/"
    own = (Reason("zero_division" if divides else "out_of_range", "", node.start, node.end),)
    parts = [(evaluator(part), reasoner(part)) for part in node.parts if not isinstance(part, Constant)]
    if chooses:
        parts = [(evaluator(part), reasoner(part)) for part in node.parts]

    def reasons(row: Row) -> tuple[Reason, ...]:
        asked = parts
        if chooses:
            condition = parts[0][0](row)
            asked = [parts[0 if condition is None else 1 if condition else 2]]
        found = [reason for value, why in asked if value(row) is None for reason in why(row)]
        return tuple(found) or own

    return reasons

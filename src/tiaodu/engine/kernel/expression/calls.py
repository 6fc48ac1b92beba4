"""Types and units of calls: each function's arguments brought together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from tiaodu.engine.kernel.expression.functions import Function
from tiaodu.engine.kernel.expression.limits import MAX_ARGUMENTS, MAX_PLACES
from tiaodu.engine.kernel.expression.nodes import All, Call, Constant, Node
from tiaodu.engine.kernel.expression.units import DAYS, PURE

if TYPE_CHECKING:
    from tiaodu.engine.kernel.expression.checking import Checker

Arguments = tuple[Node, ...]


def call(checker: Checker, function: Function, arguments: Arguments, start: int, end: int) -> Node:
    """The checked call; raises ExpressionError when number, types or units of the arguments are wrong."""
    count = len(arguments)
    if not function.least <= count <= (function.most or MAX_ARGUMENTS):
        checker.fail("argument_count", start, end, signature=function.signature, count=count)
    return _RULES[function.name](checker, function.name, arguments, start, end)


def _together(checker: Checker, arguments: Arguments) -> Arguments:
    """All of one type and in one unit: the smallest that one of them has, constants following."""
    first, *others = arguments
    for other in others:
        first = checker.alike(first, other)[0]
    return tuple(checker.alike(argument, first)[0] for argument in arguments)


def _like(name: str, arguments: Arguments, start: int, end: int, values: Arguments) -> Call:
    """A call that gives one of ``values``."""
    known = next((node for node in values if node.type != "any"), values[0])
    return Call(start, end, known.type, known.unit, arguments, name)


def _pick(checker: Checker, name: str, arguments: Arguments, start: int, end: int) -> Node:
    values = _together(checker, arguments)
    if name != "coalesce":
        values = tuple(checker.want(value, "day" if value.type == "day" else "number") for value in values)
    return _like(name, values, start, end, values)


def _abs(checker: Checker, name: str, arguments: Arguments, start: int, end: int) -> Node:
    value = checker.want(arguments[0], "number")
    return Call(start, end, "number", value.unit, (value,), name)


def _round(checker: Checker, name: str, arguments: Arguments, start: int, end: int) -> Node:
    value, places = checker.want(arguments[0], "number"), Decimal(0)
    if len(arguments) > 1:
        given = arguments[1]
        constant = given.value if isinstance(given, Constant) and given.unit == PURE else None
        if not isinstance(constant, Decimal) or constant != int(constant) or abs(constant) > MAX_PLACES:
            checker.fail("bad_places", given.start, given.end, low=-MAX_PLACES, high=MAX_PLACES)
        places = constant
    digits = Constant(start, end, "number", PURE, places)
    return Call(start, end, "number", value.unit, (value, digits), name)


def _if_else(checker: Checker, name: str, arguments: Arguments, start: int, end: int) -> Node:
    condition = checker.want(arguments[0], "truth")
    values = _together(checker, arguments[1:])
    return _like(name, (condition, *values), start, end, values)


def _between(checker: Checker, _name: str, arguments: Arguments, start: int, end: int) -> Node:
    value, low, high = arguments
    links = (
        checker.compared(">=", value, low, start, end),
        checker.compared("<=", value, high, start, end),
    )
    return All(start, end, "truth", PURE, links)


def _days_between(checker: Checker, name: str, arguments: Arguments, start: int, end: int) -> Node:
    days = tuple(checker.want(argument, "day") for argument in arguments)
    return Call(start, end, "number", DAYS, days, name)


def _is_known(_checker: Checker, name: str, arguments: Arguments, start: int, end: int) -> Node:
    return Call(start, end, "truth", PURE, arguments, name)


_RULES: Mapping[str, Callable[[Checker, str, Arguments, int, int], Node]] = {
    "min": _pick,
    "max": _pick,
    "coalesce": _pick,
    "abs": _abs,
    "round": _round,
    "if_else": _if_else,
    "between": _between,
    "days_between": _days_between,
    "is_known": _is_known,
}

"""One row, exactly: decimal arithmetic and three-valued logic.

Unknown is None. It spreads through arithmetic and comparison; ``and`` is false as soon as one part is false
and ``or`` true as soon as one is true, whatever is unknown beside it (Kleene, Introduction to
Metamathematics, 1952, §64). A division by zero is unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any as Anything

from tiaodu.engine.kernel.expression.algebra import EXACT
from tiaodu.engine.kernel.expression.nodes import (
    All,
    Any,
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Fact,
    Member,
    Negated,
    Node,
    Not,
    Scaled,
    Value,
    walk,
)

Row = Mapping[str, Value | None]
Evaluator = Callable[[Row], Anything]
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP, traps=[])
_NEAR = Context(prec=36, traps=[])
# Two numbers of which one came of a division are the same when they differ by less than this share of the
# larger: a quotient has 60 digits, of which a sum of very unlike amounts may lose some twenty.
SAME = Decimal("1e-36")
_CLOSE = 34  # a difference this many digits below the numbers is looked at twice
_ZERO = Decimal(0)
_MOST_DAYS = 10**6  # that a day is shifted by
_SIGNS: Mapping[str, Callable[[Anything, Anything], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class RowError(TypeError):
    """A row gives a value of another type than its name was declared with."""

    def __init__(self, key: str, wanted: str, value: object) -> None:
        self.key, self.wanted = key, wanted
        super().__init__(f"{key} is {wanted}; the row gives {type(value).__name__} {value!r}")


def evaluator(node: Node) -> Evaluator:
    """The function of a row that ``node`` is."""
    return _BUILDERS[type(node)](node)


def _constant(node: Constant) -> Evaluator:
    value = node.value
    return lambda row: value


def _fact(node: Fact) -> Evaluator:
    return _number(node.key) if node.type == "number" else _other(node.key, node.type)


def _number(key: str) -> Evaluator:
    def number(row: Row) -> Anything:
        value = row.get(key)
        if value.__class__ is Decimal and value.is_finite():
            return value
        return None if value is None else _taken(key, "number", value)

    return number


def _other(key: str, wanted: str) -> Evaluator:
    plain = {"text": str, "truth": bool, "day": date}.get(wanted)

    def other(row: Row) -> Anything:
        value = row.get(key)
        return value if value is None or value.__class__ is plain else _taken(key, wanted, value)

    return other


def _taken(key: str, wanted: str, value: object) -> Value | None:
    """``value`` in the form it is reckoned with; a number that is none (NaN, infinity) is unknown."""
    if isinstance(value, Decimal) and wanted in ("number", "any"):
        return value if value.is_finite() else None
    if isinstance(value, bool):
        fits = wanted in ("truth", "any")
    elif isinstance(value, int) and wanted in ("number", "any"):
        return Decimal(value)
    elif isinstance(value, str):
        fits = wanted in ("text", "any")
    else:
        fits = type(value) is date and wanted in ("day", "any")
    if not fits:
        raise RowError(key, wanted, value)
    return value  # type: ignore[return-value]


def _scaled(node: Scaled) -> Evaluator:
    inner, factor = evaluator(node.inner), node.factor
    multiply = EXACT.multiply

    def scaled(row: Row) -> Decimal | None:
        value = inner(row)
        return None if value is None else multiply(value, factor)

    return scaled


def _negated(node: Negated) -> Evaluator:
    inner = evaluator(node.inner)

    def negated(row: Row) -> Decimal | None:
        value = inner(row)
        return None if value is None else EXACT.minus(value)

    return negated


def _not(node: Not) -> Evaluator:
    inner = evaluator(node.inner)

    def turned(row: Row) -> bool | None:
        value = inner(row)
        return None if value is None else not value

    return turned


def _member(node: Member) -> Evaluator:
    inner, choices = evaluator(node.inner), frozenset(node.choices)
    if node.rounded:
        numbers = [choice for choice in node.choices if isinstance(choice, Decimal)]

        def near(row: Row) -> bool | None:
            value = inner(row)
            return None if value is None else any(not rounded(value, number) for number in numbers)

        return near

    def member(row: Row) -> bool | None:
        value = inner(row)
        return None if value is None else value in choices

    return member


def _divide(left: Decimal, right: Decimal) -> Decimal | None:
    return EXACT.divide(left, right) if right else None


def _shift(left: date, right: Anything, sign: int) -> Anything:
    if right.__class__ is date:
        return Decimal((left - right).days)
    whole = right.to_integral_value()
    if abs(right) >= _MOST_DAYS or rounded(right, whole):
        return None
    try:
        return left + timedelta(days=sign * int(whole))
    except OverflowError:
        return None


def _later(left: Anything, right: Anything) -> Anything:
    return _shift(left, right, 1) if left.__class__ is date else EXACT.add(left, right)


def _earlier(left: Anything, right: Anything) -> Anything:
    return _shift(left, right, -1) if left.__class__ is date else EXACT.subtract(left, right)


_OPERATIONS: Mapping[str, Callable[[Anything, Anything], Anything]] = {
    "+": _later,
    "-": _earlier,
    "*": EXACT.multiply,
    "/": _divide,
}


def _arithmetic(node: Arithmetic) -> Evaluator:
    operation = _OPERATIONS[node.sign]
    if node.left.type == "number" and node.sign in "+-":
        operation = EXACT.add if node.sign == "+" else EXACT.subtract
    return _both(evaluator(node.left), evaluator(node.right), operation)


def _both(
    left: Evaluator, right: Evaluator, operation: Callable[[Anything, Anything], Anything]
) -> Evaluator:
    def both(row: Row) -> Anything:
        one, other = left(row), right(row)
        return None if one is None or other is None else operation(one, other)

    return both


def _comparison(node: Comparison) -> Evaluator:
    compare, left = comparer(node), evaluator(node.left)
    if not isinstance(node.right, Constant):
        return _both(left, evaluator(node.right), compare)
    bound = node.right.value

    def against(row: Row) -> bool | None:
        value = left(row)
        return None if value is None else compare(value, bound)

    return against


def comparer(node: Comparison) -> Callable[[Anything, Anything], bool]:
    """How two known values are compared."""
    compare = _SIGNS[node.sign]
    if node.left.type == "any" and node.sign not in ("==", "!="):
        return lambda one, other: compare(*_ordered(node, one, other))
    return (lambda one, other: compare(rounded(one, other), _ZERO)) if node.rounded else compare


def _ordered(node: Comparison, one: Anything, other: Anything) -> tuple[Anything, Anything]:
    """Two values of names that were not declared, if they can be put in order."""
    if type(one) is not type(other) or not isinstance(one, Decimal | date):
        raise RowError("/".join(sorted(_keys(node))), "two numbers or two days", (one, other))
    return one, other


def _keys(node: Node) -> set[str]:
    return {below.key for below in walk(node) if isinstance(below, Fact)}


def rounded(left: Decimal, right: Decimal) -> Decimal:
    """The difference, nothing where it is only what a division left over."""
    difference = EXACT.subtract(left, right)
    if difference.adjusted() + _CLOSE > max(left.adjusted(), right.adjusted()):
        return difference
    size = max(abs(left), abs(right))
    return _ZERO if abs(difference) <= EXACT.multiply(size, SAME) else difference


def _all(node: All) -> Evaluator:
    return _junction([evaluator(part) for part in node.inner], stops=False)


def _any(node: Any) -> Evaluator:
    return _junction([evaluator(part) for part in node.inner], stops=True)


def _junction(parts: list[Evaluator], *, stops: bool) -> Evaluator:
    def junction(row: Row) -> bool | None:
        found: bool | None = not stops
        for part in parts:
            value = part(row)
            if value is stops:
                return value is True
            if value is None:
                found = None
        return found

    return junction


def _call(node: Call) -> Evaluator:
    return _CALLS[node.function]([evaluator(part) for part in node.inner])


def _extreme(pick: Callable[[list[Anything]], Anything]) -> Callable[[list[Evaluator]], Evaluator]:
    def build(parts: list[Evaluator]) -> Evaluator:
        def extreme(row: Row) -> Anything:
            values = [part(row) for part in parts]
            return None if any(value is None for value in values) else pick(values)

        return extreme

    return build


def _abs(parts: list[Evaluator]) -> Evaluator:
    (inner,) = parts

    def absolute(row: Row) -> Decimal | None:
        value = inner(row)
        return None if value is None else EXACT.abs(value)

    return absolute


def _round(parts: list[Evaluator]) -> Evaluator:
    inner, places = parts

    def rounding(value: Decimal, digits: Decimal) -> Decimal | None:
        # Without what a division left over: 1 / 3 * 1.5 lies halfway between 0 and 1.
        found = _ROUNDING.quantize(_NEAR.plus(value), Decimal(1).scaleb(-int(digits)))
        return found if found.is_finite() else None

    return _both(inner, places, rounding)


def _if_else(parts: list[Evaluator]) -> Evaluator:
    condition, yes, no = parts

    def chosen(row: Row) -> Anything:
        value = condition(row)
        return None if value is None else yes(row) if value else no(row)

    return chosen


def _coalesce(parts: list[Evaluator]) -> Evaluator:
    def first(row: Row) -> Anything:
        for part in parts:
            value = part(row)
            if value is not None:
                return value
        return None

    return first


def _days_between(parts: list[Evaluator]) -> Evaluator:
    return _both(parts[0], parts[1], lambda start, end: Decimal((end - start).days))


def _is_known(parts: list[Evaluator]) -> Evaluator:
    (inner,) = parts
    return lambda row: inner(row) is not None


_CALLS: Mapping[str, Callable[[list[Evaluator]], Evaluator]] = {
    "min": _extreme(min),
    "max": _extreme(max),
    "abs": _abs,
    "round": _round,
    "if_else": _if_else,
    "coalesce": _coalesce,
    "days_between": _days_between,
    "is_known": _is_known,
}
_BUILDERS: Mapping[type[Node], Callable[[Anything], Evaluator]] = {
    Constant: _constant,
    Fact: _fact,
    Scaled: _scaled,
    Negated: _negated,
    Not: _not,
    Member: _member,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    All: _all,
    Any: _any,
    Call: _call,
}

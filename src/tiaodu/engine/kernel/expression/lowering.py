"""From checked trees to values: every node becomes operations over columns.

Floats cannot tell 0.1 + 0.2 from 0.3. A comparison of which a side was reckoned with is therefore given a
check: rows in which its sides are closer than floats can tell are marked and reckoned exactly afterwards.
What was only read (a fact beside a constant, days, whole numbers) needs none: a decimal of up to 15 digits
and its nearest float keep the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from math import isnan
from typing import Any as Anything

from tiaodu.engine.kernel.expression import opcodes as op
from tiaodu.engine.kernel.expression.evaluating import evaluator
from tiaodu.engine.kernel.expression.graph import Check, Graph, Made, Sum
from tiaodu.engine.kernel.expression.model import Expression
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
)
from tiaodu.engine.kernel.expression.sums import Linear, linear

Operand = int | float  # a value, or a constant
FIRST_DAY = date(1970, 1, 1).toordinal()  # days are counted as NumPy counts them
_NOTHING = float("nan")
_ARITHMETIC = {"+": op.ADD, "-": op.SUBTRACT, "*": op.MULTIPLY, "/": op.DIVIDE}
_COMPARISONS = {
    "==": op.EQUAL,
    "!=": op.UNEQUAL,
    ">": op.ABOVE,
    ">=": op.AT_LEAST,
    "<": op.BELOW,
    "<=": op.AT_MOST,
}


# The truth of a comparison where left minus right is below, at and above nothing.
_TRUTHS: Mapping[str, tuple[float, float, float]] = {
    "==": (op.FALSE, op.TRUE, op.FALSE),
    "!=": (op.TRUE, op.FALSE, op.TRUE),
    ">": (op.FALSE, op.FALSE, op.TRUE),
    ">=": (op.FALSE, op.TRUE, op.TRUE),
    "<": (op.TRUE, op.FALSE, op.FALSE),
    "<=": (op.TRUE, op.TRUE, op.FALSE),
}


class UncheckedError(TypeError):
    """An expression was parsed without declared names, so that its columns have no types."""


class Lowering:
    """Lowers the expressions of a program into one graph, each after those it refers to."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.results: dict[str, int] = {}
        self._sizes: dict[str, int] = {}  # of results in which amounts cancel
        self._sums: dict[str, Linear | None] = {}
        self._exact: dict[str, bool] = {}
        self._kinds: Mapping[type[Node], Callable[..., Operand]] = {
            Constant: self._constant,
            Fact: self._fact,
            Scaled: self._scaled,
            Negated: self._negated,
            Arithmetic: self._arithmetic,
            Comparison: self._comparison,
            Member: self._member,
            Not: self._not,
            All: self._all,
            Any: self._any,
            Call: self._call,
        }

    def add(self, name: str, expression: Expression) -> int:
        """Lower ``expression``, which the following may call by ``name``; gives its value."""
        if any(fact.unit is None for fact in expression.facts if fact.key not in self.results):
            raise UncheckedError(f"{name} was parsed without names: its columns have no types")
        self.results[name] = found = self.graph.slot(self.lower(expression.root))
        self._exact[name] = self.is_exact(expression.root)
        if expression.type == "number" and self._cancels(expression.root):
            self._sizes[name] = self.graph.slot(self._size(expression.root))
        self._sums[name] = linear(expression.root, self._sums)
        return found

    def lower(self, node: Node) -> Operand:
        """The value of ``node``, or its constant."""
        return self._kinds[type(node)](node)

    def truth(self, node: Node) -> int:
        """The value of a condition."""
        return self.graph.slot(self.lower(node))

    def is_exact(self, node: Node) -> bool:
        """Whether a float holds the value of ``node`` as it was read, without reckoning."""
        if node.type != "number" or _of_days(node):
            return True  # days and words are whole numbers
        if isinstance(node, Constant):
            return _is_float(node.value)
        if isinstance(node, Fact):
            return self._exact.get(node.key, True)
        if isinstance(node, Call) and node.function == "round":
            return True  # a whole number of tenths or hundredths; a tie has its own check
        values = node.parts[1:] if isinstance(node, Call) and node.function == "if_else" else node.parts
        return not isinstance(node, Scaled | Arithmetic) and all(self.is_exact(part) for part in values)

    # ------------------------------------------------------------ numbers

    def _constant(self, node: Constant) -> Operand:
        return self._known(node.value)

    def _known(self, value: Anything) -> Operand:
        if value is None:
            return _NOTHING
        if isinstance(value, bool):
            return self.graph.truth(value)
        if isinstance(value, str):
            return self.graph.word(value)
        return float(value.toordinal() - FIRST_DAY) if isinstance(value, date) else float(value)

    def _folded(self, node: Node) -> Operand:
        """A node below which all is constant: reckoned once, exactly."""
        value = evaluator(node)({})
        return self.graph.truth(value) if node.type == "truth" else self._known(value)

    def _fact(self, node: Fact) -> Operand:
        if node.key in self.results:
            return self.results[node.key]
        column = self.graph.column(node.key, node.type)
        return column if node.type != "text" else self.graph.add(Made(op.NUMBERED, (column,), word=node.key))

    def _scaled(self, node: Scaled) -> Operand:
        inner = self.lower(node.inner)
        if isinstance(inner, float):
            return self._folded(node)
        inverse = 1 / node.factor
        if node.factor < 1 and inverse == inverse.to_integral_value():
            return self.graph.arithmetic(op.DIVIDE, inner, float(inverse))  # rounds once, not twice
        return self.graph.arithmetic(op.MULTIPLY, inner, float(node.factor))

    def _negated(self, node: Negated) -> Operand:
        inner = self.lower(node.inner)
        return (
            self._folded(node)
            if isinstance(inner, float)
            else self.graph.arithmetic(op.MULTIPLY, inner, -1.0)
        )

    def _arithmetic(self, node: Arithmetic) -> Operand:
        left, right = self.lower(node.left), self.lower(node.right)
        if isinstance(left, float) and isinstance(right, float):
            return self._folded(node)
        if node.type == "day":
            days = right if node.sign == "+" else self._negative(right)
            found = self.graph.add(Made(op.SHIFT, (self.graph.slot(left), self.graph.slot(days))))
            if not self.is_exact(node.right):
                size = self.graph.slot(self._size(node.right))
                self.graph.check(found, Check(op.CHECK_WHOLE, self.graph.slot(days), 0.0, size))
            return found
        found = self.graph.arithmetic(_ARITHMETIC[node.sign], left, right)
        if node.sign == "/" and self._cancels(node.right):  # a divisor near nothing may be nothing
            size = self.graph.slot(self._size(node.right))
            self.graph.check(found, Check(op.CHECK, self.graph.slot(right), 0.0, size))
        return found

    def _negative(self, operand: Operand) -> Operand:
        return -operand if isinstance(operand, float) else self.graph.arithmetic(op.MULTIPLY, operand, -1.0)

    # ------------------------------------------------------------ conditions

    def _comparison(self, node: Comparison) -> Operand:
        if node.left.type == "truth":
            same = self.graph.add(Made(op.SAME, (self.truth(node.left), self.truth(node.right))))
            return same if node.sign == "==" else self.graph.add(Made(op.NOT, (same,)))
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Fact) and one.type == "text" and isinstance(other, Constant):
                listed = self._listed(one, (str(other.value),))
                return listed if node.sign == "==" else self.graph.add(Made(op.NOT, (listed,)))
        left, right = self.lower(node.left), self.lower(node.right)
        if isinstance(left, float) and isinstance(right, float):
            return self._folded(node)
        if any(isinstance(side, float) and isnan(side) for side in (left, right)):
            return self.graph.truth(None)
        found = self.graph.compared(_COMPARISONS[node.sign], left, right)
        if not (self.is_exact(node.left) and self.is_exact(node.right)):
            self._check(found, node, left, right)
        return found

    def _check(self, value: int, node: Comparison, left: Operand, right: Operand) -> None:
        size = None
        if self._cancels(node.left) or self._cancels(node.right):
            size = self.graph.slot(self._plus(self._size(node.left), self._size(node.right)))
        if isinstance(left, float):
            left, right = right, left
        self.graph.check(value, Check(op.CHECK, self.graph.slot(left), right, size, self._sum(node)))

    def _sum(self, node: Comparison) -> Sum | None:
        """The difference of the sides, if it is a plain sum of columns."""
        left, right = linear(node.left, self._sums), linear(node.right, self._sums)
        whole = left.plus(right, -1).whole() if left and right else None
        if whole is None:
            return None
        columns = tuple(
            (self.graph.column(key, "number"), float(one)) for key, one in whole.factors.items() if one
        )
        return Sum(columns, float(whole.constant), _TRUTHS[node.sign])

    def _listed(self, fact: Fact, choices: tuple[str, ...]) -> int:
        if fact.key in self.results:
            numbers = tuple(self.graph.word(choice) for choice in choices)
            return self.graph.add(Made(op.MEMBER, (self.results[fact.key],), numbers))
        column = self.graph.column(fact.key, "text")
        return self.graph.add(Made(op.LISTED, (column,), word=fact.key, choices=tuple(sorted(choices))))

    def _member(self, node: Member) -> Operand:
        if isinstance(node.inner, Fact) and node.inner.type == "text":
            return self._listed(node.inner, tuple(str(choice) for choice in node.choices))
        exact = self.is_exact(node.inner) and all(_is_float(choice) for choice in node.choices)
        if node.inner.type == "truth" or not exact:
            links = [self._equal(node, choice) for choice in node.choices]
            return self.graph.joined(op.OR, links)
        inner = self.lower(node.inner)
        if isinstance(inner, float):
            return self._folded(node)
        constants = [self._known(choice) for choice in node.choices]
        return self.graph.add(Made(op.MEMBER, (inner,), tuple(sorted(map(float, constants)))))

    def _equal(self, node: Member, choice: Anything) -> int:
        inner = node.inner
        constant = Constant(node.start, node.end, inner.type, inner.unit, choice)
        link = Comparison(node.start, node.end, "truth", node.unit, "==", inner, constant, node.rounded)
        return self.truth(link)

    def _not(self, node: Not) -> Operand:
        return self.graph.add(Made(op.NOT, (self.truth(node.inner),)))

    def _all(self, node: All) -> Operand:
        return self.graph.joined(op.AND, [self.truth(part) for part in node.inner])

    def _any(self, node: Any) -> Operand:
        return self.graph.joined(op.OR, [self.truth(part) for part in node.inner])

    # ------------------------------------------------------------ calls

    def _call(self, node: Call) -> Operand:
        parts = [self.lower(part) for part in node.inner]
        if all(isinstance(part, float) for part in parts):
            return self._folded(node)
        return getattr(self, f"_call_{node.function}")(node, parts)  # type: ignore[no-any-return]

    def _call_min(self, _node: Call, parts: list[Operand]) -> Operand:
        return self._extreme(op.LEAST, parts)

    def _call_max(self, _node: Call, parts: list[Operand]) -> Operand:
        return self._extreme(op.MOST, parts)

    def _extreme(self, code: int, parts: list[Operand]) -> Operand:
        constants = [part for part in parts if isinstance(part, float)]
        found: Operand = next(part for part in parts if isinstance(part, int))
        for part in parts:
            if part != found and isinstance(part, int):
                found = self.graph.arithmetic(code, found, part)
        if constants:
            pick = _NOTHING if any(map(isnan, constants)) else (min if code == op.LEAST else max)(constants)
            found = self.graph.arithmetic(code, found, pick)
        return found

    def _call_abs(self, _node: Call, parts: list[Operand]) -> Operand:
        return self.graph.add(Made(op.ABSOLUTE, (self.graph.slot(parts[0]),)))

    def _call_round(self, node: Call, parts: list[Operand]) -> Operand:
        places = parts[1]
        assert isinstance(places, float)  # noqa: S101  the checker takes constants only
        power, value = 10.0 ** abs(places), self.graph.slot(parts[0])
        found = self.graph.add(Made(op.ROUND, (value,), (power,), int(places < 0)))
        size = self.graph.slot(self._size(node.inner[0])) if self._cancels(node.inner[0]) else None
        self.graph.check(found, Check(op.CHECK_ROUND, value, power if places >= 0 else -power, size))
        return found

    def _call_if_else(self, node: Call, parts: list[Operand]) -> Operand:
        if node.type == "truth":
            return self.graph.add(Made(op.CHOOSE_TRUTH, tuple(self.graph.slot(part) for part in parts)))
        condition, one, other = parts
        return self._chosen(self.graph.slot(condition), one, other)

    def _chosen(self, condition: int, one: Operand, other: Operand) -> int:
        if isinstance(one, float) and isinstance(other, float):
            return self.graph.add(Made(op.CHOOSE_CONSTANTS, (condition,), (one, other)))
        if isinstance(other, float):
            return self.graph.add(Made(op.CHOOSE_OR, (condition, self.graph.slot(one)), (other,)))
        return self.graph.add(Made(op.CHOOSE, (condition, self.graph.slot(one), other)))

    def _call_coalesce(self, node: Call, parts: list[Operand]) -> Operand:
        code = op.FIRST_TRUTH if node.type == "truth" else op.FIRST
        return self.graph.joined(code, [self.graph.slot(part) for part in parts])

    def _call_days_between(self, _node: Call, parts: list[Operand]) -> Operand:
        return self.graph.arithmetic(op.SUBTRACT, parts[1], parts[0])

    def _call_is_known(self, node: Call, parts: list[Operand]) -> Operand:
        truth = node.inner[0].type == "truth"
        return self.graph.add(Made(op.KNOWN_TRUTH if truth else op.KNOWN, (self.graph.slot(parts[0]),)))

    # ------------------------------------------------------------ how far floats may be off

    def _cancels(self, node: Node) -> bool:
        """Whether amounts are added or taken away, so that the result may be small beside its error."""
        if isinstance(node, Fact):
            return node.key in self._sizes
        sums = isinstance(node, Arithmetic) and node.sign in "+-" and not _of_days(node)
        return sums or any(self._cancels(part) for part in node.parts)

    def _size(self, node: Node) -> Operand:
        """What was reckoned with to make ``node``, signs and cancelling left out."""
        if isinstance(node, Fact) and node.key in self._sizes:
            return self._sizes[node.key]
        if isinstance(node, Arithmetic) and not _of_days(node):
            return self._size_of_two(node)
        if isinstance(node, Call) and node.function in ("if_else", "coalesce", "min", "max"):
            return self._size_of_call(node)
        if isinstance(node, Negated) or (isinstance(node, Call) and node.function in ("abs", "round")):
            return self._size(node.parts[0])
        if isinstance(node, Scaled):
            return self._times(self._size(node.inner), float(node.factor))
        value = self.lower(node)
        return abs(value) if isinstance(value, float) else self.graph.add(Made(op.ABSOLUTE, (value,)))

    def _size_of_two(self, node: Arithmetic) -> Operand:
        left, right = self._size(node.left), self._size(node.right)
        if node.sign in "+-":
            return self._plus(left, right)
        if node.sign == "*":
            return self._times(left, right)
        divisor = self.lower(node.right)
        square = (
            divisor * divisor
            if isinstance(divisor, float)
            else self.graph.arithmetic(op.MULTIPLY, divisor, divisor)
        )
        return self._binary(op.DIVIDE, self._times(left, right), square)

    def _size_of_call(self, node: Call) -> Operand:
        parts = node.inner
        if node.function == "if_else":
            return self._chosen(self.truth(parts[0]), self._size(parts[1]), self._size(parts[2]))
        sizes = [self._size(part) for part in parts]
        if node.function == "coalesce":
            return self.graph.joined(op.FIRST, [self.graph.slot(size) for size in sizes])
        found = sizes[0]
        for size in sizes[1:]:
            found = self._plus(found, size)
        return found

    def _plus(self, left: Operand, right: Operand) -> Operand:
        return self._binary(op.ADD, left, right)

    def _times(self, left: Operand, right: Operand) -> Operand:
        return self._binary(op.MULTIPLY, left, right)

    def _binary(self, code: int, left: Operand, right: Operand) -> Operand:
        if isinstance(left, float) and isinstance(right, float):
            left = self.graph.slot(left)
        return self.graph.arithmetic(code, left, right)


def _is_float(value: object) -> bool:
    """Whether the float nearest to a number is written like it."""
    return not isinstance(value, Decimal) or Decimal(repr(float(value))) == value


def _of_days(node: Node) -> bool:
    """Whether days are shifted or subtracted: whole numbers, which floats hold exactly."""
    return isinstance(node, Arithmetic) and node.left.type == "day"

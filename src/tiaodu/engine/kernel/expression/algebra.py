"""Units of operations: what may be added or compared, and what a product or a quotient is counted in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Context, Decimal

from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.nodes import Arithmetic, Comparison, Constant, Fact, Node, Scaled, walk
from tiaodu.engine.kernel.expression.syntax import Syntax
from tiaodu.engine.kernel.expression.units import PURE, Compound, UnitTable

# Sums, differences and products of stored figures (24 digits) come out whole; a quotient has 60 digits. No
# trap is set: what would be no number is found and becomes unknown.
EXACT = Context(prec=60, traps=[])


class Algebra:
    """The unit rules for one source."""

    def __init__(self, syntax: Syntax, table: UnitTable) -> None:
        self.syntax, self.source, self.table = syntax, syntax.source, table

    def text(self, node: Node) -> str:
        """What was typed."""
        return self.source[node.start : node.end]

    def around(self, left: Node, right: Node) -> tuple[int, int]:
        """The characters of two operands and of what stands between."""
        one, other = sorted(((left.start, left.end), (right.start, right.end)))
        return self.syntax.around(one, other)

    def aligned(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Two numbers in one unit, to be added or compared; raises when they count different things."""
        one, other = left.unit, right.unit
        if one is None or other is None:
            return self.counted(left, one and one.base), self.counted(right, other and other.base)
        if one.powers == other.powers:
            target = _common(left, one, right, other)
            return self.counted(left, target), self.counted(right, target)
        for bare, against in ((left, right), (right, left)):
            if self._fits(bare, against):
                pair = replace(bare, unit=against.unit), against
                return pair if bare is left else (pair[1], pair[0])
        raise self._mismatch(left, one, right, other)

    def comparable(self, left: Node, right: Node) -> tuple[Node, Node]:
        """As :meth:`aligned`, but 6.5 beside a share counted in % is refused: 6.5% may be meant, or 650%."""
        for bare, against in ((left, right), (right, left)):
            share = against.unit is not None and not against.unit.powers and against.unit.factor < 1
            if share and isinstance(bare, Constant) and bare.bare and bare.value != 0:
                raise self._mismatch(left, left.unit or PURE, right, right.unit or PURE)
        return self.aligned(left, right)

    def _fits(self, bare: Node, against: Node) -> bool:
        """Zero is zero of anything, and a bare number counts things that can only be counted."""
        if bare.unit is None or against.unit is None or bare.unit != PURE:
            return False
        zero = isinstance(bare, Constant) and bare.value == 0
        return zero or (self.table.counts(against.unit) and against.unit.factor == 1)

    def _mismatch(self, left: Node, one: Compound, right: Node, other: Compound) -> ExpressionError:
        for bare, against, unit in ((left, right, other), (right, left, one)):
            if isinstance(bare, Constant) and bare.bare:
                return ExpressionError(
                    "missing_unit",
                    self.source,
                    bare.start,
                    bare.end,
                    found=self.text(bare),
                    other=self.text(against),
                    unit=self.shown(unit),
                )
        return ExpressionError(
            "wrong_unit",
            self.source,
            *self.around(left, right),
            left=self.text(left),
            left_unit=self.shown(one),
            right=self.text(right),
            right_unit=self.shown(other),
        )

    def shown(self, unit: Compound) -> str:
        """The unit as people write it; 1 for a pure number."""
        return self.table.name(unit) or self.table.name(unit.base) or "1"

    def counted(self, node: Node, target: Compound | None) -> Node:
        """``node`` counted in ``target``, which measures the same thing."""
        if node.unit is None or target is None or node.unit == target:
            return node
        factor = EXACT.divide(node.unit.factor, target.factor)
        if isinstance(node, Constant) and isinstance(node.value, Decimal):
            return replace(node, value=EXACT.multiply(node.value, factor), unit=target)
        return Scaled(node.start, node.end, "number", target, node, factor)

    def product(self, sign: str, left: Node, right: Node) -> Node:
        """``left`` times or by ``right``, in the unit that comes of it."""
        left, right = self._pure(left), self._pure(right)
        unit = None
        if left.unit is not None and right.unit is not None:
            unit = left.unit * right.unit if sign == "*" else left.unit / right.unit
        start, end = self.around(left, right)
        return self._pure(Arithmetic(start, end, "number", unit, sign, left, right))

    def _pure(self, node: Node) -> Node:
        """A share or a multiple as a plain number: 5% is 0.05 once it is multiplied."""
        return self.counted(node, PURE) if node.unit is not None and not node.unit.powers else node

    def named(self, node: Node) -> Node:
        """A result counted in a unit that can be written."""
        if node.type != "number" or node.unit is None or self.table.name(node.unit) is not None:
            return node
        return self.counted(node, node.unit.base)


def _common(left: Node, one: Compound, right: Node, other: Compound) -> Compound:
    """A constant follows the unit of the other side; of two others the smaller unit is kept."""
    if isinstance(left, Constant) != isinstance(right, Constant):
        return other if isinstance(left, Constant) else one
    return one if one.factor <= other.factor else other


def comparison(
    sign: str, left: Node, right: Node, span: tuple[int, int], rounded: frozenset[str]
) -> Comparison:
    """A comparison that knows whether a side may have endless digits; ``rounded`` names facts that may."""
    numbers = "number" in (left.type, right.type)
    endless = numbers and any(divides(side, rounded) for side in (left, right))
    return Comparison(*span, "truth", PURE, sign, left, right, endless)


def divides(node: Node, rounded: frozenset[str] = frozenset()) -> bool:
    """Whether a division, or a fact that came of one, stands in ``node``."""
    return any(
        below.sign == "/"
        if isinstance(below, Arithmetic)
        else isinstance(below, Fact) and below.name in rounded
        for below in walk(node)
    )

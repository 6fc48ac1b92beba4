"""Plain sums: what totals, balances and identities of returns compare, and what can be decided exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tiaodu.engine.kernel.expression.algebra import EXACT
from tiaodu.engine.kernel.expression.nodes import Arithmetic, Constant, Fact, Negated, Node, Scaled

_MOST = (
    Decimal(10) ** 12
)  # a factor; times a figure of few places it must stay a whole number a float can hold
_PLACES = 12


@dataclass(frozen=True)
class Linear:
    """Facts times factors, and a constant."""

    factors: Mapping[str, Decimal]
    constant: Decimal = Decimal(0)

    def plus(self, other: Linear, sign: int) -> Linear:
        """The sum of two, or their difference."""
        factors = dict(self.factors)
        for key, factor in other.factors.items():
            factors[key] = EXACT.fma(factor, sign, factors.get(key, Decimal(0)))
        return Linear(factors, EXACT.fma(other.constant, sign, self.constant))

    def times(self, factor: Decimal) -> Linear:
        """All of it times a number."""
        factors = {key: EXACT.multiply(one, factor) for key, one in self.factors.items()}
        return Linear(factors, EXACT.multiply(self.constant, factor))

    def whole(self) -> Linear | None:
        """The same times a power of ten, so that all factors are whole; None if that takes too large ones.

        >>> Linear({"a": Decimal("0.1"), "b": Decimal(2)}, Decimal(3)).whole()
        Linear(factors={'a': Decimal('1'), 'b': Decimal('20')}, constant=Decimal('30'))
        """
        for places in range(_PLACES + 1):
            found = self.times(Decimal(10) ** places)
            if all(factor == factor.to_integral_value() for factor in found.factors.values()):
                if any(abs(factor) > _MOST for factor in found.factors.values()):
                    return None
                factors = {key: factor.quantize(Decimal(1)) for key, factor in found.factors.items()}
                return Linear(factors, found.constant)
        return None


def linear(node: Node, known: Mapping[str, Linear | None]) -> Linear | None:
    """``node`` as a plain sum, or None; ``known`` has the sums of results that facts may stand for."""
    if isinstance(node, Constant) and isinstance(node.value, Decimal):
        return Linear({}, node.value)
    if isinstance(node, Fact) and node.type == "number":
        return known[node.key] if node.key in known else Linear({node.key: Decimal(1)})
    if isinstance(node, Negated | Scaled):
        inner = linear(node.inner, known)
        return inner and inner.times(node.factor if isinstance(node, Scaled) else Decimal(-1))
    if isinstance(node, Arithmetic) and node.type == "number" and node.left.type == "number":
        left, right = linear(node.left, known), linear(node.right, known)
        return _joined(node.sign, left, right) if left and right else None
    return None


def _joined(sign: str, left: Linear, right: Linear) -> Linear | None:
    if sign in "+-":
        return left.plus(right, 1 if sign == "+" else -1)
    if sign == "*":
        if left.factors and right.factors:
            return None
        return left.times(right.constant) if left.factors else right.times(left.constant)
    if right.factors or not right.constant:
        return None
    inverse = EXACT.divide(Decimal(1), right.constant)
    return left.times(inverse) if EXACT.multiply(inverse, right.constant) == 1 else None

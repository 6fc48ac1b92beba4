"""The same rules for other programs: the checked tree written as Polars, NumPy or SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from tiaodu.engine.kernel.expression.nodes import (
    All,
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


@dataclass(frozen=True)
class Dialect:
    """How a program writes facts, constants and each operation."""

    fact: Callable[[str], Any]
    constant: Callable[[Any], Any]
    pairs: Mapping[str, Callable[[Any, Any], Any]]
    turned: Callable[[Any], Any]
    member: Callable[[Any, list[Any]], Any]
    choose: Callable[[Any, Any, Any], Any]

    def write(self, node: Node) -> Any:
        """``node`` in this dialect."""
        if isinstance(node, Constant):
            return self.constant(float(node.value) if isinstance(node.value, Decimal) else node.value)
        if isinstance(node, Fact):
            return self.fact(node.key)
        if isinstance(node, Not):
            return self.turned(self.write(node.inner))
        if isinstance(node, Member):
            return self.member(self.write(node.inner), [float(choice) for choice in node.choices])  # type: ignore[arg-type]
        if isinstance(node, Scaled):
            return self.pairs["*"](self.write(node.inner), self.constant(float(node.factor)))
        return self._joined(node)

    def _joined(self, node: Node) -> Any:
        parts = [self.write(part) for part in node.parts]
        if isinstance(node, Negated):
            return self.pairs["*"](parts[0], self.constant(-1.0))
        if isinstance(node, Arithmetic | Comparison):
            return self.pairs[node.sign](*parts)
        if isinstance(node, Call) and node.function == "if_else":
            return self.choose(*parts)
        sign = node.function if isinstance(node, Call) else "and" if isinstance(node, All) else "or"
        return reduce(self.pairs[sign], parts)


def sql() -> Dialect:
    """DuckDB's SQL."""

    def infix(sign: str) -> Callable[[str, str], str]:
        return lambda one, other: f"({one} {sign} {other})"

    signs = {sign: sign for sign in ("+", "-", "*", "/", ">", ">=", "<", "<=", "and", "or")}
    pairs = {name: infix(sign) for name, sign in {**signs, "==": "=", "!=": "<>"}.items()}
    pairs["min"] = lambda one, other: f"least({one}, {other})"
    pairs["max"] = lambda one, other: f"greatest({one}, {other})"
    return Dialect(
        fact=str,
        constant=lambda value: f"{value!r}::double" if isinstance(value, float) else repr(value),
        pairs=pairs,
        turned=lambda one: f"(not {one})",
        member=lambda one, choices: f"({one} in ({', '.join(map(repr, choices))}))",
        choose=lambda condition, yes, no: f"(case when {condition} then {yes} else {no} end)",
    )


def polars() -> Dialect:
    """Polars expressions."""
    import polars as pl  # noqa: PLC0415

    return Dialect(
        fact=pl.col,
        constant=pl.lit,
        pairs={
            **_operators(),
            "and": lambda one, other: one & other,
            "or": lambda one, other: one | other,
            "min": pl.min_horizontal,
            "max": pl.max_horizontal,
        },
        turned=lambda one: ~one,
        member=lambda one, choices: one.is_in(choices),
        choose=lambda condition, yes, no: pl.when(condition).then(yes).otherwise(no),
    )


def numpy(columns: Mapping[str, Any]) -> Dialect:
    """NumPy, at once: a rule that another refers to must be in ``columns``."""
    import numpy as np  # noqa: PLC0415

    return Dialect(
        fact=columns.__getitem__,
        constant=lambda value: value,
        pairs={
            **_operators(),
            "and": np.logical_and,
            "or": np.logical_or,
            "min": np.minimum,
            "max": np.maximum,
        },
        turned=np.logical_not,
        member=np.isin,
        choose=np.where,
    )


def _operators() -> dict[str, Callable[[Any, Any], Any]]:
    return {
        "+": lambda one, other: one + other,
        "-": lambda one, other: one - other,
        "*": lambda one, other: one * other,
        "/": lambda one, other: one / other,
        ">": lambda one, other: one > other,
        ">=": lambda one, other: one >= other,
        "<": lambda one, other: one < other,
        "<=": lambda one, other: one <= other,
        "==": lambda one, other: one == other,
        "!=": lambda one, other: one != other,
    }

"""The checked tree of an expression: each node with its type, its unit and the characters it was typed as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.expression.units import Compound

Value = Decimal | int | str | date | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A declared fact: its type (number, text, truth, day), its unit as people write it, its words."""

    type: str = "number"
    unit: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """``type`` is number, text, truth, day or any; ``unit`` None where nothing is known of it."""

    start: int
    end: int
    type: str
    unit: Compound | None

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes below."""
        return ()


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A number (counted in ``unit``), text, day or truth; ``bare`` if a number was written without unit."""

    value: Decimal | str | date | bool
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """What a name stands for, of a period if one is given; ``key`` is how a row calls it."""

    name: str
    period: str
    key: str


@dataclass(frozen=True, slots=True)
class One(Node):
    """A node with one below."""

    inner: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Scaled(One):
    """The same quantity counted in another unit: ``inner`` times ``factor``."""

    factor: Decimal


@dataclass(frozen=True, slots=True)
class Negated(One):
    """Minus."""


@dataclass(frozen=True, slots=True)
class Not(One):
    """Truth turned round."""


@dataclass(frozen=True, slots=True)
class Member(One):
    """Whether ``inner`` is one of ``choices``; ``rounded`` if it may have endless digits."""

    choices: tuple[Decimal | str | date | bool, ...]
    rounded: bool


@dataclass(frozen=True, slots=True)
class Pair(Node):
    """A node with two below and a sign between them."""

    sign: str
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Arithmetic(Pair):
    """+ - * / of numbers; + and - of days."""


@dataclass(frozen=True, slots=True)
class Comparison(Pair):
    """== != < <= > >=; ``rounded`` if a side may have endless digits (a division)."""

    rounded: bool


@dataclass(frozen=True, slots=True)
class Several(Node):
    """A node with any number below."""

    inner: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.inner


@dataclass(frozen=True, slots=True)
class All(Several):
    """True when every part is true."""


@dataclass(frozen=True, slots=True)
class Any(Several):
    """True when a part is true."""


@dataclass(frozen=True, slots=True)
class Call(Several):
    """A function of functions.FUNCTIONS with its arguments."""

    function: str


def walk(node: Node) -> Iterator[Node]:
    """``node`` and all below it, from left to right."""
    yield node
    for part in node.parts:
        yield from walk(part)

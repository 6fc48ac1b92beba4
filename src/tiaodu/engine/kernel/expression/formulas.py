"""Named formulas that refer to each other."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from tiaodu.engine.kernel.expression.algebra import divides
from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.evaluating import Row
from tiaodu.engine.kernel.expression.explaining import Explanation
from tiaodu.engine.kernel.expression.functions import BY_WORD
from tiaodu.engine.kernel.expression.limits import MAX_FORMULAS
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.nodes import Name, Value
from tiaodu.engine.kernel.expression.parsing import checked, unit_table
from tiaodu.engine.kernel.expression.tokens import is_name, tokens
from tiaodu.engine.kernel.expression.units import UnitTable
from tiaodu.engine.kernel.quantity import Unit


@dataclass(frozen=True)
class Formulas:
    """Checked formulas by name, each after those it refers to."""

    expressions: Mapping[str, Expression] = field(repr=False)

    @property
    def order(self) -> tuple[str, ...]:
        """The names in the order of reckoning."""
        return tuple(self.expressions)

    def evaluate(self, row: Row) -> dict[str, Value | None]:
        """The value of every formula for ``row``; a formula's value hides a fact of its name."""
        return {name: value for name, value in self._reckoned(row).items() if name in self.expressions}

    def explain(self, row: Row) -> dict[str, Explanation]:
        """Every formula explained; one that another refers to stands there as a fact."""
        full = self._reckoned(row)
        return {name: expression.explainer(full) for name, expression in self.expressions.items()}

    def _reckoned(self, row: Row) -> dict[str, Value | None]:
        full = dict(row)
        for name, expression in self.expressions.items():
            full[name] = expression.evaluator(full)
        return full


def define(
    sources: Mapping[str, str],
    *,
    names: Mapping[str, Name] | None = None,
    units: Mapping[str, Unit] | None = None,
) -> Formulas:
    """Read and check formulas that may refer to each other by name, in any order.

    Raises ExpressionError, whose ``formula`` says in which one; a circle is refused with all its names.

    >>> from decimal import Decimal
    >>> price = {"c": Name("number", "元")}
    >>> formulas = define({"a": "b * 2", "b": "c + 1元"}, names=price)
    >>> formulas.order, str(formulas.evaluate({"c": Decimal(4)})["a"]), formulas.expressions["a"].unit
    (('b', 'a'), '10', '元')
    >>> try:
    ...     define({"a": "b + 1", "b": "a + 1"})
    ... except ValueError as error:
    ...     error.formula, error.start, error.end, error.params["names"]
    ('a', 0, 1, ('a', 'b', 'a'))
    """
    table = unit_table(names or {}, units)
    known = None if names is None else dict(names)
    found: dict[str, Expression] = {}
    rounded: set[str] = set()
    for name in _order(sources, {**sources, **(names or {})}, table):
        with _within(name):
            expression = found[name] = checked(sources[name], known, table, frozenset(rounded))
        if known is not None:
            known[name] = Name(expression.type, expression.unit)
        if expression.type == "number" and divides(expression.root, frozenset(rounded)):
            rounded.add(name)
    return Formulas(found)


def _order(sources: Mapping[str, str], names: Container[str], table: UnitTable) -> list[str]:
    """Names, each after those its formula refers to."""
    if len(sources) > MAX_FORMULAS:
        raise ExpressionError("too_many_formulas", "", 0, 0, limit=MAX_FORMULAS)
    needs: dict[str, dict[str, int]] = {}
    for name, source in sources.items():
        with _within(name):
            if not is_name(name) or name in BY_WORD:
                raise ExpressionError("bad_formula_name", name, 0, len(name), found=name)
            found = (token for token in tokens(source, table, names) if token.kind == "name")
            needs[name] = {token.text: token.start for token in found if token.text in sources}
    return _sorted(needs, sources)


def ordered(expressions: Mapping[str, Expression]) -> dict[str, Expression]:
    """``expressions``, each after those it refers to; raises ExpressionError when they run in a circle."""
    needs = {
        name: {fact.key: fact.start for fact in expression.facts if fact.key in expressions}
        for name, expression in expressions.items()
    }
    order = _sorted(needs, {name: expression.source for name, expression in expressions.items()})
    return {name: expressions[name] for name in order}


def _sorted(needs: Mapping[str, Mapping[str, int]], sources: Mapping[str, str]) -> list[str]:
    """The names so that each stands behind those it needs; ``needs`` says where it names them."""
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = tuple(reversed(error.args[1]))  # each refers to the next
        start, source = needs[circle[0]][circle[1]], sources[circle[0]]
        with _within(circle[0]):
            raise ExpressionError("cycle", source, start, start + len(circle[1]), names=circle) from None


@contextmanager
def _within(name: str) -> Iterator[None]:
    """Errors say in which formula they are."""
    try:
        yield
    except ExpressionError as error:
        error.formula = name
        raise

"""From a source to an expression."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tiaodu.engine.kernel.expression.checking import Checker
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.nodes import Name
from tiaodu.engine.kernel.expression.syntax import parsed
from tiaodu.engine.kernel.expression.tokens import tokens
from tiaodu.engine.kernel.expression.units import UnitTable
from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.kernel.units import packaged_units


def parse(
    source: str, *, names: Mapping[str, Name] | None = None, units: Mapping[str, Unit] | None = None
) -> Expression:
    """Read and check ``source``. Without ``names`` any name is taken, and its type and unit are not checked.

    ``units`` are the written units (the package's own if not given). Raises ExpressionError.

    >>> names = {"投资": Name("number", "万元"), "行业": Name("text"), "原煤": Name("number", "吨")}
    >>> parse("投资 >= 500万元 且 行业 属于 ('coal', 'iron')", names=names).type
    'truth'
    >>> parse("投资 / 原煤('2024-01..2024-06')", names=names).unit
    '万元/吨'
    >>> try:
    ...     parse("投资 + 原煤", names=names)
    ... except ValueError as error:
    ...     error.code, error.start, error.end, error.params["left_unit"], error.params["right_unit"]
    ('wrong_unit', 0, 7, '万元', '吨')
    """
    return checked(source, names, unit_table(names or {}, units), frozenset())


def checked(
    source: str,
    names: Mapping[str, Name] | None,
    table: UnitTable,
    rounded: frozenset[str],
) -> Expression:
    """As :func:`parse`; ``rounded`` are names whose values may have endless digits."""
    found = tokens(source, table, names or {})
    checker = Checker(parsed(source, found), names, table, rounded)
    root = checker.algebra.named(checker.check(checker.syntax.tree))
    unit = table.name(root.unit) if root.type == "number" and root.unit is not None else ""
    return Expression(source, root.type, unit or "", root, table)


def unit_table(names: Mapping[str, Name], units: Mapping[str, Unit] | None) -> UnitTable:
    """The units that may be written: those of the table, and what a name is declared in."""
    table = _packaged() if units is None else UnitTable(units)
    own = {entry.unit for entry in names.values() if table.find(entry.unit) is None}
    return table.with_units({unit: Unit(unit, unit) for unit in own}) if own else table


@lru_cache(maxsize=1)
def _packaged() -> UnitTable:
    return UnitTable(packaged_units())

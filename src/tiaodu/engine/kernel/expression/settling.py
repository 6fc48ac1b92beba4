"""Rows in which floats cannot tell: reckoned again, exactly, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from tiaodu.engine.kernel.expression.columns import Array, Column
from tiaodu.engine.kernel.expression.evaluating import Evaluator, evaluator
from tiaodu.engine.kernel.expression.lowering import FIRST_DAY
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.nodes import Value
from tiaodu.engine.kernel.expression.opcodes import BLOCK, FALSE, PLANE, TRUE, UNKNOWN
from tiaodu.engine.kernel.expression.plan import TRUTH

if TYPE_CHECKING:
    from tiaodu.engine.kernel.expression.program import Outcome

Marks = dict[int, Array]  # check → rows that are too close


def marked(close: Array, rows: int) -> Marks:
    """The rows each check has marked; only blocks with a mark are looked through."""
    blocks = -(-rows // BLOCK)
    found = {}
    for number, line in enumerate(close):
        spans = [
            line[blocks + block * BLOCK : blocks + (block + 1) * BLOCK]
            for block in np.flatnonzero(line[:blocks])
        ]
        if spans:
            starts = np.flatnonzero(line[:blocks]) * BLOCK
            found[number] = np.concatenate(
                [start + np.flatnonzero(span) for start, span in zip(starts, spans, strict=True)]
            )
    return found


class Settler:
    """Reckons rows of a program again with decimals, and writes what comes out into the outcomes."""

    def __init__(
        self,
        expressions: Mapping[str, Expression],
        columns: Mapping[str, Column],
        outcomes: Mapping[str, Outcome],
        words: Mapping[str, int],
    ) -> None:
        self.expressions, self.columns, self.outcomes, self.words = expressions, columns, outcomes, words
        self._clauses: dict[str, list[Evaluator]] = {}
        self._needs: dict[str, frozenset[str]] = {}
        for name, expression in expressions.items():
            own = frozenset(expression.names & expressions.keys())
            self._needs[name] = own.union({name}, *(self._needs[below] for below in own))

    def settle(self, doubts: Mapping[str, int], marks: Marks) -> int:
        """Settle every marked row of every expression; gives how many rows there were."""
        waiting: dict[int, list[str]] = {}
        for name, bits in doubts.items():
            for row in _rows(bits, marks):
                waiting.setdefault(int(row), []).append(name)
        for row, names in waiting.items():
            self._row(row, names)
        return len(waiting)

    def _row(self, row: int, names: list[str]) -> None:
        needed = frozenset[str]().union(*(self._needs[name] for name in names))
        full: dict[str, Value | None] = {}
        for name in (name for name in self.expressions if name in needed):
            expression = self.expressions[name]
            for fact in expression.facts:
                if fact.key not in full:
                    full[fact.key] = self.columns[fact.key].value(row)
            full[name] = expression.evaluator(full)
        for name in names:
            self._write(row, name, full)

    def _write(self, row: int, name: str, full: Mapping[str, Value | None]) -> None:
        outcome, value = self.outcomes[name], full[name]
        outcome.raw[row] = self._raw(value) if outcome.raw.itemsize != TRUTH else _byte(value)
        if name not in self._clauses:
            self._clauses[name] = [evaluator(clause) for clause in self.expressions[name].clauses]
        outcome.failed_bits[:, row] = outcome.unknown_bits[:, row] = 0
        for number, clause in enumerate(self._clauses[name]):
            plane, bit = divmod(number, PLANE)
            byte = _byte(clause(full))
            outcome.failed_bits[plane, row] |= (byte == FALSE) << bit
            outcome.unknown_bits[plane, row] |= (byte == UNKNOWN) << bit

    def _raw(self, value: Any) -> float:
        if value is None:
            return float("nan")
        if isinstance(value, str):
            return float(self.words[value])
        return float(value.toordinal() - FIRST_DAY) if isinstance(value, date) else float(value)


def _byte(value: Any) -> int:
    return UNKNOWN if value is None else TRUE if value else FALSE


def _rows(bits: int, marks: Marks) -> Iterator[int]:
    """Rows that one of the checks in ``bits`` has marked, each once."""
    found = [rows for number, rows in marks.items() if bits >> number & 1]
    yield from np.unique(np.concatenate(found)) if found else ()

"""A program: expressions compiled to op-codes, run over columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from tiaodu.engine.kernel.expression.columns import Array, Column, ColumnError, all_prepared
from tiaodu.engine.kernel.expression.formulas import ordered
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.opcodes import BLOCK, FALSE, PLANE, TRUE, UNKNOWN
from tiaodu.engine.kernel.expression.plan import Plan, Slot, planned
from tiaodu.engine.kernel.expression.settling import Settler, marked

_PIECES = 8  # spans for each thread, so that one that is held up does not hold up the others


@dataclass(frozen=True)
class Outcome:
    """What one expression gives for every row.

    For a condition ``raw`` has 0 false, 1 unknown, 2 true, and ``failed`` and ``unknown`` have a bit for
    each of its clauses (in planes of eight: clause 11 is bit 3 of plane 1). For a number, day or text
    ``raw`` has floats, NaN where unknown: days as NumPy counts them, texts by their place in ``words``.
    """

    expression: Expression
    raw: Array
    failed_bits: Array
    unknown_bits: Array
    words: tuple[str, ...] = ()

    @property
    def true(self) -> Array:
        """Rows for which the condition holds."""
        found: Array = self.raw == TRUE
        return found

    @property
    def false(self) -> Array:
        """Rows for which it does not hold."""
        found: Array = self.raw == FALSE
        return found

    @property
    def known(self) -> Array:
        """Rows for which the result is known."""
        found: Array = self.raw != UNKNOWN if self.raw.dtype == np.uint8 else ~np.isnan(self.raw)
        return found

    def failed(self, clause: int) -> Array:
        """Rows in which a clause (by its place in Expression.clauses) is false."""
        return _bit(self.failed_bits, clause)

    def unknown(self, clause: int) -> Array:
        """Rows in which a clause is unknown."""
        return _bit(self.unknown_bits, clause)


def _bit(planes: Array, number: int) -> Array:
    plane, bit = divmod(number, PLANE)
    found: Array = (planes[plane] >> np.uint8(bit)) & np.uint8(1) == 1
    return found


@dataclass(frozen=True)
class Program:
    """Compiled expressions. ``facts`` are the keys of the columns it reads, with their types."""

    expressions: Mapping[str, Expression]
    plan: Plan = field(repr=False)

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """The key and the type of every column."""
        return {
            fact.key: fact.type
            for expression in self.expressions.values()
            for fact in expression.facts
            if fact.key not in self.expressions
        }

    def prepare(self, columns: Mapping[str, object]) -> dict[str, Column]:
        """Columns in the machine's form, for several runs. Raises ColumnError."""
        return all_prepared(self.facts, columns)

    def run(
        self,
        columns: Mapping[str, object],
        *,
        rows: int | None = None,
        threads: int = 1,
        into: Mapping[str, Outcome] | None = None,
    ) -> dict[str, Outcome]:
        """The outcome of every expression for every row.

        ``columns`` gives each fact by its key: see :func:`columns.prepared`. ``rows`` is only needed by a
        program that reads no column; ``into`` takes an earlier outcome of as many rows, whose memory is
        used again. Raises ColumnError.
        """
        ready = self.prepare(columns)
        count = next((column.data.size for column in ready.values()), rows or 0)
        words = self._words(ready)
        outcomes = (
            self._empty(count, tuple(words)) if into is None else _taken(self, into, count, tuple(words))
        )
        close = np.zeros((self.plan.checks, -(-count // BLOCK) + count), np.uint8)
        self._go(self._memory(ready, outcomes, words), count, threads, close)
        settler = Settler(self.expressions, ready, outcomes, words)
        settler.settle(self.plan.doubts, marked(close, count))
        return outcomes

    def _words(self, columns: Mapping[str, Column]) -> dict[str, int]:
        """The number of each text: those of the expressions first, then those of the columns."""
        words = dict(self.plan.words)
        for column in columns.values():
            for word in column.words:
                words.setdefault(word, len(words))
        return words

    def _empty(self, rows: int, words: tuple[str, ...]) -> dict[str, Outcome]:
        found = {}
        for name, expression in self.expressions.items():
            truth = expression.type == "truth"
            planes = (-(-len(expression.clauses) // PLANE), rows)
            raw = np.empty(rows, np.uint8 if truth else np.float64)
            bits = np.empty(planes, np.uint8), np.empty(planes, np.uint8)
            found[name] = Outcome(expression, raw, *bits, words if expression.type == "text" else ())
        return found

    def _memory(
        self, columns: Mapping[str, Column], outcomes: Mapping[str, Outcome], words: Mapping[str, int]
    ) -> list[Array | None]:
        """The array of every slot; none for scratch, which every thread has of its own."""
        return [self._array(slot, columns, outcomes, words) for slot in self.plan.slots]

    @staticmethod
    def _array(
        slot: Slot, columns: Mapping[str, Column], outcomes: Mapping[str, Outcome], words: Mapping[str, int]
    ) -> Array | None:
        if slot.kind == "scratch":
            return None
        if slot.kind == "column":
            return columns[slot.name].data
        if slot.kind == "numbered":
            return np.array([np.nan, *(words[word] for word in columns[slot.name].words)])
        if slot.kind == "listed":
            listed = (TRUE if word in slot.choices else FALSE for word in columns[slot.name].words)
            return np.array([UNKNOWN, *listed], np.uint8)
        outcome = outcomes[slot.name]
        if slot.kind == "result":
            return outcome.raw
        found: Array = (outcome.failed_bits if slot.kind == "failed" else outcome.unknown_bits)[slot.place]
        return found

    def _go(self, memory: list[Array | None], rows: int, threads: int, close: Array) -> None:
        # The compiler takes seconds to load: who computes no columns does not wait for it.
        from tiaodu.engine.kernel.expression import machine  # noqa: PLC0415

        blocks = -(-rows // BLOCK)
        step = max(1, -(-blocks // (threads * _PIECES)))
        spans = iter([(first, min(first + step, blocks)) for first in range(0, blocks, step)])
        code = np.array(self.plan.code, np.int64).reshape(-1, 6)
        constants = np.array([*self.plan.constants, 0.0])

        def work(_thread: int) -> None:
            scratch = np.empty(self.plan.scratch, np.uint8)
            places = self._places(memory, scratch)
            for span in spans:  # taking the next is one step of the interpreter: no two threads get the same
                machine.run(code, self.plan.prologue, constants, places, span, rows, close)

        if threads == 1:
            work(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, range(threads)))

    def _places(self, memory: list[Array | None], scratch: Array) -> Array:
        """Address and stride of every slot."""
        places = np.zeros((2, len(memory)), np.int64)
        for number, (slot, array) in enumerate(zip(self.plan.slots, memory, strict=True)):
            if array is None:
                places[0, number] = scratch.ctypes.data + slot.place
            else:
                places[0, number] = array.ctypes.data
                places[1, number] = 0 if slot.kind in ("numbered", "listed") else slot.width
        return places


def _taken(
    program: Program, into: Mapping[str, Outcome], rows: int, words: tuple[str, ...]
) -> dict[str, Outcome]:
    """The memory of earlier outcomes, if it is of the right form: the machine writes without looking."""
    found = {}
    for name, expression in program.expressions.items():
        earlier = into.get(name)
        planes = -(-len(expression.clauses) // PLANE)
        if (
            earlier is None
            or earlier.expression is not expression
            or earlier.raw.shape != (rows,)
            or earlier.failed_bits.shape != (planes, rows)
        ):
            raise ColumnError(name, "the earlier outcome is of another program or number of rows")
        found[name] = replace(earlier, words=words if expression.type == "text" else ())
    return found


def compiled(expressions: Mapping[str, Expression], columns: Collection[str] | None) -> Program:
    """The program of ``expressions``; see :func:`tiaodu.engine.kernel.expression.compile`."""
    inorder = ordered(expressions)
    program = Program(inorder, planned(inorder))
    missing = [key for key in program.facts if columns is not None and key not in columns]
    if missing:
        raise ColumnError(missing[0], "there is no such column")
    return program

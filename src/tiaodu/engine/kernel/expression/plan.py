"""From values to the rows of whole numbers that the machine runs: an order, and a slot for every operand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tiaodu.engine.kernel.expression import opcodes as op
from tiaodu.engine.kernel.expression.graph import COLUMN, Graph, Sum
from tiaodu.engine.kernel.expression.lowering import Lowering
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.opcodes import BLOCK, PLANE

NUMBER, TRUTH, CODE = 8, 1, 4  # bytes a row
_FILLS = (op.FILL, op.FILL_TRUTH)
_TABLES = {op.NUMBERED: ("numbered", NUMBER), op.LISTED: ("listed", TRUTH)}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where operands are: a column, a table of words, a result, reasons, or scratch.

    ``kind`` is column, numbered, listed, result, failed, unknown or scratch; ``name`` the key of a fact or
    the name of an expression; ``place`` the plane of reasons, or where in scratch.
    """

    kind: str
    width: int
    name: str = ""
    place: int = 0
    choices: tuple[str, ...] = ()


Row = tuple[int, int, int, int, int, int]


@dataclass(frozen=True)
class Plan:
    """A program as data: the first ``prologue`` rows of code fill in constants once, the rest runs a block.

    ``words`` number the texts that stand in the expressions; ``doubts`` are bits of the checks an expression
    depends on.
    """

    code: tuple[Row, ...]
    prologue: int
    constants: tuple[float, ...]
    slots: tuple[Slot, ...]
    scratch: int
    words: Mapping[str, int]
    checks: int
    doubts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Step:
    """An operation before its operands have slots; ``made`` is the value it makes."""

    code: int
    takes: tuple[int, ...]
    made: int = -1
    constants: tuple[float, ...] = ()
    third: int = 0
    extra: int = 0
    slots: tuple[Slot, ...] = ()
    sum: Sum | None = None


def planned(expressions: Mapping[str, Expression]) -> Plan:
    """The plan of ``expressions``, each of which stands behind those it refers to."""
    lowering = Lowering()
    clauses: dict[str, list[int]] = {}
    for name, expression in expressions.items():
        lowering.add(name, expression)
        clauses[name] = [lowering.truth(clause) for clause in expression.clauses]
    return _Planner(lowering.graph, lowering.results, clauses).plan()


@dataclass
class _Planner:
    graph: Graph
    results: Mapping[str, int]
    clauses: Mapping[str, list[int]]
    slots: dict[Slot, int] = field(default_factory=dict)
    constants: list[float] = field(default_factory=list)
    homes: dict[int, int] = field(default_factory=dict)
    scratch: int = 0

    def plan(self) -> Plan:
        reach = self._reach()
        direct = self._direct()
        steps = list(self._steps(reach, direct))
        code = [self._row(step) for step in self._placed(steps, direct)]
        masks = {name: _union(reach, (value, *self.clauses[name])) for name, value in self.results.items()}
        return Plan(
            code=tuple(code),
            prologue=sum(step.code in _FILLS for step in steps),
            constants=tuple(self.constants),
            slots=tuple(self.slots),
            scratch=self.scratch,
            words=dict(self.graph.words),
            checks=len(self.graph.checks),
            doubts=masks,
        )

    # ------------------------------------------------------------ order

    def _reach(self) -> dict[int, int]:
        """The values that are needed, each with the bits of the checks it depends on."""
        waiting = [*self.results.values(), *(value for values in self.clauses.values() for value in values)]
        needed: set[int] = set()
        while waiting:
            value = waiting.pop()
            if value not in needed:
                needed.add(value)
                waiting += self.graph.values[value].takes
                waiting += self._check_takes(value)
        reach: dict[int, int] = {}
        for value in sorted(needed):
            own = 1 << self.graph.checked[value] if value in self.graph.checked else 0
            reach[value] = own | _union(reach, self.graph.values[value].takes)
        return reach

    def _check_takes(self, value: int) -> tuple[int, ...]:
        if value not in self.graph.checked:
            return ()
        check = self.graph.checks[self.graph.checked[value]]
        right = (check.right,) if isinstance(check.right, int) else ()
        return (check.left, *right, *(() if check.size is None else (check.size,)))

    def _direct(self) -> dict[int, Slot]:
        """Values that are made where a result is wanted; the others are copied there."""
        found: dict[int, Slot] = {}
        for name, value in self.results.items():
            if self.graph.values[value].code not in (COLUMN, *_FILLS):
                found.setdefault(value, self._result(name, value))
        return found

    def _result(self, name: str, value: int) -> Slot:
        return Slot("result", self._width(value), name)

    def _width(self, value: int) -> int:
        return TRUTH if self.graph.values[value].is_truth else NUMBER

    def _steps(self, reach: Iterable[int], direct: Mapping[int, Slot]) -> Iterator[_Step]:
        """Every operation once all it takes is made; constants first of all."""
        values, order = self.graph.values, sorted(reach)
        for value in order:
            if values[value].code in _FILLS:
                yield _Step(values[value].code, (), value, values[value].constants)
        after: dict[int, list[_Step]] = {}
        for value, step in self._checks(order):
            after.setdefault(max(value, *step.takes), []).append(step)
        for name, value in self.results.items():
            shown = (value, *self.clauses[name])
            ready = max(shown + tuple(below for one in shown for below in self._check_takes(one)))
            after.setdefault(ready, []).extend(self._outputs(name, value, direct))
        for value in order:
            made = values[value]
            if made.code not in (COLUMN, *_FILLS):
                kind = _TABLES.get(made.code)
                table = (Slot(kind[0], kind[1], made.word, 0, made.choices),) if kind else ()
                yield _Step(made.code, made.takes, value, made.constants, made.third, 0, table)
            yield from after.get(value, ())

    def _checks(self, needed: Iterable[int]) -> Iterator[tuple[int, _Step]]:
        """Each checked value with its checks."""
        for value in needed:
            takes = self._check_takes(value)
            if takes:
                number = self.graph.checked[value]
                check = self.graph.checks[number]
                constants = (check.right,) if isinstance(check.right, float) else ()
                code = op.CHECK + 1 if constants and check.code == op.CHECK else check.code
                yield value, _Step(code, takes, -1, constants, int(check.size is not None), number)
                if check.sum is not None:
                    both = (value, *takes, *(column for column, _factor in check.sum.terms))
                    yield value, _Step(op.SETTLE, both, extra=number, sum=check.sum)

    def _outputs(self, name: str, value: int, direct: Mapping[int, Slot]) -> Iterator[_Step]:
        result = self._result(name, value)
        if direct.get(value) != result:
            copy = op.COPY_TRUTH if result.width == TRUTH else op.COPY
            yield _Step(copy, (value,), slots=(result,))
        for number, clause in enumerate(self.clauses[name]):
            plane, bit = divmod(number, PLANE)
            slots = (Slot("failed", TRUTH, name, plane), Slot("unknown", TRUTH, name, plane))
            yield _Step(op.REASON, (clause,), third=int(bit == 0), extra=bit, slots=slots)

    # ------------------------------------------------------------ slots

    def _placed(self, steps: list[_Step], direct: Mapping[int, Slot]) -> Iterator[_Step]:
        """The steps, each value given its home; scratch is free again after the last step that takes it."""
        last = {value: index for index, step in enumerate(steps) for value in step.takes}
        free: dict[int, list[int]] = {NUMBER: [], TRUTH: []}
        for index, step in enumerate(steps):
            width = self._width(step.made) if step.made >= 0 else 0
            if step.made in direct:
                self.homes[step.made] = self._slot(direct[step.made])
            elif width:
                self.homes[step.made] = free[width].pop() if free[width] else self._scratch(width)
            yield step
            for value in set(step.takes):
                pinned = value in direct or self.graph.values[value].code in (COLUMN, *_FILLS)
                if last[value] == index and not pinned:
                    free[self._width(value)].append(self.homes[value])

    def _scratch(self, width: int) -> int:
        slot = Slot("scratch", width, place=self.scratch)
        self.scratch += width * BLOCK
        return self._slot(slot)

    def _slot(self, slot: Slot) -> int:
        return self.slots.setdefault(slot, len(self.slots))

    def _home(self, value: int) -> int:
        made = self.graph.values[value]
        if made.code == COLUMN:
            width = {"text": CODE, "truth": TRUTH}.get(made.type, NUMBER)
            return self._slot(Slot("column", width, made.word))
        return self.homes[value]

    def _row(self, step: _Step) -> Row:
        takes = [self._home(value) for value in step.takes]
        slots = [self._slot(slot) for slot in step.slots]
        extra, third = step.extra, step.third
        if step.constants:
            extra = len(self.constants)
            self.constants += step.constants
        if step.sum is not None:
            at = len(self.constants)
            for column, factor in step.sum.terms:
                self.constants += (float(self._home(column)), factor)
            self.constants += (step.sum.constant, *step.sum.truths)
            return (step.code, step.extra, takes[0], 0, len(step.sum.terms), at)
        if step.code == op.REASON:
            return (step.code, slots[0], slots[1], takes[0], third, extra)
        if step.code >= op.CHECK:
            size = takes.pop() if third else -1
            return (step.code, step.extra, takes[0], takes[-1], size, extra)
        if step.code == op.MEMBER:
            third = len(step.constants)
        target = self.homes[step.made] if step.made >= 0 else slots.pop()
        operands = [*takes, *slots, 0, 0]
        return (step.code, target, operands[0], operands[1], operands[2] if len(takes) > 2 else third, extra)


def _union(reach: Mapping[int, int], values: Iterable[int]) -> int:
    bits = 0
    for value in values:
        bits |= reach[value]
    return bits

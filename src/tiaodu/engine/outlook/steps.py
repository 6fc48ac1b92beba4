"""Steps of a program over blocks, and where their values are kept: few blocks, used again when free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tiaodu.engine.outlook import opcodes as op
from tiaodu.engine.outlook.words import Finding

Row = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Code:
    """Rows over ``slots`` blocks; the first ``prologue`` rows are the same for all scenarios and run once.

    ``keys`` are the names of chances, ``dates`` of dates, in the order of their numbers; ``counted`` the node
    of each count of divisions by zero, ``kept`` the keys of what is kept.
    """

    rows: tuple[Row, ...]
    prologue: int
    constants: tuple[float, ...]
    slots: int
    keys: tuple[str, ...]
    dates: tuple[str, ...]
    counted: tuple[str, ...]
    kept: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Step:
    """An operation: ``made`` is the value it makes (-1: none), ``takes`` the values it takes, ``also`` those
    named in the constants. ``number``, ``second`` and ``third`` are whole numbers of its own. ``once``: it is
    the same for all scenarios.
    """

    code: int
    made: int
    takes: tuple[int, ...] = ()
    number: int = 0
    second: int = 0
    third: int = 0
    extra: int = 0
    once: bool = False
    also: tuple[int, ...] = ()


@dataclass(slots=True)
class Steps:
    """Steps, constants and names as they are put together."""

    steps: list[Step] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)
    counted: list[str] = field(default_factory=list)
    linked: list[tuple[int, int]] = field(default_factory=list)  # places in the constants and their values
    count: int = 0

    def put(self, *numbers: float) -> int:
        """Constants; gives their place."""
        place = len(self.constants)
        self.constants.extend(numbers)
        return place

    def add(self, step: Step) -> int:
        """Add a step that makes a value; gives the value."""
        step.made = self.count
        self.count += 1
        self.steps.append(step)
        return step.made

    def make(self, code: int, takes: tuple[int, ...] = (), extra: int = 0, third: int = 0) -> int:
        """A value made of others."""
        return self.add(Step(code, 0, takes, third=third, extra=extra))

    def drawn(self, code: int, name: str) -> int:
        """A value drawn by the chance ``name``."""
        return self.add(Step(code, 0, number=self.keys.setdefault(name, len(self.keys))))

    def shape(self, code: int, score: int, figures: tuple[float, ...], *, once: bool) -> int:
        """A value of a shape from its score or share."""
        return self.add(Step(code, 0, (score,), second=int(once), extra=self.put(*figures)))

    def series(self, figures: Sequence[float]) -> int:
        """A value that is the same in every scenario: one figure for each month."""
        return self.add(Step(op.SERIES, 0, extra=self.put(*figures), once=True))

    def linear(self, terms: Sequence[tuple[int, float]], constant: float = 0.0) -> int:
        """A plain sum of values times factors."""
        at = self.put(constant)
        for value, factor in terms:
            self.linked.append((len(self.constants), value))
            self.put(0.0, factor)
        also = tuple(value for value, _factor in terms)
        return self.add(Step(op.LINEAR, 0, third=len(terms), extra=at, also=also))

    def fix(self, value: int, pairs: Iterable[tuple[int, float]]) -> None:
        """Put known figures in place of what ``value`` gives for the months at some places."""
        numbers = [number for place, figure in pairs for number in (float(place), figure)]
        self.steps.append(Step(op.FIX, -1, (value,), third=len(numbers) // 2, extra=self.put(*numbers)))

    def counting(self, found: int, takes: tuple[int, ...], node: str) -> None:
        """Count for ``node`` the scenarios in which a quotient is unknown though what it takes is known."""
        self.steps.append(Step(op.COUNT, -1, (found, *takes), number=len(self.counted)))
        self.counted.append(node)

    def keep(self, value: int, place: int) -> None:
        """Keep ``value`` as result number ``place``."""
        self.steps.append(Step(op.KEEP, -1, (value,), number=place))

    def placed(self, kept: tuple[str, ...], findings: Iterable[Finding]) -> Code:
        """The code: every value has a slot from the step that makes it to the last that takes it."""
        ordered = [step for step in self.steps if step.once] + [s for s in self.steps if not s.once]
        prologue = sum(step.once for step in self.steps)
        homes, slots = _homes(ordered)
        for place, value in self.linked:
            self.constants[place] = float(homes[value])
        return Code(
            tuple(_row(step, homes) for step in ordered),
            prologue,
            (*self.constants, 0.0),
            slots,
            tuple(self.keys),
            tuple(self.dates),
            tuple(self.counted),
            kept,
            tuple(findings),
        )


def _homes(steps: Sequence[Step]) -> tuple[dict[int, int], int]:
    """The slot of every value, and how many there are. What is made once keeps its slot."""
    last: dict[int, int] = {}
    for index, step in enumerate(steps):
        for value in (*step.takes, *step.also, *((step.made,) if step.made >= 0 else ())):
            last[value] = index
    pinned = {step.made for step in steps if step.once}
    homes: dict[int, int] = {}
    free: list[int] = []
    slots = 0
    for index, step in enumerate(steps):
        if step.made >= 0:
            if free and not step.once:
                homes[step.made] = free.pop()
            else:
                homes[step.made] = slots
                slots += 1
        touched = {*step.takes, *step.also, *((step.made,) if step.made >= 0 else ())}
        free += [homes[value] for value in sorted(touched) if last[value] == index and value not in pinned]
    return homes, slots


def _row(step: Step, homes: dict[int, int]) -> Row:
    takes = [homes[value] for value in step.takes]
    if step.code in (op.KEEP, op.COUNT):
        first, second, third = (*takes, -1, -1)[:3]
        return (step.code, step.number, first, second, third, step.extra)
    if step.code == op.FIX:
        return (step.code, takes[0], 0, 0, step.third, step.extra)
    operands = takes or [step.number]
    second = operands[1] if len(operands) > 1 else step.second
    third = operands[2] if len(operands) > 2 else step.third
    return (step.code, homes[step.made], operands[0], second, third, step.extra)

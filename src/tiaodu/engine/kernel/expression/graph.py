"""Values of a program, each made once: what two rules both ask for is reckoned for both."""

from __future__ import annotations

from dataclasses import dataclass, field

from tiaodu.engine.kernel.expression import opcodes as op

COLUMN = -1  # a value that is there: the column of a fact


@dataclass(frozen=True, slots=True)
class Made:
    """How a value is made: an operation, the values it takes, its constants.

    For a column ``word`` is the key of the fact and ``type`` what it holds; for a table ``word`` is the key
    too, and ``choices`` the words that are looked for.
    """

    code: int
    takes: tuple[int, ...] = ()
    constants: tuple[float, ...] = ()
    third: int = 0
    word: str = ""
    type: str = "number"
    choices: tuple[str, ...] = ()

    @property
    def is_truth(self) -> bool:
        """Whether the value is a byte, not a float."""
        return self.type == "truth" if self.code == COLUMN else self.code in op.TRUTHS


@dataclass(frozen=True, slots=True)
class Sum:
    """Columns times whole numbers, and a constant; the truth where that is below, at and above nothing."""

    terms: tuple[tuple[int, float], ...]
    constant: float
    truths: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Check:
    """Two sides that floats may not be able to tell apart; ``size`` is what was added up to make them.

    For CHECK_ROUND ``left`` is what is rounded and ``right`` the power of ten, below 0 for places below 0;
    CHECK_WHOLE looks at ``left`` alone. ``sum`` is the difference of the sides if it is a plain sum.
    """

    code: int
    left: int
    right: int | float
    size: int | None
    sum: Sum | None = None


@dataclass
class Graph:
    """All values in the order they are made, and the checks that go with some of them."""

    values: list[Made] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    checked: dict[int, int] = field(default_factory=dict)  # value → its check
    words: dict[str, int] = field(default_factory=dict)  # text → its number
    _known: dict[Made, int] = field(default_factory=dict)

    def add(self, made: Made) -> int:
        """The number of a value."""
        found = self._known.get(made)
        if found is None:
            found = self._known[made] = len(self.values)
            self.values.append(made)
        return found

    def check(self, value: int, check: Check) -> None:
        """Have ``value`` looked at where its two sides are close."""
        if value not in self.checked:
            self.checked[value] = len(self.checks)
            self.checks.append(check)

    def column(self, key: str, kind: str) -> int:
        """The column of a fact."""
        return self.add(Made(COLUMN, word=key, type=kind))

    def word(self, text: str) -> float:
        """The number that stands for a text."""
        return float(self.words.setdefault(text, len(self.words)))

    def slot(self, operand: int | float) -> int:
        """``operand`` as a value; a constant is filled in."""
        return operand if isinstance(operand, int) else self.add(Made(op.FILL, constants=(operand,)))

    def truth(self, value: bool | None) -> int:  # noqa: FBT001  the value itself, no switch
        """A truth that is the same for all rows."""
        byte = op.UNKNOWN if value is None else op.TRUE if value else op.FALSE
        return self.add(Made(op.FILL_TRUTH, constants=(float(byte),)))

    def joined(self, code: int, values: list[int]) -> int:
        """``values`` joined two by two."""
        found = values[0]
        for value in values[1:]:
            found = self.add(Made(code, (found, value)))
        return found

    def arithmetic(self, code: int, left: int | float, right: int | float) -> int:
        """An operation of two numbers, of which at most one is a constant."""
        if isinstance(left, float):
            if code in (op.SUBTRACT, op.DIVIDE):
                code = op.SUBTRACT_FROM if code == op.SUBTRACT else op.DIVIDE_INTO
                return self.add(Made(code, (self.slot(right),), (left,)))
            left, right = right, left
        if isinstance(right, float):
            return self.add(Made(code + 1, (self.slot(left),), (right,)))
        return self.add(Made(code, (self.slot(left), right)))

    def compared(self, code: int, left: int | float, right: int | float) -> int:
        """A comparison of two numbers, of which at most one is a constant."""
        if isinstance(left, float) or (isinstance(right, int) and code in (op.BELOW, op.AT_MOST)):
            left, right, code = right, left, _TURNED[code]
        if isinstance(right, float):
            return self.add(Made(code + 1, (self.slot(left),), (right,)))
        return self.add(Made(code, (self.slot(left), right)))


_TURNED = {
    op.EQUAL: op.EQUAL,
    op.UNEQUAL: op.UNEQUAL,
    op.ABOVE: op.BELOW,
    op.BELOW: op.ABOVE,
    op.AT_LEAST: op.AT_MOST,
    op.AT_MOST: op.AT_LEAST,
}

"""The least value of a linear form over {x ≥ 0, A x = b}, exactly: two phases, Bland's rule, fractions.

>>> least([1, 1], [[1, 2]], [4])
Fraction(2, 1)
>>> least([-1, 0], [[1, -1]], [0]) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Row = list[Fraction]


def least(aim: Sequence[int], rows: Sequence[Sequence[int]], right: Sequence[int]) -> Fraction | None:
    """The least value; None when it falls without end. The system must have a solution."""
    tableau = [_signed([Fraction(v) for v in row], Fraction(b)) for row, b in zip(rows, right, strict=True)]
    count, lines = len(aim), len(rows)
    for place, row in enumerate(tableau):
        row[count:count] = [Fraction(int(place == n)) for n in range(lines)]
    basis = [count + n for n in range(lines)]
    assert _run(tableau, basis, [Fraction(0)] * count + [Fraction(1)] * lines, count + lines)
    for place in range(lines):  # what is left of the first phase stands at nothing: out, or a line too many
        if basis[place] >= count:
            further = next((n for n in range(count) if tableau[place][n] != 0), None)
            if further is not None:
                _pivot(tableau, basis, place, further)
    if not _run(tableau, basis, [Fraction(v) for v in aim] + [Fraction(0)] * lines, count):
        return None
    costs = [Fraction(v) for v in aim] + [Fraction(0)] * lines
    return sum((costs[var] * row[-1] for var, row in zip(basis, tableau, strict=True)), Fraction(0))


def _signed(row: Row, b: Fraction) -> Row:
    return [*row, b] if b >= 0 else [*(-v for v in row), -b]


def _run(tableau: list[Row], basis: list[int], costs: Row, allowed: int) -> bool:
    """Pivot until nothing is gained; False when it falls without end."""
    while True:
        enter = next(
            (
                n
                for n in range(allowed)
                if n not in basis
                and costs[n] - sum(costs[var] * row[n] for var, row in zip(basis, tableau, strict=True)) < 0
            ),
            None,
        )
        if enter is None:
            return True
        ratios = [(row[-1] / row[enter], basis[n], n) for n, row in enumerate(tableau) if row[enter] > 0]
        if not ratios:
            return False
        _pivot(tableau, basis, min(ratios)[2], enter)


def _pivot(tableau: list[Row], basis: list[int], line: int, enter: int) -> None:
    pivot = tableau[line][enter]
    tableau[line] = [v / pivot for v in tableau[line]]
    for n, row in enumerate(tableau):
        if n != line and row[enter] != 0:
            factor = row[enter]
            tableau[n] = [v - factor * w for v, w in zip(row, tableau[line], strict=True)]
    basis[line] = enter

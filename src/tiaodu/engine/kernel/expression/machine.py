"""The machine that runs op-codes over columns, a block of rows at a time.

It is compiled once for a computer, not for a program: programs are data. ``addresses`` and ``strides`` say
for each slot where it begins and how many bytes lie from row to row (0 for scratch and tables).
"""

from __future__ import annotations

from typing import Any as Anything

import numba
from numba import carray, types  # type: ignore[attr-defined]
from numba.extending import intrinsic

from tiaodu.engine.kernel.expression import closeness, loops
from tiaodu.engine.kernel.expression import opcodes as op
from tiaodu.engine.kernel.expression.opcodes import BLOCK

# Changes with opcodes.py, loops.py and closeness.py (a test says to what): what is compiled is kept for the
# text of this file alone, and must not be used for other codes and loops.
PARTS = 3956244504

NO_SIGN = 2
FINEST = 4  # whole units, hundredths, ten-thousandths, millionths: figures are kept to six places
WHOLE = 2.0**53  # below, floats add whole numbers without error


def _pointer(element: Anything) -> Anything:
    """A function of an address that gives a pointer to ``element``, which Numba has no name for."""

    @intrinsic
    def pointer(_typing: Anything, address: Anything) -> Anything:
        def build(context: Anything, builder: Anything, signature: Anything, arguments: Anything) -> Anything:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return types.CPointer(element)(address), build  # type: ignore[no-untyped-call]

    return pointer


_floats, _bytes, _codes = _pointer(types.float64), _pointer(types.uint8), _pointer(types.int32)


@loops.jit
def operation_of(code: Anything, number: int) -> Anything:
    """An operation as a tuple, which is handed on without counting references."""
    return (
        code[number, 0],
        code[number, 1],
        code[number, 2],
        code[number, 3],
        code[number, 4],
        code[number, 5],
    )


@loops.jit
def numbers_at(slot: int, places: Anything, begin: int, count: int) -> Anything:
    return carray(_floats(places[0, slot] + begin * places[1, slot]), count)


@loops.jit
def truths_at(slot: int, places: Anything, begin: int, count: int) -> Anything:
    return carray(_bytes(places[0, slot] + begin * places[1, slot]), count)


@loops.jit
def _code(slot: int, places: Anything, begin: int, count: int) -> Anything:
    return carray(_codes(places[0, slot] + begin * places[1, slot]), count)


@loops.jit
def _sums(row: Anything, constants: Anything, places: Anything, begin: int, count: int) -> None:
    """+ - * /: number ← number, number or constant."""
    code = row[0]
    out, one = numbers_at(row[1], places, begin, count), numbers_at(row[2], places, begin, count)
    if code & 1:
        constant = constants[row[5]]
        if code == op.ADD + 1:
            loops.add_constant(out, one, constant)
        elif code == op.SUBTRACT + 1:
            loops.subtract_constant(out, one, constant)
        elif code == op.MULTIPLY + 1:
            loops.multiply_constant(out, one, constant)
        else:
            loops.divide_constant(out, one, constant)
        return
    other = numbers_at(row[3], places, begin, count)
    if code == op.ADD:
        loops.add(out, one, other)
    elif code == op.SUBTRACT:
        loops.subtract(out, one, other)
    elif code == op.MULTIPLY:
        loops.multiply(out, one, other)
    else:
        loops.divide(out, one, other)


@loops.jit
def _further_numbers(row: Anything, constants: Anything, places: Anything, begin: int, count: int) -> None:
    """The least, the most, a constant minus or by a number, the size, a rounded number."""
    code = row[0]
    out, one = numbers_at(row[1], places, begin, count), numbers_at(row[2], places, begin, count)
    if code == op.LEAST:
        loops.least(out, one, numbers_at(row[3], places, begin, count))
    elif code == op.LEAST + 1:
        loops.least_constant(out, one, constants[row[5]])
    elif code == op.MOST:
        loops.most(out, one, numbers_at(row[3], places, begin, count))
    elif code == op.MOST + 1:
        loops.most_constant(out, one, constants[row[5]])
    elif code == op.SUBTRACT_FROM:
        loops.subtract_from(out, one, constants[row[5]])
    elif code == op.DIVIDE_INTO:
        loops.divide_into(out, one, constants[row[5]])
    elif code == op.ABSOLUTE:
        loops.absolute(out, one)
    else:
        loops.rounded(out, one, constants[row[5]], row[4])


@loops.jit
def _choices(row: Anything, constants: Anything, places: Anything, begin: int, count: int) -> None:
    """A shifted day, a choice of two, the first that is known, the number of a word, a copy."""
    code, out = row[0], numbers_at(row[1], places, begin, count)
    if code == op.SHIFT:
        loops.shift(out, numbers_at(row[2], places, begin, count), numbers_at(row[3], places, begin, count))
    elif code == op.CHOOSE:
        condition, one = truths_at(row[2], places, begin, count), numbers_at(row[3], places, begin, count)
        loops.choose(out, condition, one, numbers_at(row[4], places, begin, count))
    elif code == op.CHOOSE_OR:
        condition, one = truths_at(row[2], places, begin, count), numbers_at(row[3], places, begin, count)
        loops.choose_or(out, condition, one, constants[row[5]])
    elif code == op.CHOOSE_CONSTANTS:
        loops.choose_constants(
            out, truths_at(row[2], places, begin, count), constants[row[5]], constants[row[5] + 1]
        )
    elif code == op.FIRST:
        loops.first(out, numbers_at(row[2], places, begin, count), numbers_at(row[3], places, begin, count))
    elif code == op.NUMBERED:
        loops.looked_up(out, _code(row[2], places, begin, count), numbers_at(row[3], places, begin, count))
    else:
        loops.copy(out, numbers_at(row[2], places, begin, count))


@loops.jit
def _pair_conditions(row: Anything, places: Anything, begin: int, count: int) -> None:
    """Truth ← two numbers."""
    code, out = row[0], truths_at(row[1], places, begin, count)
    one, other = numbers_at(row[2], places, begin, count), numbers_at(row[3], places, begin, count)
    if code == op.EQUAL:
        loops.equal(out, one, other)
    elif code == op.UNEQUAL:
        loops.unequal(out, one, other)
    elif code == op.ABOVE:
        loops.above(out, one, other)
    else:
        loops.at_least(out, one, other)


@loops.jit
def _conditions(row: Anything, constants: Anything, places: Anything, begin: int, count: int) -> None:
    """Truth ← a number, and a constant or several."""
    code, out = row[0], truths_at(row[1], places, begin, count)
    one, constant = numbers_at(row[2], places, begin, count), constants[row[5]]
    if code == op.EQUAL + 1:
        loops.equal_constant(out, one, constant)
    elif code == op.UNEQUAL + 1:
        loops.unequal_constant(out, one, constant)
    elif code == op.ABOVE + 1:
        loops.above_constant(out, one, constant)
    elif code == op.AT_LEAST + 1:
        loops.at_least_constant(out, one, constant)
    elif code == op.BELOW + 1:
        loops.below_constant(out, one, constant)
    elif code == op.AT_MOST + 1:
        loops.at_most_constant(out, one, constant)
    elif code == op.KNOWN:
        loops.known(out, one)
    else:
        loops.member(out, one, constants[row[5] : row[5] + row[4]])


@loops.jit
def _logic(row: Anything, places: Anything, begin: int, count: int) -> None:
    """Truth ← truths."""
    code, out, one = row[0], truths_at(row[1], places, begin, count), truths_at(row[2], places, begin, count)
    if code == op.AND:
        loops.both(out, one, truths_at(row[3], places, begin, count))
    elif code == op.OR:
        loops.either(out, one, truths_at(row[3], places, begin, count))
    elif code == op.NOT:
        loops.turned(out, one)
    elif code == op.COPY_TRUTH:
        loops.copy(out, one)
    elif code == op.KNOWN_TRUTH:
        loops.known_truth(out, one)
    elif code == op.REASON:
        loops.reason(out, one, truths_at(row[3], places, begin, count), row[5], row[4])
    else:
        _rare_logic(row, out, one, places, begin, count)


@loops.jit
def _rare_logic(
    row: Anything, out: Anything, one: Anything, places: Anything, begin: int, count: int
) -> None:
    code, other = row[0], truths_at(row[3], places, begin, count)
    if code == op.SAME:
        loops.same(out, one, other)
    elif code == op.FIRST_TRUTH:
        loops.first_truth(out, one, other)
    else:
        loops.choose_truth(out, one, other, truths_at(row[4], places, begin, count))


@loops.jit
def _check(
    row: Anything, constants: Anything, places: Anything, begin: int, count: int, marks: Anything
) -> bool:
    """Mark the rows in which two sides are too close for floats; whether there are any."""
    one = numbers_at(row[2], places, begin, count)
    if row[0] == op.CHECK_WHOLE:
        return closeness.close_whole(one, numbers_at(row[4], places, begin, count), marks)
    if row[0] == op.CHECK_ROUND:
        size = numbers_at(row[4] if row[4] >= 0 else row[2], places, begin, count)
        return closeness.close_tie(one, constants[row[5]], size, marks)
    if row[0] == op.CHECK + 1:
        constant = constants[row[5]]
        if row[4] < 0:
            return closeness.close_constant(one, constant, marks)
        return closeness.close_constant_sized(one, constant, numbers_at(row[4], places, begin, count), marks)
    other = numbers_at(row[3], places, begin, count)
    if row[4] < 0:
        return closeness.close(one, other, marks)
    return closeness.close_sized(one, other, numbers_at(row[4], places, begin, count), marks)


@loops.jit
def _settle(row: Anything, constants: Anything, places: Anything, begin: int, marks: Anything) -> None:
    """Decide marked rows by the sum of their facts in whole numbers."""
    truth, terms = truths_at(row[2], places, begin, marks.size), row[4]
    sums, after = constants[row[5] :], 2 * terms
    for i in range(marks.size):
        if marks[i]:
            sign = _sign(sums, terms, places, begin + i)
            if sign != NO_SIGN:
                truth[i] = int(sums[after + 2 + sign])
                marks[i] = 0


@loops.jit
def _sign(sums: Anything, terms: int, places: Anything, place: int) -> int:
    """Whether a sum is below (-1), at (0) or above (1) nothing; NO_SIGN where facts have too many places."""
    power = 1.0
    for _ in range(FINEST):
        constant = closeness.whole(sums[2 * terms], power)
        total, size = constant, abs(constant)
        for term in range(terms):
            figure = numbers_at(int(sums[2 * term]), places, place, 1)[0]
            part = sums[2 * term + 1] * closeness.whole(figure, power)
            total, size = total + part, size + abs(part)
        if size < WHOLE:  # not where one of them was no whole number: then it is NaN
            return int(total > 0.0) - int(total < 0.0)
        power *= 100.0
    return NO_SIGN


@loops.jit
def _fill(row: Anything, constants: Anything, places: Anything) -> None:
    if row[0] == op.FILL:
        numbers_at(row[1], places, 0, BLOCK)[:] = constants[row[5]]
    else:
        truths_at(row[1], places, 0, BLOCK)[:] = int(constants[row[5]])


@loops.jit
def operate(row: Anything, constants: Anything, places: Anything, begin: int, count: int) -> None:
    code = row[0]
    if code < op.LEAST:
        _sums(row, constants, places, begin, count)
    elif code < op.SHIFT:
        _further_numbers(row, constants, places, begin, count)
    elif code < op.EQUAL or code == op.COPY:
        _choices(row, constants, places, begin, count)
    elif code == op.LISTED:
        out, codes = truths_at(row[1], places, begin, count), _code(row[2], places, begin, count)
        loops.looked_up(out, codes, truths_at(row[3], places, begin, count))
    elif code < op.BELOW and code & 1 == 0:
        _pair_conditions(row, places, begin, count)
    elif code <= op.MEMBER or code == op.KNOWN:
        _conditions(row, constants, places, begin, count)
    else:
        _logic(row, places, begin, count)


@numba.njit(cache=True, error_model="numpy", nogil=True)
def run(
    code: Anything,
    prologue: int,
    constants: Anything,
    places: Anything,
    span: Anything,
    rows: int,
    close: Anything,
) -> None:
    """Run ``code`` over the blocks from ``span[0]`` to before ``span[1]``.

    ``places`` has the addresses and the strides of the slots; ``close`` has a row of marks for each check,
    one for each row, and in front of them one for each block.
    """
    blocks = (rows + BLOCK - 1) // BLOCK
    for number in range(prologue):
        _fill(operation_of(code, number), constants, places)
    for block in range(span[0], span[1]):
        begin = block * BLOCK
        count = min(BLOCK, rows - begin)
        for number in range(prologue, code.shape[0]):
            row = operation_of(code, number)
            if row[0] < op.CHECK:
                operate(row, constants, places, begin, count)
            elif row[0] == op.SETTLE:
                if close[row[1], block]:
                    marks = close[row[1], blocks + begin : blocks + begin + count]
                    _settle(row, constants, places, begin, marks)
            else:
                marks = close[row[1], blocks + begin : blocks + begin + count]
                if _check(row, constants, places, begin, count, marks):
                    close[row[1], block] = 1

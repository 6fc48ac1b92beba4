"""What the column machine can do.

An operation is a row of six whole numbers: code, target, first, second, third, extra. Targets and operands
are slots: a column, a result, a scratch block or a table of words. Numbers, days and texts (as numbers of
words) are 64-bit floats in which NaN is unknown; truths are bytes: 0 false, 1 unknown, 2 true, so that and,
or and not are min, max and 2 - x.
"""

from __future__ import annotations

FALSE, UNKNOWN, TRUE = 0, 1, 2
# Rows worked on at a time: a block of floats takes 16 KB, so that dozens stay near the processor.
BLOCK = 2048
PLANE = 8  # clauses in one byte of reasons

# number ← number, number. Second operand a slot, or (code + 1) the constant whose place is ``extra``.
ADD, SUBTRACT, MULTIPLY, DIVIDE, LEAST, MOST = 0, 2, 4, 6, 8, 10
# number ← constant ``extra``, number
SUBTRACT_FROM, DIVIDE_INTO = 12, 13
# number ← number
ABSOLUTE, ROUND = (
    14,
    15,
)  # ROUND: ``extra`` is the place of 10 to the places, ``third`` 1 if places are below 0
# day ← day, number of days; a day outside the calendar or a part of a day is unknown
SHIFT = 16
# number ← truth, number, number; the last of them, or both, the constants from ``extra`` on
CHOOSE, CHOOSE_OR, CHOOSE_CONSTANTS = 17, 18, 19
# number ← number, number
FIRST = 20
# number ← codes, table of floats: what each word of a column is numbered in this program
NUMBERED = 21
# truth ← number, number (a slot, or code + 1 the constant)
EQUAL, UNEQUAL, ABOVE, AT_LEAST, BELOW, AT_MOST = 22, 24, 26, 28, 30, 32
# truth ← number, the constants from ``extra`` on, ``third`` of them
MEMBER = 34
# truth ← codes, table of bytes
LISTED = 35
# truth ← truth, truth
AND, OR, SAME = 36, 37, 38
# truth ← truth
NOT, KNOWN_TRUTH, COPY_TRUTH = 39, 40, 41
# truth ← number
KNOWN = 42
# truth ← truth, truth, truth; truth ← truth, truth
CHOOSE_TRUTH, FIRST_TRUTH = 43, 44
# number ← number
COPY = 45
# number or truth ← constant ``extra``
FILL, FILL_TRUTH = 46, 47
# bits of failed (target) and unknown (first) ← truth (second): bit ``extra``; ``third`` 1 begins a byte
REASON = 48
# Marks rows in which first and second (a slot, or code + 1 the constant) are too close for floats to tell;
# CHECK_ROUND: in which first lies halfway between two roundings; CHECK_WHOLE: in which it may be whole.
# Target is the number of the check, ``third`` a slot with the size of what was added, or -1.
CHECK, CHECK_ROUND, CHECK_WHOLE = 50, 52, 53
# Decides what CHECK (``target``) has marked, if the facts are decimals of few places: first is the truth that
# is decided, ``third`` the number of terms; from ``extra`` on the constants hold slot and factor of each
# term, what is added to them, and the truth where that sum is below nothing, nothing, above.
SETTLE = 54

TRUTHS = frozenset({*range(EQUAL, COPY), FILL_TRUTH})  # operations that make a truth

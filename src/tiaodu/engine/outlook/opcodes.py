"""What the machine of the tree can do beside the operations of kernel/expression/opcodes.py.

An operation is a row of six whole numbers: code, target, first, second, third, extra. Targets and operands
are slots: blocks of months × scenarios, month after month, in which NaN is unknown. ``extra`` is a place in
the constants.
"""

from __future__ import annotations

# A standard normal score or a share by key ``first``: one for each month, or one for the scenario, which
# stands in the first month of the block only. ``second`` 1 of EXPONENT, TRIANGLE and TABLE: their operand is
# such a one.
SCORE_MONTHS, SCORE_ONCE, SHARE_MONTHS, SHARE_ONCE = 64, 65, 66, 67
# target ← first: ρ · the month before + √(1 − ρ²) · first; constants ρ, √(1 − ρ²)
PERSIST = 68
# target ← exp(constant + constant · first)
EXPONENT = 69
# target ← triangular quantile of the shares ``first``; constants low, mode, high
TRIANGLE = 70
# target ← table of quantiles at the scores ``first``; constants cut, value from the cut on, then the table
TABLE = 71
# target ← constant + Σ factor · slot; ``third`` terms, each a slot and a factor after the constant
LINEAR = 72
# target ← base + what has arrived; constants base, 1 if the curve is averaged over the month, length of the
# curve, days in it, ``third`` pairs of a row of dates and a count, then the curve
ARRIVE = 73
# target ← first, ``third`` months ago; ``second`` 1 holds the first month, else constants give what was
# before
LAG = 74
# target ← running sum of first; ``second`` 1 begins anew each January; a constant is what was before
RUNNING = 75
# target ← first · factor + plus, by month: as many factors as months, then as many to be added
ADJUST = 76
# months of target ← constants: ``third`` pairs of a month's place and its figure
FIX = 77
# target ← constants, one for each month
SERIES = 78
# target ← the first month of first, in all months
SPREAD = 79
# Count in ``target`` the scenarios in which first is unknown though second and third (-1: a constant) are
# known.
COUNT = 81
# What is kept, number ``target`` ← first
KEEP = 82

"""How large an expression may be.

What people write stays far below; what lies above is an accident or an attack, and is refused before it
costs time or the interpreter's stack.
"""

# A clause of a policy is some 200 characters; a list of all 1,382 GB/T 4754 classes written out is 10,000.
MAX_LENGTH = 20_000
# Words, numbers and signs: the same list again, each code with its comma.
MAX_TOKENS = 4_000
# Brackets, calls, negations and links of one sum inside each other. Each level takes up to three frames of
# the interpreter's stack, of which a thousand are there and a request has used some two hundred.
MAX_DEPTH = 100
# Digits of one number: a figure is stored with 24.
MAX_DIGITS = 30
# Arguments of one function, choices of one list of values and formulas of one set.
MAX_ARGUMENTS = 50
MAX_CHOICES = 2_000
MAX_FORMULAS = 2_000
# Decimal places round() may be asked for, either way.
MAX_PLACES = 12

"""One expression language for lights, checks, drivers, alerts, rewards, returns and policy clauses.

>>> from decimal import Decimal
>>> names = {"投资": Name("number", "万元", "总投资"), "行业": Name("text"), "原煤": Name("number", "吨")}
>>> rule = parse('投资 >= 500万元 且 行业 in ("coal", "iron")', names=names)
>>> row = {"投资": Decimal(420), "行业": "coal"}
>>> evaluate(rule, row), evaluate(rule, {"投资": Decimal(420)}), evaluate(rule, {"行业": "iron"})
(False, False, None)
>>> [(found.clause.text, found.result, found.gap, found.clause.unit) for found in explain(rule, row).clauses]
[('投资 >= 500万元', False, Decimal('80'), '万元'), ('行业 in ("coal", "iron")', True, None, '')]
>>> str(evaluate(parse('原煤("2024-01..2024-06") / 2', names=names), {"原煤(2024H1)": Decimal(25)}))
'12.5'
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from tiaodu.engine.kernel.expression.cell import Formula
from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.evaluating import Row, RowError
from tiaodu.engine.kernel.expression.explaining import Clause, Explanation, Used
from tiaodu.engine.kernel.expression.formulas import Formulas, define
from tiaodu.engine.kernel.expression.functions import FUNCTIONS
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.nodes import Name, Value
from tiaodu.engine.kernel.expression.parsing import parse
from tiaodu.engine.kernel.expression.periods import RELATIVE, period_key, period_of
from tiaodu.engine.kernel.expression.reasons import Reason

if TYPE_CHECKING:
    from tiaodu.engine.kernel.expression.program import Program

__all__ = [
    "FUNCTIONS",
    "RELATIVE",
    "Clause",
    "Explanation",
    "Expression",
    "ExpressionError",
    "Formula",
    "Formulas",
    "Name",
    "Reason",
    "Row",
    "RowError",
    "Used",
    "Value",
    "compile",
    "define",
    "evaluate",
    "explain",
    "parse",
    "period_key",
    "period_of",
]


def compile(  # noqa: A001  the word of the language for it
    expressions: Mapping[str, Expression] | Formulas, columns: Collection[str] | None = None
) -> Program:
    """A program that runs ``expressions`` over the columns of many rows; one may refer to another by name.

    ``columns`` are the keys of the facts there are columns for: an expression that asks for another is
    refused (ColumnError). The expressions must have been parsed with declared names (UncheckedError).
    This loads NumPy and Numba, which nothing else here does. Rules: docs/foundation/expression.md.

    >>> import numpy as np
    >>> names = {"投资": Name("number", "万元"), "停产": Name("truth")}
    >>> rule = parse("投资 >= 500万元 and not 停产", names=names)
    >>> program = compile({"rule": rule})
    >>> found = program.run({"投资": np.array([420, 600, np.nan]), "停产": np.array([False, False, True])})
    >>> found["rule"].true.tolist(), found["rule"].failed(0).tolist(), found["rule"].unknown(0).tolist()
    ([False, True, False], [True, False, False], [False, False, True])
    """
    from tiaodu.engine.kernel.expression.program import compiled  # noqa: PLC0415  NumPy and Numba

    return compiled(expressions.expressions if isinstance(expressions, Formulas) else expressions, columns)


def evaluate(expression: Expression, row: Row) -> Value | None:
    """The value of ``expression`` for ``row``, in ``expression.unit``; None is unknown.

    A row gives each fact under its key, a number in the unit its name was declared with, as Decimal or int.
    Raises RowError when a value has another type than declared.
    """
    value: Value | None = expression.evaluator(row)
    return value


def explain(expression: Expression, row: Row) -> Explanation:
    """Every clause of ``expression`` with the facts of ``row`` it used, its result and its gap."""
    return expression.explainer(row)

"""One expression language for lights, checks, drivers, alerts, rewards, returns and policy clauses.

>>> from decimal import Decimal
>>> names = {"投资": Name("number", "万元", "总投资"), "行业": Name("text"), "原煤": Name("number", "吨")}
>>> rule = parse('投资 >= 500万元 且 行业 in ("coal", "iron")', names=names)
>>> row = {"投资": Decimal(420), "行业": "coal"}
>>> evaluate(rule, row), evaluate(rule, {"投资": Decimal(420)}), evaluate(rule, {"行业": "iron"})
(False, False, None)
>>> [(clause.text, clause.result, clause.gap, clause.unit) for clause in explain(rule, row).clauses]
[('投资 >= 500万元', False, Decimal('80'), '万元'), ('行业 in ("coal", "iron")', True, None, '')]
>>> str(evaluate(parse('原煤("2024-01..2024-06") / 2', names=names), {"原煤(2024H1)": Decimal(25)}))
'12.5'
"""

from __future__ import annotations

from tiaodu.engine.kernel.expression.cell import Formula
from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.evaluating import Row, RowError
from tiaodu.engine.kernel.expression.explaining import Explanation, Reason, Used
from tiaodu.engine.kernel.expression.formulas import Formulas, define
from tiaodu.engine.kernel.expression.functions import FUNCTIONS
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.nodes import Name, Value
from tiaodu.engine.kernel.expression.parsing import parse
from tiaodu.engine.kernel.expression.periods import RELATIVE, period_key, period_of

__all__ = [
    "FUNCTIONS",
    "RELATIVE",
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
    "define",
    "evaluate",
    "explain",
    "parse",
    "period_key",
    "period_of",
]


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

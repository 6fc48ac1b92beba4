"""A million rows and one row give the same answers; so do Python and SQL where they answer at all."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.expression.writing import NAMES, columns, days, numbers, rows, texts, truths

from tiaodu.engine.kernel.expression import (
    Expression,
    Name,
    Value,
    compile,  # noqa: A004
    define,
    evaluate,
    explain,
    parse,
)
from tiaodu.engine.kernel.expression.lowering import FIRST_DAY
from tiaodu.engine.kernel.expression.program import Outcome

SETTINGS = settings(derandomize=True, deadline=None, max_examples=100)
TABLES = rows()


def same(outcome: Outcome, row: int, value: Value | None) -> bool:
    """Whether a column says of a row what ``evaluate`` says."""
    found: Any = outcome.raw[row]
    if outcome.expression.type == "truth":
        return bool(found == (1 if value is None else 2 if value else 0))
    if value is None or np.isnan(found):
        return value is None and bool(np.isnan(found))
    if isinstance(value, str):
        return outcome.words[int(found)] == value
    if isinstance(value, date):
        return int(found) == value.toordinal() - FIRST_DAY
    return float(value) == pytest.approx(float(found), rel=1e-9, abs=1e-9)


def check(expression: Expression, table: list[dict[str, Value | None]]) -> None:
    outcome = compile({"rule": expression}).run(columns(table), rows=len(table))["rule"]
    for number, row in enumerate(table):
        value = evaluate(expression, row)
        assert same(outcome, number, value), (expression.source, row, value, outcome.raw[number])
        explained = explain(expression, row)
        assert explained.result == value
        if expression.type == "truth":
            for place, clause in enumerate(explained.clauses):
                assert outcome.failed(place)[number] == (clause.result is False)
                assert outcome.unknown(place)[number] == (clause.result is None)


@SETTINGS
@given(truths(3), TABLES)
def test_conditions_agree(source: str, table: list[dict[str, Value | None]]) -> None:
    check(parse(source, names=NAMES), table)


@SETTINGS
@given(st.one_of(numbers(3), days(2), texts(2)), TABLES)
def test_values_agree(source: str, table: list[dict[str, Value | None]]) -> None:
    check(parse(source, names=NAMES), table)


@SETTINGS
@given(numbers(2), truths(2), TABLES)
def test_formulas_agree(number: str, truth: str, table: list[dict[str, Value | None]]) -> None:
    sources = {
        "amount": number,
        "open": f"{truth} or amount > 1",
        "paid": "if_else(open, amount * 2, amount)",
        "some": "paid - amount >= 0.3 and not open",
    }
    formulas = define(sources, names=NAMES)
    outcomes = compile(formulas).run(columns(table), rows=len(table))
    for place, row in enumerate(table):
        for name, value in formulas.evaluate(row).items():
            assert same(outcomes[name], place, value), (sources, name, row, value, outcomes[name].raw[place])


# ------------------------------------------------------------ beside Python and SQL

FIGURES = {"p": 3, "q": -2, "r": 0, "s": 7}


def _arithmetic(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from([*FIGURES, "0", "1", "12", "0.5", "2.25"])
    if not depth:
        return leaf
    below = _arithmetic(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, below, st.sampled_from("+-*/"), below),
        st.builds(
            "{} {} {} {} {}".format, below, st.sampled_from("+-*"), below, st.sampled_from("+-*"), below
        ),
        st.builds("-{}".format, below),
        st.builds("max({}, {})".format, below, below),
        st.builds("abs({})".format, below),
    )


@SETTINGS
@given(_arithmetic(4))
def test_arithmetic_is_pythons(source: str) -> None:
    """Python's own reading of the same text, with exact fractions for numbers."""
    exact = re.sub(r"\d+(\.\d+)?", lambda found: f"Fraction('{found[0]}')", source)
    found = evaluate(parse(source, names=dict.fromkeys(FIGURES, Name("number"))), FIGURES)
    facts = {key: Fraction(value) for key, value in FIGURES.items()}
    try:
        wanted = eval(exact, {"Fraction": Fraction, "abs": abs, "max": max}, facts)
    except ZeroDivisionError:
        return
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - wanted) <= abs(wanted) * Fraction(1, 10**50)


def _sql(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        ["t", "u", "v", "(p > q)", "(p <= 1)", "(q in (0, 1, 7))", "(p = q)", "(p * 1.0 / q > 1)"]
    )
    if not depth:
        return leaf
    below = _sql(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, below, st.sampled_from(["and", "or", "=", "!="]), below),
        st.builds("(not {})".format, below),
        st.builds("coalesce({}, {})".format, below, below),
        st.builds(
            "(max(p, q) - abs({}) >= min(q, p + {}))".format, st.sampled_from("pq"), st.sampled_from("pq")
        ),
    )


@SETTINGS
@given(_sql(4))
def test_logic_is_sqls(source: str) -> None:
    """SQLite's NULL is our unknown, for every combination of values."""
    names = {**dict.fromkeys("tuv", Name("truth")), **dict.fromkeys("pq", Name("number"))}
    expression, connection = parse(source, names=names), sqlite3.connect(":memory:")
    truths, figures = (True, False, None), (0, 1, 7, None)
    table = [
        dict(zip("tuvpq", row, strict=True)) for row in product(truths, truths, truths, figures, figures)
    ]
    connection.execute("create table firms (t, u, v, p, q)")
    connection.executemany("insert into firms values (:t, :u, :v, :p, :q)", table)
    found = [row[0] for row in connection.execute(f"select {source} from firms order by rowid")]
    connection.close()
    assert [evaluate(expression, row) for row in table] == [
        value if value is None else value == 1 for value in found
    ]

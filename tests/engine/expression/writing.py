"""Random expressions and random rows, with values so few that ties, zeros and unknowns are common."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tiaodu.engine.kernel.expression import Name, Value
from tiaodu.engine.kernel.expression.columns import Coded

NAMES = {
    **{key: Name("number") for key in ("p", "q", "r")},
    "m": Name("number", "元"),
    "n": Name("number", "万元"),
    "s": Name("number", "%"),
    **{key: Name("truth") for key in ("t", "u")},
    **{key: Name("text") for key in ("x", "y")},
    **{key: Name("day") for key in ("d", "e")},
}
NUMBERS = [
    Decimal(text) for text in ("0", "0.1", "0.2", "0.3", "1", "1.005", "-2.5", "3", "7", "20000", "12345.67")
]
DAYS = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31), date(1, 1, 3), date(9999, 12, 30)]
TEXTS = ["coal", "iron", "玻璃器皿"]
VALUES: dict[str, list[Any]] = {"number": NUMBERS, "truth": [True, False], "text": TEXTS, "day": DAYS}
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def rows() -> st.SearchStrategy[list[dict[str, Value | None]]]:
    """Rows of every name; a quarter of the values are unknown."""
    facts = {
        key: st.sampled_from([*VALUES[name.type], *[None] * (len(VALUES[name.type]) // 3 + 1)])
        for key, name in NAMES.items()
    }
    return st.lists(st.fixed_dictionaries(facts), min_size=1, max_size=24)


def _several(function: str, part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=2, max_size=3).map(lambda parts: f"{function}({', '.join(parts)})")


def numbers(depth: int) -> st.SearchStrategy[str]:
    """Pure numbers."""
    leaf = st.sampled_from(
        [
            "p",
            "q",
            "r",
            "0",
            "0.1",
            "0.3",
            "2",
            "1.5",
            "(m / n)",
            "(n / m)",
            "(n / 3元)",
            "(s * 1)",
            "(50% * 1)",
        ]
    )
    if not depth:
        return leaf
    below, condition = numbers(depth - 1), truths(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, below, st.sampled_from("+-*/"), below),
        st.builds("-{}".format, below),
        _several("min", below),
        _several("max", below),
        st.builds("abs({})".format, below),
        st.builds("round({}, {})".format, below, st.sampled_from(["0", "1", "2", "-1"])),
        st.builds("if_else({}, {}, {})".format, condition, below, below),
        _several("coalesce", below),
        st.builds("(days_between({}, {}) / 1天)".format, days(depth - 1), days(depth - 1)),
    )


def days(depth: int) -> st.SearchStrategy[str]:
    """Days."""
    leaf = st.sampled_from(["d", "e", "2024-02-29"])
    if not depth:
        return leaf
    below = days(depth - 1)
    return st.one_of(
        leaf,
        st.builds(
            "({} {} {}天)".format, below, st.sampled_from("+-"), st.sampled_from(["1", "30", "0.5", "900000"])
        ),
        st.builds("({} + {} * 1天)".format, below, numbers(depth - 1)),
        _several("min", below),
        _several("coalesce", below),
        st.builds("if_else({}, {}, {})".format, truths(depth - 1), below, below),
    )


def texts(depth: int) -> st.SearchStrategy[str]:
    """Texts."""
    leaf = st.sampled_from(["x", "y", "'coal'", "'玻璃器皿'", "'nothing'"])
    if not depth:
        return leaf
    below = texts(depth - 1)
    return st.one_of(
        leaf,
        _several("coalesce", below),
        st.builds("if_else({}, {}, {})".format, truths(depth - 1), below, below),
    )


def truths(depth: int) -> st.SearchStrategy[str]:
    """Conditions."""
    leaf = st.sampled_from(
        ["t", "u", "真", "(m >= n)", "(x = y)", "(x in ('coal', 'iron'))", "(s >= 20%)", "is_known(p)"]
    )
    if not depth:
        return leaf
    below, number, day = truths(depth - 1), numbers(depth - 1), days(depth - 1)
    return st.one_of(
        leaf,
        st.builds("{} {} {}".format, number, SIGNS, number).map("({})".format),
        st.builds("{} {} {}".format, day, SIGNS, day).map("({})".format),
        st.builds("({} {} {})".format, texts(depth - 1), st.sampled_from(["=", "!="]), texts(depth - 1)),
        st.builds("({} = {})".format, below, below),
        st.builds("({} in (0.3, 1, 7))".format, number),
        st.builds("({} not in ('coal', 'nothing'))".format, texts(depth - 1)),
        st.builds("between({}, {}, {})".format, number, number, number),
        st.builds("({} {} {})".format, below, st.sampled_from(["and", "or"]), below),
        st.builds("(not {})".format, below),
        st.builds("if_else({}, {}, {})".format, below, below, below),
        _several("coalesce", below),
        st.builds("is_known({})".format, st.one_of(below, number, day, texts(depth - 1))),
    )


def columns(table: list[dict[str, Value | None]]) -> dict[str, object]:
    """The rows as columns."""
    return {key: _column(name.type, [row[key] for row in table]) for key, name in NAMES.items()}


def _column(kind: str, values: list[Any]) -> object:
    if kind == "text":
        return Coded.of(values)
    if kind == "number":
        return np.array([np.nan if value is None else float(value) for value in values])
    if kind == "day":
        return np.array(["NaT" if value is None else value for value in values], "datetime64[D]")
    return np.ma.MaskedArray([bool(value) for value in values], [value is None for value in values])

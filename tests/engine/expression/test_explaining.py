"""Why a row is judged as it is."""

from decimal import Decimal

import pytest
from tests.engine.expression.county import NAMES, ROW

from tiaodu.engine.kernel.expression import Clause, Explanation, Reason, Used, explain, parse


def explained(source: str) -> Explanation:
    return explain(parse(source, names=NAMES), ROW)


def test_every_clause_has_its_characters_facts_and_result() -> None:
    source = "投资 >= 500万元 且 （行业 in ('coal') 或 高新） and not 规上"
    found = explained(source)
    assert (found.clause.kind, found.result, found.clause.text) == ("all", False, source)
    invest, either, small = found.parts
    assert invest == Explanation(
        Clause("comparison", 0, 11, "投资 >= 500万元", "万元", (("投资", "万元"),)),
        False,
        (Decimal(420),),
        Decimal(420),
        Decimal(500),
    )
    assert invest.gap == 80
    assert invest.facts == (Used("投资", Decimal(420), "万元"),)
    assert (either.clause.kind, either.result, either.clause.text) == (
        "any",
        True,
        "行业 in ('coal') 或 高新",
    )
    assert [(part.clause.kind, part.result) for part in either.parts] == [("member", True), ("truth", None)]
    assert (small.clause.kind, small.result, small.parts[0].result) == ("not", False, True)
    texts = ["投资 >= 500万元", "行业 in ('coal')", "高新", "规上"]
    assert [clause.clause.text for clause in found.clauses] == texts
    assert found.missing == ("高新",)


@pytest.mark.parametrize(
    ("source", "gap", "unit"),
    [
        ("投资 >= 500万元", "80", "万元"),
        ("投资 <= 0.04亿元", "-20", "万元"),
        ("增速 > 6%", "-0.5", "%"),
        ("rd / revenue >= 4%", "0.01", ""),
        ("投资 / output.coal.raw >= 100万元/吨", "16", "万元/吨"),
        ("开工日 <= 2024-04-21", "-10", "天"),
        ("企业数 = 10", "3", "家"),
        ("行业 = 'iron'", None, ""),
        ("行业 in ('iron')", None, ""),
    ],
)
def test_the_gap_is_what_the_left_side_must_change_by(source: str, gap: str | None, unit: str) -> None:
    found = explained(source)
    assert (found.gap, found.clause.unit) == (None if gap is None else Decimal(gap), unit)


def test_a_chain_is_explained_link_by_link() -> None:
    found = explained("1 <= 企业数 < 7")
    assert [(part.clause.text, part.result, part.gap) for part in found.parts] == [
        ("1 <= 企业数", True, Decimal(6)),
        ("企业数 < 7", False, Decimal(0)),
    ]


@pytest.mark.parametrize(
    ("source", "reasons"),
    [
        ("投产日 > 开工日", [Reason("missing", "投产日", 0, 3)]),
        ("revenue / (rd - 3元) > 1", [Reason("zero_division", "", 0, 19)]),
        ("output.coal.raw('2023') > 0", [Reason("missing", "output.coal.raw(2023)", 0, 23)]),
        ("if_else(规上, 产线 / 0模线, 得分) = 1", [Reason("zero_division", "", 12, 20)]),
        (
            "coalesce(投产日, 投产日 + 1天) > 开工日",
            [Reason("missing", "投产日", 9, 12), Reason("missing", "投产日", 14, 17)],
        ),
        ("开工日 + 9999999天 > 开工日", [Reason("out_of_range", "", 0, 14)]),
        ("not 高新", [Reason("missing", "高新", 4, 6)]),
    ],
)
def test_unknown_says_why(source: str, reasons: list[Reason]) -> None:
    found = explained(source)
    assert found.result is None
    assert list(found.clauses[0].reasons) == reasons


def test_an_amount_is_explained_with_its_facts() -> None:
    found = explained("投资 * 5%")
    assert (found.clause.kind, found.result, found.clause.unit) == ("value", Decimal(21), "万元")
    assert found.facts == (Used("投资", Decimal(420), "万元"),)

"""What people may write, and what it means for one row."""

from decimal import Decimal

import pytest
from tests.engine.expression.county import NAMES, ROW

from tiaodu.engine.kernel.expression import FUNCTIONS, Name, RowError, Value, define, evaluate, parse
from tiaodu.engine.kernel.expression.functions import BY_WORD
from tiaodu.engine.kernel.quantity import Unit


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("投资 >= 500万元", False),
        ("投资 >= 420万元", True),
        ("投资 ＞＝ 0.042 亿元", True),
        ("4200000元 = 投资", True),
        ("投资 <> 420万元", False),
        ("投资 >= 500万元 且 行业 in ('coal', 'iron')", False),
        ("投资 ≥ 400万元 且 行业 属于 （“coal”，“iron”）", True),
        ("行业 不属于 ('iron',) 并且 行业 not in ('x')", True),
        ("行业 == 'coal' or 投产日 > 2024-01-01", True),
        ("非 规上 或 增速 >= 6.5%", True),
        ("增速 >= 65‰ and 增速 <= 0.065倍", True),
        ("rd / revenue >= 3%", True),
        ("rd / revenue = 0.03", True),
        ("1 / 3 * 3 = 1", True),
        ("1 <= 企业数 < 7", False),
        ("企业数 in (7, 8)", True),
        ("投资 in (1亿元, 420万元)", True),
        ("output.coal.raw('2024-01..2024-06') >= 3吨", True),
        ("output.coal.raw > output.coal.raw('上年同期')", True),
        ("投资 / output.coal.raw >= 840000元/吨", True),
        ("产线 >= 4模线", True),
        ("开工日 + 30天 <= 2024-05-31", True),
        ("开工日 < 2024年5月2日", True),
        ("投产日 - 开工日 > 3天", None),
        ("介于(增速, 1%, 7%)", True),
        ("已知(投产日) or 规上 == 真", True),
        ("is_known(投产日)", False),
        ("max(0, -revenue) = 0元", True),
        ("规上\n  and 增速 > 0", True),
        ("高新", None),
        ("高新 and 规上", None),
        ("高新 and not 规上", False),
        ("高新 or 规上", True),
        ("not 高新", None),
        ("revenue / (rd - 3元) > 1", None),
    ],
)
def test_conditions(source: str, value: bool | None) -> None:
    expression = parse(source, names=NAMES)
    assert expression.type == "truth"
    assert evaluate(expression, ROW) is value


@pytest.mark.parametrize(
    ("source", "value", "unit"),
    [
        ("投资 + 1亿元", "10420", "万元"),
        ("revenue + 投资", "4200100", "元"),
        ("投资 * 2", "840", "万元"),
        ("投资 / 企业数 * 企业数", "420", "万元"),
        ("投资 / output.coal.raw", "84", "万元/吨"),
        ("投资 / 1万吨", "420", "元/吨"),
        ("10亿元 / 1万吨", "10", "万元/吨"),
        ("revenue / 2万元", "0.005", ""),
        ("300元/吨 * output.coal.raw", "1500", "元"),
        ("1万元 * 5%", "0.05", "万元"),
        ("revenue * (1 + 增速)", "106.5", "元"),
        ("增速 - 1.5%", "5", "%"),
        ("500万", "5000000", ""),
        ("50MW + 1万千瓦", "60", "兆瓦"),
        ("round(rd / revenue, 1)", "0.0", ""),
        ("四舍五入(2.5)", "3", ""),
        ("round(-2.5)", "-3", ""),
        ("round(12345元, -3)", "12000", "元"),
        ("if_else(规上, 10万元, 0)", "10", "万元"),
        ("coalesce(output.coal.raw('2023'), 1吨)", "1", "吨"),
        ("min(投资, 1亿元, revenue)", "100", "元"),
        ("abs(rd - revenue)", "97", "元"),
        ("days_between(开工日, 2024-06-30)", "60", "天"),
        ("2024-06-30 - 开工日", "60", "天"),
        ("0.1 + 0.2 - 0.3", "0", ""),
        ("2 - -3 - +1", "4", ""),
    ],
)
def test_amounts(source: str, value: str, unit: str) -> None:
    expression = parse(source, names=NAMES)
    found = evaluate(expression, ROW)
    assert isinstance(found, Decimal)
    assert (found, expression.unit, expression.type) == (Decimal(value), unit, "number")


def test_every_function_has_an_example_and_words() -> None:
    examples = {
        "min": "min(1, 2)",
        "max": "max(1, 2)",
        "abs": "abs(-1)",
        "round": "round(1.5, 0)",
        "if_else": "if_else(规上, 1, 2)",
        "between": "between(1, 0, 2)",
        "days_between": "days_between(开工日, 投产日)",
        "is_known": "is_known(投产日)",
        "coalesce": "coalesce(投产日, 开工日)",
    }
    assert examples.keys() == FUNCTIONS.keys()
    for name, example in examples.items():
        function = FUNCTIONS[name]
        chinese = example.replace(name, function.alias, 1)
        assert parse(example, names=NAMES).type == parse(chinese, names=NAMES).type
        assert function.meaning.zh and function.meaning.en and function.unit_rule.zh and function.unit_rule.en
    assert len(BY_WORD) == 2 * len(FUNCTIONS)


def test_what_an_expression_asks_for() -> None:
    expression = parse("投资 > 1万元 and output.coal.raw('2024Q1') > output.coal.raw('2023Q1')", names=NAMES)
    assert expression.names == {"投资", "output.coal.raw"}
    assert [fact.key for fact in expression.facts] == [
        "投资",
        "output.coal.raw(2024Q1)",
        "output.coal.raw(2023Q1)",
    ]
    assert len(expression.clauses) == 2


def test_without_declared_names_everything_is_taken() -> None:
    expression = parse("投资 >= 500万元 and 行业 = 'coal' and 甲('2024') > 1吨 + 乙")
    assert expression.names == {"投资", "行业", "甲", "乙"}
    assert evaluate(expression, {"投资": 5_000_000, "行业": "coal", "甲(2024)": 3, "乙": 1}) is True


def test_units_can_be_handed_in() -> None:
    names = {"粮": Name("number", "石")}
    units = {"石": Unit("石", "斤", Decimal(120)), "斤": Unit("斤", "斤")}
    assert evaluate(parse("粮 >= 240斤", names=names, units=units), {"粮": 2}) is True


@pytest.mark.parametrize(
    ("key", "value"),
    [("投资", 1.5), ("投资", True), ("投资", "420"), ("行业", 3), ("规上", 1), ("开工日", 45000)],
)
def test_a_row_of_the_wrong_type_is_refused(key: str, value: object) -> None:
    with pytest.raises(RowError) as refusal:
        evaluate(parse(f"is_known({key})", names=NAMES), {key: value})  # type: ignore[dict-item]
    assert refusal.value.key == key


@pytest.mark.parametrize("value", ["NaN", "Infinity", "sNaN"])
def test_a_number_that_is_none_is_unknown(value: str) -> None:
    assert evaluate(parse("投资 > 0", names=NAMES), {"投资": Decimal(value)}) is None


def test_a_day_beyond_the_calendar_is_unknown() -> None:
    assert evaluate(parse("开工日 + 999999天 > 2024-01-01", names=NAMES), ROW) is True
    assert evaluate(parse("开工日 + 9999999天 > 2024-01-01", names=NAMES), ROW) is None
    assert evaluate(parse("开工日 + 0.5天 > 2024-01-01", names=NAMES), ROW) is None


def test_formulas_are_reckoned_in_their_order() -> None:
    formulas = define(
        {"奖励": "if_else(达标, 10万元, 0)", "达标": "强度 >= 3%", "强度": "rd / revenue"}, names=NAMES
    )
    assert formulas.order == ("强度", "达标", "奖励")
    assert formulas.evaluate(ROW) == {"强度": Decimal("0.03"), "达标": True, "奖励": Decimal(10)}
    assert formulas.evaluate({})["奖励"] is None
    explained = formulas.explain(ROW)["达标"]
    assert (explained.facts[0].key, explained.facts[0].value) == ("强度", Decimal("0.03"))


def test_a_third_of_a_formula_is_whole_again() -> None:
    formulas = define({"third": "1 / 3", "whole": "third * 3 = 1"})
    assert formulas.evaluate({})["whole"] is True


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("甲 > 1", {"甲": "coal"}),
        ("甲 > 乙", {"甲": "coal", "乙": Decimal(1)}),
        ("甲 > 乙", {"甲": "coal", "乙": "iron"}),
        ("coalesce(甲, 乙) > 1", {"甲": "coal"}),
        ("甲 and 乙", {"甲": Decimal(1)}),
        ("2024-06-30 - 甲 > 1天", {"甲": Decimal(1)}),
    ],
)
def test_an_undeclared_name_takes_the_type_it_is_used_with(source: str, row: dict[str, Value]) -> None:
    with pytest.raises(RowError):
        evaluate(parse(source), row)


def test_undeclared_names_of_one_type_can_be_compared() -> None:
    assert evaluate(parse("甲 > 乙"), {"甲": Decimal(2), "乙": 1}) is True
    assert evaluate(parse("甲 < 乙"), {"甲": ROW["开工日"], "乙": ROW["开工日"]}) is False
    assert evaluate(parse("甲 = 乙"), {"甲": "coal", "乙": 1}) is False


def test_a_text_chosen_by_a_quotient_is_a_text() -> None:
    assert evaluate(parse("if_else(rd / revenue > 1, '低', 行业) in ('coal')", names=NAMES), ROW) is True

"""What is refused, at which characters, and what is said."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.expression.county import NAMES

from tiaodu.engine.kernel.expression import ExpressionError, Name, define, parse
from tiaodu.engine.kernel.expression.errors import MESSAGES


@pytest.mark.parametrize(
    ("source", "code", "at"),
    [
        ("", "empty", ""),
        ("  ", "empty", "  "),
        ("投资 >= 500", "missing_unit", "500"),
        ("投资 + output.coal.raw", "wrong_unit", "投资 + output.coal.raw"),
        ("投资 > 3吨", "wrong_unit", "投资 > 3吨"),
        ("增速 >= 6.5", "missing_unit", "6.5"),
        ("企业数 > 3条", "wrong_unit", "企业数 > 3条"),
        ("max(投资, 1吨)", "wrong_unit", "投资, 1吨"),
        ("投资 in (1吨)", "wrong_unit", "投资 in (1吨)"),
        ("(投资 + 1元) * 2 > (3吨)", "wrong_unit", "(投资 + 1元) * 2 > (3吨)"),
        ("行业 > 3", "different_types", "行业 > 3"),
        ("行业 > 'a'", "no_order", "行业 > 'a'"),
        ("规上 and 投资", "wrong_type", "投资"),
        ("not 投资", "wrong_type", "投资"),
        ("-行业", "wrong_type", "行业"),
        ("投资 * 开工日", "wrong_type", "开工日"),
        ("开工日 + 3吨", "wrong_unit", "开工日 + 3吨"),
        ("开工日 + 30", "missing_unit", "30"),
        ("if_else(投资, 1, 2)", "wrong_type", "投资"),
        ("days_between(投资, 开工日)", "wrong_type", "投资"),
        ("min(规上, 高新)", "wrong_type", "规上"),
        ("min(1)", "argument_count", "min(1)"),
        ("round(1, 2, 3)", "argument_count", "round(1, 2, 3)"),
        ("round(1, 企业数)", "bad_places", "企业数"),
        ("round(1, 13)", "bad_places", "13"),
        ("round(1, 0.5)", "bad_places", "0.5"),
        ("is_known", "function_without_arguments", "is_known"),
        ("rd2 > 1", "unknown_name", "rd2"),
        ("f(3)", "unknown_function", "f"),
        ("投资.bit_length()", "unknown_function", "投资.bit_length"),
        ("投资.__class__", "unknown_name", "投资.__class__"),
        ("__import__('os')", "unknown_function", "__import__"),
        ("投资('去年')", "bad_period", "'去年'"),
        ("投资('2024-13')", "bad_period", "'2024-13'"),
        ("投资(3)", "bad_period", "(3)"),
        ("投资('2024', '2023')", "bad_period", "('2024', '2023')"),
        ("行业('2024')", "period_needs_number", "行业"),
        ("投资 > 3万园", "unknown_unit", "万园"),
        ("1e9", "unknown_unit", "e9"),
        ("0x10", "unknown_unit", "x10"),
        ("007", "leading_zero", "007"),
        ("2024-02-30", "bad_day", "2024-02-30"),
        ("投资 > 1 ? 2", "bad_character", "?"),
        ("投资；", "bad_character", "；"),
        ("[1]", "bad_character", "["),
        ("lambda: 3", "bad_character", ":"),
        ("行业 = 'coal", "unclosed_text", "'"),
        ("((1)", "unclosed_bracket", "("),
        ("1) + 2", "unopened_bracket", ")"),
        ("1 2", "operator_expected", "2"),
        ("投资 if 规上 else 3", "operator_expected", "if"),
        ("企业数 is 2", "operator_expected", "is"),
        ("企业数 not 3", "operator_expected", "3"),
        ("(1)(2)", "operator_expected", "("),
        ("3 * / 4", "value_expected", "/"),
        ("投资 ** 2", "value_expected", "*"),
        ("(1 + )", "value_expected", ")"),
        ("规上 and", "value_expected_at_end", "and"),
        ("1 > not 规上", "out_of_place", None),
        ("()", "list_only_after_in", "()"),
        ("(1, 2)", "list_only_after_in", "(1, 2)"),
        ("企业数 in ()", "constant_expected", None),
        ("企业数 in (得分)", "constant_expected", "得分"),
        ("None", "no_none", "None"),
        ("9" * 31, "number_too_long", "9" * 31),
    ],
)
def test_an_error_points_at_its_characters(source: str, code: str, at: str | None) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(source, names=NAMES)
    error = refusal.value
    assert error.code == code
    assert at is None or source[error.start : error.end] == at
    for language in ("zh", "en"):
        assert error.message(language)
        assert "{" not in error.message(language)
    assert f"characters {error.start + 1} to {error.end}" in str(error)


def test_positions_count_what_was_typed() -> None:
    source = "（投资）≥ ５００万元 且\n（增速 ＞ 3吨）"
    with pytest.raises(ExpressionError) as refusal:
        parse(source, names=NAMES)
    assert source[refusal.value.start : refusal.value.end] == "增速 ＞ 3吨"


def test_nearest_names_are_offered() -> None:
    def near(source: str) -> object:
        with pytest.raises(ExpressionError) as refusal:
            parse(source, names=NAMES)
        return refusal.value.params["near"]

    assert near("output.coal.row > 1吨") == ("output.coal.raw",)
    assert near("原煤产量 > 1吨") == ("output.coal.raw",)
    assert near("iff_else(规上, 1, 2)") == ("if_else",)
    assert near("quite.another.thing > 1") == ()


def test_both_units_are_named() -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse("投资 > output.coal.raw", names=NAMES)
    assert "“万元”" in refusal.value.message("zh") and "“吨”" in refusal.value.message("zh")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "too_long"),
        ("(" * 1_900 + "1" + ")" * 1_900, "too_deep"),
        ("[" * 10_000, "bad_character"),
        ("not " * 3_000 + "规上", "too_deep"),
        ("-" * 3_000 + "1", "too_deep"),
        ("-" * 10_000 + "1", "too_many"),
        ("+".join("1" * 1_000), "too_deep"),
        ("1" + "-1" * 150, "too_deep"),
        ("min(" * 150 + "1", "too_deep"),
        ("规上 and (" * 150 + "规上" + ")" * 150, "too_deep"),
        ("规上 and " * 2_500 + "规上", "too_many"),
        ("x" * 1_000_000, "too_long"),
        ("9" * 20_000, "number_too_long"),
        ("投资" * 9_000, "unknown_name"),
        ("企业数 in (" + ",".join("1" * 2_500) + ")", "too_many"),
        ("min(" + ",".join("1" * 60) + ")", "argument_count"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_too_large_is_refused(source: str, code: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(source, names=NAMES)
    assert refusal.value.code == code
    assert len(str(refusal.value)) < 100_000


def test_what_is_large_enough_is_taken() -> None:
    assert parse("(" * 99 + "1" + ")" * 99).type == "number"
    assert parse("+".join("1" * 100)).type == "number"
    assert (
        parse("行业 in (" + ",".join(f"'{code}'" for code in range(1_900)) + ")", names=NAMES).type == "truth"
    )
    assert parse(" and ".join(["规上"] * 1_900), names=NAMES).type == "truth"


def test_circles_are_named() -> None:
    with pytest.raises(ExpressionError) as refusal:
        define({"a": "b + 1", "b": "c * 2", "c": "a", "d": "a"})
    error = refusal.value
    circle = error.params["names"]
    assert isinstance(circle, tuple)
    assert (
        error.code == "cycle" and circle[0] == circle[-1] == error.formula and set(circle) == {"a", "b", "c"}
    )
    with pytest.raises(ExpressionError, match="a → a"):
        define({"a": "1 + a"})


@pytest.mark.parametrize(
    ("formulas", "code", "formula"),
    [
        ({"good": "1", "bad": "good + "}, "value_expected_at_end", "bad"),
        ({"money": "投资 + 1元", "sum": "money + 1吨"}, "wrong_unit", "sum"),
        ({"min": "1"}, "bad_formula_name", "min"),
        ({"a b": "1"}, "bad_formula_name", "a b"),
        ({"且": "1"}, "bad_formula_name", "且"),
        ({f"f{number}": "1" for number in range(2_001)}, "too_many_formulas", ""),
    ],
)
def test_a_set_says_in_which_formula(formulas: dict[str, str], code: str, formula: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        define(formulas, names=NAMES)
    assert (refusal.value.code, refusal.value.formula) == (code, formula)


def test_messages_are_in_both_languages() -> None:
    def fields(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}

    assert all(fields(chinese) == fields(english) for chinese, english in MESSAGES.values())


PIECES = [
    *NAMES,
    "1",
    "0",
    "2.5",
    "3吨",
    "5%",
    "500万元",
    "'x'",
    "2024-06-30",
    "真",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
]
PIECES += [
    ">=",
    "<",
    "=",
    "!=",
    "in",
    "not",
    "and",
    "或",
    "min",
    "round",
    "if_else",
    "is_known",
    ".",
    "（",
    "“",
    "万",
    "\n",
    "。",
]


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_taken_or_refused_with_its_characters(source: str) -> None:
    for names in (NAMES, None):
        try:
            parse(source, names=names)
        except ExpressionError as error:
            assert 0 <= error.start <= error.end <= len(source)
            assert error.message("zh") and error.message("en")


def test_a_name_declared_like_a_function_is_a_name() -> None:
    names = {"round": Name("number", "元")}
    assert parse("round > 3元", names=names).names == {"round"}

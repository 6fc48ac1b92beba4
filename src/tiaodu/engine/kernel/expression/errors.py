"""What is said when an expression cannot be taken: a code, its parameters, the characters, the words."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_WORDS = {
    "number": ("数", "a number"),
    "text": ("文字", "a text"),
    "truth": ("是非", "true or false"),
    "day": ("日期", "a day"),
}
# code: what is wrong, and what to do, in Chinese and English; {…} are the parameters of the code.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "empty": ("没有内容。请写一个条件或算式。", "Nothing is written here. Write a condition or a formula."),
    "too_long": (
        "太长：{length} 个字符，最多 {limit} 个。请分成几个有名字的公式。",
        "Too long: {length} characters, at most {limit}. Split it into several named formulas.",
    ),
    "too_many": (
        "内容太多：超过 {limit} 个词和符号。请分成几个有名字的公式。",
        "Too much: more than {limit} words and signs. Split it into several named formulas.",
    ),
    "too_deep": (
        "嵌套太深：超过 {limit} 层。请分成几个有名字的公式。",
        "Nested too deeply: more than {limit} levels. Split it into several named formulas.",
    ),
    "bad_character": ("不认识的符号“{found}”。", "The sign “{found}” has no meaning here."),
    "unclosed_text": (
        "引号没有配对：这里开始的文字没有结束。",
        "The quotation mark opened here is not closed.",
    ),
    "unclosed_bracket": ("括号没有配对：缺少右括号。", "The bracket opened here is not closed."),
    "unopened_bracket": ("括号没有配对：缺少左括号。", "This bracket closes nothing that is open."),
    "value_expected": (
        "“{found}”之前缺少一个数、名称或条件。",
        "A number, a name or a condition is missing before “{found}”.",
    ),
    "value_expected_at_end": (
        "没有写完：末尾缺少一个数、名称或条件。",
        "Not finished: a number, a name or a condition is missing at the end.",
    ),
    "operator_expected": (
        "“{found}”之前缺少运算符（如 + >= 且 或）。",
        "An operator is missing before “{found}” (such as + >= and or).",
    ),
    "out_of_place": ("“{found}”不能写在这里。", "“{found}” cannot stand here."),
    "number_too_long": (
        "数字太长：最多 {limit} 位。",
        "The number is too long: at most {limit} digits.",
    ),
    "leading_zero": (
        "“{found}”以 0 开头。数字不分节，日期写成 2024-06-30。",
        "“{found}” begins with 0. Write numbers without separators and days as 2024-06-30.",
    ),
    "unknown_unit": ("不认识的单位“{found}”。{near}", "The unit “{found}” is not known. {near}"),
    "unknown_name": ("不认识的名称“{found}”。{near}", "The name “{found}” is not known. {near}"),
    "unknown_function": ("没有名为“{found}”的函数。{near}", "There is no function “{found}”. {near}"),
    "function_without_arguments": (
        "“{found}”是函数，后面要写括号，如 {signature}。",
        "“{found}” is a function; write it with brackets, like {signature}.",
    ),
    "bad_day": ("“{found}”不是日期。", "“{found}” is not a day of the calendar."),
    "bad_period": (
        "“{found}”不是期间。可以写 2024、2024H1、2024Q1、2024-03、2024-01..2024-06 或 {words}。",
        "“{found}” is not a period. Write 2024, 2024H1, 2024Q1, 2024-03, 2024-01..2024-06 or {words}.",
    ),
    "period_needs_number": (
        "“{found}”不是按期间统计的数，后面不能写期间。",
        "“{found}” is no figure of a period; it takes no period.",
    ),
    "argument_count": (
        "{signature}：参数个数不对，写了 {count} 个。",
        "{signature}: {count} arguments is the wrong number.",
    ),
    "bad_places": (
        "小数位数要写成 {low} 到 {high} 之间的整数。",
        "The number of decimal places must be a whole number from {low} to {high}.",
    ),
    "wrong_type": ("这里要{wanted}，“{found}”是{got}。", "This must be {wanted}; “{found}” is {got}."),
    "different_types": (
        "“{left}”是{left_type}，“{right}”是{right_type}，不能放在一起比较或选择。",
        "“{left}” is {left_type} and “{right}” is {right_type}; they cannot be compared or exchanged.",
    ),
    "no_order": (
        "{got}没有大小，只能比较相等（=）或不等（!=）。",
        "There is no more or less in {got}; compare with = or !=.",
    ),
    "wrong_unit": (
        "单位不同：“{left}”的单位是“{left_unit}”，“{right}”的单位是“{right_unit}”，不能相加减或比较。",
        "The units differ: “{left}” is in “{left_unit}”, “{right}” in “{right_unit}”;"
        " they cannot be added or compared.",
    ),
    "missing_unit": (
        "“{found}”没有写单位，“{other}”的单位是“{unit}”。请写成 {found}{unit}，或用万、亿等合适的单位。",
        "“{found}” has no unit and “{other}” is in “{unit}”. Write {found}{unit} or a multiple of it.",
    ),
    "list_only_after_in": (
        "用逗号列出的几个值只能写在 in（属于）之后。",
        "Several values with commas can only stand after “in”.",
    ),
    "constant_expected": (
        "in（属于）之后的括号里只能写文字、数或日期。",
        "Only texts, numbers and days can stand in the brackets after “in”.",
    ),
    "too_many_choices": ("最多列 {limit} 个值。", "At most {limit} values can be listed."),
    "no_none": (
        "没有空值。要判断是否已知，请写 is_known(名称)。",
        "There is no empty value. Ask is_known(name).",
    ),
    "cycle": ("公式互相引用成了圈：{names}。", "The formulas refer to each other in a circle: {names}."),
    "bad_formula_name": (
        "“{found}”不能作公式名：它不是一个词，或已是函数名。",
        "“{found}” cannot name a formula: it is not one word, or names a function.",
    ),
    "too_many_formulas": ("最多 {limit} 个公式。", "At most {limit} formulas make a set."),
}
_NEAR = ("您要写的可能是：{}。", "Did you mean {}?")


class ExpressionError(ValueError):
    """An expression that cannot be taken.

    ``start`` and ``end`` count the characters of ``source`` exactly as typed; ``code`` and ``params`` let a
    page word it anew, :meth:`message` words it here. ``formula`` names the formula of a set it stands in.
    """

    def __init__(self, code: str, source: str, start: int, end: int, **params: object) -> None:
        self.code, self.source, self.start, self.end, self.params = code, source, start, end, params
        self.formula = ""
        super().__init__(f"characters {start + 1} to {end}: {self.message('en')}")

    def message(self, language: str = "zh") -> str:
        """What is wrong and what to do, in ``zh`` or ``en``."""
        at = 0 if language.startswith("zh") else 1
        return (
            MESSAGES[self.code][at]
            .format(**{key: _worded(key, value, at) for key, value in self.params.items()})
            .strip()
        )


def _worded(key: str, value: object, at: int) -> str:
    if key == "near":
        words = tuple(str(word) for word in value) if isinstance(value, tuple) else ()
        return _NEAR[at].format(("、", ", ")[at].join(words)) if words else ""
    if isinstance(value, tuple):
        return (" → ", " → ")[at].join(str(word) for word in value)
    return (
        TYPE_WORDS[value][at]
        if isinstance(value, str) and value in TYPE_WORDS and key in _TYPE_KEYS
        else str(value)
    )


_TYPE_KEYS = frozenset({"wanted", "got", "left_type", "right_type"})

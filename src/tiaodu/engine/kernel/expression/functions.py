"""The closed list of functions, as an editor page lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its two names, how it is written, what it does and what becomes of units.

    ``least`` and ``most`` bound the number of arguments; ``most`` None sets no bound of its own.
    """

    name: str
    alias: str
    signature: str
    least: int
    most: int | None
    meaning: Words
    unit_rule: Words


_SAME = Words("各参数单位须一致，结果为同一单位", "arguments share a unit, which the result keeps")
_KEPT = Words("结果单位不变", "the result keeps the unit")
_NONE = Words("结果为是非", "the result is true or false")

_ALL = (
    Function(
        "min",
        "最小",
        "min(a, b, …)",
        2,
        None,
        Words(
            "几个数或日期中最小（最早）的一个；有一个未知则未知",
            "the smallest number or earliest day; unknown if one is unknown",
        ),
        _SAME,
    ),
    Function(
        "max",
        "最大",
        "max(a, b, …)",
        2,
        None,
        Words(
            "几个数或日期中最大（最晚）的一个；有一个未知则未知",
            "the largest number or latest day; unknown if one is unknown",
        ),
        _SAME,
    ),
    Function("abs", "绝对值", "abs(x)", 1, 1, Words("去掉负号", "the number without its sign"), _KEPT),
    Function(
        "round",
        "四舍五入",
        "round(x, places)",
        1,
        2,
        Words(
            "四舍五入到几位小数（不写为整数），按算式本身的单位",
            "rounded half up to decimal places (none: whole), counted in the unit of x",
        ),
        _KEPT,
    ),
    Function(
        "if_else",
        "如果",
        "if_else(condition, a, b)",
        3,
        3,
        Words(
            "条件成立取 a，不成立取 b，未知则未知",
            "a if the condition holds, b if not, unknown if that is unknown",
        ),
        Words("a 与 b 单位须一致，结果为同一单位", "a and b share a unit, which the result keeps"),
    ),
    Function(
        "between",
        "介于",
        "between(x, low, high)",
        3,
        3,
        Words("不小于 low 且不大于 high", "not below low and not above high"),
        Words("三个参数单位须一致，结果为是非", "the three share a unit; the result is true or false"),
    ),
    Function(
        "days_between",
        "相隔天数",
        "days_between(from, to)",
        2,
        2,
        Words("从前一日期到后一日期的天数，可为负", "days from the first day to the second; may be negative"),
        Words("参数为日期，结果单位为天", "takes days of the calendar; the result is in 天"),
    ),
    Function(
        "is_known",
        "已知",
        "is_known(x)",
        1,
        1,
        Words("x 是否有值，从不未知", "whether x has a value; never unknown"),
        _NONE,
    ),
    Function(
        "coalesce",
        "首个已知",
        "coalesce(a, b, …)",
        2,
        None,
        Words("依次取第一个有值的", "the first that has a value"),
        _SAME,
    ),
)
FUNCTIONS: Mapping[str, Function] = MappingProxyType({entry.name: entry for entry in _ALL})
BY_WORD: Mapping[str, Function] = MappingProxyType(
    {word: entry for entry in _ALL for word in (entry.name, entry.alias)}
)

"""Four colours of a figure of the economy, by rules that are rows of a table; the worst that holds counts.

>>> from decimal import Decimal
>>> rows = [
...     {"code": "falls", "light": "red", "when": "增速 < -5%", "zh": "降幅超过5%", "en": "down by over 5 %",
...      "confidence": "practice"},
...     {"code": "fine", "light": "green", "when": "增速 >= 0%", "zh": "同比增长", "en": "up",
...      "confidence": "practice"},
... ]
>>> rules = signal_rules(rows)
>>> signal_of(rules, {"增速": Decimal(-8)}).light, signal_of(rules, {"增速": Decimal(-2)}).light
('red', 'unknown')
>>> signal_of(rules, {"增速": Decimal(3)}).rule
'fine'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tiaodu.engine.kernel.expression import Expression, Formula, Name, Value, evaluate
from tiaodu.engine.returns.checks.model import Words
from tiaodu.engine.returns.checks.rules import UNSURE

LIGHTS: Final = ("red", "yellow", "attention", "green")
UNKNOWN: Final = "unknown"
# What a rule may speak of: of a measure in the county, a sector or a zone, at the end of a month.
FACTS: Final[Mapping[str, Name]] = {
    "增速": Name("number", "%", "本年累计可比增速"),
    "当月增速": Name("number", "%", "当月可比增速"),
    "较上月": Name("number", "百分点", "累计增速比上月"),
    "超序时": Name("number", "百分点", "完成目标超序时进度"),
    "完成": Name("number", "%", "完成年度目标"),
    "上报率": Name("number", "%", "已报企业占应报"),
    "存疑": Name("number", "家", "有待核对数字的企业"),
}


@dataclass(frozen=True, slots=True)
class SignalRule:
    """When a light holds, and why in words."""

    code: str
    light: str
    when: Expression
    words: Words


@dataclass(frozen=True, slots=True)
class Signal:
    """A light with the rule that gave it; ``unknown`` where no rule could."""

    light: str
    rule: str = ""
    words: Words | None = None
    when: str = ""


def signal_rules(rows: Iterable[Mapping[str, Any]]) -> tuple[SignalRule, ...]:
    """The rules somebody is sure of, the worst light first. ExpressionError for one that cannot be read."""
    found = [
        SignalRule(row["code"], row["light"], _read(row["when"]), Words(row["zh"], row["en"]))
        for row in rows
        if row["confidence"] != UNSURE
    ]
    return tuple(sorted(found, key=lambda rule: LIGHTS.index(rule.light)))


@lru_cache(maxsize=256)
def _read(when: str) -> Expression:
    return Formula(FACTS, "truth").read(when)


def signal_of(rules: Sequence[SignalRule], facts: Mapping[str, Value | None]) -> Signal:
    """The worst light whose condition holds. A condition with an unknown fact decides nothing."""
    row = {name: value for name, value in facts.items() if value is not None}
    for rule in rules:
        if evaluate(rule.when, row) is True:
            return Signal(rule.light, rule.code, rule.words, rule.when.source)
    return Signal(UNKNOWN)

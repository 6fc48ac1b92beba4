"""Lights, 六未 and inputs in words: every colour with its rule and its figures, every gap with its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tiaodu.engine.projects.facts import lacking, named, written
from tiaodu.engine.projects.lights import Colour, Light, Verdict, tell
from tiaodu.foundation.lists.columns import Label
from tiaodu.rooms.projects.rule_tables import DIMENSION_WORDS
from tiaodu.rooms.projects.selectors.judged import JudgedRow

# The shape and colour each light is drawn with.
STATES: Mapping[Light, str] = {
    Light.RED: "red",
    Light.YELLOW: "amber",
    Light.ATTENTION: "attention",
    Light.GREEN: "green",
    Light.UNKNOWN: "grey",
    Light.NONE: "grey",
}
WORDS: Mapping[Light, Label] = {
    Light.RED: gettext_lazy("红灯"),
    Light.YELLOW: gettext_lazy("黄灯"),
    Light.ATTENTION: gettext_lazy("关注"),
    Light.GREEN: gettext_lazy("绿灯"),
    Light.UNKNOWN: gettext_lazy("缺数"),
    Light.NONE: gettext_lazy("不评"),
}
_ASIDE: Mapping[tuple[str, str], Label] = {
    ("start", "no_milestone"): gettext_lazy("这类项目没有开工节点"),
    ("entry", "no_milestone"): gettext_lazy("不需要入库"),
    ("entry", "not_started"): gettext_lazy("还没有开工"),
    ("investment", "nothing_planned"): gettext_lazy("今年没有投资计划"),
}
_NOT_LOOKED_AT = gettext_lazy("这套规则不看这一项")
INPUT_STATES: Mapping[str, tuple[str, Label]] = {
    "late": ("red", gettext_lazy("到期未落实")),
    "short": ("amber", gettext_lazy("有缺口")),
    "open": ("attention", gettext_lazy("办理中")),
    "unknown": ("grey", gettext_lazy("没有登记")),
    "secured": ("green", gettext_lazy("已落实")),
    "not_needed": ("grey", gettext_lazy("不需要")),
}


def language() -> str:
    """The language the engine's words are asked for in."""
    return "en" if get_language() == "en" else "zh"


def light_state(light: Light) -> str:
    return STATES[light]


def light_word(light: Light) -> str:
    return str(WORDS[light])


@dataclass(frozen=True)
class ShownVerdict:
    """One dimension as a page shows it: its light, why, by which rule and which figures."""

    dimension: str
    state: str
    word: str
    reason: str
    rule: str
    figures: tuple[tuple[str, str], ...]
    unjudged: str  # worse rules that could not be decided, and what they lack
    unsure: str  # rules that wait for the county's word


def shown_verdicts(row: JudgedRow) -> list[ShownVerdict]:
    """The three dimensions of a project."""
    return [_shown(verdict) for verdict in row.colour.verdicts]


def _shown(verdict: Verdict) -> ShownVerdict:
    told = language()
    rule = verdict.rule
    return ShownVerdict(
        dimension=str(DIMENSION_WORDS[verdict.dimension]),
        state=light_state(verdict.light),
        word=light_word(verdict.light),
        reason=reason_of(verdict),
        rule=f"{rule.rule_set} · {rule.code}" if rule else "",
        figures=tuple(
            (named(name, told), written(name, value, told))
            for name, value in verdict.facts
            if value is not None and not isinstance(value, bool)
        ),
        unjudged="、".join(each.code for each in verdict.unjudged) if rule else "",
        unsure="、".join(each.code for each in verdict.unsure),
    )


def reason_of(verdict: Verdict) -> str:
    """Why a dimension has its light, in words with figures."""
    if verdict.rule is not None:
        return tell(verdict, language())
    if verdict.reason == "missing":
        return _("缺%(what)s，不能判断") % {"what": _joined(lacking(verdict.missing, language()))}
    if verdict.reason == "no_rule":
        told = [written(name, value, language()) for name, value in verdict.facts if value is not None]
        return _("规则没有规定这种情况（%(figures)s）") % {"figures": _joined(tuple(told))}
    return str(_ASIDE.get((verdict.dimension, verdict.reason), _NOT_LOOKED_AT))


def _joined(words: tuple[str, ...]) -> str:
    return (", " if language() == "en" else "、").join(words)


def light_reason(colour: Colour) -> str:
    """Why a project has its colour: the dimensions that make it. A green one needs no words."""
    if colour.light in (Light.GREEN, Light.NONE):
        return ""
    colon, stop = (": ", "; ") if language() == "en" else ("：", "；")
    return stop.join(
        f"{DIMENSION_WORDS[verdict.dimension]}{colon}{reason_of(verdict)}" for verdict in colour.deciding
    )


def gap_words(row: JudgedRow) -> list[tuple[str, str]]:
    """The categories of 六未 a project is in: name, and the days that put it there."""
    told = language()
    return [(getattr(gap.category.name, told), gap.tell(told)) for gap in (row.gaps.gaps if row.gaps else ())]


def light_context(row: JudgedRow) -> dict[str, Any]:
    """What the page of a project shows of its lights."""
    return {
        "light": {
            "state": light_state(row.light),
            "word": light_word(row.light),
            "reason": light_reason(row.colour),
        },
        "verdicts": shown_verdicts(row),
        "gaps": gap_words(row),
        "gaps_confirmed": row.gaps is not None,
        "rule_set": row.rule_set,
    }

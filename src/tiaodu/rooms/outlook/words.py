"""Outlooks in words: chances, reasons, drivers, changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.display import display
from tiaodu.engine.outlook.wording import Judgement, Light

LIGHTS: Mapping[Light, str] = {
    Light.RED: "red", Light.YELLOW: "amber", Light.GREEN: "green", Light.UNKNOWN: "grey",
}  # fmt: skip
CODES: Mapping[str, Any] = {
    "kept": _("已兑现"),
    "broken": _("未兑现"),
    "not_reached": _("没有做到"),
    "unlikely": _("难以兑现"),
    "doubtful": _("不稳"),
    "likely": _("有把握"),
    "nothing_behind": _("没有依据"),
    "unworded": _("未写明力度"),
    "untold": _("到期未报"),
}
GROUPS: Mapping[str, Any] = {
    "evidence": _("新的实绩"),
    "dates": _("项目步骤的日期"),
    "coefficients": _("模型里的数"),
    "model": _("模型的公式"),
}
# Chances in words, from the least on: below the bound it is called so.
_CHANCES = (
    (0.05, _("几乎不可能")),
    (0.20, _("很难")),
    (0.40, _("偏难")),
    (0.60, _("一半上下")),
    (0.80, _("较有把握")),
    (0.95, _("很有把握")),
)


def language() -> str:
    """The reader's language as data name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def percent(chance: float | None) -> str:
    """A chance in whole percent; never 0 or 100 of what is not decided."""
    if chance is None:
        return ""
    if 0 < chance < 0.01:
        return "<1%"
    return ">99%" if 0.99 < chance < 1 else f"{round(chance * 100)}%"


def chance_words(chance: float | None) -> str:
    """A chance as people say it: 很难."""
    if chance is None:
        return ""
    return str(next((word for bound, word in _CHANCES if chance < bound), _now("几乎可以肯定")))


def figure_words(value: float | None, unit: str) -> str:
    """A figure of an outlook: rounded as its size deserves."""
    if value is None:
        return ""
    places = 0 if abs(value) >= 100 and abs(value) < 10_000 else 1
    return display(Decimal(repr(value)), unit, places=places)


def day_words(ordinal: float | None) -> str:
    """A quantile of a milestone: a day."""
    return date.fromordinal(int(ordinal)).isoformat() if ordinal is not None else ""


def clash_words(judgement: Judgement, commitment: str, chance: float | None) -> str:
    """What is wrong between the words and the chance; empty when nothing is."""
    told = {"word": commitment or _now("承诺"), "chance": percent(chance)}
    if judgement.clash:
        return _now("写的是“%(word)s”，把握只有 %(chance)s") % told
    return _now("写的是“%(word)s”，把握已有 %(chance)s，话可以说得更实") % told if judgement.timid else ""


def reason_words(reason: Mapping[str, Any]) -> str:
    """Why an outlook is what it is."""
    code = reason.get("code", "")
    if code == "left_out":
        return str(reason[language()])
    if code in _COUNTED:
        return _COUNTED[code](reason)
    return str(_REASONS.get(code, code)) % reason


def _few_months(reason: Mapping[str, Any]) -> str:
    count = int(reason["count"])
    words = ngettext(
        "只有 %(count)d 个月的数，至少要 %(needed)d 个月",
        "只有 %(count)d 个月的数，至少要 %(needed)d 个月",
        count,
    )
    told = words % {"count": count, "needed": reason["needed"]} if count else _now("还没有按月的实绩")
    return _now("%(told)s；%(why)s") % {"told": told, "why": reason_words(reason["why"])}


def _no_model(reason: Mapping[str, Any]) -> str:
    return _now("这类指标要靠模型推演：%(why)s") % {"why": reason_words(reason["why"])}


def _refused(reason: Mapping[str, Any]) -> str:
    told = [str(_SERIES_REASONS.get(code, code)) for code in reason["codes"]]
    return _now("往月数据推不出全年：%(why)s") % {"why": "、".join(told)}


_COUNTED = {"few_months": _few_months, "no_model": _no_model, "series_refused": _refused}
_SERIES_REASONS: Mapping[str, Any] = {
    "no_history": _("没有往月数据"),
    "too_few": _("月份太少"),
    "only_zeros": _("到现在都是零"),
    "reference_too_small": _("同类计划太少"),
}
_REASONS: Mapping[str, Any] = {
    "struck_off": _("已销号"),
    "reached": _("已经达到，这类累计数只增不减"),
    "due_passed": _("时限已过，按报送的数认定"),
    "due_passed_untold": _("时限已过，没有报过数"),
    "due_passed_older": _("时限已过，最后一个数只到 %(day)s"),
    "due_passed_open": _("时限已过，还没有销号"),
    "finished_on": _("项目步骤已于 %(day)s 办结"),
    "no_figure": _("没有数字目标"),
    "waits_for_event": _("等待：%(event)s"),
    "no_due": _("没有时限，无法研判"),
    "no_series": _("没有登记的主体或指标口径，对不上实绩"),
    "no_node": _("县域推演模型里没有这个指标"),
    "no_base": _("新增数要从期初的存量算起，%(month)s 没有实绩"),
    "no_value": _("推演的各种情形里都算不出数"),
    "too_far": _("时限在 %(months)s 个月以后，太远"),
    "unit": _("单位对不上：台账是“%(unit)s”，模型是“%(found)s”"),
    "no_step": _("没有项目的步骤以同一天承诺这件事"),
    "many_steps": _("有 %(count)s 个项目步骤以同一天承诺，分不清是哪一个"),
    "tied_step_gone": _("手工对应的项目步骤不在了，请另选"),
    "step_without_forecast": _("“%(step)s”还没有留下按期把握"),
    "tree": _("由县域推演模型得出"),
    "tree_addition": _("由县域推演模型得出：期末减期初，同一情形里相减"),
    "series": _("由往月数据得出，已知到 %(months)s 月"),
    "steps": _("项目 %(day)s 留下的研判：“%(step)s”"),
}


def change_words(change: Mapping[str, Any], unit: str) -> str:
    """What one group of inputs changed since the run before."""
    told = {
        "group": str(GROUPS[change["group"]]),
        "middle": _signed(figure_words(change["middle"], unit), change["middle"])
        if change["middle"]
        else _now("不变"),
        "names": "、".join(change["names"]),
    }
    if change["chance"] is None:
        return _now("%(group)s：P50 %(middle)s（%(names)s）") % told
    points = round(change["chance"] * 100)
    told["points"] = f"{points:+d}" if points else "±0"
    return _now("%(group)s：把握 %(points)s 个百分点，P50 %(middle)s（%(names)s）") % told


def _signed(words: str, value: float) -> str:
    return f"+{words}" if value > 0 else words


def pace_words(pace: Mapping[str, Any], unit: str) -> str:
    """What every month must bring from now on, beside what may be expected."""
    if not pace or pace.get("needed") is None or not pace.get("months"):
        return ""
    told = {"needed": figure_words(pace["needed"], unit), "months": pace["months"]}
    words = _now("今后 %(months)s 个月每月要 %(needed)s") % told
    if pace.get("expected") is not None:
        words = _now("%(words)s，预计每月 %(figure)s") % {
            "words": words,
            "figure": figure_words(pace["expected"], unit),
        }
    if pace.get("last") is not None:
        words = _now("%(words)s，已有各月平均 %(figure)s") % {
            "words": words,
            "figure": figure_words(pace["last"], unit),
        }
    return words

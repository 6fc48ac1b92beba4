"""Outlooks in words: chances, reasons, drivers, changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from tiaodu.engine.kernel.display import display
from tiaodu.engine.outlook.wording import Judgement, Light

LIGHTS: Mapping[Light, str] = {
    Light.RED: "red", Light.YELLOW: "amber", Light.GREEN: "green", Light.UNKNOWN: "grey",
}  # fmt: skip
CODES: Mapping[str, Any] = {
    "kept": _later("已兑现"),
    "broken": _later("未兑现"),
    "not_reached": _later("没有做到"),
    "unlikely": _later("难以兑现"),
    "doubtful": _later("不稳"),
    "likely": _later("有把握"),
    "nothing_behind": _later("没有依据"),
    "unworded": _later("未写明力度"),
    "untold": _later("到期未报"),
}
GROUPS: Mapping[str, Any] = {
    "evidence": _later("新的实绩"),
    "dates": _later("项目步骤的日期"),
    "coefficients": _later("模型里的数"),
    "model": _later("模型的公式"),
}
# Chances in words, from the least on: below the bound it is called so.
_CHANCES = (
    (0.05, _later("几乎不可能")),
    (0.20, _later("很难")),
    (0.40, _later("偏难")),
    (0.60, _later("一半上下")),
    (0.80, _later("较有把握")),
    (0.95, _later("很有把握")),
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
    return str(next((word for bound, word in _CHANCES if chance < bound), _("几乎可以肯定")))


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
    told = {"word": commitment or _("承诺"), "chance": percent(chance)}
    if judgement.clash:
        return _("写的是“%(word)s”，把握只有 %(chance)s") % told
    return _("写的是“%(word)s”，把握已有 %(chance)s，话可以说得更实") % told if judgement.timid else ""


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
    told = words % {"count": count, "needed": reason["needed"]} if count else _("还没有按月的实绩")
    return _("%(told)s；%(why)s") % {"told": told, "why": reason_words(reason["why"])}


def _no_model(reason: Mapping[str, Any]) -> str:
    return _("这类指标要靠模型推演：%(why)s") % {"why": reason_words(reason["why"])}


def _refused(reason: Mapping[str, Any]) -> str:
    told = [str(_SERIES_REASONS.get(code, code)) for code in reason["codes"]]
    return _("往月数据推不出全年：%(why)s") % {"why": "、".join(told)}


_COUNTED = {"few_months": _few_months, "no_model": _no_model, "series_refused": _refused}
_SERIES_REASONS: Mapping[str, Any] = {
    "no_history": _later("没有往月数据"),
    "too_few": _later("月份太少"),
    "only_zeros": _later("到现在都是零"),
    "reference_too_small": _later("同类计划太少"),
}
_REASONS: Mapping[str, Any] = {
    "struck_off": _later("已销号"),
    "reached": _later("已经达到，这类累计数只增不减"),
    "due_passed": _later("时限已过，按报送的数认定"),
    "due_passed_untold": _later("时限已过，没有报过数"),
    "due_passed_older": _later("时限已过，最后一个数只到 %(day)s"),
    "due_passed_open": _later("时限已过，还没有销号"),
    "finished_on": _later("项目步骤已于 %(day)s 办结"),
    "no_figure": _later("没有数字目标"),
    "waits_for_event": _later("等待：%(event)s"),
    "no_due": _later("没有时限，无法研判"),
    "no_series": _later("没有登记的主体或指标口径，对不上实绩"),
    "no_node": _later("县域推演模型里没有这个指标"),
    "no_base": _later("新增数要从期初的存量算起，%(month)s 没有实绩"),
    "no_value": _later("推演的各种情形里都算不出数"),
    "too_far": _later("时限在 %(months)s 个月以后，太远"),
    "unit": _later("单位对不上：台账是“%(unit)s”，模型是“%(found)s”"),
    "no_step": _later("没有项目的步骤以同一天承诺这件事"),
    "many_steps": _later("有 %(count)s 个项目步骤以同一天承诺，分不清是哪一个"),
    "step_without_forecast": _later("“%(step)s”还没有留下按期把握"),
    "tree": _later("由县域推演模型得出"),
    "tree_addition": _later("由县域推演模型得出：期末减期初，同一情形里相减"),
    "series": _later("由往月数据得出，已知到 %(months)s 月"),
    "steps": _later("项目 %(day)s 留下的研判：“%(step)s”"),
}


def change_words(change: Mapping[str, Any], unit: str) -> str:
    """What one group of inputs changed since the run before."""
    told = {
        "group": str(GROUPS[change["group"]]),
        "middle": _signed(figure_words(change["middle"], unit), change["middle"])
        if change["middle"]
        else _("不变"),
        "names": "、".join(change["names"]),
    }
    if change["chance"] is None:
        return _("%(group)s：P50 %(middle)s（%(names)s）") % told
    points = round(change["chance"] * 100)
    told["points"] = f"{points:+d}" if points else "±0"
    return _("%(group)s：把握 %(points)s 个百分点，P50 %(middle)s（%(names)s）") % told


def _signed(words: str, value: float) -> str:
    return f"+{words}" if value > 0 else words


def pace_words(pace: Mapping[str, Any], unit: str) -> str:
    """What every month must bring from now on, beside what may be expected."""
    if not pace or pace.get("needed") is None or not pace.get("months"):
        return ""
    told = {"needed": figure_words(pace["needed"], unit), "months": pace["months"]}
    words = _("今后 %(months)s 个月每月要 %(needed)s") % told
    if pace.get("expected") is not None:
        words = _("%(words)s，预计每月 %(figure)s") % {
            "words": words,
            "figure": figure_words(pace["expected"], unit),
        }
    if pace.get("last") is not None:
        words = _("%(words)s，已有各月平均 %(figure)s") % {
            "words": words,
            "figure": figure_words(pace["last"], unit),
        }
    return words

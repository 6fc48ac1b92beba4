"""Why a promise stands where it stands, and what a match is, in words a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.standing import Standing, State

STATES: Mapping[str, Any] = {
    State.NOT_TRIGGERED: gettext_lazy("未触发"),
    State.NOT_DUE: gettext_lazy("未到期"),
    State.DUE_SOON: gettext_lazy("临期"),
    State.OVERDUE: gettext_lazy("逾期"),
    State.CLAIMED: gettext_lazy("完成待核"),
    State.STRUCK_OFF: gettext_lazy("已销号"),
}


def reason_words(standing: Standing) -> str:
    """The reason of a state in the reader's language."""
    days = int(standing.params.get("days", 0) or 0)
    counted = {
        "days_left": lambda: ngettext("还有 %(days)d 天", "还有 %(days)d 天", days) % {"days": days},
        "days_over": lambda: ngettext("已过期 %(days)d 天", "已过期 %(days)d 天", days) % {"days": days},
        "reached_unclaimed": lambda: (
            ngettext(
                "数字已达到，还没有报完成；已过期 %(days)d 天",
                "数字已达到，还没有报完成；已过期 %(days)d 天",
                days,
            )
            % {"days": days}
        ),
        "waits_for_event": lambda: _("等待：%(event)s") % {"event": standing.params.get("event", "")},
    }
    if standing.reason == "early_rule":  # in the words of the county that wrote the rule
        return str(standing.params["words"])
    if standing.reason in counted:
        return counted[standing.reason]()
    return {
        "due_today": _("今天到期"),
        "reached_unclaimed_in_time": _("数字已达到，可以报完成"),
        "no_date": _("待定时限"),
        "ongoing": _("长期坚持"),
        "verified": _("已核实"),
        "awaits_verification": _("等待核实"),
    }[standing.reason]


MATCH_REASONS: Mapping[str, Any] = {
    "same_subject": gettext_lazy("主体相同"),
    "distinctive_value": gettext_lazy("数值独特"),
    "same_measure": gettext_lazy("指标相同"),
    "same_value": gettext_lazy("数值相同"),
    "value_differs": gettext_lazy("数值不同"),
    "due_compatible": gettext_lazy("时限相符"),
    "due_differs": gettext_lazy("时限不同"),
    "same_step": gettext_lazy("节点相同"),
    "like_words": gettext_lazy("表述相近"),
    "less_precise": gettext_lazy("同一事项，这里没有写时限"),
    "adds_a_date": gettext_lazy("同一事项，这里写了时限"),
    "same_paragraph": gettext_lazy("同一段里已说过"),
    "row_joins": gettext_lazy("同一事项的其他内容"),
}


def match_words(reasons: tuple[str, ...]) -> str:
    """Why a statement matches, in one phrase."""
    return "、".join(str(MATCH_REASONS[reason]) for reason in reasons)


def due_words(term: Any, due: date | None) -> str:
    """A due as it is promised, in words: 2024-06-30, 2024年, 批复后5个工作日（2024-05-13）, or nothing."""
    if term.due_event:
        offset = term.due_offset
        told = _("%(event)s后") % {"event": term.due_event}
        if offset:
            told += ngettext("%(days)d 个工作日内", "%(days)d 个工作日内", offset) % {"days": offset}
        return f"{told}（{due.isoformat()}）" if due else told
    if term.due_end is None:
        return str(term.due_text)
    whole_year = term.due_start and (term.due_start.month, term.due_start.day) == (1, 1)
    if (
        whole_year
        and (term.due_end.month, term.due_end.day) == (12, 31)
        and term.due_start.year == term.due_end.year
    ):
        return _("%(year)d 年内") % {"year": term.due_end.year}
    return str(term.due_end.isoformat())


_COMPARISONS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "~": "约"}


def comparison_words(comparator: str) -> str:
    """The sign before a figure; a plain target has none."""
    return _COMPARISONS.get(comparator, "")


def measure_name(measure: Any) -> str:
    """The name of a measure in the reader's language."""
    english = (get_language() or "").startswith("en")
    return str(measure.name_en if english and measure.name_en else measure.name)

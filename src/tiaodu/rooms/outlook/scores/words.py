"""Outcomes and scores in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isinf
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.outlook.scoring import DECIDED, Outcome, State
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.models import Basis, Run
from tiaodu.rooms.outlook.selectors.rows import OutlookRow
from tiaodu.rooms.outlook.selectors.scores import LEADS

STATES: Mapping[State, Any] = {
    State.KEPT: _("兑现"),
    State.BROKEN: _("未兑现"),
    State.OPEN: _("还没到期"),
    State.WAITING: _("到期待定"),
    State.UNJUDGED: _("无法认定"),
}
LIGHTS: Mapping[State, str] = {
    State.KEPT: "green",
    State.BROKEN: "red",
    State.OPEN: "grey",
    State.WAITING: "grey",
    State.UNJUDGED: "grey",
}
# Why an outcome is what it is, where the figure and its day do not say it.
_WHY: Mapping[str, Any] = {
    "untold": _("没有人报过数"),
    "no_base": _("期初没有实绩，算不出新增"),
    "no_series": _("没有登记的主体或指标口径，对不上实绩"),
    "no_due": _("没有时限"),
    "withdrawn": _("承诺已撤回"),
    "struck_off": _("已决定销号，没有实绩证明兑现与否"),
    "between": _("到期前后的数一个达到、一个没有达到，分不清哪天的"),
    "claimed": _("已报完成，等待核查"),
    "later": _("只有时限以后的数"),
}
GROUPS: Mapping[str, Any] = {
    "basis": _("依据"),
    "kind": _("类别"),
    "department": _("责任单位"),
    "lead": _("提前多久"),
    "month": _("研判月份"),
}
_KINDS: Mapping[str, Any] = {"figure": _("数字指标"), "step": _("时间节点")}
_LEADS: Sequence[Any] = (
    _("当月"), _("提前1个月"), _("提前2至3个月"), _("提前4至6个月"), _("提前7至12个月"), _("提前一年以上"),
)  # fmt: skip
assert len(_LEADS) == len(LEADS) + 1  # noqa: S101  each class has its words


def outcome_words(row: OutlookRow, found: Outcome) -> str:
    """What came, behind its state: the figure and its day, or the reason."""
    if not row.outlook.indicator_id:
        return _step_words(found)
    told = {"value": words.figure_words(found.value, row.outlook.unit), "day": _day(found.until)}
    if found.state in DECIDED:
        return _decided(found, told)
    if found.state is State.UNJUDGED or found.value is None:
        return str(_WHY.get(found.reason, ""))
    if found.state is State.WAITING:
        return _now("最后一个数 %(value)s 只到 %(day)s") % told
    return _now("到 %(day)s 已有 %(value)s") % told


def _decided(found: Outcome, told: dict[str, str]) -> str:
    if found.reason == "reached":
        return _now("%(value)s，到 %(day)s 已经达到") % told
    if found.reason == "exceeded":
        return _now("%(value)s，到 %(day)s 已经超过") % told
    return told["value"]


def _step_words(found: Outcome) -> str:
    if found.until is not None and found.reason == "finished":
        return _now("%(day)s 办结") % {"day": _day(found.until)}
    if found.until is not None and found.reason == "verified":
        return _now("%(day)s 报完成，已核查") % {"day": _day(found.until)}
    if found.state is State.BROKEN:
        return _now("到 %(day)s 没有办结") % {"day": _day(found.until)}
    return str(_WHY.get(found.reason, ""))


def corrected_words(row: OutlookRow, found: Outcome) -> str:
    """What was thought when it was first decided, where it was corrected afterwards; else empty."""
    if found.first is None:
        return ""
    told = {
        "day": _day(found.first.decided),
        "state": str(STATES[found.first.state]),
        "what": outcome_words(row, found.first),
    }
    return _now("%(day)s 曾认定%(state)s（%(what)s），后来实绩有更正") % told


def between_words(later: Sequence[OutlookRow]) -> str:
    """How the chance went on after an outlook, and the change that moved it most."""
    if not later:
        return ""
    steps = _few([each for each in later if each.chance])
    went = " → ".join(f"{each.outlook.run.as_of:%m-%d} {each.chance}" for each in steps)
    moved = max(
        ((abs(change["chance"] or 0.0), each, change) for each in later for change in each.outlook.changes),
        key=lambda one: one[0],
        default=None,
    )
    if moved is None or moved[0] < 0.01:
        return went
    told = {
        "went": went,
        "day": f"{moved[1].outlook.run.as_of:%m-%d}",
        "group": str(words.GROUPS[moved[2]["group"]]),
        "points": f"{round(moved[2]['chance'] * 100):+d}",
    }
    return _now("%(went)s；%(day)s %(group)s %(points)s 个百分点") % told


def _few(rows: Sequence[OutlookRow], most: int = 4) -> Sequence[OutlookRow]:
    if len(rows) <= most:
        return rows
    places = sorted({round(place * (len(rows) - 1) / (most - 1)) for place in range(most)})
    return [rows[place] for place in places]


def score_words(score: float | None) -> str:
    """A score with three figures; one that is infinite says so."""
    if score is None:
        return ""
    return "∞" if isinf(score) else f"{score:.3f}"


def group_name(group: str, value: str) -> str:
    """A class of outlooks by the words of its group."""
    if group == "basis":
        return str(Basis(value).label)
    if group == "kind":
        return str(_KINDS[value])
    return str(_LEADS[int(value)]) if group == "lead" else value or _now("没有单位")


def calibration_words(run: Run | None) -> str:
    """Whether past outcomes corrected the chances of a run, and if not, why."""
    if run is None or run.calibration is None:
        return ""
    told = {**run.calibration, "day": run.as_of.isoformat()}
    return str(_CORRECTED if "slope" in told else _NOT_CORRECTED[told["reason"]]) % told


_CORRECTED = _("%(day)s 的把握按 %(promises)s 项有结果的承诺校正过，原来的把握也留着。")
_NOT_CORRECTED: Mapping[str, Any] = {
    "too_few": _("%(day)s 的把握没有按过去的准确度校正：有结果的承诺 %(there)s 项，不到 %(needed)s 项。"),
    "too_few_kept": _("%(day)s 的把握没有按过去的准确度校正：兑现的承诺 %(there)s 项，不到 %(needed)s 项。"),
    "too_few_missed": _(
        "%(day)s 的把握没有按过去的准确度校正：未兑现的承诺 %(there)s 项，不到 %(needed)s 项。"
    ),
    "no_gain": _("%(day)s 的把握没有按过去的准确度校正：校正了也不会更准。"),
    "no_table": _("%(day)s 的把握没有按过去的准确度校正：校正的参数没有确认。"),
}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""

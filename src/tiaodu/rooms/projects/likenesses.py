"""Why two projects may be one, in words, and the two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.kernel.display import display, number_text
from tiaodu.engine.projects.repeats.model import Aside, Candidate, Doubt, Fact, Likeness, Looks, Pair, Reason
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.networks import template_of
from tiaodu.rooms.projects.tables import words_in

LOOKS: Mapping[Looks, Any] = {
    Looks.SIGNED_TWICE: gettext_lazy("重复签约"),
    Looks.BEGUN_TWICE: gettext_lazy("重复开工"),
    Looks.OLD_PLANT: gettext_lazy("老厂换新名"),
}
LIKE: Mapping[Likeness, Any] = {
    Likeness.DEVELOPER_SAME: gettext_lazy("业主相同：%(one)s"),
    Likeness.DEVELOPER_ALIKE: gettext_lazy("业主去掉地名和公司形式后相同：%(one)s，%(other)s"),
    Likeness.PLACE_PARK: gettext_lazy("在同一园区"),
    Likeness.PLACE_TOWNSHIP: gettext_lazy("在同一乡镇"),
    Likeness.PLACE_TEXT: gettext_lazy("建设地点相近：%(one)s，%(other)s"),
    Likeness.AMOUNT_EQUAL: gettext_lazy("总投资几乎相等：%(one)s，%(other)s"),
    Likeness.AMOUNT_ROUND: gettext_lazy("总投资是同一个整数：%(one)s"),
    Likeness.AMOUNT_NEAR: gettext_lazy("总投资接近：%(one)s，%(other)s"),
    Likeness.NAME: gettext_lazy("去掉业主、地名和套话后名称相近"),
    Likeness.NAME_USUAL: gettext_lazy("名称相近，但这样的名称很常见"),
    Likeness.PRODUCTS: gettext_lazy("产品相同：%(one)s"),
    Likeness.SCALE: gettext_lazy("规模相同：%(one)s"),
    Likeness.LAND: gettext_lazy("用地相同：%(one)s亩，%(other)s亩"),
    Likeness.SIGNED_CLOSE: gettext_lazy("签约时间相近：%(one)s，%(other)s"),
}
UNLIKE: Mapping[Doubt, Any] = {
    Doubt.PRODUCTS: gettext_lazy("产品不同：%(one)s，%(other)s"),
    Doubt.SCALE: gettext_lazy("规模不同：%(one)s，%(other)s"),
    Doubt.AMOUNT: gettext_lazy("总投资相差很大：%(one)s，%(other)s"),
    Doubt.DEVELOPER: gettext_lazy("业主不同：%(one)s，%(other)s"),
    Doubt.ENDED: gettext_lazy("前一个终止以后才签的后一个"),
}
APART: Mapping[Aside, Any] = {
    Aside.PHASES: gettext_lazy("名称里期次不同，是同一个厂的几期"),
    Aside.NUMBERED: gettext_lazy("编号或方位不同：%(one)s，%(other)s"),
    Aside.DECLARED: gettext_lazy("后一个是公开申报的扩建、技改或复工"),
}
_MONEY = frozenset({*(rule for rule in Likeness if rule.value.startswith("amount")), Doubt.AMOUNT})
# Which line of the comparison a reason belongs to.
LINE_OF: Mapping[str, str] = {
    "developer": "developer",
    "place_park": "park",
    "place_township": "township",
    "place_text": "place",
    "amount": "total",
    "name": "name",
    "products": "content",
    "scale": "content",
    "land": "land",
    "signed": "signed",
    "ended": "ended",
}


def reason_words(reason: Reason) -> str:
    """One likeness or doubt in words."""
    words = LIKE[reason.rule] if isinstance(reason.rule, Likeness) else UNLIKE[reason.rule]
    money = reason.rule in _MONEY
    return str(words) % {"one": _fact(reason.one, money), "other": _fact(reason.other, money)}


def aside_words(pair: Pair) -> str:
    """Why a pair is set aside; empty for one that is not."""
    if pair.aside is None:
        return ""
    return str(APART[pair.aside.why]) % {"one": pair.aside.one, "other": pair.aside.other}


def looks_words(pair: Pair) -> Any:
    """What a pair looks like."""
    return LOOKS[pair.looks]


def _fact(fact: Fact, money: bool) -> str:  # noqa: FBT001
    if isinstance(fact, Decimal):
        return display(fact, "元") if money else number_text(fact)
    return fact.isoformat() if isinstance(fact, date) else fact or "—"


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two projects: its name, what either says, and why it counts for or against."""

    label: Any
    one: Any
    other: Any
    likes: Sequence[tuple[str, int]]
    doubts: Sequence[tuple[str, int]]


def side_by_side(
    one: Project, other: Project, pair: Pair | None, candidates: Mapping[int, Candidate]
) -> list[Line]:
    """The two projects fact by fact, each with the reasons that rest on it."""
    likes, doubts = _by_line(pair.reasons if pair else ()), _by_line(pair.doubts if pair else ())
    first, second = (_facts(project, candidates[project.pk]) for project in (one, other))
    return [
        Line(label, first[key], second[key], likes.get(key, ()), doubts.get(key, ()))
        for key, label in _LABELS.items()
        if first[key] or second[key]
    ]


_LABELS: Mapping[str, Any] = {
    "name": gettext_lazy("项目名称"),
    "code": gettext_lazy("项目编号"),
    "platform_code": gettext_lazy("项目代码"),
    "kind": gettext_lazy("项目类型"),
    "nature": gettext_lazy("建设性质"),
    "developer": gettext_lazy("业主"),
    "park": gettext_lazy("园区"),
    "township": gettext_lazy("乡镇"),
    "place": gettext_lazy("建设地点"),
    "total": gettext_lazy("总投资"),
    "land": gettext_lazy("用地"),
    "content": gettext_lazy("建设内容"),
    "signed": gettext_lazy("签约日"),
    "begun": gettext_lazy("开工日"),
    "produced": gettext_lazy("投产日"),
    "ended": gettext_lazy("终止日"),
}


def _facts(project: Project, told: Candidate) -> dict[str, Any]:
    return {
        "name": project.subject.name,
        "code": project.code,
        "platform_code": project.platform_code,
        "kind": words_in(template_of(project.network).title),
        "nature": project.get_nature_display(),
        "developer": project.developer,
        "park": project.park,
        "township": project.township,
        "place": project.place,
        "total": display(told.amount, "元") if told.amount is not None else "",
        "land": _("%(area)s 亩") % {"area": number_text(told.land)} if told.land is not None else "",
        "content": project.content,
        "signed": told.signed_on,
        "begun": told.begun_on,
        "produced": told.produced_on,
        "ended": told.ended_on,
    }


def _by_line(reasons: Sequence[Reason]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for reason in reasons:
        rule = reason.rule.value.removeprefix("doubt_")
        line = next((line for start, line in LINE_OF.items() if rule.startswith(start)), "name")
        found.setdefault(line, []).append((reason_words(reason), reason.points))
    return found

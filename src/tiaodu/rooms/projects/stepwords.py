"""A step of a template in words: its limits, prerequisites and papers, for pages, notices, differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.stages.model import Condition, Label, Lapse, Limit, LimitKind, Range, Step, Template, Unit
from tiaodu.engine.stages.moving import Differing
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation.tables.overview import confidence_words
from tiaodu.rooms.projects.stages import in_words

LIMITS: Final[Mapping[LimitKind, Any]] = {
    LimitKind.LAW: gettext_lazy("法定时限"),
    LimitKind.COMMITTED: gettext_lazy("承诺时限"),
    LimitKind.LEAST: gettext_lazy("最短期限"),
}
FIELDS: Final[Mapping[str, Any]] = {
    "code": gettext_lazy("代码"),
    "name": gettext_lazy("步骤名称"),
    "stage": gettext_lazy("阶段"),
    "by": gettext_lazy("责任方"),
    "kind": gettext_lazy("同类步骤"),
    "after": gettext_lazy("通常在前的步骤"),
    "gates": gettext_lazy("法定前置步骤"),
    **{kind.value: words for kind, words in LIMITS.items()},
    "usual": gettext_lazy("经验工期"),
    "pauses": gettext_lazy("依法不计时的事由"),
    "waits": gettext_lazy("可以等待的原因"),
    "documents": gettext_lazy("一次性告知的材料"),
    "proof": gettext_lazy("办结的佐证"),
    "condition": gettext_lazy("什么情况下需要"),
    "choice": gettext_lazy("多选一的组"),
    "milestone": gettext_lazy("节点"),
    "lapse": gettext_lazy("批复有效期"),
    "goal": gettext_lazy("终点"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A value with its name, where it comes from, and whether a county has still to confirm it."""

    name: str
    words: str
    source: str
    confidence: str
    sure: bool


def days_words(days: int | str, unit: Unit) -> str:
    """20 个工作日, 30 天."""
    words = _("%(days)s 个工作日") if unit == Unit.WORKING else _("%(days)s 天")
    return words % {"days": days}


def limit_words(limit: Limit) -> str:
    """The days of a limit, with how far it may be extended."""
    if limit.kind == LimitKind.LAW and limit.days == 0:
        return _("即时办结")
    words = days_words(limit.days, limit.unit)
    if limit.kind == LimitKind.LEAST:
        return _("不少于 %(days)s") % {"days": words}
    return (
        _("%(days)s，可延长 %(more)s") % {"days": words, "more": limit.extension}
        if limit.extension
        else words
    )


def range_words(usual: Range) -> str:
    """Low to high, and what is likely."""
    told = {"days": days_words(f"{usual.low}–{usual.high}", usual.unit), "likely": usual.likely}
    return _("%(days)s，通常 %(likely)s") % told


def lapse_words(lapse: Lapse, template: Template) -> str:
    """How long an approval holds, and what must have begun by then."""
    told = {"months": lapse.months, "step": step_words(lapse.before, template)}
    return _("%(months)s 个月内须开始“%(step)s”") % told


def step_words(code: str, template: Template) -> str:
    """A step by its name; by its code where the template has none."""
    step = template.by_code.get(code)
    return in_words(step.name) if step else code


def lists(labels: Sequence[Label]) -> list[str]:
    """Names in the reader's language."""
    return [in_words(label) for label in labels]


def reasons(codes: Sequence[str], known: Mapping[str, Any]) -> list[str]:
    """Waits or pauses by their names."""
    return [in_words(known[code].name) if code in known else code for code in codes]


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step of a template for a page."""

    step: Step
    template: Template

    @property
    def code(self) -> str:
        return self.step.code

    @property
    def name(self) -> str:
        return in_words(self.step.name)

    @property
    def doer(self) -> str:
        return in_words(load_words().actors[self.step.by].name)

    @property
    def stage(self) -> str:
        return in_words(load_words().stages[self.step.stage])

    @property
    def gates(self) -> list[str]:
        return [step_words(code, self.template) for code in self.step.gates]

    @property
    def after(self) -> list[str]:
        """What usually precedes it, without what law puts there."""
        return [step_words(code, self.template) for code in self.step.after if code not in self.step.gates]

    @property
    def limits(self) -> list[Told]:
        return [_limit(limit) for limit in self.step.limits]

    @property
    def usual(self) -> Told | None:
        usual = self.step.usual
        if usual is None:
            return None
        sure = confidence_words(usual.confidence)
        return Told(_("经验工期"), range_words(usual), usual.source, sure, usual.sure)

    @property
    def told(self) -> list[Told]:
        """Limits and usual days."""
        return [*self.limits, *([self.usual] if self.usual else [])]

    @property
    def counted(self) -> list[Told]:
        """The limits an applicant may rely on: none that nobody has confirmed."""
        return [each for each in self.limits if each.sure]

    @property
    def promise_open(self) -> bool:
        """Whether the county has still to say what it promises."""
        found = self.step.limit(LimitKind.COMMITTED, confirmed=True)
        return found is not None and not found.sure

    @property
    def unsure(self) -> int:
        """How many of its values nobody has confirmed."""
        return sum(not each.sure for each in self.told)

    @property
    def documents(self) -> list[str]:
        return lists(self.step.documents)

    @property
    def proof(self) -> list[str]:
        return lists(self.step.proof)

    @property
    def pauses(self) -> list[str]:
        return reasons(self.step.pauses, load_words().pauses)

    @property
    def waits(self) -> list[str]:
        return reasons(self.step.waits, load_words().waits)

    @property
    def condition(self) -> str:
        return in_words(self.step.condition.text) if self.step.condition else ""

    @property
    def assumed(self) -> bool:
        return self.step.condition is None or self.step.condition.assumed

    @property
    def lapse(self) -> str:
        return lapse_words(self.step.lapse, self.template) if self.step.lapse else ""

    @property
    def note(self) -> str:
        return in_words(self.step.note) if self.step.note else ""


def _limit(limit: Limit) -> Told:
    name, sure = str(LIMITS[limit.kind]), limit.sure
    return Told(name, limit_words(limit), limit.source, confidence_words(limit.confidence), sure)


def differing_words(each: Differing, old: Template, new: Template) -> tuple[str, str, str]:
    """A difference as (name, before, after); of lists only what goes and what comes."""
    was, now = each.before, each.after
    if isinstance(was, tuple) and isinstance(now, tuple) and set(was) != set(now):
        was, now = tuple(x for x in was if x not in now), tuple(x for x in now if x not in was)
    before = _value_words(each.field, was, old, (new, old))
    return str(FIELDS[each.field]), before, _value_words(each.field, now, new, (new, old))


def _value_words(field: str, value: Any, template: Template, known: Sequence[Template]) -> str:
    """A value of a step of ``template`` in words, empty for none; ``known`` name the steps it needs."""
    if value in (None, "", ()):
        return ""
    for kind, told in _TELL.items():
        if isinstance(value, kind):
            return str(told(value, template))
    if isinstance(value, tuple):
        return _("、").join(_items(field, value, known))
    words: Mapping[str, Mapping[str, Any]] = {"stage": load_words().stages, "by": load_words().actors}
    found = words[field][value] if field in words else value
    return found if isinstance(found, str) else in_words(getattr(found, "name", found))


def _items(field: str, value: Sequence[Any], known: Sequence[Template]) -> list[str]:
    if field in ("after", "gates"):
        return [_named(code, known) for code in value]
    if field in ("waits", "pauses"):
        return reasons(value, getattr(load_words(), field))
    return lists(value)


def _named(code: str, known: Sequence[Template]) -> str:
    return next((step_words(code, each) for each in known if code in each.by_code), code)


def _based(words: str, value: Limit | Range) -> str:
    told = {"words": words, "source": value.source, "sure": confidence_words(value.confidence)}
    return _("%(words)s（%(source)s，%(sure)s）") % told


_TELL: Final[Mapping[type, Callable[[Any, Template], str]]] = {
    bool: lambda value, _template: _("是") if value else _("否"),
    Label: lambda value, _template: in_words(value),
    Limit: lambda value, _template: _based(limit_words(value), value),
    Range: lambda value, _template: _based(range_words(value), value),
    Lapse: lapse_words,
    Condition: lambda value, _template: in_words(value.text) + ("" if value.assumed else _("（默认不办）")),
}

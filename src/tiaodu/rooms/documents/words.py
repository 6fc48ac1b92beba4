"""The words of the documents room: sorts of statements, acts of review, fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.ledger.remarks import finding_words as engine_finding_words
from tiaodu.engine.ledger.remarks import question_words as engine_question_words
from tiaodu.engine.ledger.wording import due_words as engine_due_words
from tiaodu.engine.reading import Due, Finding, Question

KINDS: Mapping[str, Any] = {
    "target": _("指标"),
    "milestone": _("节点"),
    "duty": _("举措"),
    "actual": _("已有进展"),
    "status": _("所处阶段"),
    "context": _("背景"),
}
COMPARATORS: Mapping[str, Any] = {
    "=": _("达到"),
    ">=": _("不低于"),
    ">": _("超过"),
    "<=": _("不高于"),
    "<": _("低于"),
    "~": _("左右"),
}
# The same around a figure: 10%左右, 40%以上, 超130户; in English every word goes before.
COMPARED: Mapping[str, Any] = {
    ">=": _("{figure}以上"),
    ">": _("超{figure}"),
    "<=": _("不超过{figure}"),
    "<": _("{figure}以下"),
    "~": _("{figure}左右"),
}
# The text's own word for it, where it stands in what was read.
OWN_COMPARED: Mapping[str, Mapping[str, Any]] = {
    ">=": {"不低于": _("不低于{figure}"), "不少于": _("不少于{figure}")},
    "<=": {"以内": _("{figure}以内")},
    "<": {"低于": _("低于{figure}")},
    "~": {"约": _("约{figure}")},
}
SHORT_QUESTIONS: Mapping[str, Any] = {  # by code of data/vocabulary/questions.yaml
    "when": _("何时？"),
    "when_and_measured_how": _("何时？怎样算完成？"),
    "measured_how": _("怎样算完成？"),
    "which_year": _("哪一年？"),
    "before_literal": _("到哪一天为止？"),
    "which_day": _("哪一天？"),
    "after_event": _("期限几天？"),
    "who": _("由谁完成？"),
    "unit": _("什么单位？"),
}
VERBS: Mapping[str, Any] = {
    "accept": _("接受"),
    "edit": _("修改"),
    "merge": _("合并"),
    "split": _("拆分"),
    "reject": _("不采纳"),
    "reopen": _("恢复待审"),
}
FIELDS: Mapping[str, Any] = {
    "kind": _("类别"),
    "subject": _("主体"),
    "action": _("做什么"),
    "measure_key": _("指标口径"),
    "measure": _("指标"),
    "value": _("数值"),
    "unit": _("单位"),
    "comparator": _("比较"),
    "due_text": _("时限"),
    "due_start": _("时限起"),
    "due_end": _("时限止"),
    "due_event": _("触发事件"),
    "due_offset": _("工作日"),
    "increment": _("增量"),
    "state": _("状态"),
    "questions": _("待问"),
    "task": _("任务序号"),
    "title": _("任务"),
    "restates": _("重申"),
    "quote": _("原文"),
    "into": _("成为条目"),
    "from": _("来自条目"),
}


def _language() -> str:
    return get_language() or "zh"


def question_words(questions: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a person is asked, in the reader's language."""
    return [engine_question_words(Question(q["code"], q.get("params", {})), _language()) for q in questions]


def short_questions(questions: Iterable[Mapping[str, Any]]) -> str:
    """The same in a few words: 何时？怎样算完成？"""
    words = dict.fromkeys(str(SHORT_QUESTIONS.get(q["code"], _("请核实"))) for q in questions)
    return (" " if _language().startswith("en") else "").join(words)


def compared(comparator: str, text: str) -> tuple[str, str]:
    """What goes before and behind a figure to say how it is compared, as ``text`` (the figure
    with the words beside it) has it where it does.
    """
    own = OWN_COMPARED.get(comparator, {})
    pattern = next((words for word, words in own.items() if word in text), COMPARED.get(comparator, ""))
    before, _figure, behind = str(pattern).partition("{figure}")
    return before, behind


def finding_words(finding: Finding) -> str:
    """What the text as a whole shows, in the reader's language."""
    return engine_finding_words(finding, _language())


def due_words(due: Due | None, plan_year: int) -> str:
    """A time limit as people write it: 4月底 in Chinese, its days in English."""
    if due is None or not _language().startswith("en"):
        return engine_due_words(due, plan_year=plan_year)
    if due.event:
        after = {"event": due.event, "days": due.offset}
        return (
            gettext("“%(event)s”后 %(days)s 个工作日") if due.offset else gettext("“%(event)s”之后")
        ) % after
    if due.start and due.end and due.start != due.end:
        return str(Period(due.start, due.end))
    return due.end.isoformat() if due.end else due.text or ""


def day_words(day: date) -> str:
    """A day of any year."""
    return day.isoformat()

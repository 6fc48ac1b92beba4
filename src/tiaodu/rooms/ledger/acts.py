"""Acts of the audit log in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, Any] = {
    "ledger.task_create": _("立项"),
    "ledger.task_edit": _("修改"),
    "ledger.task_release": _("发布"),
    "ledger.term_revise": _("调整目标或时限"),
    "ledger.progress_report": _("报进展"),
    "ledger.progress_correct": _("更正进展"),
    "ledger.task_claimed": _("报完成"),
    "ledger.task_struck_off": _("销号"),
    "ledger.task_sent_back": _("退回"),
    "ledger.task_reopened": _("重新打开"),
    "ledger.event_record": _("登记事件"),
    "ledger.indicator_nest": _("设上级指标"),
    "ledger.statement_withdraw": _("撤回接受"),
}
_FIELDS: Mapping[str, Any] = {
    "number": _("序号"),
    "title": _("工作任务"),
    "document": _("来源文件"),
    "departments": _("单位"),
    "subject": _("主体"),
    "sector": _("领域"),
    "leader": _("牵头领导"),
    "contact": _("联系人"),
    "released": _("已发布"),
    "value": _("数值"),
    "due": _("时限"),
    "due_text": _("时限"),
    "due_end": _("截止日期"),
    "reason": _("原因"),
    "text": _("内容"),
    "problem": _("存在问题"),
    "period_end": _("截至"),
    "proof": _("佐证"),
    "proofs": _("佐证"),
    "part": _("指标或节点"),
    "happened_on": _("发生日期"),
    "parent": _("上级"),
    "question": _("待问"),
}


def change_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What an act changed, field by field; fields nobody needs to read are left out."""
    told = []
    for name, value in after.items():
        if name not in _FIELDS or value in ("", None, [], {}):
            continue
        old = before.get(name)
        change = f"{_plain(old)} → {_plain(value)}" if old not in ("", None, [], {}) else _plain(value)
        told.append(f"{_FIELDS[name]}：{change}")
    return "；".join(told)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").isdigit() else text

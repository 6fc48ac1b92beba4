"""What the check-up page shows, from the check-up of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.ledger.breakdown import BreakdownRow
from tiaodu.engine.ledger.checkup import Checkup, CheckupItem
from tiaodu.foundation import clock
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.models import Document
from tiaodu.rooms.documents.words import day_words, finding_words, question_words

STRENGTHS = {
    5: _("确保、必须"),
    4: _("要完成"),
    3: _("要突破"),
    2: _("力争"),
    1: _("推动"),
}


def checkup_page(document: Document) -> dict[str, Any]:
    """The context of the check-up page: answer first, then the year, then what a person must look at."""
    view = selectors.reading_view(document)
    check = view.check
    return {
        "view": view,
        "check": check,
        "percent": round((check.share_checkable or 0) * 100),
        "day": clock.today(),
        "calendar": [_item(document, item) for month in check.months for item in month.items],
        "later": [_item(document, item) for item in check.later],
        "strengths": [(level, STRENGTHS[level], count) for level, count in check.strengths.items()],
        "commitments": list(check.commitments.items()),
        "problems": _problems(check),
        "rows": [
            (_("没有时限"), _("既没有日期，也没有触发事件：无法到期。"), _rows(check.undated)),
            (_("没有数字也没有节点"), _("无法判断怎样算完成。"), _rows(check.unmeasured)),
            (_("以事件为前提"), _("事件发生并登记后才开始计时。"), _rows(check.event_bound)),
        ],
    }


def _item(document: Document, item: CheckupItem) -> dict[str, Any]:
    url = f"{reverse('documents:detail', args=[document.pk])}#row-{item.task}"
    return {"date": item.due, "title": item.title, "text": item.words, "url": url, "day": day_words(item.due)}


def _problems(check: Checkup) -> list[tuple[Any, Any, list[str]]]:
    """Kinds of findings, each with what it means and its cases."""
    groups = (
        (_("合计不符"), _("分项相加不等于合计。"), check.sums),
        (_("前后不一"), _("同一口径、同一时限有不同数值。"), check.conflicts),
        (_("重复表述"), _("同一数字出现多次，入账只计一次。"), check.restated),
        (_("用词含糊"), _("没有明确含义，无法考核。"), check.vague),
        (_("合计相符"), _("分项相加等于合计。"), check.fitting),
    )
    return [(title, text, [finding_words(f) for f in found]) for title, text, found in groups]


def _rows(rows: Sequence[BreakdownRow]) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "title": row.title,
            "lead": row.lead,
            "event": row.event,
            "questions": question_words({"code": q.code, "params": q.params} for q in row.questions),
        }
        for row in rows
    ]

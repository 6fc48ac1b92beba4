"""A time limit as a person types it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.reading import Due, load_vocabulary, read
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.documents.records import DUE_FIELDS

NOTHING: dict[str, Any] = {
    "due_text": "",
    "due_start": None,
    "due_end": None,
    "due_event": "",
    "due_offset": None,
}


def due_fields(typed: str, *, plan_year: int, document_date: date | None) -> dict[str, Any]:
    """The fields of a time limit: 2024-06, 2024Q2, 6月底, 上半年 or 批复后5个工作日; empty for none.

    Words are read as in the plan itself. Invalid, naming what is accepted, when nothing can be read out of
    them.
    """
    text = typed.strip()
    if not text:
        return dict(NOTHING)
    due = _written(text) or _read(text, plan_year, document_date)
    if due is None:
        raise Invalid(
            _(
                "“%(typed)s”看不出时限。可以写：2024-06-30、2024-06、2024Q2、6月底、上半年、年底、批复后5个工作日。"
            )
            % {"typed": text[:40]}
        )
    values = (due.text or "", due.start, due.end, due.event or "", due.offset)
    return dict(zip(DUE_FIELDS, values, strict=True))


def _written(text: str) -> Due | None:
    try:
        period = Period.parse(text.replace("/", ".."))
    except ValueError:
        return None
    return Due(str(period), period.start, period.end)


def _read(text: str, plan_year: int, document_date: date | None) -> Due | None:
    """A phrase as the reader understands it in front of a step."""
    for sentence in (f"{text}完成项目建设。", f"待{text}内完成项目建设。", f"待{text}完成项目建设。"):
        found = read(sentence, document_date=document_date, plan_year=plan_year, vocabulary=load_vocabulary())
        due = next((s.due for s in found.statements if s.due is not None), None)
        if due is not None:
            return due
    return None

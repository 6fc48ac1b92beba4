"""A time limit as a person types it."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.numerals import parse_number
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.reading import Due, load_vocabulary, read
from tiaodu.engine.reading.dates import DateReader
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.documents.records import DUE_FIELDS

NOTHING: dict[str, Any] = {
    "due_text": "",
    "due_start": None,
    "due_end": None,
    "due_event": "",
    "due_offset": None,
}


_IN_FIGURES = re.compile(r"(\d{4})[./-](\d{1,2})(?:[./-](\d{1,2}))?")
_DAY = re.compile(r"(?P<month>\d{1,2})月(?:份)?(?P<day>\d{1,2})[日号]")
_BEFORE_DATE = re.compile(r"(?:截至|争取|力争|到|至|于|在)?")
_BEHIND_DATE = re.compile(r"(?:之前|以前|之内|以内|前|内|完成)?")
_EVENT = re.compile(r"[\w“”《》（）()·]{2,60}")
_DELAY = r"(?:之后|以后|后)(?:(?P<days>[\d一二三四五六七八九十]{1,4})个?工作日(?:之?内)?)?"


class DueRefused(Invalid):
    """Something of what was typed is not understood."""


class UnusualYear(Invalid):
    """A time limit more than a year away from the plan year: it must be confirmed."""

    def __init__(self, *, year: int, plan_year: int) -> None:
        super().__init__(
            _("时限落在 %(year)s 年，这份计划是 %(plan_year)s 年的。年份没有写错的，请勾选“年份无误”再保存。")
            % {"year": year, "plan_year": plan_year}
        )
        self.code = "unusual_year"


def due_fields(
    typed: str, *, plan_year: int, document_date: date | None, year_confirmed: bool = False
) -> dict[str, Any]:
    """The fields of a time limit: 2024-06, 2024Q2, 6月底, 上半年 or 批复后5个工作日; empty for none.

    Words are read as in the plan itself, but all of them must be understood. Invalid, naming what is
    accepted, when anything is left over or a day does not exist; :class:`UnusualYear` for a due more than a
    year away from the plan year, unless ``year_confirmed``.
    """
    text = typed.strip()
    if not text:
        return dict(NOTHING)
    due = _written(text) or _dated(text, plan_year) or _after_event(text, plan_year, document_date)
    if due is None:
        raise DueRefused(
            _(
                "“%(typed)s”看不出时限。可以写：2024-06-30、2024-06、2024Q2、6月底、上半年、年底、批复后5个工作日。"
            )
            % {"typed": text[:40]}
        )
    if due.end and abs(due.end.year - plan_year) > 1 and not year_confirmed:
        raise UnusualYear(year=due.end.year, plan_year=plan_year)
    values = (due.text or "", due.start, due.end, due.event or "", due.offset)
    return dict(zip(DUE_FIELDS, values, strict=True))


def _written(text: str) -> Due | None:
    """2024-06-30 and the like, with strokes or dots too."""
    if figures := _IN_FIGURES.fullmatch(text):
        text = "-".join(part.zfill(2) for part in figures.groups() if part)
    try:
        period = Period.parse(text.replace("/", ".."))
    except ValueError:
        return None
    return Due(str(period), period.start, period.end)


@lru_cache(maxsize=1)
def _dates() -> DateReader:
    raw = load_vocabulary().raw
    return DateReader(raw["periods"], raw["contexts"]["plans"])


def _dated(text: str, plan_year: int) -> Due | None:
    """A date phrase that is everything there is, and whose day exists."""
    text = "".join(text.split())
    found = _dates().find(text)
    if len(found) != 1:
        return None
    phrase = found[0]
    around = _BEFORE_DATE.fullmatch(text[: phrase.start]), _BEHIND_DATE.fullmatch(text[phrase.end :])
    try:
        due = phrase.resolve(phrase.year if phrase.year is not None else plan_year)
        day = _DAY.search(phrase.text)
        if day and due and due.end:
            date(due.end.year, int(day["month"]), int(day["day"]))
    except ValueError:
        return None
    return due if all(around) else None


def _after_event(text: str, plan_year: int, document_date: date | None) -> Due | None:
    """批复后5个工作日, as the reader understands it in front of a step."""
    for sentence in (f"待{text}内完成项目建设。", f"待{text}完成项目建设。"):
        found = read(sentence, document_date=document_date, plan_year=plan_year, vocabulary=load_vocabulary())
        due = next((s.due for s in found.statements if s.due is not None and s.due.event), None)
        if due is not None:
            return due if _is_all(due, text) else None
    return None


def _is_all(due: Due, text: str) -> bool:
    """Whether a due after an event says everything that was typed."""
    event = due.event or ""
    told = re.fullmatch(f"(?:待|自|在)?{re.escape(event)}{_DELAY}", text)
    if told is None or _EVENT.fullmatch(event) is None:
        return False
    return told["days"] is None or parse_number(told["days"]) == due.offset

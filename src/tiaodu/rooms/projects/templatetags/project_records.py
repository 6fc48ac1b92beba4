"""Words of repeats, promises and days for templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.rooms.projects.dayslist import law_days
from tiaodu.rooms.projects.likenesses import aside_words, reason_words
from tiaodu.rooms.projects.promiselist import percent, share_words
from tiaodu.rooms.projects.selectors.days import DaysRow
from tiaodu.rooms.projects.selectors.repeats import NAMED, RepeatRow

register = template.Library()
register.filter("share", percent)
register.filter("tally", share_words)

TABS = (
    ("projects:promises", _("承诺兑现")),
    ("projects:days", _("实际用时")),
    ("projects:repeats", _("疑似重复")),
)


@register.simple_tag(takes_context=True)
def record_tabs(context: Context) -> list[tuple[Any, str, bool]]:
    """The pages about what the record teaches, for the tag ``tabs``."""
    here = resolve(context["request"].path).view_name
    return [(title, reverse(name), here == name) for name, title in TABS]


@register.simple_tag
def days_strip(row: DaysRow) -> dict[str, float] | None:
    """Median, four in five and the limit as lengths of a strip; None where nothing was finished."""
    if row.taken.median is None or row.taken.p80 is None:
        return None
    limit = row.taken.promised if row.taken.promised is not None else law_days(row)
    scale = 130 / max(row.taken.median, row.taken.p80, limit or 0, 1)
    found = {"middle": round(row.taken.median * scale, 1), "far": round(row.taken.p80 * scale, 1)}
    return found | ({"mark": round(limit * scale, 1)} if limit else {})


@register.filter
def plain_fact(value: Any) -> str:
    """A fact as it stands in a comparison: a day in figures, anything else as it is."""
    return value.isoformat() if isinstance(value, date) else str(value)


@register.filter
def repeat_reasons(row: RepeatRow) -> list[str]:
    """Why two projects may be one: the strongest reasons; first what sets them aside."""
    if row.pair is None:
        return []
    told = [reason_words(reason) for reason in row.pair.reasons[:NAMED]]
    return [aside_words(row.pair), *told] if row.pair.aside else told

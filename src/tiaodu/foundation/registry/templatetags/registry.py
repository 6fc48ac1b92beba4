"""What the pages of the register have in common."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation import access
from tiaodu.foundation.audit.words import type_words
from tiaodu.foundation.registry import codes, measures
from tiaodu.foundation.registry.models import DuplicatePair, Measure, MeasureVersion, MergeRecord
from tiaodu.foundation.registry.selectors import pair_reasons

register = template.Library()

# The lists of the register; that of the subjects shows how their tasks stand, so it is a page of the ledger.
TABS = (
    ("ledger:subjects", pgettext_lazy("menu", "主体")),
    ("registry:liaison", _("包联")),
    ("registry:measures", _("指标口径")),
    ("registry:duplicates", _("疑似重复")),
    ("registry:regions", pgettext_lazy("menu", "地区")),
)


@register.simple_tag(takes_context=True)
def register_tabs(context: Context) -> list[tuple[Any, str, bool]]:
    """The lists of the register that this person may open, for the tag ``tabs``."""
    request = context["request"]
    found = []
    for name, title in TABS:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if access.may(request.user, resolve(url).func.access):  # type: ignore[attr-defined]
            found.append((title, url, request.path == url))
    return found


@register.filter
def industry(code: str) -> str:
    """An industry by code and name."""
    return codes.industry_words(code)


@register.filter
def industry_line(code: str) -> str:
    """What an industry belongs to: 制造业 › 橡胶和塑料制品业 › 橡胶制品业."""
    names = [entry.name for entry in codes.industries().line(code)[:-1]]
    return " › ".join(dict.fromkeys(names))


@register.filter
def name_words(row: Measure | MeasureVersion) -> str:
    """The name of a measure in the reader's language."""
    return measures.name_in_language(row)


@register.filter
def definition_words(row: Measure | MeasureVersion) -> str:
    """The definition of a measure in the reader's language."""
    return measures.definition_in_language(row)


@register.filter
def validity(measure: Measure) -> str:
    """From when to when a measure holds."""
    return measures.validity_words(measure)


@register.filter
def reasons(pair: DuplicatePair) -> list[str]:
    """Why two subjects may be one."""
    return pair_reasons(pair)


@register.filter
def moved(record: MergeRecord) -> list[tuple[str, int]]:
    """What a merge or its undoing moved: words of the table, number of rows."""
    counts: Counter[str] = Counter()
    for note in record.moved:
        counts[note["table"]] += len(note["rows"])
    return [(type_words(table), count) for table, count in counts.items()]

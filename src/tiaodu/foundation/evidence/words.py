"""A figure in words: its value, its period, and who reported it when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import display
from tiaodu.foundation.evidence.models import Evidence


def value_words(value: Decimal | None, unit: str) -> str:
    """A value as officials write it; a figure that was taken back says so."""
    return _("已撤回") if value is None else display(value, unit)


def period_words(start: date, end: date) -> str:
    """A period as people say it.

    >>> period_words(date(2024, 1, 1), date(2024, 4, 30))
    '2024年1—4月'
    >>> period_words(date(2024, 1, 1), date(2024, 4, 18))
    '2024-01-01 至 2024-04-18'
    """
    if start == end:
        return end.isoformat()
    whole = start.day == 1 and (end + timedelta(days=1)).day == 1
    if not whole or start.year != end.year:
        return _("%(start)s 至 %(end)s") % {"start": start.isoformat(), "end": end.isoformat()}
    if (start.month, end.month) == (1, 12):
        return _("%(year)s年") % {"year": start.year}
    if start.month == end.month:
        return _("%(year)s年%(first)s月") % _months(start, end)
    return _("%(year)s年%(first)s—%(last)s月") % _months(start, end)


def _months(start: date, end: date) -> dict[str, object]:
    """Year and months as numbers, and as names for languages that say them."""
    names = {"first_name": MONTHS[start.month], "last_name": MONTHS[end.month]}
    return {"year": start.year, "first": start.month, "last": end.month, **names}


def reporter_words(evidence: Evidence) -> str:
    """The reporting unit and the person."""
    unit = f"{evidence.department} " if evidence.department else ""
    return f"{unit}{evidence.reporter}"


def name_words(evidence: Evidence) -> str:
    """What a figure is about: subject, measure, period and series."""
    return _("%(subject)s %(measure)s %(period)s（%(series)s）") % {
        "subject": evidence.subject,
        "measure": evidence.measure,
        "period": period_words(evidence.period_start, evidence.period_end),
        "series": evidence.get_series_display(),
    }

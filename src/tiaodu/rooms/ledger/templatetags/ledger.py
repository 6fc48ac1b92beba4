"""Words of the ledger in templates."""

from __future__ import annotations

from typing import Any

from django import template

from tiaodu.foundation.evidence.words import period_words
from tiaodu.rooms.ledger.words import measure_name

register = template.Library()


@register.filter
def measured(measure: Any) -> str:
    """The name of a measure in the reader's language; empty without one."""
    return measure_name(measure) if measure else ""


@register.filter
def period(figure: Any) -> str:
    """What a figure speaks of, as people say it: 2024年1—6月."""
    return period_words(figure.period_start, figure.period_end)

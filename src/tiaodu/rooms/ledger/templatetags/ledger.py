"""Words of the ledger in templates."""

from __future__ import annotations

from typing import Any

from django import template

from tiaodu.rooms.ledger.words import measure_name

register = template.Library()


@register.filter
def measured(measure: Any) -> str:
    """The name of a measure in the reader's language; empty without one."""
    return measure_name(measure) if measure else ""

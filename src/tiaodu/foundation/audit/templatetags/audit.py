"""The log in templates of other rooms."""

from __future__ import annotations

from django import template

from tiaodu.foundation.audit import words
from tiaodu.foundation.audit.models import AuditEntry

register = template.Library()


@register.filter
def action_words(action: str) -> str:
    """An action as people read it."""
    return words.action_words(action)


@register.filter
def change_rows(entry: AuditEntry) -> list[dict[str, str]]:
    """What an act changed, field by field."""
    return words.value_rows(entry.object_type, entry.before, entry.after)

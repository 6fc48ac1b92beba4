"""Filters of the templates of items."""

from __future__ import annotations

from typing import Any

from django import template

from tiaodu.foundation.items.lists import shown as row_shown
from tiaodu.foundation.items.selectors.rows import ItemRow

register = template.Library()


@register.filter
def shown(entry: Any) -> ItemRow:
    """The row of an entry, made once a page."""
    return row_shown(entry)


@register.filter
def number(entry: Any) -> str:
    """The number of an item as offices write it."""
    return row_shown(entry).number

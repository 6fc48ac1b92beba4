"""How units on their way into the statistics look."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from tiaodu.engine.kernel.display import number_text
from tiaodu.engine.stages.model import Label
from tiaodu.foundation import access
from tiaodu.rooms.returns.entry import words
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow
from tiaodu.rooms.returns.entry.tables import words_in

register = template.Library()


@register.filter
def may(user: Any, permission: str) -> bool:
    """Whether the person has a permission."""
    return access.may(user, permission)


@register.filter
def label(name: Label) -> str:
    """A name of a table in the reader's language."""
    return words_in(name)


@register.filter
def wan(amount: Decimal | float | None) -> str:
    """An amount of 万元 with one place."""
    return "—" if amount is None else number_text(Decimal(str(amount)).quantize(Decimal("0.1")))


@register.filter
def percent(chance: Any) -> str:
    """A chance as whole percent."""
    return words.percent(chance)


@register.filter
def entry_light(verdict: str) -> str:
    """The light of a verdict."""
    return words.LIGHTS[verdict]


@register.filter
def entry_verdict(verdict: str) -> str:
    """A verdict in words."""
    return str(words.VERDICTS[verdict])


@register.filter
def why_absent(row: EntryRow) -> str:
    """What stands between an absent unit and the list."""
    return words.why_absent(row)

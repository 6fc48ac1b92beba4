"""Words of steps for templates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import number_text
from tiaodu.engine.projects.lights import Colour, Light
from tiaodu.engine.stages.standing import Standing
from tiaodu.foundation import access
from tiaodu.rooms.projects.investing import percent
from tiaodu.rooms.projects.selectors.rows import ProjectRow, wait_words
from tiaodu.rooms.projects.sheets import wan
from tiaodu.rooms.projects.tables import words_in
from tiaodu.rooms.projects.words import light_reason, light_state, light_word

register = template.Library()
register.filter("wait_words", wait_words)
register.filter("in_words", words_in)


@register.simple_tag
def step_name(standing: Standing) -> str:
    """The name of a step in the reader's language."""
    return words_in(standing.step.name)


@register.simple_tag
def step_doer(row: ProjectRow, standing: Standing) -> str:
    """Who does a step."""
    return row.doer(standing)


@register.inclusion_tag("ui/light.html")
def project_light(colour: Colour) -> dict[str, str]:
    """The colour of a project with the reason in words; what is missing for one is told on its page."""
    found = colour.light
    reason = "" if found is Light.UNKNOWN else light_reason(colour)
    return {"state": light_state(found), "word": light_word(found), "reason": reason}


@register.filter
def in_wan(amount: Decimal | None) -> str:
    """An amount of 元 in 万元, without the unit; a dash where there is none."""
    found = wan(amount)
    return "—" if found is None else number_text(found)


@register.filter
def share_words(share: Decimal | None) -> str:
    """A share of one as a percentage; a dash where there is none."""
    return "—" if share is None else percent(share)


@register.filter
def may(user: Any, permission: str) -> bool:
    """Whether the person has a permission."""
    return access.may(user, permission)


@register.simple_tag
def span(first: date | None, last: date | None) -> str:
    """Two days of a span, the year once: 2024-03-01 — 06-30."""
    if first is None or last is None:
        return "—"
    if first == last:
        return first.isoformat()
    end = last.isoformat()[5:] if first.year == last.year else last.isoformat()
    return _("%(first)s 至 %(last)s") % {"first": first.isoformat(), "last": end}


@register.filter
def listed(words: Iterable[str]) -> str:
    """Words one after the other as the reader's language lists them."""
    return _("、").join(words)

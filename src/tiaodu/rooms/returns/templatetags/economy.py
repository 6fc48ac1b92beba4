"""Tags of the economy pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.returns.disclosure import TOTAL
from tiaodu.foundation.evidence.selectors import is_unit
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.economy.words import DOTS, LIGHT_WORDS, language, measure_words
from tiaodu.rooms.returns.templatetags.returns import mark, opens

register = template.Library()


@register.inclusion_tag("ui/light.html")
def signal(row: Any) -> dict[str, Any]:
    """The light of a line with the words of its rule."""
    found = row.signal
    reason = found.words.in_(language()) if found.words else ""
    return {"state": DOTS[found.light], "word": LIGHT_WORDS[found.light], "reason": reason}


@register.simple_tag
def measure_name(measure: Measure) -> str:
    """A measure in the reader's language."""
    return measure_words(measure)


@register.simple_tag
def sum_address(row: Any, part: str = "year") -> str:
    """Where a sum of the board says what it is made of."""
    sector, zone = row.place
    asked = {"month": str(row.period), "part": part}
    asked |= {"sector": sector} if sector != TOTAL else {}
    asked |= {"zone": zone} if zone != TOTAL else {}
    return f"{reverse('returns:economy_sum', args=[row.measure.code])}?{urlencode(asked)}"


@register.inclusion_tag("returns/economy/_tabs.html", takes_context=True)
def economy_tabs(context: Any, here: str, month: Any) -> dict[str, Any]:
    """The pages about a month side by side, those a person may open."""
    pages = [
        ("economy", _("看板"), "returns:economy"),
        ("analysis", _("月度分析"), "returns:economy_analysis"),
        ("flags", _("待核对的数字"), "returns:economy_flags"),
        ("leading", _("链主和配套"), "returns:leading"),
        ("platforms", _("平台企业"), "returns:platforms"),
    ]
    user, path = context["request"].user, context["request"].path
    if is_unit(user):
        return {"items": []}  # its own pages stand among the sections
    query = f"?month={month}" if month else ""
    return {
        "items": [
            (title, reverse(name) + query, mark(path, reverse(name)) if key == here else "")
            for key, title, name in pages
            if opens(user, name)
        ]
    }

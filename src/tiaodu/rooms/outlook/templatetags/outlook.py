"""What the pages of the room share."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation import access

register = template.Library()

# The pages of the room: title, name of the address, names of further pages below it.
TABS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (pgettext_lazy("menu", "研判"), "outlook:list", ("outlook:outlook",)),
    (_("值得先做"), "outlook:worth", ()),
    (_("如果……"), "outlook:what-if", ("outlook:scenario",)),
    (_("存下的设想"), "outlook:scenarios", ("outlook:compare",)),
    (_("我的估计"), "outlook:estimates", ("outlook:estimate",)),
    (_("说得准不准"), "outlook:scores", ()),
)


@register.simple_tag(takes_context=True)
def outlook_tabs(context: Context) -> list[tuple[Any, str, Any]]:
    """The pages of the room this person may open, for the tag ``tabs``; none where it is only one."""
    request = context["request"]
    here = resolve(request.path).view_name
    found = []
    for title, name, below in TABS:
        url = reverse(name)
        if access.may(request.user, resolve(url).func.access):  # type: ignore[attr-defined]
            found.append((title, url, here == name or ("true" if here in below else False)))
    return found if len(found) > 1 else []

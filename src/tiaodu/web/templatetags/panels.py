"""The places on a page that other rooms fill: ``{% panels "ledger.task" task.pk %}``."""

from __future__ import annotations

import logging
from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse

from tiaodu.foundation.slots import selectors

logger = logging.getLogger(__name__)
register = template.Library()


@register.inclusion_tag("ui/panels.html", takes_context=True)
def panels(context: Context, slot: str, *about: Any) -> dict[str, Any]:
    """A place for each panel of a slot that the person may open; htmx fills it once the page is there.

    ``about`` is handed on to the panels' addresses. A panel whose address does not take it is left out and
    logged: the page it stands on must not suffer.
    """
    request = context["request"]
    places = []
    for panel in selectors.panels_of(slot, request.user):
        try:
            url = reverse(panel.url_name, args=about)
        except NoReverseMatch:
            logger.exception("panel %s does not fit slot %s", panel.url_name, slot)
            continue
        places.append({"panel": panel, "url": url})
    return {"places": places}

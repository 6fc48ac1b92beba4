"""The answer of a panel's view: the part alone for the page that asked, a page of its own for a link."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse


def respond(request: HttpRequest, template: str, context: dict[str, Any], *, title: Any) -> TemplateResponse:
    """Render ``template``, a fragment without a heading of its own; ``title`` heads it on a page alone."""
    alone = not request.headers.get("HX-Request")
    shown = {**context, "title": title, "fragment": template}
    answer = TemplateResponse(request, "web/panel.html" if alone else template, shown)
    answer["Vary"] = "HX-Request"
    return answer

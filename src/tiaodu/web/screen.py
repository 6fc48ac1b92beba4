"""The big screen of the meeting room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from tiaodu.foundation.access import access


@access("screen.read")
def screen(request: HttpRequest) -> HttpResponseBase:
    """Headline figures, lights, what is due and what changed; still, until evidence changes."""
    return render(request, "web/screen.html")

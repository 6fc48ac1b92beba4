"""Turns refusals into pages, and for htmx into a notice on the page that asked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlparse

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from tiaodu.foundation.refusal import Refusal
from tiaodu.web import errors


class RefusalMiddleware:
    """Answers what was refused. Innermost, so that the page has the person's day and language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.status_code == 302
            and request.headers.get("HX-Request")
            and _to_login(response["Location"])
        ):
            # The log-in page must fill the window, not the place the fragment was asked for.
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
            return answer
        if response.status_code == 405 and not response.content:
            answer = errors.page(request, 405)
            answer["Allow"] = response["Allow"]
            return answer
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return errors.too_large(request, exception)
        return None


def _to_login(location: str) -> bool:
    return urlparse(location).path == resolve_url(settings.LOGIN_URL)

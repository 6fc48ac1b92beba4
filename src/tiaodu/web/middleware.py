"""Turns refusals into pages, and for htmx into a notice on the page that asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from tiaodu.foundation.access import PUBLIC
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.views import log_out
from tiaodu.foundation.refusal import Refusal
from tiaodu.web import errors

OUTSIDE = frozenset({"firm", "bank"})  # roles of people who are no officials
PHONE = re.compile(r"\b(Mobile|iPhone|Android)\b")


def _is_phone_of_an_official(request: HttpRequest) -> bool:
    user = request.user
    official = isinstance(user, User) and not OUTSIDE.issuperset(user.roles)
    return official and bool(PHONE.search(request.headers.get("User-Agent", "")))


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

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """One setting turns the phone side for officials off; they can still log out."""
        if settings.TIAODU_PHONE_FOR_OFFICIALS or getattr(view, "access", PUBLIC) == PUBLIC:
            return None
        if view is log_out or not _is_phone_of_an_official(request):
            return None
        return errors.page(request, 403, _("本县没有开放干部手机端。请在办公电脑上使用。"))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return errors.too_large(request, exception)
        return None


def _to_login(location: str) -> bool:
    return urlparse(location).path == resolve_url(settings.LOGIN_URL)

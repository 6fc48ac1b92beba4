"""What surrounds every request: its id, who acts, the language, and the day pages are shown as of."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import check_for_language

from tiaodu.foundation import clock

if TYPE_CHECKING:
    from tiaodu.foundation.accounts.models import User

DAY_IN_SESSION = "day"
SIGNED_IN_AT = "signed_in_at"
# What somebody with a one-time password may open before she has chosen her own.
BEFORE_OWN_PASSWORD = frozenset({"accounts:password", "accounts:logout", "set-language"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act comes from: the request's id, address and the request; all empty for a command."""

    request_id: str = ""
    address: str | None = None
    request: HttpRequest | None = None


_NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


def origin() -> Origin:
    """The origin of what is being done now."""
    return _origin.get()


@contextmanager
def from_nowhere() -> Iterator[None]:
    """What is recorded inside keeps neither the request nor the address: for acts that are secret as a ballot
    is, of which the log says that they were done and not by whom.
    """
    token = _origin.set(_NOWHERE)
    try:
        yield
    finally:
        _origin.reset(token)


def acting() -> User | None:
    """Who is logged in where the request comes from; None for a command and for somebody not logged in."""
    request = _origin.get().request
    user: Any = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def chosen_day(request: HttpRequest) -> date | None:
    """The day this person looks at; only the demo lets one choose."""
    text = request.session.get(DAY_IN_SESSION) if settings.TIAODU_DEMO else None
    return date.fromisoformat(text) if text else None


def chosen_language(request: HttpRequest) -> str:
    """The language chosen on this browser, else the person's own, else the product's first."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        return chosen
    return str(getattr(request.user, "language", "") or settings.LANGUAGE_CODE)


def _end_old_session(request: HttpRequest) -> None:
    """A session lasts so many seconds from logging in, whether used or not."""
    began = request.session.get(SIGNED_IN_AT)
    if began is not None and timezone.now().timestamp() - began > settings.SESSION_COOKIE_AGE:
        auth.logout(request)


class RequestMiddleware:
    """Sets origin, language and day of a request, ends old sessions, asks for one's own password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = str(uuid.uuid4())  # type: ignore[attr-defined]
        token = _origin.set(Origin(request.id, request.META.get("REMOTE_ADDR"), request))  # type: ignore[attr-defined]
        try:
            _end_old_session(request)
            translation.activate(chosen_language(request))
            request.LANGUAGE_CODE = translation.get_language()
            with clock.as_of(chosen_day(request)):
                return self.get_response(request)
        finally:
            _origin.reset(token)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Send somebody with a one-time password to where she chooses her own."""
        match = request.resolver_match
        if not getattr(request.user, "must_change_password", False):
            return None
        if match is not None and match.view_name in BEFORE_OWN_PASSWORD:
            return None
        return redirect("accounts:password")

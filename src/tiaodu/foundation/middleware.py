"""What surrounds every request: an id for the audit log, who acts, and the day pages are shown as of."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tiaodu.foundation import clock

DAY_IN_SESSION = "day"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act comes from: the request's id and address; both empty for a command."""

    request_id: str = ""
    address: str | None = None


_origin: ContextVar[Origin] = ContextVar("origin", default=Origin())


def origin() -> Origin:
    """The origin of what is being done now."""
    return _origin.get()


def chosen_day(request: HttpRequest) -> date | None:
    """The day this person looks at; only the demo lets one choose."""
    text = request.session.get(DAY_IN_SESSION) if settings.TIAODU_DEMO else None
    return date.fromisoformat(text) if text else None


class RequestMiddleware:
    """Sets the origin and the day for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _origin.set(Origin(str(uuid.uuid4()), request.META.get("REMOTE_ADDR")))
        try:
            with clock.as_of(chosen_day(request)):
                return self.get_response(request)
        finally:
            _origin.reset(token)

"""What is noted when somebody comes in, or fails to."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from tiaodu.foundation.accounts.services import failure_record
from tiaodu.foundation.middleware import SIGNED_IN_AT


@receiver(user_logged_in)
def began(request: HttpRequest, **_values: Any) -> None:
    """The session knows when it began: it ends eight hours later, used or not."""
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], **_values: Any) -> None:
    failure_record(str(credentials.get("username", "")), locked=False)


@receiver(user_locked_out)
def locked(username: str | None, **_values: Any) -> None:
    failure_record(username or "", locked=True)

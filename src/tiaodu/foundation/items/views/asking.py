"""What the views of items share: who asks, what was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.kinds import PROOF
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What was sent with a form; nothing when it is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def stored(user: User, form: forms.Form) -> StoredFile | None:
    """The file handed in with a form, kept."""
    file = form.cleaned_data.get("proof") or form.cleaned_data.get("file")
    if not file:
        return None
    return file_store(user=user, name=file.name or "proof", data=file.read(), allowed=PROOF)

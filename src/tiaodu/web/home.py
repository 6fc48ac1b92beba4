"""The first page of each role: the answer first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from tiaodu.foundation.access import SIGNED_IN, access
from tiaodu.foundation.accounts.models import User


@access(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponseBase:
    """The page of the person's first role; an information clerk goes straight to reading."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    if "clerk" in user.roles[:1]:
        return redirect("documents:try")
    return render(request, "web/home.html")

"""How a page with one form answers: the form is shown, refused with words at its fields, or carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tiaodu.foundation.refusal import Invalid

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def answer(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    context: dict[str, Any],
    act: Callable[[], tuple[str, str]],
) -> HttpResponse:
    """Carry out ``act`` when the form is sent and right: it gives the words and the address to go on at.

    What is refused is said on the form, nothing typed is lost.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                done, url = act()
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, done)
            return redirect(url)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)


def posted(request: HttpRequest) -> Any:
    """What was sent, or None."""
    return request.POST if request.method == "POST" else None

"""The 包联 table: by subject and by person, and its rows assigned, handed on, ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.views import person
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.forms import AssignForm, EndForm, RetractForm, TransferForm
from tiaodu.foundation.registry.lists import LiaisonList, LoadList
from tiaodu.foundation.registry.models import Liaison


@access("subjects.read")
@require_GET
def liaison(request: HttpRequest) -> HttpResponse:
    """Who looks after which firm, mine, project, park and facility today; ``by=person`` turns the table."""
    user, by_person = person(request), request.GET.get("by") == "person"
    rows = selectors.liaison_rows(user)
    loads = selectors.loads(rows)
    page: Any = LoadList(request, loads) if by_person else LiaisonList(request, rows)
    officers = [load for load in loads if load.role == Liaison.Role.OFFICER]
    context = {
        "by_person": by_person,
        "subjects": sum(1 for row in rows if row.liaisons),
        "without": sum(1 for row in rows if row.officer is None),
        "officers": len(officers),
        "most": officers[0] if officers else None,
    }
    return page.respond("registry/liaison.html", context)  # type: ignore[no-any-return]


def _answer(
    request: HttpRequest,
    form: forms.Form,
    template: str,
    subject: Any,
    act: Callable[[], object],
    **more: Any,
) -> HttpResponse:
    """Do what the form asks for and go back to the subject, or show the form with what is wrong."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已保存。"))
            return redirect("registry:subject", subject.pk)
    context = {"form": form, "subject": subject, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@access("registry.liaison")
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Let somebody look after a subject."""
    user = person(request)
    found = selectors.subject_for(user, subject_id)
    initial = {"valid_from": clock.today(), "role": request.GET.get("role", "officer")}
    form = AssignForm(found.region, _data(request), initial=initial)

    def act() -> object:
        told = form.cleaned_data
        return services.liaison_assign(
            user=user,
            subject_id=found.pk,
            role=told["role"],
            who=form.who(told["role"]),
            valid_from=told["valid_from"],
            source=told["source"],
        )

    return _answer(request, form, "registry/liaison_form.html", found, act)


@access("registry.liaison")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, liaison_id: int) -> HttpResponse:
    """Hand a subject on to another person or department."""
    user = person(request)
    row = selectors.liaison_for(user, liaison_id)
    initial = {"valid_from": clock.today(), "version": row.version}
    form = TransferForm(row.subject.region, _data(request), initial=initial)

    def act() -> object:
        told = form.cleaned_data
        return services.liaison_transfer(
            user=user,
            liaison_id=row.pk,
            version=told["version"],
            who=form.who(row.role),
            first_day=told["valid_from"],
            source=told["source"],
            reason=told["reason"],
        )

    return _answer(request, form, "registry/liaison_form.html", row.subject, act, row=row)


@access("registry.liaison")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, liaison_id: int) -> HttpResponse:
    """Say until when somebody looked after a subject."""
    user = person(request)
    row = selectors.liaison_for(user, liaison_id)
    initial = {"last_day": row.valid_to or clock.today(), "version": row.version}
    form = EndForm(_data(request), initial=initial)

    def act() -> object:
        return services.liaison_end(user=user, liaison_id=row.pk, **form.cleaned_data)

    return _answer(request, form, "registry/liaison_end.html", row.subject, act, row=row)


@access("registry.liaison")
@require_http_methods(["GET", "HEAD", "POST"])
def retract(request: HttpRequest, liaison_id: int) -> HttpResponse:
    """Say that a row was entered by mistake."""
    user = person(request)
    row = selectors.liaison_for(user, liaison_id)
    form = RetractForm(_data(request), initial={"version": row.version})

    def act() -> object:
        return services.liaison_retract(user=user, liaison_id=row.pk, **form.cleaned_data)

    return _answer(request, form, "registry/liaison_end.html", row.subject, act, row=row, mistake=True)

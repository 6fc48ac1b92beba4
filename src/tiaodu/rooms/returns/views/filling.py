"""What the unit does with a return, at phone width in five minutes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation.access import access, who
from tiaodu.foundation.lists.export import XLSX
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.forms import FileForm
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.presenting import cells_of, context_of, typed_of
from tiaodu.rooms.returns.selectors.rows import row_of
from tiaodu.rooms.returns.services.filling import form_of
from tiaodu.rooms.returns.sheets import template_for
from tiaodu.rooms.returns.views.returns import page_of


def version_of(request: HttpRequest) -> int:
    """The version the page was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@access("returns.fill")
@require_POST
def check(request: HttpRequest, return_id: int) -> HttpResponse:
    """While typing: keep the draft and say what strikes about each cell."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    form = form_of(row)
    typed = typed_of(form, request.POST)
    if not row.is_in:
        try:
            row = services.return_draft(user=user, return_id=row.pk, typed=typed)
        except Invalid:  # what was typed last is checked while it is being sent: there is no draft any more
            row.refresh_from_db()
    cells = cells_of(row, form, typed=typed, for_firm=True)
    return render(request, "returns/_said.html", {"cells": cells, "kept": not row.is_in})


@access("returns.fill")
@require_POST
def send(request: HttpRequest, return_id: int) -> HttpResponse:
    """Send a return. What is refused is said at its cell, and nothing typed is lost."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    form = form_of(row)
    typed = typed_of(form, request.POST)
    if row.waits:
        services.return_draft(user=user, return_id=row.pk, typed=typed)
    try:
        done = services.return_submit(
            user=user,
            return_id=row.pk,
            version=version_of(request),
            typed=typed,
            text=request.POST.get("text", ""),
        )
    except Invalid as refusal:
        row.refresh_from_db()
        return _again(request, row, typed, refusal)
    messages.success(request, _("已报出。如发现差错，可以随时更正并写明原因。"))
    return redirect("returns:return", done.pk)


def _again(
    request: HttpRequest, row: Return, typed: dict[str, str], refusal: Invalid, template: str = ""
) -> HttpResponse:
    """The same page with what was typed, and what was refused."""
    messages.error(request, str(refusal.message))
    form = form_of(row)
    cells = cells_of(row, form, typed=typed, wrong=refusal.details, for_firm=True)
    if not template:
        return page_of(request, row, cells, status=422)
    context = {"row": row_of(row), "reason": request.POST.get("text", "")}
    context |= context_of(row, form, cells, unit=True)
    return render(request, template, context, status=422)


@access("returns.fill")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, return_id: int) -> HttpResponse:
    """Correct figures with a reason; the old values stay."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    form = form_of(row)
    if request.method != "POST":
        cells = cells_of(row, form, for_firm=True)
        context = {"row": row_of(row), **context_of(row, form, cells, unit=True)}
        return render(request, "returns/correct.html", context)
    typed = typed_of(form, request.POST)
    try:
        services.return_correct(
            user=user,
            return_id=row.pk,
            version=version_of(request),
            typed=typed,
            reason=request.POST.get("text", ""),
        )
    except Invalid as refusal:
        return _again(request, row, typed, refusal, "returns/correct.html")
    messages.success(request, _("已更正；原来的数和原因都留在记录里。"))
    return redirect("returns:return", row.pk)


def _act(request: HttpRequest, return_id: int, act: Callable[..., object], done: str) -> HttpResponse:
    """Do something with words, and go back to the return. ``act`` takes user, return_id, version."""
    row = selectors.return_for(who(request), return_id)
    try:
        act(user=who(request), return_id=return_id, version=version_of(request))
    except Invalid as refusal:
        row.refresh_from_db()
        messages.error(request, str(refusal.message))
        return page_of(request, row, cells_of(row, form_of(row), for_firm=True), status=422)
    messages.success(request, done)
    return redirect("returns:return", row.pk)


def _words(request: HttpRequest) -> str:
    return request.POST.get("text", "")


@access("returns.fill")
@require_POST
def nothing(request: HttpRequest, return_id: int) -> HttpResponse:
    """Say that there is nothing to report."""
    act = partial(services.return_nothing, reason=_words(request))
    return _act(request, return_id, act, _("已报为本期无数据。"))


@access("returns.fill")
@require_POST
def decline(request: HttpRequest, return_id: int) -> HttpResponse:
    """Leave a form that may be refused unanswered."""
    act = partial(services.return_decline, reason=_words(request))
    return _act(request, return_id, act, _("已记为不填。想填时随时可以再填。"))


@access("returns.fill")
@require_POST
def confirm(request: HttpRequest, return_id: int) -> HttpResponse:
    """Stand by the figures, or explain them."""
    act = partial(services.return_confirm, reason=_words(request))
    return _act(request, return_id, act, _("已确认，数没有改动。"))


@access("returns.fill")
@require_POST
def answer(request: HttpRequest, return_id: int) -> HttpResponse:
    """Explain to the official who asked."""
    act = partial(services.return_answer, text=_words(request))
    return _act(request, return_id, act, _("已说明。"))


@access("returns.open")
@require_GET
def table(request: HttpRequest, return_id: int) -> HttpResponse:
    """The Excel table to fill for one return."""
    row = selectors.return_for(who(request), return_id)
    answered = HttpResponse(template_for(row, form_of(row), row.draft), content_type=XLSX)
    answered["Content-Disposition"] = f'attachment; filename="{row.type}-{row.period}.xlsx"'
    answered["X-Content-Type-Options"] = "nosniff"
    return answered


@access("returns.fill")
@require_POST
def upload(request: HttpRequest, return_id: int) -> HttpResponse:
    """Read the unit's own table into the form."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请先选择文件。"))
        return redirect("returns:return", row.pk)
    file = form.cleaned_data["file"]
    try:
        read = services.file_fill(user=user, return_id=row.pk, data=file.read(), filename=file.name)
    except Invalid as refusal:
        messages.error(request, str(refusal.message))
        return redirect("returns:return", row.pk)
    row.refresh_from_db()
    messages.success(request, _("已填入 %(count)s 项，请核对后报出。") % {"count": len(read.typed)})
    for note in read.notes:
        messages.info(request, note)
    cells = cells_of(row, form_of(row), wrong=read.wrong, for_firm=True)
    return page_of(request, row, cells, status=422 if read.wrong else 200)


@access("returns.fill")
@require_POST
def take(request: HttpRequest, brought_id: int) -> HttpResponse:
    """Take over what stands in a file an official handed in: it becomes the draft."""
    row = services.brought_take(user=who(request), brought_id=brought_id)
    messages.success(request, _("已填入表里，请核对后报出；没有报出以前不算数。"))
    return redirect("returns:return", row.pk)


@access("returns.fill")
@require_POST
def refuse(request: HttpRequest, brought_id: int) -> HttpResponse:
    """Say that a file an official handed in is not the unit's."""
    reason = request.POST.get("text", "")
    row = services.brought_refuse(user=who(request), brought_id=brought_id, reason=reason)
    messages.success(request, _("已退回这个文件。"))
    return redirect("returns:return", row.pk)

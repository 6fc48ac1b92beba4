"""What an official does with a return: remind, ask, send back, hand in a file. Nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.forms import FileForm, WordsForm
from tiaodu.rooms.returns.presenting import cells_of
from tiaodu.rooms.returns.services.filling import form_of
from tiaodu.rooms.returns.views.returns import page_of


def _words(
    request: HttpRequest, return_id: int, act: Callable[..., object], done: str, *, version: bool = True
) -> HttpResponse:
    """Send words to the unit. What is refused is told, and the words come back."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    form = form_of(row)
    words = WordsForm(request.POST, offered=[(asked.measure, asked.measure) for asked in form.asked])
    words.is_valid()
    told: dict[str, Any] = {"user": user, "return_id": row.pk, "text": request.POST.get("text", "")}
    if version:
        told["version"] = words.cleaned_data.get("version") or 0
        told["measures"] = words.cleaned_data.get("measures") or ()
    try:
        act(**told)
    except Invalid as refusal:
        row.refresh_from_db()
        messages.error(request, str(refusal.message))
        return page_of(request, row, cells_of(row, form, for_firm=False), status=422)
    messages.success(request, done)
    return redirect("returns:return", row.pk)


@access("returns.question")
@require_POST
def remind(request: HttpRequest, return_id: int) -> HttpResponse:
    """Remind the unit."""
    return _words(request, return_id, services.return_remind, _("已提醒企业。"), version=False)


@access("returns.question")
@require_POST
def question(request: HttpRequest, return_id: int) -> HttpResponse:
    """Ask the unit about its figures."""
    return _words(request, return_id, services.return_question, _("已询问；企业说明以前数不变。"))


@access("returns.question")
@require_POST
def send_back(request: HttpRequest, return_id: int) -> HttpResponse:
    """Send a return back with the reason."""

    def act(*, text: str, **told: Any) -> object:
        return services.return_send_back(reason=text, **told)

    return _words(request, return_id, act, _("已退回；更正由企业自己做。"))


@access("returns.bring")
@require_POST
def bring(request: HttpRequest, return_id: int) -> HttpResponse:
    """Hand in a table the firm has filled."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请先选择文件。"))
        return redirect("returns:return", row.pk)
    file = form.cleaned_data["file"]
    try:
        services.file_bring(user=user, return_id=row.pk, data=file.read(), filename=file.name)
    except Invalid as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("已代交，待企业确认；确认以前不算数。"))
    return redirect("returns:return", row.pk)

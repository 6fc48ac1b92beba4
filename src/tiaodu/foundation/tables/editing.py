"""Proposing a change: cells typed or read from Excel, the difference before anything is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tiaodu.foundation.access import access, require, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.services import clean_name
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables import presenting, services
from tiaodu.foundation.tables.cells import CellError, read_cell
from tiaodu.foundation.tables.declaring import Table
from tiaodu.foundation.tables.drafts import Draft
from tiaodu.foundation.tables.fields import as_read, pointed
from tiaodu.foundation.tables.forms import ProposalForm
from tiaodu.foundation.tables.overview import confidence_words
from tiaodu.foundation.tables.selectors import TableData
from tiaodu.foundation.tables.services import Faulty, Proposal
from tiaodu.foundation.tables.versions import body_of, replaced_by
from tiaodu.foundation.tables.views import day_asked, table_or_404
from tiaodu.foundation.tables.workbooks import read_workbook


@access("tables.propose")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a change. ``act`` says which button was pressed; without one the form is opened."""
    user, table = who(request), table_or_404(code)
    require(user, table.propose)
    region = _region(user)
    if request.method != "POST":
        day = day_asked(request)
        now = replaced_by(table, region, day)
        initial = {"valid_from": day, "based_on": now.version_id if now else None}
        return _form(request, Draft.of_body(table, body_of(now)), ProposalForm(initial=initial), now)
    draft, form = Draft.of_form(table, request.POST), ProposalForm(request.POST)
    act = request.POST.get("act", "review")
    if act == "import":
        return _import(request, draft, region)
    if act == "edit" or draft.change(act):
        return _unchecked(request, draft, region)
    return _send(request, draft, form, region, sent=act == "send")


def _region(user: User) -> Region:
    if user.region is None:
        raise NotFound(_("您还没有归到一个地区，不能提议。请联系系统管理员。"))
    return user.region


def _import(request: HttpRequest, draft: Draft, region: Region) -> HttpResponse:
    """The rows of a workbook in the form, with all that is wrong; nothing is stored."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("请先选择一个 Excel 文件。表里的内容没有变化。"))
        return _unchecked(request, draft, region)
    name = clean_name(file.name or "")
    try:
        read = Draft(draft.table, read_workbook(draft.table, file.read(), name))
    except Invalid as refusal:
        messages.error(request, f"{refusal.message} {_('表里的内容没有变化。')}")
        return _unchecked(request, draft, region)
    read.check()
    count = len(read.rows) if draft.table.has_rows else len(draft.table.columns)
    words = ngettext(
        "从“%(name)s”读入 %(count)s 行，还没有提交。请核对。",
        "从“%(name)s”读入 %(count)s 行，还没有提交。请核对。",
        count,
    )
    messages.success(request, words % {"name": name, "count": count})
    return _unchecked(request, read, region)


def _unchecked(request: HttpRequest, draft: Draft, region: Region) -> HttpResponse:
    """The form again with what was typed, the head not judged yet."""
    form = ProposalForm(initial={name: request.POST.get(name, "") for name in ProposalForm.base_fields})
    return _form(request, draft, form, _base(draft.table, region, form))


def _base(table: Table, region: Region, form: ProposalForm) -> TableData | None:
    """What holds on the day the form asks for, as far as it can be told."""
    asked = ProposalForm.base_fields["valid_from"].to_python
    try:
        day = asked(form["valid_from"].value())
    except ValueError:
        day = None
    return replaced_by(table, region, day) if day else None


def _send(
    request: HttpRequest, draft: Draft, form: ProposalForm, region: Region, *, sent: bool
) -> HttpResponse:
    """Show the difference, or send the proposal; whatever is wrong is said in the form, nothing is lost."""
    body = draft.check()
    if not form.is_valid() or body is None:
        return _form(request, draft, form, _base(draft.table, region, form))
    told = {"user": who(request), "code": draft.table.code, "region": region, "body": body, **form.told()}
    try:
        if sent:
            version = services.version_propose(**told)
            messages.success(request, _("已提交。另一人确认以后，从生效日起按新内容办理。"))
            return redirect("tables:version", version.pk)
        return _review(request, draft, form, services.proposal_check(**told))
    except Stale:
        return _overtaken(request, draft, form, region)
    except Faulty as refusal:
        draft.faults = refusal.faults
    except Invalid as refusal:
        form.add_error(None, str(refusal.message))
    return _form(request, draft, form, _base(draft.table, region, form))


def _overtaken(request: HttpRequest, draft: Draft, form: ProposalForm, region: Region) -> HttpResponse:
    """Another version holds on that day than the form began with: show how it differs, go on from there."""
    now = replaced_by(draft.table, region, form.cleaned_data["valid_from"])
    data = request.POST.copy()
    data["based_on"] = str(now.version_id) if now and now.version_id else ""
    changed = presenting.changed_to(draft.table, now, draft.rows if draft.table.has_rows else draft.rows[0])
    return _form(request, draft, ProposalForm(data), now, status=409, overtaken=changed)


def _form(
    request: HttpRequest,
    draft: Draft,
    form: ProposalForm,
    now: TableData | None,
    *,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    wrong = len(draft.faults) + (sum(bool(field.errors) for field in form) if form.is_bound else 0)
    status = status or (422 if wrong or (form.is_bound and form.errors) else 200)
    context = {
        "table": draft.table,
        "draft": draft,
        "form": form,
        "now": now,
        "now_confidence": confidence_words(now.confidence) if now else "",
        "count": wrong,
        "check_url": reverse("tables:cell", args=[draft.table.code]),
        **more,
    }
    only_cells = request.headers.get("HX-Target") == "cells"
    template = "tables/_cells.html" if only_cells else "tables/edit.html"
    return render(request, template, context, status=200 if only_cells else status)


def _review(request: HttpRequest, draft: Draft, form: ProposalForm, made: Proposal) -> HttpResponse:
    """The difference, before it is sent to a second person."""
    head = made.head
    context = {
        "table": draft.table,
        "draft": draft,
        "form": form,
        "now": made.now,
        "changed": made.changed,
        "head": head,
        "confidence": confidence_words(head["confidence"]),
        "following": presenting.following(
            draft.table, _region(who(request)), head["valid_from"], head["valid_to"]
        ),
    }
    return render(request, "tables/review.html", context)


@access("tables.propose")
@require_POST
def cell(request: HttpRequest, code: str) -> HttpResponse:
    """What is wrong with one cell, while it is typed; empty when it is right."""
    table = table_or_404(code)
    name = next((name for name in request.POST if "-" in name), "")
    key = name.partition("-")[2]
    if key not in table.shapes:
        raise NotFound
    try:
        column = table.column(key)
        read_cell(table.shapes[key], request.POST[name], optional=table.is_optional(key), words=column.words)
    except CellError as error:
        told = {"message": str(error), "pointed": pointed(as_read(request.POST[name]), error.at)}
        return render(request, "tables/_wrong.html", told)
    return HttpResponse("")

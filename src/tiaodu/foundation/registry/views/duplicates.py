"""Probable duplicates: the list, two records side by side, merged or told apart, and a merge undone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.views import person
from tiaodu.foundation.audit.words import type_words
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.forms import MergeForm, ReasonForm
from tiaodu.foundation.registry.lists import DuplicateList


@access("subjects.edit")
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that are probably the same as the last search found them, for a person to decide."""
    user = person(request)
    rows = selectors.suggestions(user)
    context = {
        "count": rows.count(),
        "searched": selectors.searched(user),
        "settled": selectors.decisions_visible_to(user),
    }
    return DuplicateList(request, rows).respond("registry/duplicates.html", context)


@access("subjects.edit")
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Search anew; the page of the job leads back to the list when it is done."""
    job = services.duplicates_search(user=person(request))
    back = urlencode({"next": reverse("registry:duplicates")})
    return redirect(f"{reverse('jobs:progress', args=[job.pk])}?{back}")


@access("subjects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, subject_id: int, other_id: int) -> HttpResponse:
    """Two records side by side, and what becomes of them: one of the two kept, or both."""
    user = person(request)
    subjects = [selectors.subject_for(user, key) for key in (subject_id, other_id)]
    if subjects[0].pk == subjects[1].pk:
        return redirect("registry:subject", subjects[0].pk)
    wrong = ""
    if request.method == "POST":
        try:
            return _decided(request, subjects)
        except Invalid as refusal:
            wrong = str(refusal.message)
    context = {
        "sides": [_side(subject) for subject in subjects],
        "reasons": selectors.reasons_of(subjects[0], subjects[1]),
        "wrong": wrong,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "registry/pair.html", context, status=422 if wrong else 200)


def _side(subject: Any) -> dict[str, Any]:
    counts = selectors.references_to(subject)
    return {
        "subject": subject,
        "aliases": list(subject.aliases.order_by("id")),
        "uses": [(type_words(label), count) for label, count in counts.items()],
        "looked_after": selectors.liaisons_of(subject),
    }


def _decided(request: HttpRequest, subjects: list[Any]) -> HttpResponse:
    """What the person chose: ``keep`` names the record that stays, ``different`` keeps both."""
    user, reason = person(request), request.POST.get("reason", "")
    one, other = subjects
    if request.POST.get("verdict") in ("different", "again"):
        act = services.duplicate_dismiss
        if request.POST["verdict"] == "again":
            act = services.duplicate_ask_again
        act(user=user, one_id=one.pk, other_id=other.pk, reason=reason)
        messages.success(request, _("已记下。"))
        return redirect("registry:duplicates")
    keep = next((s for s in subjects if str(s.pk) == request.POST.get("keep")), None)
    if keep is None:
        raise Invalid(_("请选择保留哪一条。"))
    gone = other if keep is one else one
    services.subjects_merge(user=user, keep_id=keep.pk, gone_id=gone.pk, reason=reason)
    messages.success(request, _("已合并，原名称保留为别名。"))
    return redirect("registry:subject", keep.pk)


@access("subjects.edit")
@require_POST
def subject_merge(request: HttpRequest, subject_id: int) -> HttpResponse:
    """From the page of a subject to the two records side by side."""
    user = person(request)
    found = selectors.subject_for(user, subject_id)
    form = MergeForm(user, found, request.POST)
    if not form.is_valid():
        raise Invalid(_("请选择要并入的记录。"))
    return redirect("registry:pair", found.pk, form.cleaned_data["gone"].pk)


def _undone_words(lost: int) -> str:
    if lost:
        return _("已撤销，有 %(count)d 处后来改动过，没有移回，见合并记录。") % {"count": lost}
    return _("已撤销，两条记录已分开。")


@access("subjects.unmerge")
@require_http_methods(["GET", "HEAD", "POST"])
def merge_undo(request: HttpRequest, record_id: int) -> HttpResponse:
    """Part two records again; what it will do is shown first."""
    user = person(request)
    record = selectors.merge_for(user, record_id)
    if record.undoes_id is not None:
        raise NotFound
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data)
    if data is not None and form.is_valid():
        try:
            undoing = services.subjects_unmerge(user=user, record_id=record.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            lost = len(undoing.removed)
            said = (
                _("已撤销，有 %(count)d 处后来改动过，没有移回，见合并记录。")
                if lost
                else _("已撤销，两条记录已分开。")
            )
            messages.success(request, said % {"count": lost} if lost else said)
            return redirect("registry:subject", record.gone_id)
    context = {"form": form, "record": record}
    return render(request, "registry/merge_undo.html", context, status=422 if form.is_bound else 200)

"""The entry of a subject in the register: seen, made, changed; its other names; finding an industry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation.access import access, may
from tiaodu.foundation.accounts.views import person
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry import codes, selectors, services
from tiaodu.foundation.registry.forms import MergeForm, SubjectForm
from tiaodu.foundation.registry.sectors import sector_name

FOUND = 12  # industries told at once


@access("subjects.read")
@require_GET
def subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """All that the register knows of a subject, who looks after it, and everything that was done to it."""
    user = person(request)
    found = selectors.subject_for(user, subject_id)
    if found.pk != subject_id:
        return redirect("registry:subject", found.pk)
    may_edit = may(user, "subjects.edit")
    context = {
        "subject": found,
        "sector": sector_name(found.sector),
        "aliases": list(found.aliases.order_by("id")),
        "looked_after": selectors.liaisons_of(found),
        "liaisons": selectors.liaison_history(found),
        "merges": selectors.merges_of(found),
        "history": selectors.subject_history(found)[:50],
        "merge": MergeForm(user, found) if may_edit else None,
        "may_edit": may_edit,
        "may_keep": may(user, "registry.liaison"),
        "may_undo": may(user, "subjects.unmerge"),
    }
    return render(request, "registry/subject.html", context)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """What a link already knows of the record to be made."""
    known = {name: request.GET.get(name, "").strip() for name in ("kind", "name")}
    return {name: value for name, value in known.items() if value}


def _existing(request: HttpRequest, refusal: Invalid) -> Any:
    """The record that has the name or the code already, for a link to it."""
    key = refusal.details.get("existing")
    return selectors.subject_for(person(request), key) if key else None


@access("subjects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def subject_new(request: HttpRequest) -> HttpResponse:
    """Register a subject."""
    user = person(request)
    if user.region is None:
        raise NotFound
    data = request.POST if request.method == "POST" else None
    form, existing = SubjectForm(user, user.region, data, initial=_asked_for(request)), None
    if data is not None and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        try:
            made = services.subject_create(user=user, region=user.region, **values)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
            existing = _existing(request, refusal)
        else:
            messages.success(request, _("已登记。"))
            return redirect("registry:subject", made.pk)
    context = {"form": form, "existing": existing}
    return render(request, "registry/subject_form.html", context, status=422 if form.is_bound else 200)


@access("subjects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def subject_edit(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Names, kind, codes and place of a subject."""
    user = person(request)
    found = selectors.subject_for(user, subject_id)
    data = request.POST if request.method == "POST" else None
    form, existing = SubjectForm(user, found.region, data, initial=SubjectForm.initial_of(found)), None
    if data is not None and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version") or 0
        try:
            services.subject_edit(user=user, subject_id=found.pk, version=version, **values)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
            existing = _existing(request, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("registry:subject", found.pk)
    context = {"form": form, "subject": found, "existing": existing}
    return render(request, "registry/subject_form.html", context, status=422 if form.is_bound else 200)


@access("subjects.edit")
@require_POST
def subject_active(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Take a subject out of use, or into use again."""
    user, active = person(request), request.POST.get("active") == "1"
    found = selectors.subject_for(user, subject_id)
    version = int(request.POST.get("version", "0") or 0)
    services.subject_edit(user=user, subject_id=found.pk, version=version, active=active)
    messages.success(request, _("已恢复使用。") if active else _("已停用：不再出现在选项里，已有任务不变。"))
    return redirect("registry:subject", found.pk)


@access("subjects.edit")
@require_POST
def alias_add(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Give a subject another name."""
    user = person(request)
    found = selectors.subject_for(user, subject_id)
    services.alias_add(user=user, subject_id=found.pk, text=request.POST.get("text", ""))
    messages.success(request, _("别名已添加。"))
    return redirect("registry:subject", found.pk)


@access("subjects.edit")
@require_POST
def alias_remove(request: HttpRequest, subject_id: int, alias_id: int) -> HttpResponse:
    """Take another name from a subject."""
    user = person(request)
    found = selectors.subject_for(user, subject_id)
    services.alias_remove(user=user, subject_id=found.pk, alias_id=alias_id)
    messages.success(request, _("别名已删除；已归入的任务不变。"))
    return redirect("registry:subject", found.pk)


@access("subjects.read")
@require_GET
def industries(request: HttpRequest) -> HttpResponse:
    """Industries by words or by the beginning of a code, to be picked into a form."""
    words = request.GET.get("industry", "").split()[:6]
    context = {"found": codes.industries().search(words, FOUND), "asked": bool(words)}
    return render(request, "registry/_industries.html", context)

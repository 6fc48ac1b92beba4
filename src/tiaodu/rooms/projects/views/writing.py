"""Entering a project, changing it, its plan, showing it outside, ending it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.forms import EndForm, NewProjectForm, PlanForm, ProjectForm
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.reporting import WAN
from tiaodu.rooms.projects.selectors import project_for
from tiaodu.rooms.projects.selectors.records import plan_before, plan_of
from tiaodu.rooms.projects.views.projects import who

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


def _at(project: Project) -> str:
    return reverse("projects:project", args=[project.pk])


@access("projects.edit")
@form_methods
def create(request: HttpRequest) -> HttpResponse:
    """Register a project."""
    user = who(request)
    if user.region is None:
        raise NotFound
    region = user.region
    form = NewProjectForm(user, region, posted(request))

    def act() -> tuple[str, str]:
        told = form.values()
        made = services.project_create(user=user, region=region, **told)
        return _("项目已登记，按模板列出了全部步骤。"), _at(made)

    return answer(request, "projects/create.html", form, {}, act)


@access("projects.edit")
@form_methods
def edit(request: HttpRequest, project_id: int) -> HttpResponse:
    """Change what is known of a project."""
    user = who(request)
    project = project_for(user, project_id)
    initial = {name: getattr(project, name) for name in ProjectForm.base_fields}
    form = ProjectForm(user, project.region, posted(request), initial=initial)

    def act() -> tuple[str, str]:
        version = form.cleaned_data.get("version") or 0
        services.project_edit(user=user, project_id=project_id, version=version, **form.values())
        return _("已保存。"), _at(project)

    return answer(request, "projects/edit.html", form, {"project": project}, act)


def in_wan(amount: Decimal) -> str:
    """An amount of 元 as it is typed in 万元: 125000, not 1.25E+5."""
    text = f"{amount / WAN:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@access("projects.edit")
@form_methods
def plan(request: HttpRequest, project_id: int) -> HttpResponse:
    """Set what the project is to cost and to invest this year."""
    user = who(request)
    project = project_for(user, project_id)
    year = clock.today().year
    newest = plan_of(project, year, clock.today())
    before = newest or plan_before(project, clock.today())
    initial: dict[str, Any] = {"revision": newest.revision if newest else 0}
    if before:
        initial["total"] = in_wan(before.total)
    if newest:
        initial["planned"] = in_wan(newest.planned)
        months = enumerate(newest.months, start=1)
        initial |= {f"month_{month}": in_wan(Decimal(amount)) for month, amount in months}
    form = PlanForm(posted(request), initial=initial)

    def act() -> tuple[str, str]:
        told = form.cleaned_data
        services.plan_set(
            user=user,
            project_id=project_id,
            year=year,
            revision=told["revision"],
            reason=told["reason"],
            total=told["total"] * WAN,
            planned=told["planned"] * WAN,
            months=[amount * WAN for amount in form.months()],
        )
        return _("投资计划已定。"), _at(project)

    return answer(request, "projects/plan.html", form, {"project": project, "year": year}, act)


@access("projects.release")
@require_POST
def release(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show a project's steps to its firm and higher levels, or take that back."""
    released = request.POST.get("released") == "1"
    version = request.POST.get("version", "")
    made = services.project_release(
        user=who(request),
        project_id=project_id,
        version=int(version) if version.isdecimal() else 0,
        released=released,
    )
    messages.success(request, _("已发布。") if released else _("已收回。"))
    return redirect(_at(made))


@access("projects.edit")
@form_methods
def end(request: HttpRequest, project_id: int) -> HttpResponse:
    """End a project that will not be built."""
    user = who(request)
    project = project_for(user, project_id)
    form = EndForm(posted(request), initial={"version": project.version})

    def act() -> tuple[str, str]:
        services.project_end(user=user, project_id=project_id, **form.cleaned_data)
        return _("项目已终止；以前各天的记录都在。"), _LIST

    return answer(request, "projects/end.html", form, {"project": project}, act)


_LIST = "projects:list"

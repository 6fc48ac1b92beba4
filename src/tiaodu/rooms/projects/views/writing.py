"""Entering a project, changing it, its plan, showing it outside, ending it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.forms import EndForm, NewProjectForm, PlanForm, ProjectForm
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.reporting import WAN
from tiaodu.rooms.projects.selectors import project_for
from tiaodu.rooms.projects.selectors.records import plan_before, plan_of


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

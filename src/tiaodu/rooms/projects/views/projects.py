"""The register and the page of one project."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects import selectors
from tiaodu.rooms.projects.judged_list import JudgedList
from tiaodu.rooms.projects.lists import ProjectList
from tiaodu.rooms.projects.presenting import project_context, shown_stages, shown_steps
from tiaodu.rooms.projects.selectors import ProjectRow
from tiaodu.rooms.projects.selectors.judged import judged


def row_for(user: User, project_id: int) -> ProjectRow:
    """One project in reach as it stands; NotFound otherwise."""
    found = selectors.rows_of(selectors.projects_visible_to(user).filter(pk=project_id))
    if not found:
        raise NotFound
    return found[0]


@access("projects.open")
@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: HttpRequest) -> HttpResponse:
    """The register: how many projects, what is late, then each."""
    user = who(request)
    rows = selectors.rows_of(selectors.projects_visible_to(user))
    inside = selectors.sees_inside(user)
    context: dict[str, Any] = {
        "rows": rows,
        "inside": inside,
        "headline": _register_words(rows),
        "may_edit": selectors.may_edit(user),
    }
    found = JudgedList(request, judged(rows)) if inside else ProjectList(request, rows)
    return found.respond("projects/projects.html", context)


def _register_words(rows: list[ProjectRow]) -> str:
    late = sum(1 for row in rows if row.late)
    if not rows:
        return ""
    told = {"count": len(rows), "late": late}
    if late:
        return _("%(count)s 个项目，%(late)s 个有逾期的步骤。") % told
    return _("%(count)s 个项目，没有逾期的步骤。") % told


@access("projects.open")
@require_GET
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project. Who sees only what is released gets the steps and their clocks."""
    user = who(request)
    row = row_for(user, project_id)
    if not selectors.sees_inside(user):
        steps = shown_steps(user, row, None, ())
        context = {"row": row, "project": row.project, "stages": shown_stages(row, steps)}
        return render(request, "projects/project_released.html", context)
    return render(request, "projects/project.html", project_context(user, row))

"""Templates of stage networks: the list, one of them, the notice of its papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.writing import digest_of
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.tables.presenting import Shown, may_propose
from tiaodu.foundation.tables.versions import decision_of, versions_visible_to
from tiaodu.rooms.projects import selectors
from tiaodu.rooms.projects.pictures.steps import picture_of_template
from tiaodu.rooms.projects.selectors.rows import STAGES, stage_words
from tiaodu.rooms.projects.selectors.templates import TemplateRow, template_row, template_rows
from tiaodu.rooms.projects.stages import TEMPLATES, code_of
from tiaodu.rooms.projects.stepwords import StepWords
from tiaodu.rooms.projects.templatelist import TemplateList, origin_words


@access("projects.read")
def templates(request: HttpRequest) -> HttpResponse:
    """Every kind of project with its template."""
    rows = template_rows(who(request), clock.today())
    return TemplateList(request, rows).respond("projects/templates.html", {"headline": _list_words(rows)})


def _list_words(rows: Sequence[TemplateRow]) -> str:
    told = [ngettext("%(n)s 类项目有模板", "%(n)s 类项目有模板", len(rows)) % {"n": len(rows)}]
    if unsure := sum(row.unsure for row in rows):
        told.append(ngettext("%(n)s 项时限待本县确认", "%(n)s 项时限待本县确认", unsure) % {"n": unsure})
    if older := sum(row.older for row in rows):
        told.append(ngettext("%(n)s 个项目用的是旧版", "%(n)s 个项目用的是旧版", older) % {"n": older})
    return _("，").join(told)


def _row(user: User, kind: str) -> TemplateRow:
    if kind not in TEMPLATES:
        raise NotFound
    return template_row(user, kind, clock.today())


def _held(row: TemplateRow) -> Template:
    """The template of a row; NotFound where none holds, saying why."""
    if row.template is None:
        raise NotFound(row.missing or None)
    return row.template


@access("projects.read")
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """One template: its network, steps with limits and sources, papers, history."""
    user, today = who(request), clock.today()
    row = _row(user, kind)
    code = code_of(kind)
    versions = versions_visible_to(user, today).filter(code=code)
    steps = [StepWords(step, row.template) for step in row.template.steps] if row.template else []
    context = {
        "row": row,
        "code": code,
        "drawing": picture_of_template(row.template) if row.template else None,
        "stages": _by_stage(steps),
        "documents": [step for step in steps if step.documents],
        "headline": _template_words(row) if row.template else "",
        "origin": origin_words(row),
        "history": [
            Shown(v, decision_of(v, today), holds=row.data is not None and v.pk == row.data.version_id)
            for v in versions
        ],
        "may_propose": may_propose(user, TEMPLATES[kind]),
        "projects": _users(user, row) if row.older else [],
    }
    return render(request, "projects/template.html", context)


def _users(user: User, row: TemplateRow) -> list[Any]:
    """The projects that run on another version of the template."""
    found = selectors.projects_visible_to(user).filter(network__kind=row.kind).select_related("subject")
    return list(found.exclude(network__digest=digest_of(_held(row))).order_by("code"))


def _template_words(row: TemplateRow) -> str:
    count = len(_held(row).steps)
    told = [ngettext("%(n)s 个步骤", "%(n)s 个步骤", count) % {"n": count}]
    if row.unsure:
        told.append(
            ngettext("%(n)s 项时限待本县确认", "%(n)s 项时限待本县确认", row.unsure) % {"n": row.unsure}
        )
    told.append(ngettext("%(n)s 个项目在用", "%(n)s 个项目在用", row.used) % {"n": row.used})
    if row.older:
        words = ngettext("其中 %(n)s 个用的是旧版", "其中 %(n)s 个用的是旧版", row.older)
        told.append(words % {"n": row.older})
    return _("，").join(told)


def _by_stage(steps: Sequence[StepWords]) -> list[tuple[str, list[StepWords]]]:
    found = [(stage_words(stage), [s for s in steps if s.step.stage == stage]) for stage in STAGES]
    return [(name, own) for name, own in found if own]


@access("projects.open")
@require_safe
def notice(request: HttpRequest, kind: str, step: str = "") -> HttpResponse:
    """What an applicant is told once: papers, limits, grounds; of one step or of all, to be printed."""
    user = who(request)
    row = _row(user, kind)
    found = _held(row)
    if step and step not in found.by_code:
        raise NotFound
    told = [StepWords(each, found) for each in found.steps if not step or each.code == step]
    context = {
        "row": row,
        "steps": told if step else [each for each in told if each.documents],
        "whole": not step,
        "region": user.region,
    }
    return render(request, "projects/notice.html", context)

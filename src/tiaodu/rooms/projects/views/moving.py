"""A running project beside the template that holds now, and put on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiaodu.engine.stages.model import Step, Template
from tiaodu.engine.stages.moving import StepChange
from tiaodu.engine.stages.writing import digest_of
from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects import selectors
from tiaodu.rooms.projects.selectors import ProjectRow
from tiaodu.rooms.projects.selectors.moving import Move, last_event, move_of, moves_before
from tiaodu.rooms.projects.services.moving import Seen, project_migrate
from tiaodu.rooms.projects.services.steps import finding_words
from tiaodu.rooms.projects.stages import in_words
from tiaodu.rooms.projects.stepwords import StepWords, differing_words
from tiaodu.rooms.projects.views.projects import row_for


@access("projects.read")
@require_safe
def move(request: HttpRequest, project_id: int) -> HttpResponse:
    """What it would change to put a project on the template that holds now."""
    user = who(request)
    if not selectors.sees_inside(user):
        raise NotFound
    row = row_for(user, project_id)
    found = move_of(row)
    return render(request, "projects/move.html", _context(user, row, found))


@access("projects.edit")
@require_POST
def migrate(request: HttpRequest, project_id: int) -> HttpResponse:
    """Put a project on the template that holds now."""
    sent = request.POST
    left = {key.removeprefix("left-"): sent[key] for key in sent if key.startswith("left-")}
    project_migrate(
        user=who(request),
        project_id=project_id,
        seen=Seen(_number(sent.get("network")), sent.get("digest", ""), _number(sent.get("event"))),
        reason=sent.get("reason", ""),
        left=left,
    )
    messages.success(request, _("已换用现在的模板。各步骤的记录都在。"))
    return redirect("projects:project", project_id)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _context(user: User, row: ProjectRow, found: Move) -> dict[str, Any]:
    language = "en" if get_language() == "en" else "zh"
    return {
        "row": row,
        "project": row.project,
        "move": found,
        "changes": [_change(change, row.template, found) for change in found.steps if change.kind != "kept"],
        "kept": sum(change.kind == "kept" for change in found.steps),
        "left": [(step, in_words(step.name), found.records[step.code]) for step in found.left],
        "findings": [finding_words(found.template, each, language) for each in found.findings],
        "headline": _move_words(found),
        "courses": [(_("现在"), found.before), (_("换用以后"), found.after)],
        "is_newest": digest_of(found.template) == row.project.network.digest,
        "seen": Seen(row.project.network_id, digest_of(found.template), last_event(row.project.pk, row.day)),
        "may_edit": selectors.may_edit(user),
        "past": moves_before(row.project, row.day),
        "path": _path_change(found),
    }


def _change(change: StepChange, old: Template, found: Move) -> dict[str, Any]:
    """A step that changes, in words, with what becomes of its record."""
    before = change.before.code if change.before else ""
    return {
        "kind": change.kind,
        "step": StepWords(change.step, found.template if change.after else old),
        "fields": [differing_words(each, old, found.template) for each in change.fields],
        "record": found.records.get(before),
    }


def _path_change(found: Move) -> dict[str, list[str]]:
    """The steps that come onto the critical path and those that leave it."""

    def names(steps: Sequence[Step], others: Sequence[Step]) -> list[str]:
        known = {in_words(step.name) for step in others}
        return [name for step in steps if (name := in_words(step.name)) not in known]

    return {
        "on": names(found.after.critical, found.before.critical),
        "off": names(found.before.critical, found.after.critical),
    }


def _move_words(found: Move) -> str:
    """The one sentence: what changes, and what it does to the finish."""
    counts = {
        kind: sum(each.kind == kind for each in found.steps) for kind in ("added", "removed", "changed")
    }
    if not any(counts.values()):
        return _("这个项目的步骤与现在的模板相同")
    told = [_("增加 %(added)s 步，去掉 %(removed)s 步，修改 %(changed)s 步") % counts]
    if found.before.goal and found.after.goal:
        days = (found.after.goal.p50 - found.before.goal.p50).days
        if days == 0:
            told.append(_("预计达到终点的日子不变"))
        else:
            words = (
                ngettext("预计终点推后 %(n)s 天", "预计终点推后 %(n)s 天", days)
                if days > 0
                else ngettext("预计终点提前 %(n)s 天", "预计终点提前 %(n)s 天", -days)
            )
            told.append(words % {"n": abs(days)})
    return _("，").join(told)

"""One step: where it stands, what it needs, and what a person does to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.answering import answer
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects.forms import PROOF_FILES, StepForm
from tiaodu.rooms.projects.presenting import ShownStep, forecast_for, shown_steps, step_context
from tiaodu.rooms.projects.selectors import ProjectRow
from tiaodu.rooms.projects.selectors.outlooks import knock_on_of, path_of, why_of
from tiaodu.rooms.projects.selectors.records import proof_file_for
from tiaodu.rooms.projects.selectors.scope import may_foresee
from tiaodu.rooms.projects.services import Turn
from tiaodu.rooms.projects.stepacts import ACTS, StepAct, acts_for
from tiaodu.rooms.projects.tables import words_in
from tiaodu.rooms.projects.views.projects import row_for

_LATE_BY = 10  # days a step is made later to show what that moves


def _shown(user: User, row: ProjectRow, code: str) -> ShownStep:
    told = forecast_for(user, row, whole=may_foresee(user, row.project))
    steps = shown_steps(user, row, told, path_of(row).critical)
    found = next((step for step in steps if step.code == code), None)
    if found is None:
        raise NotFound
    return found


@access("projects.read")
@require_GET
def step(request: HttpRequest, project_id: int, step: str) -> HttpResponse:
    """One step of a project."""
    user = who(request)
    row = row_for(user, project_id)
    shown = _shown(user, row, step)
    moved = knock_on_of(row, step, _LATE_BY)
    context = step_context(user, row, shown) | {
        "acts": acts_for(shown.standing) if shown.may_act else [],
        "moved": [
            (words_in(row.template.by_code[code].name), days) for code, days in moved.items() if code != step
        ],
        "late_by": _LATE_BY,
        "why": why_of(row, step),
    }
    return render(request, "projects/step.html", context)


@access("projects.report")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, project_id: int, step: str, doing: str) -> HttpResponse:
    """Do something to a step."""
    user = who(request)
    row = row_for(user, project_id)
    shown = _shown(user, row, step)
    chosen = ACTS.get(doing)
    if chosen is None:
        raise NotFound
    form = _form(request, chosen, shown)

    def run() -> tuple[str, str]:
        turn = Turn(
            user=user,
            project_id=project_id,
            step=step,
            revision=form.cleaned_data["revision"],
            text=form.cleaned_data["text"],
            proofs=form.proof(_stored(user, form)),
        )
        chosen.run(turn, **form.values())
        return str(chosen.done), reverse("projects:project", args=[project_id]) + f"#{step}"

    context = step_context(user, row, shown) | {"act": chosen}
    return answer(request, "projects/act.html", form, context, run)


def _form(request: HttpRequest, chosen: StepAct, shown: ShownStep) -> StepForm:
    event, step = shown.event, shown.standing.step
    initial: dict[str, Any] = {"revision": event.revision if event else 0}
    if event:
        initial |= {"started": event.started, "finished": event.finished}
        initial |= {"low": event.low, "likely": event.likely, "high": event.high}
        if chosen.name == "promise":
            initial["day"] = event.promised
    if request.method == "POST":
        return chosen.form(step, request.POST, request.FILES, initial=initial)
    return chosen.form(step, initial=initial)


def _stored(user: User, form: StepForm) -> StoredFile | None:
    file = form.cleaned_data.get("file")
    if not file:
        return None
    return file_store(user=user, name=file.name or "proof", data=file.read(), allowed=PROOF_FILES)


@access("projects.read")
@require_GET
def proof(request: HttpRequest, proof_id: int) -> HttpResponse:
    """A file that backs an event of a step."""
    return as_attachment(proof_file_for(who(request), proof_id))

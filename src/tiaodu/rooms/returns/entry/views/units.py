"""One unit: where it stands, its papers, its channel, its chance; and what is done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiaodu.engine.returns.channels import open_batches, purpose_of
from tiaodu.engine.returns.entering import course
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.files import services as files
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.refusal import NotAllowed, NotFound
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.forms import (
    PAPER_FILES,
    DeclareForm,
    FactsForm,
    NewUnitForm,
    PaperForm,
    SendBackForm,
    StepForm,
    UnitForm,
)
from tiaodu.rooms.returns.entry.presenting import unit_context
from tiaodu.rooms.returns.entry.selectors.rows import row_of
from tiaodu.rooms.returns.entry.selectors.scope import (
    is_own,
    may_keep,
    may_step,
    paper_for,
    proof_for,
    unit_for,
)
from tiaodu.rooms.returns.entry.services.units import FACTS, KEPT
from tiaodu.rooms.returns.entry.tables import words_in


def _at(unit_id: int) -> str:
    return reverse("returns:entry-unit", args=[unit_id])


@access("returns.open")
@require_GET
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Where a unit stands on its way into the list."""
    user = who(request)
    return render(request, "returns/entry/unit.html", unit_context(user, row_of(unit_for(user, unit_id))))


@access("returns.open")
@require_GET
def notice(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Everything the unit must hand in, told at once (一次性告知), to be printed."""
    row = row_of(unit_for(who(request), unit_id))
    missing = {paper.code for paper in row.missing}
    papers = [(words_in(paper.name), paper.fresh, paper.code in missing) for paper in row.needed]
    return render(request, "returns/entry/notice.html", {"row": row, "papers": papers})


@access("returns.entry")
@form_methods
def add(request: HttpRequest) -> HttpResponse:
    """Take a firm into the pool."""
    user = who(request)
    form = NewUnitForm(user, posted(request))

    def act() -> tuple[str, str]:
        told = {name: value for name, value in form.cleaned_data.items() if name in KEPT}
        made = services.unit_add(user=user, subject=form.cleaned_data["subject"], **told)
        return _("已列入培育库。"), _at(made.pk)

    return answer(request, "returns/entry/add.html", form, {}, act)


@access("returns.open")
@form_methods
def facts(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Say what is known of a unit."""
    user = who(request)
    found = unit_for(user, unit_id)
    keeps = may_keep(user)
    if not keeps and not is_own(user, found):
        raise NotAllowed
    names = KEPT if keeps else FACTS
    initial = {name: _choice(getattr(found, name)) for name in names} | {"version": found.version}
    form = (UnitForm if keeps else FactsForm)(posted(request), initial=initial)

    def act() -> tuple[str, str]:
        told = {name: value for name, value in form.cleaned_data.items() if name in names}
        services.unit_edit(user=user, unit_id=unit_id, version=form.cleaned_data["version"] or 0, **told)
        return _("已保存。"), _at(unit_id)

    return answer(request, "returns/entry/facts.html", form, {"unit": found, "keeps": keeps}, act)


def _choice(value: Any) -> Any:
    """Yes and no as the choices of a form."""
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


@access("returns.entry")
@form_methods
def step(request: HttpRequest, unit_id: int, move: str) -> HttpResponse:
    """Take a step."""
    user = who(request)
    row = row_of(unit_for(user, unit_id))
    of = course().steps.get(move)
    if of is None:
        raise NotFound
    if not may_step(user, of):
        raise NotAllowed
    batches = open_batches(
        row.judging.batches, row.channel.code, purpose_of(row.filing, row.channel), row.day
    )
    sent = posted(request)
    form = StepForm(of, list(batches), sent, request.FILES or None, initial={"revision": row.revision})

    def act() -> tuple[str, str]:
        told = dict(form.cleaned_data)
        upload = told.pop("proof", None)
        proof = files.file_store(
            user=user, name=upload.name, data=upload.read(), allowed=PAPER_FILES
        ) if upload else None  # fmt: skip
        services.step_take(user=user, unit_id=unit_id, move=services.Move(step=move, proof=proof, **told))
        return _("已登记：%(step)s。") % {"step": words_in(of.name)}, _at(unit_id)

    context = {"row": row, "unit": row.unit, "step": of, "step_name": words_in(of.name)}
    return answer(request, "returns/entry/step.html", form, context, act)


@access("returns.fill")
@form_methods
def hand_in(request: HttpRequest, unit_id: int, paper: str) -> HttpResponse:
    """The unit hands in a paper."""
    user = who(request)
    row = row_of(unit_for(user, unit_id))
    asked = next((each for each in row.needed if each.code == paper), None)
    if asked is None:
        raise NotFound
    form = PaperForm(posted(request), request.FILES or None)

    def act() -> tuple[str, str]:
        upload = form.cleaned_data["file"]
        stored = files.file_store(user=user, name=upload.name, data=upload.read(), allowed=PAPER_FILES)
        services.paper_hand_in(
            user=user, unit_id=unit_id, paper=paper, file=stored, note=form.cleaned_data["note"]
        )
        return _("已交：%(paper)s。") % {"paper": words_in(asked.name)}, _at(unit_id) + "#papers"

    context = {"row": row, "unit": row.unit, "paper": words_in(asked.name), "fresh": asked.fresh}
    return answer(request, "returns/entry/hand_in.html", form, context, act)


@access("returns.fill")
@form_methods
def declare(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The unit tells its year so far."""
    user = who(request)
    row = row_of(unit_for(user, unit_id))
    form = DeclareForm(posted(request))

    def act() -> tuple[str, str]:
        services.declaration_make(
            user=user,
            unit_id=unit_id,
            through=form.cleaned_data["through"],
            amounts=form.amounts(),
            explanation=form.cleaned_data["explanation"],
            reason=form.cleaned_data["reason"],
        )
        return _("已填报。"), _at(unit_id)

    return answer(request, "returns/entry/declare.html", form, {"row": row, "unit": row.unit}, act)


@access("returns.open")
@require_GET
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper as it was handed in."""
    return as_attachment(paper_for(who(request), paper_id).file)


@access("returns.open")
@require_GET
def proof(request: HttpRequest, step_id: int) -> HttpResponse:
    """The proof of a step."""
    return as_attachment(proof_for(who(request), step_id))


@access("returns.entry")
@form_methods
def send_back(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Send a paper back."""
    user = who(request)
    found = paper_for(user, paper_id)
    row = row_of(unit_for(user, found.unit_id))
    form = SendBackForm(posted(request))

    def act() -> tuple[str, str]:
        services.paper_send_back(user=user, paper_id=paper_id, reason=form.cleaned_data["reason"])
        return _("已退回。"), _at(found.unit_id) + "#papers"

    asked = row.judging.paper(found.paper)
    context = {"row": row, "unit": row.unit, "paper": words_in(asked.name) if asked else found.paper}
    return answer(request, "returns/entry/send_back.html", form, context, act)

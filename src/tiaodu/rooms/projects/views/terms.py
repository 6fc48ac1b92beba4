"""Setting what an agreement promises and what inputs a project needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.projects.inputs import input_kinds
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.refusal import NotAllowed, NotFound
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.reporting import ContractForm, InputForm
from tiaodu.rooms.projects.selectors.terms import contract_of, inputs_for
from tiaodu.rooms.projects.tables import words_in
from tiaodu.rooms.projects.terms import terms_context
from tiaodu.rooms.projects.views.investment import judged_for


@access("projects.edit")
@form_methods
def contract(request: HttpRequest, project_id: int) -> HttpResponse:
    """Set a figure of the agreement; ``?figure=`` begins with one that is there."""
    user, row = who(request), judged_for(request, project_id)
    asked = request.GET.get("figure", "")
    newest = next((each.figure for each in contract_of(row) if str(each.figure.pk) == asked), None)
    initial: dict[str, Any] = {"revision": 0}
    if newest:
        initial = {name: getattr(newest, name) for name in ("measure", "value", "per_mu", "due", "source")}
        initial |= {"revision": newest.revision, "value": newest.value and newest.value.normalize() + 0}
    form = ContractForm(user, posted(request), initial=initial)

    def act() -> tuple[str, str]:
        services.contract_set(user=user, project_id=project_id, **form.cleaned_data)
        return _("协议指标已定。"), reverse("projects:project", args=[project_id]) + "#contract"

    return answer(request, "projects/contract.html", form, {"project": row.project, "told": newest}, act)


@access("projects.report")
@form_methods
def needed(request: HttpRequest, project_id: int, need: str) -> HttpResponse:
    """Say how much of an input is needed and assured."""
    user, row = who(request), judged_for(request, project_id)
    kind = input_kinds().get(need)
    if kind is None:
        raise NotFound
    if not terms_context(user, row)["may_set_inputs"]:
        raise NotAllowed(_("要素由登记项目的人或包联单位、包联专员登记。"))
    told = next(each.told for each in inputs_for(row) if each.input.kind.code == need)
    initial: dict[str, Any] = {"revision": told.revision if told else 0}
    if told:
        initial |= {"provider": told.provider, "due": told.due, "text": told.text}
        initial |= {
            name: amount.normalize() + 0
            for name in ("needed", "secured")
            if (amount := getattr(told, name)) is not None
        }
    form = InputForm(user, row.project.region, posted(request), initial=initial)

    def act() -> tuple[str, str]:
        services.input_set(user=user, project_id=project_id, code=need, **form.cleaned_data)
        return _("要素已登记。"), reverse("projects:project", args=[project_id]) + "#inputs"

    context = {"project": row.project, "name": words_in(kind.name), "unit": kind.unit}
    return answer(request, "projects/input.html", form, context, act)

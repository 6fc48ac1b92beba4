"""Measures: the list, one of them with its versions and uses, and a county's own added, redefined, ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may
from tiaodu.foundation.accounts.views import person
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.audit.words import type_words
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.forms import MeasureEndForm, MeasureForm, RedefineForm
from tiaodu.foundation.registry.lists import MeasureList


@access("subjects.read")
@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """What can be measured, in the words that hold today."""
    user = person(request)
    rows = selectors.measure_rows_on(user)
    context = {
        "count": len(rows),
        "own": sum(1 for row in rows if row.measure.region_id),
        "may_add": may(user, "registry.measures") and user.region is not None,
    }
    return MeasureList(request, rows).respond("registry/measures.html", context)


def _may_change(user: Any, measure: Any) -> bool:
    own = measure.region is not None and user.region is not None
    return bool(own and may(user, "registry.measures") and measure.region.path.startswith(user.region.path))


@access("subjects.read")
@require_GET
def measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    """One measure: unit, kind, what it means from when on, until when it holds, where it is used."""
    user = person(request)
    found = selectors.measure_for(user, measure_id)
    uses = selectors.uses_of(found)
    context = {
        "row": selectors.measure_row_on(found),
        "measure": found,
        "versions": list(found.versions.select_related("set_by").order_by("-revision")),
        "uses": [(type_words(label), count) for label, count in uses.items()],
        "history": history_of(found)[:20],
        "may_change": _may_change(user, found),
    }
    return render(request, "registry/measure.html", context)


@access("registry.measures")
@require_http_methods(["GET", "HEAD", "POST"])
def measure_new(request: HttpRequest) -> HttpResponse:
    """A measure of the county's own."""
    user = person(request)
    data = request.POST if request.method == "POST" else None
    form = MeasureForm(data, initial={"valid_from": clock.today().replace(month=1, day=1)})
    if data is not None and form.is_valid():
        try:
            made = services.measure_add(user=user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已增加。"))
            return redirect("registry:measure", made.pk)
    context = {"form": form}
    return render(request, "registry/measure_form.html", context, status=422 if form.is_bound else 200)


@access("registry.measures")
@require_http_methods(["GET", "HEAD", "POST"])
def measure_redefine(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Other words from a day on."""
    user = person(request)
    found = selectors.measure_for(user, measure_id)
    names = ("name", "name_en", "definition", "definition_en", "version")
    data = request.POST if request.method == "POST" else None
    form = RedefineForm(data, initial={name: getattr(found, name) for name in names})
    if data is not None and form.is_valid():
        try:
            services.measure_redefine(user=user, measure_id=found.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已记下新的定义，原来的定义保留。"))
            return redirect("registry:measure", found.pk)
    context = {"form": form, "measure": found}
    return render(request, "registry/measure_form.html", context, status=422 if form.is_bound else 200)


@access("registry.measures")
@require_http_methods(["GET", "HEAD", "POST"])
def measure_end(request: HttpRequest, measure_id: int) -> HttpResponse:
    """The last day a figure can be given for."""
    user = person(request)
    found = selectors.measure_for(user, measure_id)
    data = request.POST if request.method == "POST" else None
    form = MeasureEndForm(data, initial={"valid_to": found.valid_to, "version": found.version})
    if data is not None and form.is_valid():
        try:
            services.measure_end(user=user, measure_id=found.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已保存。"))
            return redirect("registry:measure", found.pk)
    context = {"form": form, "measure": found, "ending": True}
    return render(request, "registry/measure_form.html", context, status=422 if form.is_bound else 200)

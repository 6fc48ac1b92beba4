"""Forms of superior offices: registering a blank, mapping its cells, filling it, reading a filled one in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation import access as may
from tiaodu.foundation.access import access, who
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.returns.superior import intake, services
from tiaodu.rooms.returns.superior.blanks import Sheet, blank_of
from tiaodu.rooms.returns.superior.cells import Asked, Naming
from tiaodu.rooms.returns.superior.entry import (
    BlankForm,
    CellForm,
    MonthForm,
    NewForm,
    ReadForm,
    VersionForm,
)
from tiaodu.rooms.returns.superior.files import compared_words, filled_file
from tiaodu.rooms.returns.superior.lists import FormList
from tiaodu.rooms.returns.superior.models import FormVersion, SuperiorForm
from tiaodu.rooms.returns.superior.presenting import asked_states, brief, pictures, told_states
from tiaodu.rooms.returns.superior.selectors import (
    cells_of,
    filling_for,
    form_for,
    forms_visible_to,
    reading_for,
    suggestions,
    version_of,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access("returns.forms")
@require_http_methods(["GET", "HEAD", "POST"])
def forms(request: HttpRequest) -> HttpResponse:
    """The forms that offices above ask for."""
    return FormList(request, forms_visible_to(who(request))).respond("returns/superior/forms.html")


@access("returns.forms")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a blank."""
    form = NewForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            made = services.form_register(
                user=who(request),
                title=form.cleaned_data["title"],
                issuer=form.cleaned_data["issuer"],
                data=file.read(),
                filename=file.name,
            )
        except Invalid as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return redirect("returns:form", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "returns/superior/new.html", {"form": form}, status=status)


@access("returns.forms")
@require_GET
def one(request: HttpRequest, form_id: int) -> HttpResponse:
    """A form: its sheets with what each cell asks for, what is suggested, and the months it was filled."""
    form = form_for(who(request), form_id)
    return _page(request, form, version_of(form))


def _page(request: HttpRequest, form: SuperiorForm, version: FormVersion, **more: Any) -> HttpResponse:
    user, naming, blank = who(request), Naming(form.region), blank_of(version.file)
    cells, seem = cells_of(version), suggestions(user, version, naming)
    context = {
        "form": form,
        "version": version,
        "pictures": pictures(blank, asked_states(cells, seem, naming)),
        "hidden": blank.hidden,
        "cells": [(cell, brief(cell, naming)) for cell in cells.values()],
        "suggested": [(cell, brief(cell, naming)) for cell in seem.values()],
        "fill": MonthForm(),
        "blank": BlankForm(initial={"version": form.version}),
        "read": ReadForm() if may.may(user, intake.MAY) else None,
        "fillings": form.fillings.select_related("by")[:24],
        "history": history_of(form)[:20],
        **more,
    }
    return render(request, "returns/superior/form.html", context, status=422 if more else 200)


def _place(request: HttpRequest, version: FormVersion) -> tuple[Sheet, str]:
    """The cell an address names: ``at=表一!B5``."""
    name, _mark, cell = request.GET.get("at", "").rpartition("!")
    sheet = blank_of(version.file).sheet(name)
    if sheet is None or not sheet.open_at(cell):
        raise NotFound(_("没有这一格，或它不能填：公式、文字、没有行名列名的格子不填。"))
    return sheet, cell


@access("returns.forms")
@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, form_id: int) -> HttpResponse:
    """What one cell asks for."""
    user = who(request)
    form = form_for(user, form_id)
    if "at" not in request.GET:
        return redirect("returns:form", form.pk)
    version = version_of(form)
    sheet, place = _place(request, version)
    naming, seem = Naming(form.region), suggestions(user, version, Naming(form.region))
    at = f"{sheet.name}!{place}"
    there = cells_of(version).get(at)
    asked = there or seem.get(at)
    entry = CellForm(request.POST or None, naming=naming, initial=_initial(asked, form))
    if request.method == "POST" and "drop" in request.POST:
        services.form_map(user=user, form_id=form.pk, version=_version(request), drop=[at])
        return redirect("returns:form", form.pk)
    if request.method == "POST" and entry.is_valid():
        put = entry.asked(sheet, place, {**seem, **cells_of(version)})
        try:
            services.form_map(user=user, form_id=form.pk, version=entry.cleaned_data["version"], put=put)
        except Invalid as refusal:
            entry.add_error(None, str(refusal.message))
        else:
            return redirect("returns:form", form.pk)
    context = {"form": form, "entry": entry, "cell": place, "labels": sheet.labels(place), "there": there}
    status = 422 if request.method == "POST" else 200
    return render(request, "returns/superior/cell.html", context, status=status)


def _initial(asked: Asked | None, form: SuperiorForm) -> dict[str, Any]:
    told = asked.kept if asked is not None else {"places": 2, "span": "month", "who": "region"}
    return {**told, "version": form.version}


def _version(request: HttpRequest) -> int:
    entry = VersionForm(request.POST)
    return int(entry.cleaned_data["version"]) if entry.is_valid() else 0


@access("returns.forms")
@require_POST
def accept(request: HttpRequest, form_id: int) -> HttpResponse:
    """Take the suggestions that were ticked."""
    user = who(request)
    form = form_for(user, form_id)
    seem = suggestions(user, version_of(form), Naming(form.region))
    put = [seem[at] for at in request.POST.getlist("at") if at in seem]
    if not put:
        raise Invalid(_("没有勾选任何一格。"))
    services.form_map(user=user, form_id=form.pk, version=_version(request), put=put)
    words = ngettext("已对应 %(count)s 格。", "已对应 %(count)s 格。", len(put)) % {"count": len(put)}
    messages.success(request, words)
    return redirect("returns:form", form.pk)


@access("returns.forms")
@require_POST
def blank(request: HttpRequest, form_id: int) -> HttpResponse:
    """A new blank of the same form; what moved is told."""
    form = form_for(who(request), form_id)
    entry = BlankForm(request.POST, request.FILES)
    if not entry.is_valid():
        raise Invalid(_("请选择新的空白表。"))
    file = entry.cleaned_data["file"]
    _made, moves = services.form_replace(
        user=who(request),
        form_id=form.pk,
        version=entry.cleaned_data["version"],
        data=file.read(),
        filename=file.name,
    )
    gone = [move.cell for move in moves if not move.now]
    went = [f"{move.cell}→{move.now}" for move in moves if move.now]
    if went:
        messages.warning(
            request, _("行列变了，按行名列名移动：%(cells)s。请核对。") % {"cells": "、".join(went)}
        )
    if gone:
        words = _("这些格的行名或列名不见了，不再填：%(cells)s。请重新对应。") % {"cells": "、".join(gone)}
        messages.warning(request, words)
    if not moves:
        messages.success(request, _("空白表已换，每一格都还在原处。"))
    return redirect("returns:form", form.pk)


@access("returns.forms")
@require_POST
def fill(request: HttpRequest, form_id: int) -> HttpResponse:
    """Fill the form for a month."""
    form = form_for(who(request), form_id)
    entry = MonthForm(request.POST)
    if not entry.is_valid():
        raise Invalid(_("请选月份。"))
    made = services.form_fill(user=who(request), form_id=form.pk, month=entry.cleaned_data["month"])
    return redirect("returns:form-filling", made.pk)


@access("returns.forms")
@require_POST
def read(request: HttpRequest, form_id: int) -> HttpResponse:
    """Look a filled form of another platform through."""
    form = form_for(who(request), form_id)
    entry = ReadForm(request.POST, request.FILES)
    if not entry.is_valid():
        raise Invalid(_("请选月份和文件。"))
    file = entry.cleaned_data["file"]
    made = intake.form_read(
        user=who(request),
        form_id=form.pk,
        month=entry.cleaned_data["month"],
        data=file.read(),
        filename=file.name,
    )
    return redirect("returns:form-reading", made.pk)


@access("returns.forms")
@require_POST
def end(request: HttpRequest, form_id: int) -> HttpResponse:
    """The form is no longer asked for."""
    services.form_end(
        user=who(request), form_id=form_for(who(request), form_id).pk, version=_version(request)
    )
    return redirect("returns:forms")


@access("returns.forms")
@require_GET
def filling(request: HttpRequest, filling_id: int) -> HttpResponse:
    """A filled form: its figures with where they come from, and what is missing from whom."""
    found = filling_for(who(request), filling_id)
    cells, naming = cells_of(found.version), Naming(found.of.region)
    empty = [(row, brief(cells[f"{row['sheet']}!{row['cell']}"], naming)) for row in found.empty]
    context = {
        "filling": found,
        "pictures": pictures(blank_of(found.version.file), told_states(found.told, found.empty)),
        "empty": empty,
        "notes": [row for row in found.told if row["note"]],
    }
    return render(request, "returns/superior/filling.html", context)


@access("returns.forms")
@require_GET
def told(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Where one cell's figure comes from: in the drawer, or as a page of its own."""
    found = filling_for(who(request), filling_id)
    if "at" not in request.GET:
        return redirect("returns:form-filling", found.pk)
    at = request.GET["at"]
    row = next((row for row in found.told if f"{row['sheet']}!{row['cell']}" == at), None)
    if row is None:
        raise NotFound(_("这一格没有填数。"))
    naming, asked = Naming(found.of.region), cells_of(found.version)[at]
    measure = naming.measures[asked.measure]
    context = {
        "filling": found,
        "row": row,
        "asked": asked,
        "meaning": brief(asked, naming),
        "both": compared_words(row, measure.unit),
        "unit": measure.unit,
        "sources": [{**source, "value": Decimal(source["value"])} for source in row["sources"]],
    }
    in_drawer = request.headers.get("HX-Target") == "drawer-body"
    answer = render(request, f"returns/superior/{'_told' if in_drawer else 'told'}.html", context)
    answer["Vary"] = "HX-Target"
    return answer


@access("returns.forms")
@require_GET
def file(request: HttpRequest, filling_id: int) -> HttpResponse:
    """The filled form as Excel."""
    found = filling_for(who(request), filling_id)
    data = filled_file(found, request.build_absolute_uri("/").rstrip("/"))
    audit.record(action="returns.form_fetch", actor=who(request), obj=found)
    answer = HttpResponse(data, content_type=XLSX)
    mark = _("（示例）") if found.sample else ""
    name = f"{found.of.title}_{found.period}{mark}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@access("returns.forms")
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, reading_id: int) -> HttpResponse:
    """A file of another platform as it was read; confirming takes it into the evidence."""
    found = reading_for(who(request), reading_id)
    wrong = ""
    if request.method == "POST":
        try:
            intake.reading_confirm(
                user=who(request), reading_id=found.pk, reason=request.POST.get("reason", "")
            )
        except Invalid as refusal:
            wrong = str(refusal.message)
        else:
            return redirect("returns:form-reading", found.pk)
    naming, cells = Naming(found.of.region), cells_of(found.version)
    rows = [(row, brief(cells[f"{row['sheet']}!{row['cell']}"], naming)) for row in found.rows]
    context = {
        "reading": found,
        "rows": rows,
        "readable": sum(1 for row in found.rows if not row["wrong"]),
        "differs": any(row.get("before") and row["before"] != row.get("value") for row in found.rows),
        "done": getattr(found, "done", None),
        "wrong": wrong,
        "may_confirm": may.may(who(request), intake.MAY),
    }
    return render(request, "returns/superior/reading.html", context, status=422 if wrong else 200)

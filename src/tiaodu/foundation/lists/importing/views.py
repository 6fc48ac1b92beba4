"""Pages of an import: the upload, the dry run, the confirmation, and the files to take away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation import access as rights
from tiaodu.foundation.access import SIGNED_IN, access, who
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.lists.export import XLSX
from tiaodu.foundation.lists.importing import selectors, services
from tiaodu.foundation.lists.importing.files import marked_file, template_of
from tiaodu.foundation.lists.importing.page import ImportRuns, rows_page
from tiaodu.foundation.lists.importing.reading import REASONS
from tiaodu.foundation.lists.importing.spec import ImportSpec, spec_of
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.lists.models import ImportRun
from tiaodu.foundation.refusal import Invalid, NotFound


class UploadForm(forms.Form):
    """The file to look through."""

    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={
            "required": gettext_lazy("请选择一个文件。"),
            "empty": gettext_lazy("这个文件是空的。"),
        },
    )


def _spec(request: HttpRequest, name: str) -> ImportSpec:
    """The import of the address, for who may do it; for anybody else there is none."""
    try:
        spec = spec_of(name)
    except LookupError:
        raise NotFound from None
    if not rights.may(request.user, spec.permission):
        raise NotFound
    return spec


@access(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Hand a file in; what is wrong with the file as a whole is said here, and nothing is kept."""
    spec, user = _spec(request, name), who(request)
    form = (
        UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    )
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.import_check(user=user, spec=spec, data=file.read(), filename=file.name or "file")
        except Invalid as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return redirect("lists:import-run", run.pk)
    context = {"spec": spec, "form": form, "back": reverse(spec.back), "limits": limits()}
    page = ImportRuns(request, selectors.imports_of(user, spec.name))
    answer = page.respond("lists/import_upload.html", context) if request.method != "POST" else None
    return answer or render(request, "lists/import_upload.html", {**context, "list": page}, status=422)


def _download(name: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@access(SIGNED_IN)
@require_GET
def template(request: HttpRequest, name: str) -> HttpResponse:
    """The empty table with its notes."""
    spec = _spec(request, name)
    return _download(_("%(title)s-模板.xlsx") % {"title": spec.title}, template_of(spec))


@access(SIGNED_IN)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The dry run of a file, its progress once confirmed, and what came of it."""
    found = selectors.import_for(who(request), run_id)
    spec = spec_of(found.spec)
    page = rows_page(request, found, selectors.rows_of(found), spec)
    return page.respond("lists/import_run.html", _context(found, spec))


def _context(found: ImportRun, spec: ImportSpec) -> dict[str, Any]:
    counts = selectors.counts_of(found)
    working = found.job is not None and found.job.is_open
    open_ = found.state != ImportRun.State.DISCARDED and not working
    return {
        "run": found,
        "spec": spec,
        "counts": counts,
        "working": working,
        "checked": found.state == ImportRun.State.CHECKED,
        "discarded": found.state == ImportRun.State.DISCARDED,
        "may_confirm": open_ and counts.waiting > 0,
        "broken": found.job is not None and not working and counts.waiting > 0 and open_,
        "back": reverse(spec.back),
    }


@access(SIGNED_IN)
@require_GET
def marked(request: HttpRequest, run_id: int) -> HttpResponse:
    """The person's own file with the mistakes marked."""
    found = selectors.import_for(who(request), run_id)
    audit.record(action="lists.import_marked", actor=who(request), obj=found)
    stem = found.file.name.rpartition(".")[0] or found.file.name
    return _download(f"{stem}-{REASONS}.xlsx", marked_file(found))


@access(SIGNED_IN)
@require_POST
def confirm(request: HttpRequest, run_id: int) -> HttpResponse:
    """Takes in the rows that are right."""
    services.import_confirm(user=who(request), run_id=run_id)
    return redirect("lists:import-run", run_id)


@access(SIGNED_IN)
@require_POST
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    """Gives an import up."""
    found = services.import_discard(user=who(request), run_id=run_id)
    return redirect("lists:import", spec_of(found.spec).name)

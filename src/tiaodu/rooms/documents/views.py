"""Pages of the documents room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation.access import access, may
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.rooms.documents import selectors, services
from tiaodu.rooms.documents.checkup import checkup_page
from tiaodu.rooms.documents.exports import document_export
from tiaodu.rooms.documents.forms import EditForm, TryForm
from tiaodu.rooms.documents.guesses import guess
from tiaodu.rooms.documents.intake import warning_words
from tiaodu.rooms.documents.lists import DocumentList
from tiaodu.rooms.documents.models import Document, DocumentState, Secrecy
from tiaodu.rooms.documents.records import reader_version


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


@access("documents.read")
@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    """The documents in reach."""
    user = _who(request)
    rows = DocumentList(request, selectors.documents_listed(user))
    return rows.respond("documents/list.html", {"may_upload": may(user, "documents.upload")})


@access("documents.upload")
@require_http_methods(["GET", "HEAD", "POST"])
def try_reading(request: HttpRequest) -> HttpResponse:
    """试读: a file or a pasted text is read; what was typed stays when something is wrong."""
    user = _who(request)
    if request.method != "POST":
        return _try_page(request, TryForm(user))
    form = TryForm(user, request.POST, request.FILES)
    if not form.is_valid():
        return _try_page(request, form, status=422)
    try:
        document = services.document_upload(user=user, **_handed_in(form.cleaned_data))
    except services.Duplicate as duplicate:
        return _try_page(request, form, status=422, known=duplicate)
    except Invalid as refusal:
        form.add_error("file" if form.cleaned_data["file"] else "text", str(refusal.message))
        return _try_page(request, form, status=422)
    answer = _shown(user, document)
    if document.state == DocumentState.READ and may(user, "documents.review"):
        for warning in warning_words(
            document.warnings
        ):  # the review page tells them once, the document's always
            messages.warning(request, warning)
    return answer


def _handed_in(cleaned: dict[str, Any]) -> dict[str, Any]:
    file: UploadedFile[Any] | None = cleaned["file"]
    names = ("title", "document_date", "plan_year", "secrecy", "readers", "text")
    handed = {name: cleaned[name] for name in names}
    if file is not None:
        handed |= {"data": file.read(), "filename": file.name or "file", "text": ""}
    return handed


def _shown(user: User, document: Document) -> HttpResponse:
    """Where a person goes on with a document: to its review when she may and it was read, else to its
    page.
    """
    if document.state == DocumentState.READ and may(user, "documents.review"):
        return redirect("ledger:review", document.pk)
    return redirect("documents:detail", document.pk)


def _try_page(
    request: HttpRequest, form: TryForm, *, status: int = 200, known: services.Duplicate | None = None
) -> HttpResponse:
    recent = selectors.documents_listed(_who(request))[:5]
    context = {"form": form, "recent": recent, "known": known, "internal": Secrecy.INTERNAL.value}
    return render(request, "documents/try.html", context, status=status)


@access("documents.upload")
@require_POST
def guess_fields(request: HttpRequest) -> HttpResponse:
    """Title, day and year as the pasted text tells them, in the fields the person left empty."""
    told = guess(request.POST.get("text", ""))
    given = {name: request.POST.get(name, "") for name in ("title", "document_date", "plan_year")}
    guessed = {"title": told.title, "document_date": told.document_date, "plan_year": told.plan_year}
    values = {name: given[name] or (guessed[name] or "") for name in given}
    form = TryForm(_who(request), initial=values)
    return render(request, "documents/_known.html", {"form": form, "guessed": any(guessed.values())})


@access("documents.read")
@require_GET
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """One document: what is known about it, how its reading went, its task breakdown and its text."""
    user = _who(request)
    found = selectors.document_for(user, document_id)
    return render(request, "documents/document.html", _document_context(user, found))


def _document_context(user: User, found: Document) -> dict[str, Any]:
    is_read = found.state == DocumentState.READ
    view = selectors.reading_view(found) if is_read else None
    return {
        "document": found,
        "view": view,
        "reading": selectors.is_reading(found),
        "interrupted": not is_read and not selectors.is_reading(found),
        "readers": list(found.readers.all()) if found.secrecy == Secrecy.INTERNAL else [],
        "warnings": warning_words(found.warnings),
        "improved": is_read and found.vocabulary != reader_version(),
        "may_upload": may(user, "documents.upload"),
        "may_withdraw": selectors.may_withdraw(user, found),
        "may_review": may(user, "documents.review") and is_read,
        "may_export": may(user, "documents.export") and is_read,
        "lines": found.text.split("\n"),
    }


@access("documents.read")
@require_GET
def checkup(request: HttpRequest, document_id: int) -> HttpResponse:
    """计划体检: what the plan promises month by month, what cannot be checked, what does not fit."""
    user = _who(request)
    found = selectors.document_for(user, document_id)
    if found.state != DocumentState.READ:
        return redirect("documents:detail", found.pk)
    context = {"document": found, "may_export": may(user, "documents.export"), **checkup_page(found)}
    return render(request, "documents/checkup.html", context)


@access("documents.export")
@require_GET
def checkup_word(request: HttpRequest, document_id: int) -> HttpResponse:
    """The check-up as a Word document."""
    return _file(request, document_id, "checkup", "docx")


@access("documents.export")
@require_GET
def breakdown(request: HttpRequest, document_id: int, kind: str) -> HttpResponse:
    """任务分解表 as Word or Excel, before acceptance too."""
    return _file(request, document_id, "breakdown", kind)


def _file(request: HttpRequest, document_id: int, what: str, kind: str) -> HttpResponse:
    export = document_export(user=_who(request), document_id=document_id, what=what, kind=kind)
    response = HttpResponse(export.data, content_type=export.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=export.name) or ""
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@access("documents.read")
@require_GET
def original(request: HttpRequest, document_id: int) -> HttpResponse:
    """The file as it was handed in, as a download; nothing for a pasted text."""
    found = selectors.document_for(_who(request), document_id)
    if found.file is None:
        raise NotFound(_("这份文件是粘贴的文字，没有原件。正文在文件页面上。"))
    return as_attachment(found.file)


@access("documents.upload")
@require_POST
def read_again(request: HttpRequest, document_id: int) -> HttpResponse:
    """Read once more; decisions are kept."""
    return _shown(_who(request), services.document_read_again(user=_who(request), document_id=document_id))


@access("documents.upload")
@require_POST
def withdraw(request: HttpRequest, document_id: int) -> HttpResponse:
    """Take back a document that was handed in by mistake."""
    user = _who(request)
    gone = services.document_withdraw(
        user=user, document_id=document_id, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已撤回：%(title)s") % {"title": gone.title})
    return redirect("documents:list")


@access("documents.upload")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, document_id: int) -> HttpResponse:
    """Correct what is known about a document."""
    user = _who(request)
    found = selectors.document_for(user, document_id)
    form = EditForm(user, found, request.POST if request.method == "POST" else None)
    changes: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        readers, version = values.pop("readers"), values.pop("version")
        try:
            services.document_edit(
                user=user, document_id=found.pk, version=version, values=values, readers=readers
            )
            return redirect("documents:detail", found.pk)
        except Stale as stale:
            changes = stale.details
            typed = request.POST.copy()
            typed["version"] = str(selectors.document_for(user, document_id).version)
            form.data = typed
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
    status = 409 if changes else 422 if form.errors else 200
    context = {"form": form, "document": found, "changes": changes, "internal": Secrecy.INTERNAL.value}
    return render(request, "documents/edit.html", context, status=status)

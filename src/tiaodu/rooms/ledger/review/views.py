"""The review page: every statement of a document is accepted, corrected or left out, side by side with the
 text.

An act answers with the rows it changed, and with the rows others changed since the page last heard of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.engine.reading import Kind
from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.rooms.documents import selectors as documents
from tiaodu.rooms.documents import services as document_services
from tiaodu.rooms.documents.dues import DueRefused, UnusualYear
from tiaodu.rooms.documents.models import Document, DocumentState, Statement, StatementState
from tiaodu.rooms.documents.words import VERBS
from tiaodu.rooms.ledger.review.forms import AnswerForm, StatementForm, cuts_in
from tiaodu.rooms.ledger.review.log import changes_in
from tiaodu.rooms.ledger.review.page import ReviewPage, review_page
from tiaodu.rooms.ledger.services.acceptance import (
    Accepted,
    statement_accept,
    statement_withdraw,
    statements_accept,
)

Act = Callable[[User, Statement, int], object]
RESHAPED = frozenset({"merge", "split"})


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


def _number(request: HttpRequest, name: str) -> int:
    """A whole number of the form; 0 when it is none, which no version is."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@access("documents.review")
@require_GET
def review(request: HttpRequest, document_id: int) -> HttpResponse:
    """The text at the left, its statements by task at the right."""
    document = documents.document_for(_who(request), document_id)
    if document.state != DocumentState.READ:
        return redirect("documents:detail", document.pk)
    page = review_page(_who(request), document, with_context=request.GET.get("context") == "1")
    return render(request, "ledger/review/review.html", {"page": page})


# ---------------------------------------------------------------- answers


def _changed(
    request: HttpRequest,
    statement_id: int,
    *,
    status: int = 200,
    changes: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The row of a statement, with whatever else of the page is no longer as it was shown."""
    user = _who(request)
    document = documents.document_for(user, documents.statement_for(user, statement_id).document_id)
    if not request.headers.get("HX-Request"):
        return redirect(reverse("ledger:review", args=[document.pk]) + f"#s-{statement_id}")
    since = list(documents.decided_since(document, _number(request, "seen")))
    if _is_reshaped(request, document, since):
        return _everything(request, review_page(user, document), status=status)
    page = review_page(user, document, with_context=True)
    others = (_beside(page, statement_id) | {d.statement_id for d in since}) - {statement_id}
    rows = [page.rows[pk] for pk in sorted(others) if page.rows[pk].statement.kind != Kind.CONTEXT]
    context = {
        "page": page,
        "row": page.rows[statement_id],
        "others": rows,
        "changes": changes,
        "by_others": _by_others(user, since),
    }
    return render(request, "ledger/review/_changed.html", context, status=status)


def _is_reshaped(request: HttpRequest, document: Document, since: Sequence[Any]) -> bool:
    """Whether rows came or went since the page was shown, so that single rows no longer tell it."""
    reread = _number(request, "reading") != document.readings
    return reread or any(d.verb in RESHAPED or d.before.get("kind") == Kind.CONTEXT for d in since)


def _beside(page: ReviewPage, statement_id: int) -> set[int]:
    """The rows of the same task: what accepting them does depends on this one."""
    for group in page.groups:
        keys = {row.statement.pk for row in group.rows}
        if statement_id in keys:
            return keys
    return set()


def _by_others(user: User, since: Sequence[Any]) -> str:
    """Who else decided what meanwhile."""
    others = [decision for decision in since if decision.decided_by_id != user.pk]
    if not others:
        return ""
    names = _("、").join(dict.fromkeys(str(decision.decided_by) for decision in others))
    told = ngettext("%(who)s 同时审了 %(n)s 条", "%(who)s 同时审了 %(n)s 条", len(others))
    return told % {"who": names, "n": len(others)}


def _everything(
    request: HttpRequest, page: ReviewPage, *, status: int = 200, message: str = ""
) -> HttpResponse:
    """The whole page but its frame, for an act that moves rows."""
    context = {"page": page, "message": message}
    answer = render(request, "ledger/review/_everything.html", context, status=status)
    answer["HX-Retarget"] = "#review"
    answer["HX-Reswap"] = "outerHTML"
    return answer


def _act(request: HttpRequest, statement_id: int, act: Act) -> HttpResponse:
    """Do something with a statement; when somebody was faster, show what she did."""
    user = _who(request)
    statement = documents.statement_for(user, statement_id)
    try:
        act(user, statement, _number(request, "version"))
    except Stale:
        current = documents.statement_for(user, statement_id)
        changes = document_services.changes_of(current, {})
        return _changed(request, statement_id, status=409, changes=changes)
    return _changed(request, statement_id)


# ---------------------------------------------------------------- single statements


@access("documents.review")
@require_GET
def row(request: HttpRequest, statement_id: int) -> HttpResponse:
    """One row as it stands now: the way out of a form."""
    user = _who(request)
    document = documents.document_for(user, documents.statement_for(user, statement_id).document_id)
    page = review_page(user, document, with_context=True)
    return render(request, "ledger/review/_row.html", {"page": page, "row": page.rows[statement_id]})


@access("ledger.accept")
@require_POST
def accept(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Take a statement into the ledger; ``choice`` settles a conflict with what is there."""
    choice = request.POST.get("choice", "")
    if choice not in ("", "separate", "revise"):
        choice = ""

    def act(user: User, statement: Statement, version: int) -> None:
        statement_accept(user=user, statement_id=statement.pk, version=version, choice=choice)

    return _act(request, statement_id, act)


@access("documents.review")
@require_POST
def reject(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Leave a statement out."""
    reason = request.POST.get("reason", "").strip()

    def act(user: User, statement: Statement, version: int) -> None:
        document_services.statement_reject(
            user=user, statement_id=statement.pk, version=version, reason=reason
        )

    return _act(request, statement_id, act)


@access("documents.review")
@require_POST
def undo(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Take back what was decided last: a rejection, a merging, a splitting; an acceptance through the
    ledger.
    """

    def act(user: User, statement: Statement, version: int) -> None:
        if statement.state == StatementState.ACCEPTED and statement.version == version:
            statement_withdraw(user=user, statement_id=statement.pk)
        else:
            document_services.statement_reopen(user=user, statement_id=statement.pk, version=version)

    statement = documents.statement_for(_who(request), statement_id)
    answer = _act(request, statement_id, act)
    reshaped = statement.state == StatementState.REPLACED and answer.status_code == 200
    return _reshaped(request, statement.document_id) if reshaped else answer


@access("documents.review")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, statement_id: int) -> HttpResponse:
    """The form in the row's place; when somebody was faster, both are shown and nothing typed is lost."""
    user = _who(request)
    statement = documents.statement_for(user, statement_id)
    if request.method != "POST":
        return _form(request, statement, StatementForm(statement))
    form = StatementForm(statement, request.POST)
    if not form.is_valid():
        return _form(request, statement, form, status=422)
    try:
        document_services.statement_edit(
            user=user,
            statement_id=statement.pk,
            version=form.cleaned_data["version"],
            values=form.values(),
            settled=form.cleaned_data["settled"],
            reason=form.cleaned_data["reason"],
        )
    except Stale as stale:
        current = documents.statement_for(user, statement_id)
        typed = request.POST.copy()
        typed["version"] = str(current.version)
        form.data = typed
        return _form(request, current, form, status=409, changes=stale.details)
    except Invalid as refusal:
        return _refused(request, statement, form, refusal)
    return _changed(request, statement_id)


def _refused(
    request: HttpRequest, statement: Statement, form: StatementForm, refusal: Invalid
) -> HttpResponse:
    """The form again with what is wrong beside it; an unusual year can be confirmed there."""
    form.asks_year = isinstance(refusal, UnusualYear)
    if form.asks_year or isinstance(refusal, DueRefused):
        form.add_error("due_text", str(refusal.message))
    else:
        form.add_error(None, str(refusal.message))
    return _form(request, statement, form, status=422)


def _form(
    request: HttpRequest,
    statement: Statement,
    form: StatementForm,
    *,
    status: int = 200,
    changes: Mapping[str, Any] | None = None,
) -> HttpResponse:
    text = statement.document.text
    context = {
        "statement": statement,
        "form": form,
        "changes": changes,
        "before": text[statement.sentence_start : statement.start],
        "behind": text[statement.end : statement.sentence_end],
    }
    return render(request, "ledger/review/_edit.html", context, status=status)


@access("documents.review")
@require_POST
def answer(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Answer what is asked: a date, a figure, or that it is right as it was read."""
    user = _who(request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(str(e) for errors in form.errors.values() for e in errors))

    statement = documents.statement_for(user, statement_id)

    def act(user: User, statement: Statement, version: int) -> None:
        values = {} if "as_read" in request.POST else form.values()
        if not any(values.values()) and "as_read" not in request.POST:
            raise Invalid(_("还没有填时限或数值。照原文不改的，请点“照此不改”。"))
        document_services.statement_answer(
            user=user, statement_id=statement.pk, version=version, values=values
        )

    try:
        return _act(request, statement_id, act)
    except UnusualYear as refusal:
        whole = StatementForm(statement, _typed_answer(statement, form))
        return _refused(request, statement, whole, refusal)


def _typed_answer(statement: Statement, form: AnswerForm) -> dict[str, Any]:
    """A short answer as the whole form holds it, where its year can be confirmed."""
    typed = {name: bound.initial for name, bound in _bound(StatementForm(statement))}
    given = {name: form.data.get(name) for name in ("version", "due_text", "value", "unit")}
    return typed | {name: value for name, value in given.items() if value}


def _bound(form: forms.Form) -> Iterator[tuple[str, forms.BoundField]]:
    return ((name, form[name]) for name in form.fields)


@access("documents.review")
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Cut a statement's clause where the person breaks the line, and read each part by itself."""
    user = _who(request)
    statement = documents.statement_for(user, statement_id)
    clause = statement.document.text[statement.clause_start : statement.clause_end]
    context: dict[str, Any] = {"statement": statement, "clause": clause, "typed": clause}
    if request.method != "POST":
        return render(request, "ledger/review/_split.html", context)
    try:
        at = cuts_in(clause, request.POST.get("clause", ""), start=statement.clause_start)
        document_services.statement_split(
            user=user, statement_id=statement.pk, version=_number(request, "version"), at=at
        )
    except (forms.ValidationError, Invalid) as refusal:
        context |= {"typed": request.POST.get("clause", ""), "error": refusal.message}
        return render(request, "ledger/review/_split.html", context, status=422)
    except Stale:
        changes = document_services.changes_of(documents.statement_for(user, statement_id), {})
        return _changed(request, statement_id, status=409, changes=changes)
    return _reshaped(request, statement.document_id)


def _reshaped(request: HttpRequest, document_id: int, message: str = "") -> HttpResponse:
    user = _who(request)
    document = documents.document_for(user, document_id)
    if not request.headers.get("HX-Request"):
        return redirect("ledger:review", document.pk)
    return _everything(request, review_page(user, document), message=message)


@access("documents.review")
@require_GET
def log(request: HttpRequest, statement_id: int) -> HttpResponse:
    """What was decided about a statement, by whom, with what changed."""
    statement = documents.statement_for(_who(request), statement_id)
    decisions = [
        {
            "decision": decision,
            "verb": VERBS.get(decision.verb, decision.verb),
            "changes": changes_in(decision),
        }
        for decision in documents.decisions_of(statement)
    ]
    context = {"statement": statement, "decisions": decisions}
    return render(request, "ledger/review/_log.html", context)


# ---------------------------------------------------------------- many statements


@access("ledger.accept")
@require_POST
def accept_many(request: HttpRequest, document_id: int) -> HttpResponse:
    """Accept what nobody needs to be asked about, or with ``questioned`` everything that conflicts with
    nothing.
    """
    questioned = request.POST.get("questioned") == "1"
    done = statements_accept(user=_who(request), document_id=document_id, questioned=questioned)
    return _reshaped(request, document_id, _told(done))


def _told(done: Accepted) -> str:
    parts = (
        (done.new_tasks, _("新任务 %(n)s 项")),
        (done.new_indicators, _("指标 %(n)s 个")),
        (done.new_milestones, _("节点 %(n)s 个")),
        (done.restated, _("重申 %(n)s 条")),
        (done.noted, _("已有进展 %(n)s 条")),
        (done.skipped, _("留待审阅 %(n)s 条")),
    )
    return _("已入账：") + _("，").join(words % {"n": n} for n, words in parts if n)


@access("documents.review")
@require_POST
def merge(request: HttpRequest, document_id: int) -> HttpResponse:
    """Make one statement out of the ticked ones."""
    versions: dict[int, int] = {}
    for ticked in request.POST.getlist("s"):
        key, _colon, version = ticked.partition(":")
        if not (key.isascii() and key.isdigit() and version.isascii() and version.isdigit()):
            raise Invalid(_("勾选的条目不对，请刷新后再试。"))
        versions[int(key)] = int(version)
    document_services.statement_merge(user=_who(request), document_id=document_id, versions=versions)
    return _reshaped(request, document_id)

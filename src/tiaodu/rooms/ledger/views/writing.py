"""What a person does to a task: report, correct, claim, verify, adjust, edit, release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, require, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.entry import entry_unit
from tiaodu.rooms.ledger.forms import (
    PROOF_KINDS,
    ClaimForm,
    CorrectionForm,
    EventForm,
    NewTaskForm,
    ProgressForm,
    TaskForm,
    TermForm,
    VerifyForm,
    part_ids,
    part_key,
    part_label,
    task_initial,
)
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow, detail

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _answer(
    request: HttpRequest, template: str, form: forms.Form, context: dict[str, Any], act: Callable[[], str]
) -> HttpResponse:
    """Carry out ``act`` when the form is sent and right; what is refused is said on the form, nothing typed
    is lost.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                done = act()
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, done)
            return redirect("ledger:task", context["task"].pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)


def _bound(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _proofs(user: User, form: forms.Form) -> list[StoredFile]:
    file = form.cleaned_data.get("proof")
    if not file:
        return []
    return [file_store(user=user, name=file.name or "proof", data=file.read(), allowed=PROOF_KINDS)]


@access("ledger.report")
@form_methods
def progress(request: HttpRequest, task_id: int) -> HttpResponse:
    """Report progress, with as many figures as are known."""
    user = who(request)
    row = detail.row_for(user, task_id)
    form = ProgressForm(row, *_bound(request))

    def act() -> str:
        told = form.cleaned_data
        services.progress_report_figures(
            user=user,
            task_id=task_id,
            text=told["text"],
            figures=form.figures(),
            period_end=told["period_end"],
            problem=told["problem"],
            proofs=_proofs(user, form),
        )
        return _("进展已报送。")

    context = {"row": row, "task": row.task, "may": selectors.may_report(user, row.task)}
    return _answer(request, "ledger/progress.html", form, context, act)


@access("ledger.report")
@form_methods
def correct(request: HttpRequest, task_id: int, progress_id: int) -> HttpResponse:
    """Correct one's own report by a further one."""
    user = who(request)
    row = detail.row_for(user, task_id)
    report = next((p for p in row.progress if p.pk == progress_id), None)
    if report is None:
        raise NotFound
    part = next((p for p in row.parts if p.is_indicator and p.part.pk == report.indicator_id), None)
    factor, unit = entry_unit(part.term.value, part.part.unit) if part else (1, "")
    initial = {
        "text": report.text,
        "value": _trimmed(report.value / factor) if report.value is not None else None,
        "period_end": report.period_end,
    }
    form = CorrectionForm(*_bound(request), initial=initial)
    if part is None:
        del form.fields["value"]
    if report.value is None:
        del form.fields["withdraw"]

    def act() -> str:
        value = form.cleaned_data.get("value")
        services.progress_correct(
            user=user,
            progress_id=progress_id,
            reason=form.cleaned_data["reason"],
            text=form.cleaned_data["text"],
            value=value * factor if value is not None else None,
            period_end=form.cleaned_data["period_end"],
            withdraw_figure=form.cleaned_data.get("withdraw", False),
        )
        return _("更正已记录，原来的一条保留。")

    context = {"row": row, "task": row.task, "report": report, "unit": unit}
    return _answer(request, "ledger/correct.html", form, context, act)


def _trimmed(value: Any) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@access("ledger.report")
@form_methods
def claim(request: HttpRequest, task_id: int) -> HttpResponse:
    """Report a task or a part of it as done, with proof."""
    user = who(request)
    row = detail.row_for(user, task_id)
    form = ClaimForm(row, *_bound(request))

    def act() -> str:
        proofs = _proofs(user, form)
        services.task_claim(
            user=user,
            task_id=task_id,
            text=form.cleaned_data["text"],
            happened_on=form.cleaned_data["happened_on"],
            proof=proofs[0] if proofs else None,
            **part_ids(form.cleaned_data["part"]),
        )
        return _("已报完成，等待核实。")

    context = {"row": row, "task": row.task, "may": selectors.may_claim(user, row.task)}
    return _answer(request, "ledger/claim.html", form, context, act)


@access("ledger.verify")
@form_methods
def verify(request: HttpRequest, task_id: int) -> HttpResponse:
    """Strike off, send back or reopen."""
    user = who(request)
    row = detail.row_for(user, task_id)
    form = VerifyForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        told = form.cleaned_data
        ids = part_ids(told["part"])
        if told["verb"] == "strike_off":
            services.task_strike_off(user=user, task_id=task_id, text=told["text"], proof=None, **ids)
            return _("已销号。")
        if told["verb"] == "send_back":
            services.task_send_back(user=user, task_id=task_id, reason=told["text"], **ids)
            return _("已退回。")
        services.task_reopen(user=user, task_id=task_id, reason=told["text"], **ids)
        return _("已重新打开。")

    claims = [e for e in detail.feed_of(row) if e.kind == "event" and e.first.verb == "claimed"]
    waiting = [(part_key(p), part_label(p)) for p in row.parts if p.state == "claimed"]
    context = {
        "row": row,
        "task": row.task,
        "claims": claims,
        "waiting": waiting,
        "reopening": row.state == "struck_off",
    }
    return _answer(request, "ledger/verify.html", form, context, act)


@access("ledger.open")
@form_methods
def event(request: HttpRequest, task_id: int) -> HttpResponse:
    """Record that what the due waits for has happened."""
    user = who(request)
    row = detail.row_for(user, task_id)
    if not selectors.may_report(user, row.task):
        require(user, "ledger.edit")
    form = EventForm(
        request.POST if request.method == "POST" else None, initial={"happened_on": clock.today()}
    )

    def act() -> str:
        services.event_record(user=user, task_id=task_id, **form.cleaned_data)
        return _("已登记，时限从这一天起按工作日计算。")

    events = sorted({p.term.due_event for p in row.parts if p.term.due_event})
    return _answer(request, "ledger/event.html", form, {"row": row, "task": row.task, "events": events}, act)


def _part(row: TaskRow, key: str) -> PartRow:
    found = next((p for p in row.parts if part_key(p) == key), None)
    if found is None:
        raise NotFound
    return found


@access("ledger.edit")
@form_methods
def term(request: HttpRequest, task_id: int, part: str) -> HttpResponse:
    """Another target or due, with the reason; the former stays on record."""
    user = who(request)
    row = detail.row_for(user, task_id)
    found = _part(row, part)
    factor, unit = entry_unit(found.term.value, found.part.unit) if found.is_indicator else (1, "")
    value = found.term.value
    initial = {
        "value": _trimmed(value / factor) if value is not None else None,
        "due_end": found.term.due_end,
        "version": found.part.version,
    }
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    if not found.is_indicator:
        del form.fields["value"]

    def act() -> str:
        told = form.cleaned_data
        values: dict[str, Any] = {}
        if found.is_indicator and told.get("value") is not None:
            values["value"] = told["value"] * factor
        if told["due_end"] != found.term.due_end:
            due = told["due_end"]
            values |= {"due_end": due, "due_start": None, "due_text": due.isoformat() if due else ""}
            values |= {"due_event": "", "due_offset": None}
        services.term_revise(
            user=user,
            task_id=task_id,
            version=told["version"],
            reason=told["reason"],
            **part_ids(part),
            **values,
        )
        return _("已调整，原来的目标和时限保留在记录里。")

    return _answer(
        request, "ledger/term.html", form, {"row": row, "task": row.task, "part": found, "unit": unit}, act
    )


@access("ledger.edit")
@form_methods
def edit(request: HttpRequest, task_id: int) -> HttpResponse:
    """Title, subject, people and departments."""
    user = who(request)
    row = detail.row_for(user, task_id)
    data = request.POST if request.method == "POST" else None
    form = TaskForm(user, row.task.region, data, initial=task_initial(row.task, row))

    def act() -> str:
        services.task_edit(
            user=user,
            task_id=task_id,
            version=form.cleaned_data["version"] or 0,
            departments=form.departments(),
            **form.values(),
        )
        return _("已保存。")

    return _answer(request, "ledger/edit.html", form, {"row": row, "task": row.task}, act)


@access("ledger.edit")
@form_methods
def create(request: HttpRequest) -> HttpResponse:
    """A task by hand."""
    user = who(request)
    if user.region is None:
        raise NotFound
    data = request.POST if request.method == "POST" else None
    form = NewTaskForm(user, user.region, data, initial={"plan_year": clock.today().year})
    if data is not None and form.is_valid():
        told = form.cleaned_data
        try:
            made = services.task_create(
                user=user,
                region=user.region,
                plan_year=told["plan_year"],
                departments=form.departments(),
                due=told["due"],
                measure=told["measure"],
                value=told["value"],
                **form.values(),
            )
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("任务已立项。"))
            return redirect("ledger:task", made.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "ledger/create.html", {"form": form}, status=status)


@access("ledger.release")
@require_POST
def release(request: HttpRequest, task_id: int) -> HttpResponse:
    """Make a task visible to its firm and to the city, or take that back."""
    wanted = request.POST.get("released") == "1"
    version = request.POST.get("version", "")
    services.task_release(
        user=who(request),
        task_id=task_id,
        version=int(version) if version.isdecimal() else 0,
        released=wanted,
    )
    messages.success(request, _("已发布：企业和上级可以看到时限和状态。") if wanted else _("已收回发布。"))
    return redirect("ledger:task", task_id)


__all__ = ["claim", "correct", "create", "edit", "event", "progress", "release", "term", "verify"]

"""Subjects: the list, one page of each, and looking after the register; and the roll-up check."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.foundation.registry.selectors import subject_for
from tiaodu.rooms.ledger import selectors
from tiaodu.rooms.ledger.forms import MergeForm, SubjectForm
from tiaodu.rooms.ledger.lists import SubjectList
from tiaodu.rooms.ledger.onepage import WORD, one_page
from tiaodu.rooms.ledger.selectors.subjects import subject_page, subject_rows
from tiaodu.rooms.ledger.selectors.totals import above_of, plan_years, roll_up, year_of
from tiaodu.rooms.ledger.views.tasks import who


@access("subjects.read")
@require_GET
def subjects(request: HttpRequest) -> HttpResponse:
    """Everything promises are about, the most pressing first."""
    user = who(request)
    rows = subject_rows(user)
    context = {
        "count": len(rows),
        "late": sum(1 for row in rows if row.overdue),
        "may_edit": may(user, "subjects.edit"),
    }
    return SubjectList(request, rows).respond("ledger/subjects.html", context)


@access("subjects.read")
@require_GET
def subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """One page of a subject, for the screen, for paper and for a phone."""
    user = who(request)
    page = subject_page(user, subject_id)
    if page.subject.pk != subject_id:
        return redirect("ledger:subject", page.subject.pk)
    context = {
        "page": page,
        "sector": sector_name(page.subject.sector),
        "may_edit": may(user, "subjects.edit"),
        "may_export": may(user, "ledger.export"),
        "inside": selectors.sees_inside(user),
    }
    return render(request, "ledger/subject.html", context)


@access("ledger.export")
@require_GET
def subject_word(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The same page as a Word document."""
    user = who(request)
    page = subject_page(user, subject_id)
    audit.record(action="ledger.subject_export", actor=user, obj=page.subject)
    name = f"{page.subject.name}-{clock.today():%Y%m%d}.docx"
    response = HttpResponse(one_page(page, author=str(user)), content_type=WORD)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


@access("subjects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def subject_edit(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Names, kind and place of a subject; its other names; the record it is merged with."""
    user = who(request)
    found = subject_for(user, subject_id)
    names = ("name", "full_name", "kind", "sector", "parent", "source", "version")
    data = request.POST if request.method == "POST" else None
    form = SubjectForm(user, found.region, data, initial={name: getattr(found, name) for name in names})
    if data is not None and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version") or 0
        try:
            registry.subject_edit(user=user, subject_id=found.pk, version=version, **values)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已保存。"))
            return redirect("ledger:subject", found.pk)
    context = {
        "form": form,
        "subject": found,
        "aliases": list(found.aliases.all()),
        "merge": MergeForm(user, found),
    }
    return render(request, "ledger/subject_edit.html", context, status=422 if form.is_bound else 200)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """What a link from a task already knows of the record to be made."""
    known = {name: request.GET.get(name, "").strip() for name in ("kind", "name")}
    return {name: value for name, value in known.items() if value}


@access("subjects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def subject_create(request: HttpRequest) -> HttpResponse:
    """Register a subject."""
    user = who(request)
    if user.region is None:
        raise NotFound
    data = request.POST if request.method == "POST" else None
    form = SubjectForm(user, user.region, data, initial=_asked_for(request))
    if data is not None and form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        try:
            made = registry.subject_create(user=user, region=user.region, **values)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已登记。"))
            return redirect("ledger:subject", made.pk)
    return render(request, "ledger/subject_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@access("subjects.edit")
@require_POST
def alias_add(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Give a subject another name."""
    found = subject_for(who(request), subject_id)
    registry.alias_add(user=who(request), subject_id=found.pk, text=request.POST.get("text", ""))
    messages.success(request, _("别名已添加。"))
    return redirect("ledger:subject-edit", found.pk)


@access("subjects.edit")
@require_POST
def subject_merge(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Merge another record of the same subject into this one."""
    user = who(request)
    found = subject_for(user, subject_id)
    form = MergeForm(user, found, request.POST)
    if not form.is_valid():
        raise Invalid(_("请选择要并入的记录。"))
    registry.subjects_merge(user=user, keep_id=found.pk, gone_id=form.cleaned_data["gone"].pk)
    messages.success(request, _("已合并，原名称保留为别名。"))
    return redirect("ledger:subject", found.pk)


@access("ledger.read")
@require_GET
def rollup(request: HttpRequest) -> HttpResponse:
    """Totals by measure, every promise once, and what does not add up."""
    user = who(request)
    board = selectors.board_for(user)
    own = [row for row in board.rows if row.task.region_id == user.region_id] or list(board.rows)
    year = year_of(own, request.GET.get("year", ""), clock.today())
    found = roll_up(
        [row for row in own if row.task.plan_year == year], above_of(user.region) if user.region else {}
    )
    years = plan_years(own)
    return render(
        request, "ledger/rollup.html", {"found": found, "board": board, "year": year, "years": years}
    )

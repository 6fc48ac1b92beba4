"""Subjects: the list, one page of each, and looking after the register; and the roll-up check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.rooms.ledger import selectors
from tiaodu.rooms.ledger.lists import SubjectList
from tiaodu.rooms.ledger.onepage import WORD, one_page
from tiaodu.rooms.ledger.selectors.subjects import subject_page, subject_rows
from tiaodu.rooms.ledger.selectors.totals import above_of, plan_years, roll_up, year_of


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

"""Reporting a project's investment of a month, and its year as Excel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiaodu.engine.projects.curve import MONTHS, month_end
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.lists.export import XLSX
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.investing import reports_of
from tiaodu.rooms.projects.models import InvestmentReport
from tiaodu.rooms.projects.reporting import WAN, ReportForm
from tiaodu.rooms.projects.selectors import sees_inside
from tiaodu.rooms.projects.selectors.judged import JudgedRow, judged
from tiaodu.rooms.projects.sheets import write_year
from tiaodu.rooms.projects.views.projects import row_for

_YEARS_BACK = 5


def judged_for(request: HttpRequest, project_id: int, year: int | None = None) -> JudgedRow:
    """One project in reach, judged; NotFound for who sees only what is released."""
    user = who(request)
    if not sees_inside(user):
        raise NotFound
    return judged([row_for(user, project_id)], year=year)[0]


@access("projects.report")
@form_methods
def report(request: HttpRequest, project_id: int, year: int, month: int) -> HttpResponse:
    """Report what came together from January to the end of a month."""
    today = clock.today()
    if not 1 <= month <= MONTHS or not today.year - _YEARS_BACK <= year <= today.year:
        raise NotFound
    row = judged_for(request, project_id, year)
    told = reports_of(row, year)
    newest = told.get(month)
    form = ReportForm(posted(request), initial=_initial(row, newest, month))

    def act() -> tuple[str, str]:
        services.investment_report(
            user=who(request),
            project_id=project_id,
            told=services.Month(year=year, month=month, **form.amounts()),
        )
        done = _("%(month)s 月投资已报。") % {"month": month}
        return done, reverse("projects:project", args=[project_id]) + "#investment"

    context = {
        "project": row.project,
        "month": month_end(year, month),
        "months": _tabs(row, told, year, month, today),
        "told": newest,
        **_beside(row, month),
    }
    return answer(request, "projects/report.html", form, context, act)


def _initial(row: JudgedRow, newest: InvestmentReport | None, month: int) -> dict[str, Any]:
    """What is there already is filled in."""
    done, paid = row.investment.done.get(month), row.investment.paid.get(month)
    initial: dict[str, Any] = {"revision": newest.revision if newest else 0}
    initial |= {"done": _wan(done and done.value), "paid": _wan(paid and paid.value)}
    if newest:
        initial |= {"text": newest.text, "problem": newest.problem, "next_month": _wan(newest.next_month)}
    return initial


def _wan(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else (amount / WAN).normalize() + 0


def _tabs(
    row: JudgedRow, told: dict[int, InvestmentReport], year: int, month: int, today: date
) -> list[tuple[int, bool, str, bool]]:
    """The months of the year that are over: number, whether it was reported, address, whether it is this."""
    return [
        (
            number,
            number in told or number in row.investment.done,
            reverse("projects:report", args=[row.project.pk, year, number]),
            number == month,
        )
        for number in range(1, MONTHS + 1)
        if month_end(year, number) <= today
    ]


def _beside(row: JudgedRow, month: int) -> dict[str, Any]:
    """What helps to check an amount: the plan by then, the figure before, what the total leaves."""
    found = row.investment
    before = [cell.value for number, cell in found.done.items() if number < month]
    return {
        "planned": found.standing.plan.by(month_end(found.year, month)) if found.standing else None,
        "before": before[-1] if before else None,
        "room": found.room,
    }


@access("projects.export")
@require_GET
def sheet(request: HttpRequest, project_id: int) -> HttpResponse:
    """The project's year by month as Excel."""
    row = judged_for(request, project_id)
    file = BytesIO()
    write_year(who(request), row, file)
    file.seek(0)
    name = f"{row.name}-{row.year}.xlsx"
    answered = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    answered["X-Content-Type-Options"] = "nosniff"
    return answered  # type: ignore[return-value]

"""The list of returns, the page of one, and its table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation import access as permissions
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.evidence.selectors import is_unit
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.forms import FileForm, WordsForm
from tiaodu.rooms.returns.lists import ReturnList
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.presenting import Cell, cells_of, context_of
from tiaodu.rooms.returns.selectors.rows import row_of, standing
from tiaodu.rooms.returns.services.filling import form_of


@access("returns.open")
@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: HttpRequest) -> HttpResponse:
    """The returns of a unit, or of all units in reach: what is late first."""
    user = who(request)
    found = selectors.returns_visible_to(user)
    page = ReturnList(request, selectors.latest_first(found), forms_in(user.region))
    return page.respond("returns/returns.html", {"headline": _headline(found)})


def _headline(found: selectors.Returns) -> str:
    where = standing(clock.today())
    late, waiting = found.filter(where["overdue"]).count(), found.filter(where["due"]).count()
    told = {"count": late + waiting, "late": late}
    if late:
        words = ngettext(
            "%(count)s 份待报，其中 %(late)s 份逾期。",
            "%(count)s 份待报，其中 %(late)s 份逾期。",
            late + waiting,
        )
        return words % told
    if waiting:
        return ngettext("%(count)s 份待报，没有逾期。", "%(count)s 份待报，没有逾期。", waiting) % told
    return _("没有待报的报表。")


@access("returns.open")
@require_GET
def one(request: HttpRequest, return_id: int) -> HttpResponse:
    """One return: the form for its unit, figures and log for an official."""
    user = who(request)
    row = selectors.return_for(user, return_id)
    unit = is_unit(user)
    if unit:
        services.return_see(user=user, return_id=row.pk)
    return page_of(request, row, cells_of(row, form_of(row), for_firm=unit))


def page_of(request: HttpRequest, row: Return, cells: list[Cell], *, status: int = 200) -> HttpResponse:
    """The page of one return for whoever asks."""
    user = who(request)
    unit = is_unit(user)
    context = {
        "row": row_of(row),
        "file_form": FileForm(),
        "words_form": WordsForm(offered=[(cell.asked.measure, cell.title) for cell in cells]),
        "may_question": permissions.may(user, "returns.question"),
        "may_bring": permissions.may(user, "returns.bring") and row.waits,
        **context_of(row, form_of(row), cells, unit=unit),
    }
    template = "official" if not unit else "fill" if not row.is_in else "told"
    return render(request, f"returns/{template}.html", context, status=status)

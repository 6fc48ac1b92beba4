"""The list of returns and the page of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.returns import selectors
from tiaodu.rooms.returns.lists import ReturnList
from tiaodu.rooms.returns.selectors.rows import ReturnRow, rows_of


def who(request: HttpRequest) -> User:
    """The person, whom the declared permission has made sure of."""
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


@access("returns.open")
@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: HttpRequest) -> HttpResponse:
    """The returns of a unit, or of all units in reach."""
    rows = rows_of(selectors.returns_visible_to(who(request)))
    return ReturnList(request, rows).respond("returns/returns.html", {"headline": _headline(rows)})


def _headline(rows: list[ReturnRow]) -> str:
    waiting = sum(1 for row in rows if row.row.waits)
    late = sum(1 for row in rows if row.light == "overdue")
    if not waiting:
        return _("没有待报的报表。") if rows else ""
    told = {"count": waiting, "late": late}
    if late:
        return (
            ngettext(
                "%(count)s 份待报，其中 %(late)s 份逾期。",
                "%(count)s 份待报，其中 %(late)s 份逾期。",
                waiting,
            )
            % told
        )
    return ngettext("%(count)s 份待报，没有逾期。", "%(count)s 份待报，没有逾期。", waiting) % told


@access("returns.open")
@require_GET
def one(request: HttpRequest, return_id: int) -> HttpResponse:
    """One return with its log."""
    found = selectors.return_for(who(request), return_id)
    row = rows_of(type(found).objects.filter(pk=found.pk), clock.today())[0]
    entries = found.entries.select_related("by", "department")
    return render(request, "returns/return.html", {"row": row, "entries": entries})

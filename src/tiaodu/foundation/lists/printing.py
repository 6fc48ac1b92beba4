"""A list on paper: all its rows under the filter, landscape, head and note on every page."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.response import TemplateResponse

from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.lists.export import asked_for
from tiaodu.foundation.lists.limits import limits

if TYPE_CHECKING:
    from tiaodu.foundation.accounts.models import User
    from tiaodu.foundation.lists.page import ListPage


def respond(page: ListPage) -> HttpResponse:
    """The page made for paper, audited as ``lists.print``: whole rows leave the screen with it."""
    user: User = page.request.user  # type: ignore[assignment]
    rows = [page.row(record) for record in islice(page.all_records(), limits().print_rows)]
    taken = {"list": page.name, "rows": len(rows), "filter": page.parameters.dict()}
    audit.record(action="lists.print", actor=user, after=taken)
    context = {
        "list": page,
        "rows": rows,
        "left_out": page.total - len(rows),
        "asked_for": asked_for(page),
        "sample": any(row.sample for row in rows),
        "day": clock.today(),
        "person": user,
        "back": page.address(),
    }
    return TemplateResponse(page.request, "lists/print.html", context)

"""The pages of the tables: the list, one table, its versions."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.lists.export import XLSX
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.tables import presenting, services
from tiaodu.foundation.tables.declaring import Table, find
from tiaodu.foundation.tables.lists import TableList
from tiaodu.foundation.tables.overview import found_on, overviews_for
from tiaodu.foundation.tables.versions import version_for
from tiaodu.foundation.tables.workbooks import workbook


def table_or_404(code: str) -> Table:
    """The declared table of an address."""
    found = find(code)
    if found is None:
        raise NotFound
    return found


def day_asked(request: HttpRequest) -> date:
    """The day of the as-of picker, else the page's."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


@access("tables.read")
def tables(request: HttpRequest) -> HttpResponse:
    """All tables with their state."""
    rows = overviews_for(who(request))
    return TableList(request, rows).respond("tables/list.html", presenting.list_context(rows))


@access("tables.read")
def table(request: HttpRequest, code: str) -> HttpResponse:
    """One table on a day, with its history."""
    context = presenting.table_context(who(request), table_or_404(code), day_asked(request))
    return render(request, "tables/table.html", context)


@access("tables.read")
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The content of a table on a day as an Excel file."""
    user, asked, day = who(request), table_or_404(code), day_asked(request)
    data, _missing = found_on(asked, user.region, day, known=clock.today())
    if data is None:
        raise NotFound(_("这张表在 %(day)s 没有内容，没有可以导出的。") % {"day": day.isoformat()})
    audit.record(action="lists.export", actor=user, after={"list": code, "filter": {"day": day.isoformat()}})
    name = f"{asked.title}-{day:%Y%m%d}.xlsx"
    answer = FileResponse(
        BytesIO(workbook(data, str(user))), as_attachment=True, filename=name, content_type=XLSX
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]


@access("tables.read")
@require_safe
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: what it changes, who proposed it, what became of it."""
    user = who(request)
    return render(
        request, "tables/version.html", presenting.version_context(user, version_for(user, version_id))
    )


@access("tables.confirm")
@require_POST
def confirm(request: HttpRequest, version_id: int) -> HttpResponse:
    """A second person lets a proposal hold."""
    version = services.version_confirm(user=who(request), version_id=version_id)
    told = _("已确认。自 %(day)s 起按新内容办理。") % {"day": version.valid_from.isoformat()}
    messages.success(request, told)
    return redirect("tables:table", version.code)


@access("tables.confirm")
@require_POST
def reject(request: HttpRequest, version_id: int) -> HttpResponse:
    """A second person turns a proposal down."""
    reason = request.POST.get("reason", "")[:500]
    version = services.version_reject(user=who(request), version_id=version_id, reason=reason)
    messages.success(request, _("已驳回，提议人会看到您的理由。现在的内容不变。"))
    return redirect("tables:table", version.code)


@access("tables.propose")
@require_POST
def withdraw(request: HttpRequest, version_id: int) -> HttpResponse:
    """The proposer takes a proposal back."""
    version = services.version_withdraw(user=who(request), version_id=version_id)
    messages.success(request, _("已撤回。现在的内容不变。"))
    return redirect("tables:table", version.code)

"""The page of a bulk run: what was done, what was not and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tiaodu.foundation.access import SIGNED_IN, access, who
from tiaodu.foundation.lists.bulk import services
from tiaodu.foundation.lists.bulk.actions import action_of
from tiaodu.foundation.lists.bulk.selectors import bulk_for, rows_of, standing_of
from tiaodu.foundation.lists.columns import Chip, Column
from tiaodu.foundation.lists.models import RowState
from tiaodu.foundation.lists.page import ListPage


def in_state(state: RowState) -> Any:
    """A predicate for rows in a state."""
    return lambda row: row.state == state


class BulkRows(ListPage):
    """The rows of a run."""

    name = "bulk-rows"
    title = _("批量办理结果")
    columns = (
        Column("label", _("记录"), card="title", width="wide"),
        Column("state", _("结果"), cell="lists/_row_state.html", export=lambda row: row.get_state_display()),
        Column("message", _("原因"), width="wide"),
    )
    chips = (
        Chip("refused", RowState.REFUSED.label, in_state(RowState.REFUSED), light="red"),
        Chip("done", RowState.DONE.label, in_state(RowState.DONE), light="green"),
        Chip("waiting", RowState.WAITING.label, in_state(RowState.WAITING)),
    )
    export_permission = SIGNED_IN
    keeps_views = False

    def row_url(self, record: Any) -> str:
        return str(record.url)

    def row_light(self, record: Any) -> str:
        return ""


@access(SIGNED_IN)
@require_GET
def bulk(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Where a run stands, row by row; progress while it still works."""
    run = bulk_for(who(request), bulk_id)
    context = {
        "run": run,
        "action": action_of(run.action),
        "standing": standing_of(run),
        "working": run.job is not None and run.job.is_open,
    }
    return BulkRows(request, rows_of(run)).respond("lists/bulk_run.html", context)


@access(SIGNED_IN)
@require_POST
def resume(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Goes on with the rows that still wait."""
    services.bulk_resume(user=who(request), bulk_id=bulk_id)
    return redirect("lists:bulk", bulk_id)

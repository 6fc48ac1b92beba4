"""The task list and the page of one task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.engine.ledger.standing import WORST_FIRST
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.rooms.ledger import selectors
from tiaodu.rooms.ledger.lists import ReleasedList, TaskList
from tiaodu.rooms.ledger.presenting import board_context, task_context
from tiaodu.rooms.ledger.selectors import detail


@access("ledger.open")
@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: HttpRequest) -> HttpResponse:
    """The ledger: what is due, late and not reported, then the tasks; posted, an act on many of them."""
    user = who(request)
    board = selectors.board_for(user)
    made = TaskList if selectors.sees_inside(user) else ReleasedList
    return made(request, board.rows).respond("ledger/tasks.html", board_context(user, board))


@access("ledger.open")
@require_GET
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task. Who sees due and state only gets those."""
    user = who(request)
    row = detail.row_for(user, task_id)
    if not selectors.sees_inside(user):
        return render(request, "ledger/task_released.html", {"row": row, "task": row.task})
    return render(request, "ledger/task.html", task_context(user, row))


@access("ledger.read")
@require_GET
def provenance(request: HttpRequest, kind: str, part_id: int) -> HttpResponse:
    """The drawer of a figure: value, revisions, reports and sentences, as known on the day asked for."""
    day = _asked_day(request)
    ids = {"indicator_id" if kind == "indicator" else "milestone_id": part_id}
    found = detail.provenance_of(who(request), day=day, **ids)
    return render(request, "ledger/_provenance.html", {"found": found, "day": day, "today": clock.today()})


def _asked_day(request: HttpRequest) -> date:
    """The day asked for, never later than the day shown."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()
    return min(asked, clock.today())


@access("ledger.read")
@require_GET
def proof(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file that backs a report or a close-out."""
    return as_attachment(detail.proof_for(who(request), file_id))


@access("ledger.open")
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What falls due in each month of a year."""
    user = who(request)
    board = selectors.board_for(user)
    years = sorted(
        {p.standing.due.year for r in board.rows for p in r.parts if p.standing.due} | {clock.today().year}
    )
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and int(text) in years else clock.today().year
    items = _due_items(board.rows)
    year_end = date(year, 12, 31)
    context: dict[str, Any] = {
        "board": board,
        "year": year,
        "years": [(str(y), f"?year={y}", y == year) for y in years],
        "items": [item for item in items if item["date"] != year_end],
        "at_year_end": [item for item in items if item["date"] == year_end],
        "day": clock.today(),
        "undated": [row for row in board.rows if row.standing.reason == "no_date"],
    }
    return render(request, "ledger/calendar.html", context)


def _due_items(rows: Sequence[selectors.TaskRow]) -> list[dict[str, Any]]:
    """One item for each task and day: a single step by its own words, several by the task's title."""
    found = []
    for row in rows:
        days: dict[date, list[selectors.PartRow]] = {}
        for part in row.parts:
            if part.standing.due:
                days.setdefault(part.standing.due, []).append(part)
        for due, parts in days.items():
            worst = min((p.standing.state for p in parts), key=WORST_FIRST.index)
            title = _words(row, parts[0]) if len(parts) == 1 else row.task.title
            found.append(
                {"date": due, "title": title, "url": row.url, "state": worst.value, "lead": row.lead_words}
            )
    return found


def _words(row: selectors.TaskRow, part: selectors.PartRow) -> str:
    subject = part.part.subject or row.task.subject
    step = _step(part)
    if subject is None or subject.name in step:
        return step
    return _("%(subject)s：%(step)s") % {"subject": subject.name, "step": step}


def _step(part: selectors.PartRow) -> str:
    return part.target_words if part.is_indicator else str(part.part.action)

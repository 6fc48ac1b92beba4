"""The first page of each role: the answer first, then the rows that prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import access
from tiaodu.foundation.access import SIGNED_IN
from tiaodu.foundation.accounts import selectors as accounts
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import selectors as audit
from tiaodu.foundation.registry.selectors import own_liaisons
from tiaodu.rooms.ledger import selectors as ledger
from tiaodu.web import alerts, highlights

SHOWN = 8  # rows of a section; the rest is one click away
PUSHED = 5  # rows a leader is asked to look at
FOR_A_LEADER = 4  # alerts beside them, one of each kind before a second of any


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a home page: which rows of the board, under which words, and the list that holds them all."""

    key: str  # attribute of the board
    title: Any
    nothing: Any
    filter: str = ""  # chip of the task list


PARTS = {
    part.key: part
    for part in (
        Part("overdue", _("逾期"), _("没有逾期的任务。"), "overdue"),
        Part("due_week", _("本周到期"), _("本周没有到期的任务。"), "due_week"),
        Part("unreported", _("未报进展"), _("没有超过规定天数未报的任务。"), "unreported"),
        Part("to_verify", _("完成待核"), _("没有等待核实的任务。"), "claimed"),
        Part("waiting_event", _("等待前置条件"), _("没有等待前置条件的任务。"), "not_triggered"),
    )
}
# The parts of each role's page in the order of its work. Who leads the county's work reads what is late or
# silent among the alerts of all rooms, who does the work as her own tasks.
WORK: Mapping[str, Sequence[str]] = {
    "dispatcher": ("due_week", "to_verify"),
    "supervision": ("to_verify", "due_week"),
    "office": ("due_week", "to_verify"),
    "department": ("overdue", "due_week", "unreported"),
    "statistics": ("overdue", "due_week", "unreported"),
    "liaison": ("overdue", "due_week", "unreported"),
    "investment": ("overdue", "due_week", "unreported"),
    "firm": ("due_week", "overdue"),
}
LEADS = frozenset({"dispatcher", "supervision", "office"})


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its rows, cut to what fits on the first page."""

    part: Part
    rows: Sequence[ledger.TaskRow]
    total: int
    url: str


def _sections(board: ledger.Board, keys: Sequence[str]) -> list[Section]:
    tasks = reverse("ledger:tasks")
    found = []
    for key in keys:
        part, rows = PARTS[key], list(getattr(board, key))
        found.append(Section(part, rows[:SHOWN], len(rows), f"{tasks}?filter={part.filter}"))
    return found


def for_the_leader(board: ledger.Board) -> list[ledger.TaskRow]:
    """What a leader can move: overdue promises, then those waiting for an approval; the strongest first."""
    rows = [*board.overdue, *board.waiting_event]
    known = {row.task.pk: row for row in rows}
    overdue = {row.task.pk for row in board.overdue}

    def weight(row: ledger.TaskRow) -> tuple[bool, int, str, int]:
        day = row.due.isoformat() if row.due else "9999"
        return row.task.pk not in overdue, -(row.task.strength or 0), day, row.task.pk

    return sorted(known.values(), key=weight)[:PUSHED]


def _leader(request: HttpRequest, user: User) -> HttpResponseBase:
    board = ledger.board_for(user)
    pushed = for_the_leader(board)
    context = {
        "board": board,
        "pushed": pushed,
        "reminders": alerts.reminders(user, FOR_A_LEADER, told={row.url for row in pushed}, each=1),
        "headlines": highlights.headlines(board.rows),
        "changes": highlights.changes(board.rows),
    }
    return render(request, "web/home_leader.html", context)


def _work(request: HttpRequest, user: User, role: str) -> HttpResponseBase:
    board = ledger.board_for(user)
    mine = role in ("department", "statistics", "liaison", "investment")
    context = {
        "board": board,
        "sections": _sections(board, WORK[role]),
        "reminders": alerts.reminders(user, SHOWN) if role in LEADS else None,
        "may_open_alerts": role not in LEADS and access.may(user, alerts.PERMISSION),
        "mine": mine,
        "looked_after": own_liaisons(user) if mine else [],
        "may_report": mine and access.may(user, "ledger.report"),
        "may_read": access.may(user, "documents.upload"),
        # Firms and banks see dues and whose turn it is, never remarks of officials.
        "changes": highlights.changes(board.rows) if ledger.sees_inside(user) else None,
    }
    return render(request, "web/home_work.html", context)


def _admin(request: HttpRequest, user: User) -> HttpResponseBase:
    people = list(accounts.users_visible_to(user))
    context = {
        "people": len(people),
        "inactive": sum(1 for person in people if not person.is_active),
        "locked": sorted(accounts.locked_usernames() & {person.username for person in people}),
        "entries": audit.entries_visible_to(user)[:12],
    }
    return render(request, "web/home_admin.html", context)


@access.access(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponseBase:
    """The page of the first role that has one; an information clerk goes straight to reading."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    with ledger.reading_once():
        return _page(request, user)


def _page(request: HttpRequest, user: User) -> HttpResponseBase:
    for role in user.roles:
        if role == "clerk":
            return redirect("documents:try")
        if role == "leader":
            return _leader(request, user)
        if role == "admin":
            return _admin(request, user)
        if role in WORK:
            return _work(request, user, role)
    return render(request, "web/home_nothing.html")

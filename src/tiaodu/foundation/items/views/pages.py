"""The list of items, the page of one, and the panels other pages show."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.items import about as abouts
from tiaodu.foundation.items import selectors
from tiaodu.foundation.items.lists import (
    FirmList,
    brought_before,
    list_for,
    mine,
    open_first,
    to_confirm,
    to_verify,
)
from tiaodu.foundation.items.presenting import headline, item_context, outside_context
from tiaodu.foundation.items.selectors import detail
from tiaodu.foundation.items.selectors.bodies import authorities_by_kind
from tiaodu.foundation.items.selectors.rows import ItemRow, counts_of, rows_of
from tiaodu.foundation.registry.selectors import subject_for
from tiaodu.foundation.slots.responses import respond

FEW = 8  # rows of a panel


@access("items.open")
@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """What is open and how late, then the list."""
    user = who(request)
    found = selectors.standings_visible_to(user)
    inside = selectors.sees_inside(user)
    listed = list_for(user)(request, found) if inside else FirmList(request, found)
    context = {
        "headline": headline(counts_of(found, clock.today(), user.region)),
        "may_open": bool(authorities_by_kind(user)),
        "may_be_away": may(user, "items.handle"),
    }
    return listed.respond("items/list.html", context)


@access("items.open")
@require_GET
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: its clock, its facts, its log. A firm sees the clock alone."""
    user = who(request)
    row = selectors.row_of(selectors.standing_for(user, item_id))
    if not selectors.sees_inside(user):
        return render(request, "items/outside.html", outside_context(row))
    return render(request, "items/item.html", item_context(user, row))


@access("items.read")
@require_GET
def file(request: HttpRequest, item_id: int, attachment_id: int) -> HttpResponse:
    """A file of the log."""
    return as_attachment(detail.file_for(who(request), item_id, attachment_id))


@access("items.read")
@require_GET
def about(request: HttpRequest, kind: str, about_id: str) -> HttpResponse:
    """The items about a record of another room, for its page."""
    return _about(request, kind, about_id)


@access("items.read")
@require_GET
def about_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """The items about a task of the ledger."""
    return _about(request, "ledger.task", str(task_id))


@access("items.read")
@require_GET
def about_project(request: HttpRequest, project_id: int) -> HttpResponse:
    """The ledger of a project's problems: the items about it."""
    return _about(request, "projects.project", str(project_id))


def _about(request: HttpRequest, kind: str, about_id: str) -> HttpResponse:
    user = who(request)
    found = abouts.find(user, kind, about_id)
    return _panel(request, user, selectors.items_about(user, found.kind, found.id), found)


@access("items.read")
@require_GET
def about_subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The items that concern a subject."""
    user = who(request)
    subject = subject_for(user, subject_id)
    found = open_first(selectors.standings_visible_to(user).filter(item__subject=subject))
    return _panel(request, user, rows_of(found[:FEW]), None)


def _panel(request: HttpRequest, user: User, rows: list[ItemRow], found: abouts.About | None) -> HttpResponse:
    context = {
        "rows": rows,
        "about": found,
        "may_open": found is not None and bool(authorities_by_kind(user)),
    }
    return respond(request, "items/_about.html", context, title=_("交办与提请"))


@access("items.read")
@require_GET
def mine_panel(request: HttpRequest) -> HttpResponse:
    """What waits for this person: to be confirmed, verified, moved, or done."""
    user = who(request)
    found = selectors.standings_visible_to(user)
    handles = may(user, "items.handle")
    parts = (
        (_("待我确认"), to_confirm(user), "to_confirm", handles),
        (_("待我核实"), to_verify(user), "claimed", may(user, "items.issue")),
        (_("提级到我"), brought_before(user, clock.today()), "escalated", not handles),
        (_("我负责的"), mine(user), "mine", handles),
    )
    sections = [
        {"title": title, "rows": rows, "filter": chip}
        for title, where, chip, shown in parts
        if shown and (rows := rows_of(open_first(found.filter(where))[:FEW]))
    ]
    return respond(request, "items/_mine.html", {"sections": sections}, title=_("我的事项"))

"""The board by stage, and the wall map on the screen, as a table and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.engine.projects.sheets import load_papers
from tiaodu.engine.projects.timescale import Scale, Zoom, scale_of
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.rooms.projects.pictures.board import FILTERS, columns_of
from tiaodu.rooms.projects.pictures.frames import Frame
from tiaodu.rooms.projects.pictures.papers import paper_sheets
from tiaodu.rooms.projects.pictures.table import WallTable
from tiaodu.rooms.projects.pictures.timeline import heads, percent, timeline
from tiaodu.rooms.projects.pictures.wall import (
    BY,
    WallRow,
    answer_words,
    group_words,
    groups_by,
    wall_rows,
)

LIGHTED = ("red", "amber", "green", "grey")
ZOOMS = {
    Zoom.MONTH: gettext_lazy("按月"),
    Zoom.QUARTER: gettext_lazy("按季"),
    Zoom.YEAR: gettext_lazy("按年"),
}


@access("projects.read")
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Projects by stage; chips narrow them."""
    rows = wall_rows(_user(request))
    asked = request.GET.get("show", "")
    shown = [row for row in rows if FILTERS[asked][1](row)] if asked in FILTERS else rows
    chips = [("", _("全部"), len(rows), asked not in FILTERS)]
    chips += [(key, title, sum(map(keep, rows)), key == asked) for key, (title, keep) in FILTERS.items()]
    context = {"columns": columns_of(shown), "chips": chips, "answer": answer_words(rows), "rows": rows}
    return render(request, "projects/board.html", context)


@access("projects.read")
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The wall map."""
    rows = wall_rows(_user(request))
    asked = _asked(request, rows)
    scale: Scale = asked["scale"]
    groups = [
        (group_words(label, asked["by"]), len(each), _late(each), [timeline(row, scale) for row in each])
        for label, each in groups_by(rows, asked["by"])
    ]
    context = {
        **asked,
        "rows": rows,
        "answer": answer_words(rows),
        "groups": groups,
        "heads": heads(scale),
        "lights": LIGHTED,
        "today": clock.today(),
        "today_x": percent(scale.share(clock.today())) if scale.shows(clock.today()) else None,
    }
    return render(request, "projects/wall.html", context)


def _late(rows: Sequence[WallRow]) -> int:
    return sum(row.light == "red" for row in rows)


@access("projects.read")
@require_http_methods(["GET", "HEAD", "POST"])
def wall_table(request: HttpRequest) -> HttpResponse:
    """The table behind the wall map; posted, a view is kept."""
    rows = wall_rows(_user(request))
    return WallTable(request, rows).respond("projects/wall_table.html", {"answer": answer_words(rows)})


@access("projects.export")
@require_GET
def wall_print(request: HttpRequest) -> HttpResponse:
    """The wall map on A4 or A0, audited: it leaves the screen."""
    user = _user(request)
    rows = wall_rows(user)
    asked = _asked(request, rows)
    papers = load_papers()
    paper = papers[request.GET.get("paper", "") if request.GET.get("paper", "") in papers else "a4"]
    sheets = paper_sheets(groups_by(rows, asked["by"]), asked["by"], asked["scale"], paper)
    audit.record(
        action="lists.print",
        actor=user,
        after={"list": "projects-wall", "rows": len(rows), "filter": request.GET.dict()},
    )
    context = {
        **asked,
        "paper": Frame(paper),
        "lights": LIGHTED,
        "sheets": sheets,
        "answer": answer_words(rows),
        "sample": any(row.sample for row in rows),
        "day": clock.today(),
        "person": user,
        "papers": [(code, code.upper(), _address(request, paper=code)) for code in papers],
        "back": _address(request, paper=None),
    }
    return render(request, "projects/wall_print.html", context)


def _asked(request: HttpRequest, rows: Sequence[WallRow]) -> dict[str, Any]:
    """How the wall map is grouped and zoomed; what makes no sense is ignored."""
    by = request.GET.get("by", "")
    by = by if by in BY else "zone"
    zoom = next((each for each in Zoom if each.value == request.GET.get("zoom")), Zoom.MONTH)
    days = [day for row in rows for day in row.days()]
    scale = scale_of(days, clock.today(), zoom, _first(request))
    return {
        "by": by,
        "scale": scale,
        "groupings": [(words, _address(request, by=key), key == by) for key, words in BY.items()],
        "zooms": [
            (words, _address(request, zoom=key, first=None), key == zoom) for key, words in ZOOMS.items()
        ],
        "earlier": _address(request, first=f"{scale.moved(-0.5):%Y-%m}"),
        "later": _address(request, first=f"{scale.moved(0.5):%Y-%m}"),
        "query": _address(request),
    }


def _first(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("first", "") + "-01")
    except ValueError:
        return None


_KEPT = ("by", "zoom", "first", "paper")


def _address(request: HttpRequest, **changes: str | None) -> str:
    """The question mark and what follows it, with some things asked for differently."""
    asked = {key: request.GET[key] for key in _KEPT if request.GET.get(key)}
    asked |= {key: str(value) for key, value in changes.items() if value}
    asked = {key: value for key, value in asked.items() if changes.get(key, value) is not None}
    return "?" + urlencode(asked)


def _user(request: HttpRequest) -> User:
    return who(request)

"""The big screen of the meeting room: dark, still, and changed only when evidence changed."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language

from tiaodu.engine.ledger.standing import WORST_FIRST
from tiaodu.foundation import clock
from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger import selectors as ledger
from tiaodu.web import highlights

ROWS = 7


def _etag(user: User, version: str) -> str:
    """Changes with the evidence this person sees, the day and the language, and with nothing else."""
    parts = (str(user.pk), clock.today().isoformat(), get_language() or "", version)
    return f'"{sha256("/".join(parts).encode()).hexdigest()[:32]}"'


def _shown(board: ledger.Board) -> dict[str, Any]:
    return {
        "board": board,
        "lights": [
            {"state": state.value, "count": board.counts.get(state.value, 0)} for state in WORST_FIRST
        ],
        "headlines": highlights.headlines(board.rows),
        "due": [*board.due_week, *board.overdue][:ROWS],
        "changes": highlights.changes(board.rows, ROWS),
    }


@access("screen.read")
def screen(request: HttpRequest) -> HttpResponseBase:
    """The page; or for its own poll only what is on it, and nothing at all (304) while nothing changed."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    board = ledger.board_for(user)
    etag = _etag(user, highlights.mark(board.rows))
    polled = request.headers.get("HX-Target") == "screen"
    answer: HttpResponse
    if polled and request.headers.get("If-None-Match") == etag:
        answer = HttpResponseNotModified()
    else:
        template = "web/_screen.html" if polled else "web/screen.html"
        answer = render(request, template, {**_shown(board), "etag": etag})
    answer["ETag"] = etag
    answer["Vary"] = "HX-Target, Cookie"
    answer["Cache-Control"] = "private, no-cache"
    return answer

"""The few rooms a person uses, in the order of the flow. What a view declares decides who sees its entry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation import access


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of the navigation: name of its address, words, icon, the group it stands in; ``instead`` is
    where it leads who may not open the first.
    """

    url_name: str
    title: Any
    icon: str
    group: str = "flow"  # flow, or more: seldom used
    also: str = ""  # pages elsewhere that belong to it
    instead: str = ""


ROOMS = (
    Room("home", _("首页"), "home", also="/alerts/"),
    Room("documents:try", _("试读"), "file-search"),
    Room("documents:list", _("文件"), "files", also="/ledger/review/"),
    Room("ledger:tasks", _("台账"), "list-check"),
    Room("projects:list", pgettext_lazy("menu", "项目"), "crane"),
    Room("returns:list", pgettext_lazy("menu", "报表"), "file-text", instead="returns:economy"),
    Room("outlook:list", pgettext_lazy("menu", "研判"), "target-arrow"),
    Room("items:list", pgettext_lazy("tracked items", "事项"), "message-circle", also="/calendar/"),
    Room("ledger:calendar", _("到期与逾期"), "calendar-due"),
    Room("evidence:list", _("实绩"), "checks"),
    Room("ledger:subjects", pgettext_lazy("menu", "主体"), "building-factory-2", also="/registry/"),
    Room("screen", _("大屏"), "device-desktop"),
    Room("outlook:scores", pgettext_lazy("menu", "说得准不准"), "chart-line", "more"),
    Room("tables:list", _("参数与口径"), "adjustments", "more"),
    Room("accounts:users", _("用户"), "users", "more"),
    Room("interfaces:list", pgettext_lazy("menu", "接口"), "key", "more"),
    Room("audit:list", _("审计"), "history", "more"),
)
# Rooms whose list answers the search of the top line, the most asked first.
SEARCHED = ("ledger:tasks", "projects:list", "documents:list", "ledger:subjects", "items:list")


@dataclass(frozen=True, slots=True)
class Entry:
    """A room this person may open."""

    room: Room
    url: str
    here: bool


@lru_cache(maxsize=2 * len(ROOMS))
def _opened(url_name: str) -> tuple[str, str] | None:
    """Address of a room and the permission its view declares; None where the room is not installed."""
    try:
        url = reverse(url_name)
    except NoReverseMatch:
        return None
    return url, resolve(url).func.access  # type: ignore[attr-defined]


def entries(user: Any, path: str) -> list[Entry]:
    """The rooms of this person; the one with the longest address that ``path`` begins with is here."""
    mine = [(room, url) for room in ROOMS if (url := _way_in(user, room))]
    nearest = max((_reach(room, url, path) for room, url in mine), default=0)
    return [Entry(room, url, 0 < nearest == _reach(room, url, path)) for room, url in mine]


def _way_in(user: Any, room: Room) -> str:
    """The address a room opens at for this person; empty where it does not."""
    for name in filter(None, (room.url_name, room.instead)):
        opened = _opened(name)
        if opened is not None and access.may(user, opened[1]):
            return opened[0]
    return ""


def _reach(room: Room, url: str, path: str) -> int:
    """How much of ``path`` belongs to a room; the home page is only itself."""
    if room.also and path.startswith(room.also):
        return len(room.also)
    return len(url) if path == url or (url != "/" and path.startswith(url)) else 0

"""Tags of the whole room: its sections as tabs, those a person may open."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.access import may
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.selectors import is_unit
from tiaodu.rooms.returns.leading.selectors import leading_visible_to
from tiaodu.rooms.returns.platforms.selectors import platforms_visible_to

register = template.Library()
Tab = tuple[Any, str, str]

SECTIONS: Final = (
    ("returns:list", _("报表")),
    ("returns:coal", _("煤矿日报")),
    ("returns:board", _("完成情况")),
    ("returns:economy", _("经济运行")),
    ("returns:entry", _("入规入统")),
    ("returns:forms", _("上级报表")),
    ("returns:burden", _("填报负担")),
    ("returns:listings", _("填报名录")),
)


@register.simple_tag(takes_context=True)
def room_tabs(context: Any) -> list[Tab]:
    """The sections of the room for the tag ``tabs``; nothing where there is only one."""
    request = context["request"]
    found = [*SECTIONS, *_of_a_unit(request.user)]
    tabs = [(title, reverse(name)) for name, title in found if opens(request.user, name)]
    reached = [url for _title, url in tabs if request.path.startswith(url)]
    nearest = max(reached, key=len, default="")
    marked = [(title, url, mark(request.path, url) if url == nearest else "") for title, url in tabs]
    return marked if len(marked) > 1 else []


def _of_a_unit(user: User) -> list[tuple[str, Any]]:
    """Pages of the economy a firm may open itself, where it has a part in them."""
    if not is_unit(user):
        return []
    pages = [
        ("returns:leading", _("链主和配套"), leading_visible_to(user)),
        ("returns:platforms", _("平台企业"), platforms_visible_to(user)),
    ]
    return [(name, title) for name, title, rows in pages if rows.exists()]


def opens(user: Any, name: str) -> bool:
    """Whether a person may open a page: what its view declares decides, not a second list."""
    return may(user, resolve(reverse(name)).func.access)  # type: ignore[attr-defined]


def mark(path: str, url: str) -> str:
    """How a tab is marked: ``page`` where it is the page shown, ``true`` where that stands below it."""
    return "page" if path == url else "true"

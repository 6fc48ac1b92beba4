"""The saved views of one list as its page shows them: tabs, which one is on, what may be done with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.models import SavedView
from tiaodu.foundation.lists.saved.selectors import View, views_of
from tiaodu.foundation.lists.saved.services import clean_query

if TYPE_CHECKING:
    from tiaodu.foundation.lists.page import ListPage

PLAIN = "all"  # ?view=all: the list as it is declared, whatever it opens with


class ViewBar:
    """What a list's page says of saved views. One query, none for somebody without an account."""

    def __init__(self, page: ListPage) -> None:
        self.page = page
        user = page.request.user
        self.user = user if page.keeps_views and isinstance(user, User) and user.pk is not None else None

    @cached_property
    def views(self) -> list[View]:
        return views_of(self.user, self.page.name) if self.user else []

    @property
    def default(self) -> SavedView | None:
        """The view the list opens with."""
        return next((view.record for view in self.views if view.default), None)

    @property
    def current(self) -> str:
        """How the list is filtered, sorted and laid out now, as a view would keep it."""
        return clean_query(self.page.own_query())

    @cached_property
    def active(self) -> View | None:
        """The view that was opened, else the one that says the same as the address."""
        asked = self.page.parameters.get("view", "")
        if asked == PLAIN:
            return None
        opened = next((view for view in self.views if str(view.record.pk) == asked), None)
        now = _as_set(self.current)
        return opened or next((v for v in self.views if now and _as_set(v.record.query) == now), None)

    @property
    def changed(self) -> bool:
        """Whether the list is no longer as the opened view says."""
        return self.active is not None and _as_set(self.active.record.query) != _as_set(self.current)

    @property
    def plain_url(self) -> str:
        """The list as it is declared."""
        return f"?view={PLAIN}" if self.default else self.page.request.path

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """全部 and each view; none at all while nothing was saved."""
        if not self.views:
            return []
        on = self.active
        first = {"title": _("全部"), "url": self.plain_url, "on": on is None, "whose": "", "default": False}
        return [first] + [
            {
                "title": view.record.name,
                "url": address_of(view.record),
                "on": view is on,
                "whose": "" if view.mine else str(view.record.owner),
                "default": view.default,
            }
            for view in self.views
        ]

    @property
    def can_save(self) -> bool:
        """Whether a view can be kept at all."""
        return self.user is not None

    @cached_property
    def shares(self) -> list[tuple[str, Any]]:
        """With whom this person may share; empty when with nobody."""
        user, kinds = self.user, [SavedView.Shared.NOBODY]
        if user and user.department_id and access.may(user, "lists.share"):
            kinds.append(SavedView.Shared.DEPARTMENT)
        if user and user.region_id and access.may(user, "lists.share_county"):
            kinds.append(SavedView.Shared.COUNTY)
        return [(kind.value, kind.label) for kind in kinds] if len(kinds) > 1 else []

    @property
    def next(self) -> str:
        """Where a form of the bar comes back to."""
        return self.page.request.get_full_path()


def address_of(view: SavedView) -> str:
    """The query string that opens a view."""
    return f"?{view.query}&view={view.pk}" if view.query else f"?view={view.pk}"


def parameters_of(view: SavedView) -> QueryDict:
    """The parameters of a list that is shown as the view says."""
    return QueryDict(address_of(view).lstrip("?"))


def _as_set(query: str) -> frozenset[tuple[str, str]]:
    return frozenset((key, value) for key, values in QueryDict(query).lists() for value in values)

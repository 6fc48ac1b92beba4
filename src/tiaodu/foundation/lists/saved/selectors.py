"""Reads of saved views: one's own and those shared with one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.models import SavedView, ViewDefault
from tiaodu.foundation.refusal import NotFound


@dataclass(frozen=True, slots=True)
class View:
    """A view as one person has it: whether it is hers, and whether the list opens with it for her."""

    record: SavedView
    mine: bool
    default: bool


def views_visible_to(user: User) -> QuerySet[SavedView]:
    """The person's own views and those shared with her department or her county."""
    seen = Q(owner=user)
    if user.department_id is not None:
        seen |= Q(shared=SavedView.Shared.DEPARTMENT, department=user.department_id)
    if user.region is not None:
        # What a county shares is seen in its townships; what a township shares stays there.
        line = user.region.path.strip("/").split("/")
        seen |= Q(shared=SavedView.Shared.COUNTY, region__code__in=line)
    return SavedView.objects.filter(seen)


def views_of(user: User, list_name: str) -> list[View]:
    """The views of one list, in the order they were saved, in one query."""
    mine = ViewDefault.objects.filter(owner=user, list_name=list_name, view=OuterRef("pk"))
    found = views_visible_to(user).filter(list_name=list_name).select_related("owner")
    rows = found.annotate(opens_with=Exists(mine)).order_by("pk")
    return [View(row, row.owner_id == user.pk, row.opens_with) for row in rows]


def view_for(user: User, view_id: int) -> SavedView:
    """A view this person sees; NotFound otherwise."""
    found = views_visible_to(user).filter(pk=view_id).first()
    if found is None:
        raise NotFound
    return found

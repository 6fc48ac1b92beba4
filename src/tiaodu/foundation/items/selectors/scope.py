"""Which items a person sees, as they stood on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import Scope, scope_of
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Subject

RELATED = (
    "item__region", "item__authority", "item__opened_by", "item__subject", "department", "responsible",
    "first", "receiver", "receiving", "claimed_department",
)  # fmt: skip


def standings(day: date) -> QuerySet[ItemEntry]:
    """For every item the entry that says how it stood on ``day``.

    On the real day that is the one the item points to. On another day it is the last that was known: its
    successor, if there is one, was not.
    """
    if day == clock.real_today():
        return ItemEntry.objects.filter(last_of__isnull=False)
    known = ItemEntry.objects.filter(known_on__lte=day)
    return known.filter(~Exists(known.filter(item=OuterRef("item"), number=OuterRef("number") + 1)))


def standings_visible_to(user: User, day: date | None = None) -> QuerySet[ItemEntry]:
    """The items this person sees as they stood on ``day`` (today when not given), one entry each.

    Who reads all sees her region's subtree, narrowed to her sectors but for what was brought before her;
    others what they opened, handle, are asked to take or were told of, and what their department issued or
    handles, or what is about their subjects. Firms see released items about their own subjects, regions above
    released ones.
    """
    day = day or clock.today()
    scope = scope_of(user)
    if scope.region_path is None or not access.may(user, "items.open"):
        return ItemEntry.objects.none()
    found = standings(day).filter(item__region__path__startswith=scope.region_path).select_related(*RELATED)
    if not sees_inside(user):
        found = found.filter(released=True)
        return found if _is_above(user, scope) else found.filter(item__subject__in=scope.subject_ids)
    if not access.may(user, "items.read_all"):
        return found.filter(_own(user, scope, day))
    if scope.sectors:
        return found.filter(Q(item__sector__in=scope.sectors) | _own(user, scope, day))
    return found


def sees_inside(user: User) -> bool:
    """Whether the person sees the log with its notes: firms and regions above do not."""
    return access.may(user, "items.read") and not scope_of(user).released_only


def _is_above(user: User, scope: Scope) -> bool:
    return access.may(user, "items.read_all") and scope.released_only


def _own(user: User, scope: Scope, day: date) -> Q:
    mine = Q(item__opened_by=user) | Q(responsible=user) | Q(receiver=user) | Q(first=user)
    mine |= Q(item__subject__in=scope.subject_ids)
    told = ItemEntry.told.through.objects.filter(user=user, itementry__known_on__lte=day)
    mine |= Q(item__in=told.values("itementry__item"))
    if scope.department_id is not None:
        own = same_department(scope.department_id)
        mine |= Q(department__in=own) | Q(receiving__in=own) | Q(item__authority__in=own)
    return mine


def same_department(department_id: int) -> QuerySet[Subject, Any]:
    """A department and the records that were merged into it: written log entries keep naming those."""
    return Subject.objects.filter(Q(pk=department_id) | Q(merged_into=department_id)).values("pk")


def items_visible_to(user: User, day: date | None = None) -> QuerySet[Item]:
    """The items themselves that this person sees on ``day``."""
    return Item.objects.filter(pk__in=standings_visible_to(user, day).values("item"))


def standing_for(user: User, item_id: int, day: date | None = None) -> ItemEntry:
    """How one item in reach stood on ``day``; NotFound otherwise, the same as for one that does not exist."""
    found = standings_visible_to(user, day).filter(item=item_id).first()
    if found is None:
        raise NotFound
    return found


def item_for(user: User, item_id: int) -> Item:
    """One item in the person's reach; NotFound otherwise."""
    return standing_for(user, item_id).item

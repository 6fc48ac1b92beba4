"""Officers who can be asked, who is away, and before whom a rung of the ladder brings an item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.items.models import Absence, ItemEntry
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region


def officers_of(region: Region) -> list[User]:
    """Everybody of a region and below it who can be responsible for an item, by department and name."""
    people = User.objects.filter(is_active=True, region__path__startswith=region.path)
    found = people.select_related("department", "region").order_by("department__name", "display_name")
    return [person for person in found if access.may(person, "items.handle")]


def absence_of(person: User, day: date | None = None) -> Absence | None:
    """The absence that keeps a person away on ``day``; None when she is there."""
    return absences_on([person.pk], day or clock.today()).get(person.pk)


def absences_on(people: Iterable[int], day: date) -> dict[int, Absence]:
    """Who of these people is away on ``day``, as known on it."""
    found = _holding(day).filter(person__in=list(people), start__lte=day, end__gte=day)
    return {
        absence.person_id: absence for absence in found.select_related("person", "deputy").order_by("end")
    }


def absences_of(person: User, day: date | None = None) -> list[Absence]:
    """A person's own absences, the latest first."""
    day = day or clock.today()
    found = Absence.objects.filter(person=person, recorded_on__lte=day)
    return list(found.select_related("deputy").order_by("-start", "-pk")[:50])


def absence_for(user: User, absence_id: int) -> Absence:
    """One of the person's own absences; NotFound otherwise."""
    found = Absence.objects.filter(pk=absence_id, person=user, recorded_on__lte=clock.today()).first()
    if found is None:
        raise NotFound
    return found


def _holding(day: date) -> QuerySet[Absence]:
    kept = Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=day)
    return Absence.objects.filter(kept, recorded_on__lte=day)


def stood_in_for(user: User, day: date) -> frozenset[int]:
    """Those for whom the person stands in on ``day``."""
    found = _holding(day).filter(deputy=user, start__lte=day, end__gte=day)
    return frozenset(found.values_list("person_id", flat=True))


def away_now(user: User, day: date | None = None) -> list[Absence]:
    """Who of the person's own department is away, or will be."""
    day = day or clock.today()
    scope = scope_of(user)
    if scope.department_id is None:
        return []
    found = _holding(day).filter(person__department=scope.department_id, end__gte=day).exclude(person=user)
    return list(found.select_related("person", "deputy").order_by("start", "pk")[:50])


def before_whom(target: str, entry: ItemEntry) -> Sequence[User]:
    """The people whom a target of the ladder means for an item; none when nobody holds the office."""
    item = entry.item
    if target == "handler":
        return [entry.responsible]
    if target == "issuer":
        return [item.opened_by]
    people = list(
        User.objects.filter(is_active=True, region__path__startswith=item.region.path).select_related(
            "region"
        )
    )
    if target == "department":
        return [p for p in people if p.department_id == entry.department_id and access.may(p, "items.read")]
    if target == "supervision":
        return [p for p in people if "supervision" in p.roles and p.region_id == item.region_id]
    leaders = [p for p in people if "leader" in p.roles and p.region_id == item.region_id]
    top = [p for p in leaders if not p.sectors]
    in_charge = [p for p in leaders if item.sector and item.sector in p.sectors]
    return top if target == "top_leader" else in_charge or top

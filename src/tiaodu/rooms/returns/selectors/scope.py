"""Which returns a person sees, and on which side of the firewall she stands."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, F, QuerySet, When

from tiaodu.engine.returns.types import Basis
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of, sees_released_only
from tiaodu.foundation.evidence.selectors import is_unit, own_units
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.returns.models import Listing, Return
from tiaodu.rooms.returns.selectors.rows import standing

Returns = QuerySet[Return]


def is_official(user: User) -> bool:
    """Whether the person is of the county's own desk: reads, reminds, asks and sends back."""
    return access.may(user, "returns.read") and not sees_released_only(user)


def returns_visible_to(user: User, day: date | None = None) -> QuerySet[Return]:
    """The returns this person sees as of ``day`` (today when not given).

    A unit its own; who works in the county those of her region and sectors, surveys only at the statistics
    bureau; nobody else any.
    """
    found = Return.objects.filter(opened_on__lte=day or clock.today())
    if is_unit(user):
        return found.filter(subject__in=own_units(user))
    scope = scope_of(user)
    if scope.region_path is None or not is_official(user):
        return found.none()
    found = found.filter(region__path__startswith=scope.region_path)
    if scope.sectors:
        found = found.filter(subject__sector__in=scope.sectors)
    if not access.may(user, "evidence.surveys"):
        found = found.exclude(basis=Basis.SURVEY)
    return found


def return_for(user: User, return_id: int) -> Return:
    """One return in the person's reach; NotFound otherwise, the same as for one that does not exist."""
    found = returns_visible_to(user).select_related("region", "subject").filter(pk=return_id).first()
    if found is None:
        raise NotFound
    return found


def latest_first(found: Returns) -> Returns:
    """What waits for an answer first, of that the longest overdue; then the newest. What was left though
    nobody had to answer waits no more.
    """
    left = standing(clock.today())["left"]
    waits = Case(
        When(left, then=1), When(state__in=("due", "draft", "questioned", "sent_back"), then=0), default=1
    )
    due = Case(When(left, then=None), When(state__in=("due", "draft"), then=F("due")))
    return found.order_by(waits, due, "-period_end", "pk")


def listings_visible_to(user: User) -> QuerySet[Listing]:
    """The lists of the person's region, as they are known today."""
    scope = scope_of(user)
    if scope.region_path is None or not is_official(user):
        return Listing.objects.none()
    found = Listing.objects.filter(subject__region__path__startswith=scope.region_path)
    return found.filter(known_on__lte=clock.today())

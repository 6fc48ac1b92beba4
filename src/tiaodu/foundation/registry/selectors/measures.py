"""Measures in a person's reach: those of the program, and those of the counties around him."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Measure


def measures_visible_to(user: User) -> QuerySet[Measure]:
    """Measures of the program, those of the person's subtree, and those of the regions above it."""
    path = scope_of(user).region_path
    own = Q(region__isnull=True)
    if path is not None:
        own |= Q(region__path__startswith=path) | Q(region__code__in=path.strip("/").split("/"))
    return Measure.objects.filter(own).select_related("region")


def measures_valid(user: User, day: date | None = None) -> QuerySet[Measure]:
    """Those of them a figure can be given for on ``day`` (today when not given)."""
    day = day or clock.today()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return measures_visible_to(user).filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def measure_for(user: User, measure_id: int) -> Measure:
    """One measure in reach; NotFound otherwise."""
    found = measures_visible_to(user).filter(pk=measure_id).first()
    if found is None:
        raise NotFound
    return found

"""Measures in a person's reach: those of the program, and those of the counties around him."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry import measures as rules
from tiaodu.foundation.registry.measures import validity_words, version_on
from tiaodu.foundation.registry.models import Measure, MeasureVersion


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure with the words that hold on a day, and whether a figure can be given for that day."""

    measure: Measure
    words: MeasureVersion
    holds: bool

    @property
    def validity(self) -> str:
        return validity_words(self.measure)


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


def measure_rows_on(user: User, day: date | None = None) -> list[MeasureRow]:
    """Every measure in reach as it stood on ``day`` (today when not given), in two queries."""
    day = day or clock.today()
    rows = [_row(measure, day) for measure in measures_visible_to(user).prefetch_related("versions")]
    return [row for row in rows if row is not None]


def measure_row_on(measure: Measure, day: date | None = None) -> MeasureRow:
    """One measure as it stood on ``day``; the first words it had when it was not known yet."""
    day = day or clock.today()
    return MeasureRow(measure, version_on(list(measure.versions.all()), day), _holds(measure, day))


def _row(measure: Measure, day: date) -> MeasureRow | None:
    """None for a county's own measure that nobody had added yet on that day."""
    versions = list(measure.versions.all())
    if measure.region_id is not None and min(version.known_on for version in versions) > day:
        return None
    return MeasureRow(measure, version_on(versions, day), _holds(measure, day))


def _holds(measure: Measure, day: date) -> bool:
    begun = measure.valid_from is None or measure.valid_from <= day
    return begun and (measure.valid_to is None or day <= measure.valid_to)


def uses_of(measure: Measure) -> Counter[str]:
    """How many rows of each table name the measure, by the table's label."""
    return rules.uses_of(measure)

"""Every revision of many series at once, with the day since when each was known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tiaodu.foundation.evidence import uses
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.figures import figures_at, known

Place = tuple[int, int, str]  # subject, measure, series


class Revision(NamedTuple):
    """One figure as it was told; ``value`` None: taken back."""

    value: Decimal | None
    period_start: date
    period_end: date
    known_on: date
    evidence_id: int


def revised(places: Collection[Place], day: date) -> Mapping[Place, list[Revision]]:
    """All that was told of each series by ``day``, in the order it became known, in two queries.

    Figures of a merged subject stand with those of the one it is kept as, whichever of them was asked for.
    What was asked for other uses only is left out, as wherever a figure is handed on.
    """
    if not places:
        return {}
    related = families()
    wanted = {(pk, measure, series) for subject, measure, series in places for pk in related.members(subject)}
    rows = Evidence.objects.filter(figures_at(wanted), known(day)).order_by("known_on", "pk")
    found: dict[Place, list[Revision]] = {}
    told = list(rows)
    kept_back = uses.withheld("", told)
    for row in told:
        place = (related.kept(row.subject_id), row.measure_id, row.series)
        if row.pk not in kept_back and (row.subject_id, row.measure_id, row.series) in wanted:
            one = Revision(row.value, row.period_start, row.period_end, row.known_on, row.pk)
            found.setdefault(place, []).append(one)
    asked = {place: (related.kept(place[0]), place[1], place[2]) for place in places}
    return {place: found[kept] for place, kept in asked.items() if kept in found}

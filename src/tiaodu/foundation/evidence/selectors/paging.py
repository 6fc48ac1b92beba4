"""Figures page by page: what holds on a day for each subject, measure, series and period, in a steady order.

A page goes on after the place (the row of :class:`Latest`) where the one before ended: a place keeps its
number when a figure is corrected, so that nothing is left out or told twice while figures come in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.figures import all_known_by, holding, known, with_others
from tiaodu.foundation.evidence.selectors.scope import series_seen, subjects_in_reach

Place = tuple[int, int, str, date, date]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are asked for: of a subject, a measure (code), a series; whose period ends within days;
    that were told or corrected since a day. What is empty narrows nothing.
    """

    subject_id: int | None = None
    measure: str = ""
    series: str = ""
    first: date | None = None
    last: date | None = None
    known_since: date | None = None

    def condition(self) -> Q:
        """The condition on the places."""
        given: dict[str, object] = {
            "subject_id": None if self.subject_id is None else families().kept(self.subject_id),
            "measure__code": self.measure,
            "series": self.series,
            "period_end__gte": self.first,
            "period_end__lte": self.last,
            "known_on__gte": self.known_since,
        }
        return Q(**{name: value for name, value in given.items() if value not in ("", None)})


@dataclass(frozen=True, slots=True)
class Page:
    """Some figures, and the place after which the next page begins; None where there are no more."""

    rows: list[Evidence]
    after: int | None


def page_of(user: User, asked: Asked, *, after: int = 0, size: int, day: date | None = None) -> Page:
    """One page of the figures this person sees, as they stood on ``day``. Figures taken back are told without
    value. As of a past day a page may be shorter: what was not told by then is left out.
    """
    if not access.may(user, "evidence.read"):
        return Page([], None)
    day = day or clock.today()
    places = Latest.objects.filter(asked.condition(), series_seen(user), pk__gt=after)
    places = places.filter(subject__in=subjects_in_reach(user)).order_by("pk")
    columns = ("pk", "subject_id", "measure_id", "series", "period_end", "period_start", "evidence_id")
    found = list(places.values_list(*columns)[: size + 1])
    more, found = found[size:], found[:size]
    wanted = {row[1:6]: row[6] for row in found}
    if not all_known_by(day):
        wanted = _on_a_day(list(wanted), day)
    rows = with_others(Evidence.objects.all()).in_bulk(set(wanted.values()))
    told = [rows[wanted[row[1:6]]] for row in found if row[1:6] in wanted]
    return Page(told, found[-1][0] if more else None)


def _on_a_day(places: list[Place], day: date) -> dict[Place, int]:
    """The figure that held for each place on a past day."""
    related = families()
    subjects, measures, series, ends, _starts = (
        (set(column) for column in zip(*places, strict=True)) if places else [set()] * 5
    )
    there = Evidence.objects.filter(
        known(day),
        subject_id__in=related.all_members(subjects),
        measure_id__in=measures,
        series__in=series,
        period_end__in=ends,
    )
    columns = ("subject_id", "measure_id", "series", "period_end", "period_start", "pk")
    held = holding(there, related).values_list(*columns)
    return {(related.kept(s), m, r, e, b): pk for s, m, r, e, b, pk in held}


def all_of(user: User, asked: Asked, *, size: int, day: date | None = None) -> Iterator[list[Evidence]]:
    """Every figure, one page after the other, so that never more than a page is held."""
    after: int | None = 0
    while after is not None:
        page = page_of(user, asked, after=after, size=size, day=day)
        yield page.rows
        after = page.after

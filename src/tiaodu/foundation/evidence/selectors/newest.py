"""The newest figure of each subject, measure and series, for lists: today by the pointers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import Families, families
from tiaodu.foundation.evidence.selectors.figures import all_known_by, holding, known, with_others
from tiaodu.foundation.evidence.selectors.scope import series_seen, subjects_in_reach
from tiaodu.foundation.registry.models import Measure, Subject


@dataclass(frozen=True, slots=True)
class Newest:
    """Figures before they are fetched: narrowed and ordered by what a pointer has itself.

    ``rows`` are pointers, or the evidence itself; ``path`` leads from a row to its evidence. ``reach`` are
    the subjects a person may see, None where the rows are hers already.
    """

    rows: QuerySet[Any]
    path: str = ""
    reach: QuerySet[Subject] | None = None

    def narrowed(self, where: Q) -> Newest:
        """Those for which ``where`` holds, in fields that pointers and evidence have both."""
        return replace(self, rows=self.rows.filter(where))

    def ordered(self, *fields: str) -> Newest:
        """The same in another order."""
        return replace(self, rows=self.rows.order_by(*fields))

    def together(self) -> QuerySet[Any]:
        """The rows in reach, to be counted: all at once, by the set of subjects."""
        rows = self.rows.order_by()
        return rows if self.reach is None else rows.filter(subject__in=self.reach)

    def one_by_one(self) -> QuerySet[Any]:
        """The rows in reach in their order, asked row by row: the database stays on the order's index."""
        if self.reach is None:
            return self.rows
        return self.rows.filter(Exists(self.reach.filter(pk=OuterRef("subject_id"))))

    def figures(self) -> QuerySet[Evidence]:
        """The figures themselves, in no order."""
        found = Evidence.objects.filter(pk__in=self.together().values(f"{self.path}pk"))
        return with_others(found).order_by()

    def measures(self) -> QuerySet[Measure]:
        """The measures that occur."""
        used = self.together().values_list("measure_id", flat=True).distinct()
        return Measure.objects.filter(pk__in=list(used))


def newest_visible_to(user: User, day: date | None = None) -> Newest:
    """The newest figure of each subject, measure and series in reach, as it stood on ``day``.

    A key of which every figure was taken back stands with its newest one, without value.
    """
    if not access.may(user, "evidence.read"):
        return Newest(Evidence.objects.none())
    day, seen, reach = day or clock.today(), series_seen(user), subjects_in_reach(user)
    if all_known_by(day):
        return Newest(Latest.objects.filter(seen, current=True), "evidence__", reach)
    return Newest(_newest(Evidence.objects.filter(seen, known(day), subject__in=reach), families()))


def newest_of(user: User, subject: Subject, day: date | None = None) -> Newest:
    """The same of one subject, which the caller has from :func:`subject_for`."""
    day, related = day or clock.today(), families()
    if all_known_by(day):
        kept = related.kept(subject.pk)
        return Newest(Latest.objects.filter(series_seen(user), current=True, subject_id=kept), "evidence__")
    members = related.members(subject.pk)
    rows = Evidence.objects.filter(series_seen(user), known(day), subject_id__in=members)
    return Newest(_newest(rows, related))


def _newest(rows: QuerySet[Evidence], related: Families) -> QuerySet[Evidence]:
    """Of the figures that hold the newest of each key; one taken back only where there is no other."""
    newest = Window(
        RowNumber(),
        partition_by=[related.expression(), "measure_id", "series"],
        order_by=[
            Case(When(value__isnull=True, then=Value(1)), default=Value(0)),
            F("period_end").desc(),
            F("period_start").desc(),
        ],
    )
    found = holding(rows, related).annotate(newest=newest).filter(newest=1)
    return Evidence.objects.filter(pk__in=found.values("pk"))

"""Where a figure comes from: its revisions, its source and its file, as known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors.figures import history, revisions
from tiaodu.foundation.evidence.selectors.scope import evidence_for, may_see_series, subject_for
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Measure, Subject


@dataclass(frozen=True, slots=True)
class Provenance:
    """A figure as known on ``day``; ``holds`` is None where it had not been told yet."""

    asked: Evidence
    day: date
    revisions: Sequence[Evidence]
    source: sources.Described | None

    @property
    def holds(self) -> Evidence | None:
        return self.revisions[0] if self.revisions else None

    @property
    def merged(self) -> bool:
        """Whether figures of several subjects that were merged stand together here."""
        return len({row.subject_id for row in self.revisions}) > 1

    @property
    def differs(self) -> bool:
        """Whether the merged subjects' own figures of this period are not the same."""
        newest: dict[int, Evidence] = {}
        for row in self.revisions:
            newest.setdefault(row.subject_id, row)
        return len({row.value for row in newest.values()}) > 1


def provenance_of(user: User, evidence_id: int, day: date | None = None) -> Provenance:
    """The provenance of a figure in the person's reach, as known on ``day``, never later than the day shown.

    NotFound otherwise.
    """
    asked = evidence_for(user, evidence_id)
    day = min(day or clock.today(), clock.today())
    found = revisions(asked, day)
    shown = found[0] if found else None
    source = sources.described(user, shown.source_kind, shown.source_id) if shown else None
    return Provenance(asked, day, found, source)


@dataclass(frozen=True, slots=True)
class History:
    """Every period of one key, as it stood on ``day``."""

    subject: Subject
    measure: Measure
    series: str
    day: date
    rows: Sequence[Evidence]


def history_for(
    user: User, *, subject_id: int, measure: str, series: str, day: date | None = None
) -> History:
    """The history of a subject, measure (by code) and series in the person's reach; NotFound otherwise."""
    subject = subject_for(user, subject_id)
    found = Measure.objects.filter(code=measure).first()
    if found is None or not may_see_series(user, series):
        raise NotFound
    day = min(day or clock.today(), clock.today())
    rows = history(subject_id=subject.pk, measure_id=found.pk, series=series, day=day)
    return History(subject, found, series, day, rows)

"""Many figures from one file: taken in one transaction, each row for itself accepted or refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors.families import Families, families
from tiaodu.foundation.evidence.selectors.figures import holding
from tiaodu.foundation.evidence.selectors.scope import own_units, subjects_in_reach
from tiaodu.foundation.evidence.services import checking
from tiaodu.foundation.evidence.services.pointing import Place, latest_point
from tiaodu.foundation.evidence.services.recording import Telling, already, fill, first_of, following
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotFound, Refusal
from tiaodu.foundation.registry.measures import refuse_outside
from tiaodu.foundation.registry.models import Measure, Subject

SOURCE = "evidence.import"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of a file. With ``reason`` another figure of one's own is corrected by it."""

    subject: Subject
    measure: Measure
    series: str
    period: Period
    value: Decimal
    reason: str = ""
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, counted from 0, and why."""

    index: int
    refusal: Refusal


@dataclass(slots=True)
class Imported:
    """What became of the rows: new revisions, figures that were there already, and refusals."""

    recorded: list[Evidence] = field(default_factory=list)
    same: list[Evidence] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@transaction.atomic
def evidence_import(*, user: User, rows: Sequence[Row], file: StoredFile) -> Imported:
    """Record the figures of a file. What is there already with the same value is returned as it is.

    A refused row is told with its refusal and leaves the others as they are; who wants all or nothing rolls
    her own transaction back. Rows are judged without a query of their own and written in batches.
    """
    desk = _Desk(user, rows, file)
    done = Imported()
    for index, row in enumerate(rows):
        try:
            found, new = desk.take(index, row)
        except Refusal as refusal:
            done.refused.append(Refused(index, refusal))
            continue
        (done.recorded if new else done.same).append(found)
    written = [(desk.related.kept(row.subject_id), row) for row in done.recorded]
    if written:
        Evidence.objects.bulk_create(done.recorded)
        latest_point(written)
    counts = {name: len(getattr(done, name)) for name in ("recorded", "same", "refused")}
    audit.record(action="evidence.import", actor=user, obj=file, after=counts)
    return done


@transaction.atomic
def evidence_record_together(
    *, user: User, rows: Sequence[Row], source_kind: str, source_id: str
) -> list[Evidence]:
    """Record the figures of one form: all of them or, with the first refusal, none.

    As :func:`evidence_record` for each, in a fixed number of queries; a figure that is there already with the
    same value is returned as it is.
    """
    desk = _Desk(user, rows, None, source_kind, source_id)
    taken = [desk.take(index, row) for index, row in enumerate(rows)]
    new = [row for row, is_new in taken if is_new]
    if new:
        Evidence.objects.bulk_create(new)
        latest_point([(desk.related.kept(row.subject_id), row) for row in new])
    for row in new:
        after = {"value": row.value, "period": str(row.period), "known_on": row.known_on}
        audit.record(action="evidence.record", actor=user, obj=row, after=after)
    return [row for row, _is_new in taken]


class _Desk:
    """What is needed to judge rows, fetched once for all of them."""

    def __init__(
        self,
        user: User,
        rows: Sequence[Row],
        file: StoredFile | None,
        source_kind: str = SOURCE,
        source_id: str = "",
    ) -> None:
        self.user, self.file = user, file
        self.source_kind, self.source_id = source_kind, source_id
        asked = {row.subject.pk for row in rows}
        self.reach = set(subjects_in_reach(user).filter(pk__in=asked).values_list("pk", flat=True))
        self.own = own_units(user)
        self.kept, self.related = _locked(self.reach)
        self.newest = self._newest(rows)

    def _newest(self, rows: Sequence[Row]) -> dict[Place, Evidence]:
        there = Evidence.objects.filter(
            subject_id__in=self.related.all_members(self.kept),
            measure_id__in={row.measure.pk for row in rows},
            series__in={row.series for row in rows},
            period_end__in={row.period.end for row in rows},
        )
        holds = holding(there, self.related).select_related("subject", "measure", "reporter", "department")
        return {
            (self.related.kept(e.subject_id), e.measure_id, e.series, e.period_end, e.period_start): e
            for e in holds
        }

    def take(self, index: int, row: Row) -> tuple[Evidence, bool]:
        """The figure of a row and whether it is new."""
        checking.check_may_report(self.user, row.subject, row.series, self.source_kind, self.own)
        if row.subject.pk not in self.reach:
            raise NotFound
        kept = self.kept[self.related.kept(row.subject.pk)]
        checking.check_may_report(self.user, kept, row.series, self.source_kind, self.own)
        checking.check_subject(kept, row.series, self.source_kind)
        refuse_outside(row.measure, row.period)
        value = checking.checked_value(row.value)
        place = (kept.pk, row.measure.pk, row.series, row.period.end, row.period.start)
        found = self.newest.get(place)
        if found is not None and found.value == value:
            return found, False
        day = checking.checked_day(row.known_on, self.file, row.period)
        source = self.source_id if self.file is None else f"{self.file.pk}:{index + 1}"
        told = Telling(value, row.reason.strip()[:300], day, self.source_kind, source, self.file)
        revision = self._revision(kept, row, found, told)
        self.newest[place] = fill(revision, self.user, told)
        return revision, True

    def _revision(self, kept: Subject, row: Row, found: Evidence | None, told: Telling) -> Evidence:
        if found is None:
            return first_of(kept, row.measure, row.series, row.period)
        if found.value is not None:
            if not told.reason:
                raise Invalid(already(found), details={"evidence_id": found.pk})
            checking.check_may_correct(self.user, found)
        return following(found, told)


def _locked(subject_ids: Iterable[int]) -> tuple[dict[int, Subject], Families]:
    """The kept subjects, locked in the order of their keys, and the families as they stand then."""
    related = families()
    wanted = {related.kept(subject) for subject in subject_ids}
    while True:
        rows = Subject.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        locked = {subject.pk: subject for subject in rows}
        related = families()
        merged_meanwhile = {related.kept(pk) for pk in wanted} - wanted
        if not merged_meanwhile:
            return locked, related
        wanted |= merged_meanwhile

"""Reads of imports: one's own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.models import ImportRow, ImportRun, RowState
from tiaodu.foundation.refusal import NotFound

TO_DO = (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Where an import stands: rows by verdict of the check, and what became of those that were right."""

    by_verdict: dict[str, int]
    done: int  # new and changed rows that were taken in
    waiting: int
    failed: int  # right at the check, refused at their turn

    @property
    def total(self) -> int:
        return sum(self.by_verdict.values())

    @property
    def to_do(self) -> int:
        return sum(self.by_verdict[verdict.value] for verdict in TO_DO)

    @property
    def refused(self) -> int:
        """Rows with mistakes, found at either time."""
        return self.by_verdict[ImportRow.Verdict.REFUSED.value] + self.failed


def counts_of(run: ImportRun) -> Counts:
    """The counts of a run, in one query."""
    found = run.rows.order_by().values_list("verdict", "state").annotate(n=Count("pk"))
    verdicts: Counter[str] = Counter({verdict.value: 0 for verdict in ImportRow.Verdict})
    states: Counter[str] = Counter()
    for verdict, state, count in found:
        verdicts[verdict] += count
        if verdict in TO_DO:
            states[state] += count
    return Counts(dict(verdicts), states[RowState.DONE], states[RowState.WAITING], states[RowState.REFUSED])


def import_for(user: User, run_id: int) -> ImportRun:
    """An import of one's own; NotFound otherwise."""
    found = ImportRun.objects.select_related("file", "job").filter(pk=run_id, owner=user).first()
    if found is None:
        raise NotFound
    return found


def imports_of(user: User, spec: str) -> QuerySet[ImportRun]:
    """One's imports of a kind, latest first."""
    return ImportRun.objects.select_related("file").filter(owner=user, spec=spec)


def rows_of(run: ImportRun) -> QuerySet[ImportRow]:
    """The rows of an import in the order of the file."""
    return run.rows.order_by("number")


def refused_rows(run: ImportRun) -> list[ImportRow]:
    """The rows with mistakes, found at the check or at their turn."""
    return list(run.rows.filter(state=RowState.REFUSED).order_by("number"))

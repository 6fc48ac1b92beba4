"""Reads of bulk runs: one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.models import BulkRow, BulkRun, RowState
from tiaodu.foundation.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows of a run were done, were refused, and still wait."""

    done: int
    refused: int
    waiting: int

    @property
    def total(self) -> int:
        return self.done + self.refused + self.waiting


def bulk_for(user: User, bulk_id: int) -> BulkRun:
    """A run this person started; NotFound otherwise."""
    found = BulkRun.objects.select_related("job").filter(pk=bulk_id, owner=user).first()
    if found is None:
        raise NotFound
    return found


def standing_of(run: BulkRun) -> Standing:
    """Where a run stands."""
    counted = dict(run.rows.order_by().values_list("state").annotate(n=Count("pk")))
    return Standing(*(counted.get(state, 0) for state in (RowState.DONE, RowState.REFUSED, RowState.WAITING)))


def rows_of(run: BulkRun) -> Sequence[BulkRow]:
    """The rows of a run, what was refused first."""
    order = [RowState.REFUSED, RowState.WAITING, RowState.DONE]
    return sorted(run.rows.all(), key=lambda row: (order.index(RowState(row.state)), row.number))

"""A kept subject is read together with every subject that was merged into it.

Rows that are written once keep the subject they were written for, so the figures of a merged subject lie
beside those of the one it was kept as. Of two for the same period the one known last holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, Case, F, Value, When

from tiaodu.foundation.registry.models import Subject


@dataclass(frozen=True, slots=True)
class Families:
    """Which subject each merged one is kept as, and the merged ones of each kept one."""

    kept_as: Mapping[int, int] = field(default_factory=dict)
    merged: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def kept(self, subject_id: int) -> int:
        """The subject that this one is read as: itself, unless it was merged."""
        return self.kept_as.get(subject_id, subject_id)

    def members(self, subject_id: int) -> tuple[int, ...]:
        """The kept subject and all that were merged into it, the kept one first."""
        kept = self.kept(subject_id)
        return (kept, *self.merged.get(kept, ()))

    def all_members(self, subject_ids: Iterable[int]) -> list[int]:
        """The members of several families, each once."""
        return list(dict.fromkeys(member for asked in subject_ids for member in self.members(asked)))

    def expression(self) -> F | Case:
        """The kept subject of a row, for the database."""
        if not self.kept_as:
            return F("subject_id")
        whens = [When(subject_id=gone, then=Value(kept)) for gone, kept in self.kept_as.items()]
        return Case(*whens, default=F("subject_id"), output_field=BigIntegerField())


def families() -> Families:
    """Every family of the register, in one query: merged subjects are few."""
    found = Subject.objects.filter(merged_into__isnull=False).order_by()
    into: dict[int, int] = dict(sorted(found.values_list("pk", "merged_into_id")))
    kept_as: dict[int, int] = {}
    merged: dict[int, list[int]] = {}
    for gone, above in into.items():
        kept = above
        while kept in into:
            kept = into[kept]
        kept_as[gone] = kept
        merged.setdefault(kept, []).append(gone)
    return Families(kept_as, {kept: tuple(gone) for kept, gone in merged.items()})

"""Forms that ask what another form asks already: the same measure of the same units for the same period.

Two forms overlap in a measure when some unit may be asked both (a common kind, and a common field of work or
no limit of either) and the same period: of equal length, or a shorter one the longer could be summed from. A
survey and a form of the county's own never replace each other, because a survey's figures serve statistics
only; that they ask the same is said, not refused.

>>> from tiaodu.engine.returns.example import monthly
>>> from dataclasses import replace
>>> one, two = monthly(), replace(monthly(period="quarter"), code="quarterly")
>>> [(each.measure, each.form, each.held_by, each.refused) for each in overlaps([two, one])]
[('revenue', 'quarterly', 'monthly', True)]
>>> overlaps([one, replace(two, kinds=("mine",))])
[]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from tiaodu.engine.returns.types import Basis, Every, ReturnType

_LENGTH: Final = {Every.DAY: 1, Every.MONTH: 30, Every.QUARTER: 91, Every.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Overlap:
    """``form`` asks for ``measure`` though ``held_by`` asks it already; ``refused``: it may not be asked."""

    measure: str
    form: str
    held_by: str
    refused: bool


def overlaps(forms: Sequence[ReturnType]) -> list[Overlap]:
    """Every measure a form asks that another brings already: the one with the shorter period, or the earlier
    of the list, holds it.
    """
    found = []
    for first, second in combinations(forms, 2):
        if not _same_units(first, second):
            continue
        holder, form = (first, second) if _LENGTH[first.every] <= _LENGTH[second.every] else (second, first)
        refused = (form.basis is Basis.SURVEY) == (holder.basis is Basis.SURVEY)
        found += [
            Overlap(asked.measure, form.code, holder.code, refused)
            for asked in form.asked
            if holder.of(asked.measure)
        ]
    return found


def _same_units(one: ReturnType, other: ReturnType) -> bool:
    fields = not one.sectors or not other.sectors or bool(set(one.sectors) & set(other.sectors))
    return bool(set(one.kinds) & set(other.kinds)) and fields

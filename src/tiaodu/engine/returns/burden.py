"""Forms that ask what is held: what another form asks already, or what came otherwise than by a form.

Two forms ask the same: the same measure of the same units for the same period.

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

What a department, an import or a meter delivers of most units for most periods of a year is held as well.

>>> from datetime import date
>>> from tiaodu.engine.kernel.period import Period
>>> told = [Told(1, "revenue", Period.month(2023, month), "meter") for month in range(5, 12)]
>>> [(each.measure, each.units, each.of) for each in delivered(
...     monthly(), told, frozenset({1, 2}), day=date(2024, 5, 1), days=365, percent=50)]
[('revenue', 1, 2)]
>>> delivered(monthly(), told, frozenset({1, 2, 3}), day=date(2024, 5, 1), days=365, percent=50)
[]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.periods import period_of, periods_over
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


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that came otherwise than by a form: of whom, what, for which period, in which series."""

    unit: int
    measure: str
    period: Period
    series: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """``units`` of the ``of`` units a form would ask have ``measure`` delivered in ``series``, lately for
    ``newest``.
    """

    measure: str
    form: str
    series: str
    units: int
    of: int
    newest: Period


def delivered(
    form: ReturnType, told: Iterable[Told], units: Collection[int], *, day: date, days: int, percent: int
) -> list[Delivered]:
    """Measures of a form that are held: of the last ``days`` before ``day`` at least ``percent`` of the
    form's periods are told for at least ``percent`` of ``units``. A figure for longer than the form's period
    tells none of it.
    """
    first = day - timedelta(days=days)
    wanted = frozenset(periods_over(replace(form, since=first), first, day))
    by_measure: dict[str, dict[int, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for each in told:
        if each.unit in units and _period(form, each) in wanted:
            by_measure[each.measure][each.unit].append(each)
    found = []
    for asked in form.asked:
        full = [
            figures
            for figures in by_measure[asked.measure].values()
            if 100 * len({_period(form, each) for each in figures}) >= percent * len(wanted)
        ]
        if full and 100 * len(full) >= percent * len(units):
            found.append(
                _told_by(
                    form.code, asked.measure, [each for all_ in full for each in all_], len(full), len(units)
                )
            )
    return found


def _period(form: ReturnType, each: Told) -> Period | None:
    """The period of the form a figure tells of; None where it reaches beyond one."""
    there = period_of(form, each.period.end)
    return there if there is not None and each.period.start >= there.start else None


def _told_by(form: str, measure: str, figures: Sequence[Told], units: int, of: int) -> Delivered:
    series = Counter(each.series for each in figures).most_common(1)[0][0]
    newest = max((each.period for each in figures), key=lambda period: (period.end, period.start))
    return Delivered(measure, form, series, units, of, newest)

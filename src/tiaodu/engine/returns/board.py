"""Sums of firms' figures by sector and zone, month by month of a year, as they are kept and shown.

A :class:`Stat` is one cell of one month: what its firms told now and a year ago, on the same set of firms and
in all, and what decides whether it may be shown. Stats of further firms or months add up.

>>> from decimal import Decimal
>>> one = stat_of({1: Decimal(110), 2: Decimal(50)}, {1: Decimal(100)})
>>> two = stat_of({3: Decimal(40)}, {3: Decimal(50)})
>>> both = one + two
>>> str(both.value), both.count, str(both.comparable), str(both.first)
('200', 3, '0.0', '110')
>>> Stat.read(both.kept()) == both
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import add
from typing import Any

from tiaodu.engine.kernel.quantity import plain
from tiaodu.engine.returns.disclosure import TOTAL, Place, Protection, Sum, protect

NOTHING, _TENTH = Decimal(0), Decimal("0.1")
Values = Mapping[int, Decimal]  # of firms by their key


@dataclass(frozen=True, slots=True)
class Stat:
    """One cell: the sum now, its firms and the two largest of them, the same a year ago (as first told), and
    both years' sums of the firms that told both.
    """

    value: Decimal = NOTHING
    count: int = 0
    first: Decimal = NOTHING
    second: Decimal = NOTHING
    base: Decimal = NOTHING
    base_count: int = 0
    base_first: Decimal = NOTHING
    base_second: Decimal = NOTHING
    both: int = 0
    now_both: Decimal = NOTHING
    base_both: Decimal = NOTHING

    def __add__(self, other: Stat) -> Stat:
        """Both together, of other firms: the largest are the largest of either."""
        return Stat(
            self.value + other.value,
            self.count + other.count,
            *_two(self.first, self.second, other.first, other.second),
            self.base + other.base,
            self.base_count + other.base_count,
            *_two(self.base_first, self.base_second, other.base_first, other.base_second),
            self.both + other.both,
            self.now_both + other.now_both,
            self.base_both + other.base_both,
        )

    @property
    def comparable(self) -> Decimal | None:
        """Growth in per cent over the firms that told both."""
        return rate(self.now_both, self.base_both)

    @property
    def published(self) -> Decimal | None:
        """Growth in per cent over the sum as it was told a year ago: wrong once firms came or went."""
        return rate(self.value, self.base)

    @property
    def now(self) -> Sum:
        return Sum(float(self.value), self.count, float(self.first), float(self.second))

    @property
    def year_ago(self) -> Sum:
        return Sum(float(self.base), self.base_count, float(self.base_first), float(self.base_second))

    def kept(self) -> list[Any]:
        """As plain values for keeping: amounts as texts, so that no digit is lost."""
        values = (getattr(self, name) for name in self.__slots__)
        return [str(plain(value)) if isinstance(value, Decimal) else value for value in values]

    @classmethod
    def read(cls, kept: Sequence[Any]) -> Stat:
        values: list[Any] = [Decimal(value) if isinstance(value, str) else value for value in kept]
        return cls(*values)


def _two(*values: Decimal) -> tuple[Decimal, Decimal]:
    ordered = sorted(values, reverse=True)
    return ordered[0], ordered[1]


def rate(now: Decimal, base: Decimal) -> Decimal | None:
    """Per cent by which ``now`` is above ``base``, half up to one decimal; None without a base above nothing.

    >>> str(rate(Decimal(106), Decimal(100))), rate(Decimal(1), Decimal(0))
    ('6.0', None)
    """
    if base <= 0:
        return None
    return ((now / base - 1) * 100).quantize(_TENTH, ROUND_HALF_UP)


def stat_of(now: Values, base: Values, first_told: Values | None = None) -> Stat:
    """The cell of some firms: figures now and a year ago, and those first told where one was corrected.

    Dividing this year's total by last year's published one is wrong as soon as a firm has come or gone or has
    corrected its figure, so the two growths are kept apart (可比口径).
    """
    told = {firm: (first_told or {}).get(firm, value) for firm, value in base.items()}
    both = now.keys() & base.keys()
    return Stat(
        sum(now.values(), NOTHING),
        len(now),
        *_largest(now.values()),
        sum(told.values(), NOTHING),
        len(told),
        *_largest(told.values()),
        len(both),
        sum((now[firm] for firm in both), NOTHING),
        sum((base[firm] for firm in both), NOTHING),
    )


def _largest(values: Iterable[Decimal]) -> tuple[Decimal, Decimal]:
    return _two(*(abs(value) for value in values), NOTHING, NOTHING)


Months = Sequence[Stat]  # of one cell, January first


@dataclass(frozen=True)
class Board:
    """A measure of a year up to a month: the months of each cell (sector, zone). ``flows`` add up."""

    cells: Mapping[Place, Months]
    flows: bool = True

    @property
    def month(self) -> int:
        """The last month there is."""
        return max((len(months) for months in self.cells.values()), default=0)

    @property
    def rows(self) -> list[str]:
        """The sectors, the largest first."""
        return self._ranked(0)

    @property
    def columns(self) -> list[str]:
        """The zones, the largest first."""
        return self._ranked(1)

    def _ranked(self, axis: int) -> list[str]:
        totals: dict[str, Decimal] = {}
        for place, months in self.cells.items():
            size = self.so_far(place, len(months)).value
            totals[place[axis]] = totals.get(place[axis], NOTHING) + size
        return sorted(totals, key=lambda name: (-totals[name], name))

    def at(self, place: Place, month: int) -> Stat:
        """A cell of one month; a row, column or all of them at :data:`TOTAL`."""
        within = (
            months[month - 1]
            for (row, column), months in self.cells.items()
            if place[0] in (row, TOTAL) and place[1] in (column, TOTAL) and len(months) >= month
        )
        return reduce(add, within, Stat())

    def so_far(self, place: Place, month: int) -> Stat:
        """A cell from January to the end of a month; of a level the month itself.

        Its firms are those of its fullest month.
        """
        if not self.flows or month == 0:
            return self.at(place, month) if month else Stat()
        stats = [self.at(place, each) for each in range(1, month + 1)]
        summed = reduce(add, stats)
        count = max(stat.count for stat in stats)
        both, base = max(stat.both for stat in stats), max(stat.base_count for stat in stats)
        return Stat(
            summed.value, count, summed.first, summed.second, summed.base, base, summed.base_first,
            summed.base_second, both, summed.now_both, summed.base_both,
        )  # fmt: skip

    def hidden(
        self, rule: Protection, *, known: frozenset[str] = frozenset(), base: bool = False
    ) -> frozenset[Place]:
        """The cells that may not be shown in the year so far: those that may not in any of its months.

        Who adds months up, or takes one sum of the year from another, so learns nothing of a hidden month.
        ``known``: sectors whose firms the reader knows anyway; ``base``: of the year before.
        """
        found: set[Place] = set()
        for month in range(1, self.month + 1):
            table = self._table(month, base=base)
            seen = frozenset(place for place in table if self._rows_at(place) <= known)
            found |= protect(table, rule, known=seen)
        return frozenset(found)

    def _rows_at(self, place: Place) -> set[str]:
        """The sectors that stand in a cell or total."""
        return {row for row, column in self.cells if place[0] in (row, TOTAL) and place[1] in (column, TOTAL)}

    def _table(self, month: int, *, base: bool) -> Mapping[Place, Sum]:
        places = {
            place
            for row, column in self.cells
            for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL))
        }
        stats = {place: self.at(place, month) for place in places}
        return {place: stat.year_ago if base else stat.now for place, stat in stats.items()}

"""Which cells of a table of sums may be shown, so that no firm can be recognised or worked out.

A cell is unsafe when fewer than ``least`` firms stand in it, or when one of them makes so much of it that
another of the cell's firms could tell its figure within ``within`` (a share). Unsafe cells are hidden, and
with them as many others as it takes (complementary suppression): from the cells that are shown and their
totals no unsafe cell can be told from above or from below within ``within`` of its value. :func:`slack` tells
how far each can be told, exactly: in a table of two ways that is a greatest flow.

>>> firms = {("煤", "东"): [50.0, 40, 30], ("煤", "西"): [60.0, 50, 40], ("铁", "东"): [90.0],
...          ("铁", "西"): [30.0, 20, 25]}
>>> hidden = protect(table_of(firms), Protection(least=3, within=0.1))
>>> sorted(hidden)
[('煤', '东'), ('煤', '西'), ('铁', '东'), ('铁', '西')]
>>> sorted(protect(table_of({("煤", ""): [50.0, 40, 30], ("铁", ""): [9.0, 8, 7]}), Protection(3, 0.1)))
[]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product
from math import inf
from typing import Final

TOTAL: Final = "*"  # the row and the column of the totals
Place = tuple[str, str]  # row, column


@dataclass(frozen=True, slots=True)
class Protection:
    """Fewer than ``least`` firms are hidden; a figure must not be told within ``within`` (0.1: 10 %)."""

    least: int
    within: float


@dataclass(frozen=True, slots=True)
class Sum:
    """A cell: the sum, how many firms, the two largest of them (by size, whatever their sign)."""

    value: float
    count: int
    first: float = 0.0
    second: float = 0.0

    @classmethod
    def of(cls, values: Sequence[float]) -> Sum:
        """The sum of some firms.

        >>> Sum.of([3.0, 10.0, 4.0])
        Sum(value=17.0, count=3, first=10.0, second=4.0)
        """
        ordered = sorted((abs(value) for value in values), reverse=True)
        return cls(sum(values), len(values), *[*ordered, 0.0, 0.0][:2])

    def unsafe(self, rule: Protection) -> bool:
        """Whether a firm could be recognised, or told by the second largest too closely."""
        if self.count == 0:
            return False
        rest = abs(self.value) - self.first - self.second
        return self.count < rule.least or rest < rule.within * self.first


Table = Mapping[Place, Sum]


def table_of(firms: Mapping[Place, Sequence[float]]) -> Table:
    """The cells with the totals of rows, columns and all (at :data:`TOTAL`).

    >>> table = table_of({("煤", "东"): [1.0, 2.0], ("铁", "东"): [4.0]})
    >>> table["煤", TOTAL].value, table[TOTAL, "东"].count, table[TOTAL, TOTAL].value
    (3.0, 3, 7.0)
    """
    gathered: dict[Place, list[float]] = {}
    for (row, column), values in firms.items():
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            gathered.setdefault(place, []).extend(values)
    return {place: Sum.of(values) for place, values in gathered.items()}


def protect(table: Table, rule: Protection, *, known: frozenset[Place] = frozenset()) -> frozenset[Place]:
    """The places to hide. Everything is hidden where no smaller choice protects what is unsafe.

    Cells nobody stands in are shown: that nobody is there is known. Largest needs are met first; each by the
    cheapest ring of cells that can all give way by what is needed, those hidden already for nothing. A firm
    that stands alone in a hidden cell knows that one: what is unsafe is protected from it too. ``known`` are
    cells the reader knows anyway: they are shown, and hide nothing else.
    """
    everything = frozenset(table) - known
    hidden = {place for place in everything if table[place].unsafe(rule)}
    unsafe = sorted(hidden, key=lambda place: (-abs(table[place].value), place))
    for place in unsafe:
        ring = _ring(table, hidden, place, rule.within * abs(table[place].value), without=known)
        if ring is None:
            return everything
        hidden |= ring
    while (open_ := _open_to_a_firm(table, hidden, unsafe, rule)) is not None:
        place, own = open_
        need = rule.within * abs(table[place].value)
        ring = _ring(table, hidden, place, need, without=known | {own})
        if ring is None or ring <= hidden:
            return everything
        hidden |= ring
    return frozenset(hidden)


def _open_to_a_firm(
    table: Table, hidden: set[Place], unsafe: Sequence[Place], rule: Protection
) -> tuple[Place, Place] | None:
    """An unsafe cell that the firm alone in another hidden cell could tell, and that firm's cell."""
    alone = [place for place in sorted(hidden) if table[place].count == 1 and TOTAL not in place]
    for place, known in product(unsafe, alone):
        own = place == known or (table[place].count == 1 and _holds(place, known))
        need = rule.within * abs(table[place].value)
        if not own and min(slack(table, frozenset(hidden - {known}), place)) < need - 1e-9:
            return place, known
    return None


def _holds(place: Place, known: Place) -> bool:
    """Whether a place is a total over another."""
    return all(left in (TOTAL, right) for left, right in zip(place, known, strict=True))


def slack(table: Table, hidden: frozenset[Place], place: Place) -> tuple[float, float]:
    """How far below and above its value a hidden cell may lie for who sees the rest and knows that nothing is
    negative.

    >>> table = table_of({("煤", "东"): [5.0], ("煤", "西"): [3.0], ("铁", "东"): [4.0], ("铁", "西"): [9.0]})
    >>> slack(table, frozenset({("煤", "东"), ("煤", "西")}), ("煤", "东"))
    (0.0, 0.0)
    >>> inner = frozenset(place for place in table if "*" not in place)
    >>> slack(table, inner, ("煤", "东"))
    (5.0, 3.0)
    """
    others = hidden - {place}
    down = _flow(table, others, place, rising=False)
    up = _flow(table, others, place, rising=True)
    return min(down, table[place].value if not _is_margin(place) else inf), up


# The network: a change of a hidden cell moves its row and its column. A total moves them the other way, since
# a row's cells and minus its total are always nothing. Cells may rise without end and fall to nothing.


def _is_margin(place: Place) -> bool:
    """Whether a place is a total of a row or a column (the grand total counts as a cell)."""
    return (place[0] == TOTAL) != (place[1] == TOTAL)


def _room(table: Table, place: Place, *, rising: bool) -> float:
    """How much a cell may move its row's balance up or down."""
    falls = rising if _is_margin(place) else not rising
    return table[place].value if falls else inf


def _edges(
    table: Table, hidden: frozenset[Place] | set[Place], *, rising: bool
) -> Iterator[tuple[str, str, float]]:
    """From node to node with its room; rows are ``r:``, columns ``c:``.

    To let a cell rise, its row must fall elsewhere: from its row through falling cells to columns, through
    rising ones back to rows, to its column.
    """
    for row, column in sorted(hidden):
        yield f"r:{row}", f"c:{column}", _room(table, (row, column), rising=not rising)
        yield f"c:{column}", f"r:{row}", _room(table, (row, column), rising=rising)


def _flow(table: Table, others: frozenset[Place], place: Place, *, rising: bool) -> float:
    """The greatest flow from the cell's row to its column."""
    along = rising if not _is_margin(place) else not rising
    room: dict[str, dict[str, float]] = {}
    for start, end, limit in _edges(table, others, rising=along):
        room.setdefault(start, {})[end] = room.get(start, {}).get(end, 0.0) + limit
        room.setdefault(end, {}).setdefault(start, 0.0)
    source, sink = f"r:{place[0]}", f"c:{place[1]}"
    total = 0.0
    while (path := _path(room, source, sink)) is not None:
        step = min(room[start][end] for start, end in path)
        if step == inf:
            return inf
        for start, end in path:
            room[start][end] -= step
            room[end][start] += step
        total += step
    return total


def _path(room: Mapping[str, Mapping[str, float]], source: str, sink: str) -> list[tuple[str, str]] | None:
    """The shortest way with room left, or None."""
    before: dict[str, str] = {source: ""}
    queue = deque([source])
    while queue and sink not in before:
        at = queue.popleft()
        for further, left in room.get(at, {}).items():
            if left > 1e-9 and further not in before:
                before[further] = at
                queue.append(further)
    if sink not in before:
        return None
    found, at = [], sink
    while before[at]:
        found.append((before[at], at))
        at = before[at]
    return found[::-1]


def _ring(
    table: Table, hidden: set[Place], place: Place, need: float, *, without: frozenset[Place]
) -> frozenset[Place] | None:
    """The cheapest ring of cells through ``place`` that can all move by ``need`` both ways; None without one.

    It does not lead over ``without``.

    A cell costs its value, a total so much that it is taken last, one hidden already nothing.
    """
    whole = sum(abs(cell.value) for cell in table.values()) + 1.0
    cost: dict[str, dict[str, tuple[float, Place]]] = {}
    for other, cell in table.items():
        if other == place or other in without or cell.count == 0 or cell.value < need:
            continue
        price = 0.0 if other in hidden else cell.value + 1.0 + whole * (TOTAL in other)
        cost.setdefault(f"r:{other[0]}", {})[f"c:{other[1]}"] = (price, other)
        cost.setdefault(f"c:{other[1]}", {})[f"r:{other[0]}"] = (price, other)
    return _cheapest(cost, f"r:{place[0]}", f"c:{place[1]}")


def _cheapest(
    cost: Mapping[str, Mapping[str, tuple[float, Place]]], source: str, sink: str
) -> frozenset[Place] | None:
    best: dict[str, float] = {source: 0.0}
    via: dict[str, tuple[str, Place]] = {}
    heap: list[tuple[float, str]] = [(0.0, source)]
    while heap:
        paid, at = heappop(heap)
        if at == sink:
            break
        if paid > best[at]:
            continue
        for further, (price, place) in cost.get(at, {}).items():
            if paid + price < best.get(further, inf):
                best[further], via[further] = paid + price, (at, place)
                heappush(heap, (paid + price, further))
    if sink not in via:
        return None
    found, at = set(), sink
    while at != source:
        at, place = via[at]
        found.add(place)
    return frozenset(found)

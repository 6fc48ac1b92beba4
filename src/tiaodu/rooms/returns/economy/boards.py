"""The economy board: the county's figures, and a measure by sector or zone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import Board, Stat
from tiaodu.engine.returns.disclosure import TOTAL, Place, Protection
from tiaodu.engine.returns.signals import Signal, SignalRule, signal_of, signal_rules
from tiaodu.engine.returns.trajectory import Standing, stand
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Latest, Series
from tiaodu.foundation.registry.models import Measure, Region, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.ledger.selectors.targets import Target, year_targets
from tiaodu.rooms.returns.economy.flags import Doubt, doubts_of
from tiaodu.rooms.returns.economy.selectors import MonthBoard, Reader, month_board
from tiaodu.rooms.returns.economy.ways import shares_of

SECTOR, ZONE = "sector", "zone"


@dataclass(frozen=True)
class Line:
    """A row of the board: the month and the year so far of the county, a sector or a zone.

    ``hidden``: the sums would tell of one firm; ``growth_hidden``: those of a year ago would. ``before`` is
    the year so far of the month before. January is not judged alone, nor has February a growth of its own.
    """

    measure: Measure
    place: Place
    name: str
    period: Period  # the month
    month: Stat
    so_far: Stat
    before: Stat | None = None
    hidden: bool = False
    growth_hidden: bool = False
    signal: Signal = field(default_factory=lambda: Signal("unknown"))
    standing: Standing | None = None
    target: Target | None = None
    delivered: Sequence[Evidence] = ()
    largest: Decimal = Decimal(0)
    sample: bool = False

    @property
    def number(self) -> int:
        return self.period.start.month

    @property
    def month_value(self) -> Decimal | None:
        return None if self.hidden or not self.month.count else self.month.value

    @property
    def value(self) -> Decimal | None:
        """The year so far."""
        return None if self.hidden or not self.so_far.count else self.so_far.value

    @property
    def growth(self) -> Decimal | None:
        """Of the year so far, on the same firms and months."""
        return None if self.growth_hidden or self.number == 1 else self.so_far.comparable

    @property
    def month_growth(self) -> Decimal | None:
        return None if self.growth_hidden or self.number <= 2 else self.month.comparable

    @property
    def published(self) -> Decimal | None:
        """The year so far over the sum first told a year ago, whoever told it."""
        return None if self.growth_hidden or self.number == 1 else self.so_far.published

    @property
    def change(self) -> Decimal | None:
        """Points by which growth of the year so far moved since the month before; none before March."""
        earlier = self.before.comparable if self.before is not None else None
        if self.number <= 2 or self.growth is None or earlier is None:
            return None
        return self.growth - earlier

    @property
    def firms(self) -> int | None:
        return None if self.hidden else self.so_far.count


@dataclass(frozen=True)
class Judging:
    """What a board is judged by on a day."""

    rows: Mapping[str, Mapping[str, Any]]
    rules: tuple[SignalRule, ...]
    protection: Protection


def judging_in(region: Region) -> Judging:
    """The tables of the board. Blocked where they do not hold."""
    disclosure = table("returns.disclosure", region=region)
    return Judging(
        {row["measure"]: row for row in table("returns.board", region=region).rows},
        signal_rules(table("returns.signals", region=region).rows),
        Protection(disclosure.value("least"), disclosure.value("within") / 100),
    )


def measures_by_code(codes: Collection[str]) -> dict[str, Measure]:
    return {measure.code: measure for measure in Measure.objects.filter(code__in=codes)}


@dataclass(frozen=True)
class Overview:
    """The county's month: one line a measure, in the order of the table."""

    board: MonthBoard
    lines: list[Line]
    doubtful: int


def overview(reader: Reader, month: Period) -> Overview:
    """Every measure of the board for the county as a whole."""
    board, judged = month_board(reader.region, month), judging_in(reader.region)
    codes = [code for code in judged.rows if code in board.boards]
    names = measures_by_code([*codes, *(m for row in judged.rows.values() for m in row["delivered"])])
    targets = year_targets(
        reader.region,
        month.start.year,
        [m for row in judged.rows.values() for m in row["targets"]],
        clock.today(),
    )
    told = _delivered(reader.region, month, [m for c, m in names.items() if c in _delivered_codes(judged)])
    doubts = doubts_of(board.closing) if board.closing else frozenset()
    shares = shares_of(reader.region, codes, month)
    lines = []
    for code in codes:
        target = next((targets[m] for m in judged.rows[code]["targets"] if m in targets), None)
        line = _line(board, names[code], (TOTAL, TOTAL), _("全县"), reader, judged)
        standing = None
        if target is not None and line.value is not None and board.boards[code].flows:
            standing = stand(
                target.value, line.value, shares.get(code, {}), month.start.month, month.start.year
            )
        delivered = [told[m] for m in judged.rows[code]["delivered"] if m in told]
        lines.append(_judged(line, judged.rules, _doubts_at(doubts, line), standing, target, delivered))
    return Overview(board, lines, len({doubt.firm for doubt in doubts}))


def _delivered_codes(judged: Judging) -> set[str]:
    return {code for row in judged.rows.values() for code in row["delivered"]}


def by_place(
    reader: Reader, month: Period, code: str, by: str
) -> tuple[MonthBoard, Measure | None, list[Line]]:
    """A measure by sector or by zone, the largest first, and the county under them."""
    board, judged = month_board(reader.region, month), judging_in(reader.region)
    if code not in board.boards:
        return board, None, []
    measure, cells = measures_by_code([code])[code], board.boards[code]
    names = cells.rows if by == SECTOR else cells.columns
    places = [(name, TOTAL) if by == SECTOR else (TOTAL, name) for name in names]
    hidden = _hidden(cells, judged.protection, reader)
    found = [
        _line(board, measure, place, place_name(name, by), reader, judged, hidden)
        for place, name in zip(places, names, strict=True)
    ]
    doubts = doubts_of(board.closing) if board.closing else frozenset()
    lines = [_judged(line, judged.rules, _doubts_at(doubts, line)) for line in found]
    total = _line(board, measure, (TOTAL, TOTAL), _("全县"), reader, judged, hidden)
    return board, measure, [*lines, _judged(total, judged.rules, _doubts_at(doubts, total))]


def _doubts_at(doubts: Collection[Doubt], line: Line) -> int:
    """How many firms of a line have a figure of its measure that waits for a look."""
    return sum(
        doubt.measure == line.measure.code
        and all(want in (TOTAL, is_) for want, is_ in zip(line.place, doubt.place, strict=True))
        for doubt in doubts
    )


def place_name(name: str, by: str) -> str:
    """A sector or zone in words."""
    if by == SECTOR:
        return sector_name(name) if name else _("未分领域")
    return name or _("园区、片区以外")


Hidden = tuple[frozenset[Place], frozenset[Place]]  # of this year, of the year before


def _hidden(cells: Board, rule: Protection, reader: Reader) -> Hidden:
    if reader.knows_all:
        return frozenset(), frozenset()
    return (
        cells.hidden(rule, known=reader.sectors),
        cells.hidden(rule, known=reader.sectors, base=True),
    )


def _line(
    board: MonthBoard,
    measure: Measure,
    place: Place,
    name: str,
    reader: Reader,
    judged: Judging,
    hidden: Hidden | None = None,
) -> Line:
    cells, number = board.boards[measure.code], board.month.start.month
    now, base = hidden or _hidden(cells, judged.protection, reader)
    return Line(
        measure,
        place,
        name,
        board.month,
        month=cells.at(place, number),
        so_far=cells.so_far(place, number),
        before=cells.so_far(place, number - 1) if number > 1 else None,
        hidden=place in now,
        growth_hidden=place in now or place in base,
        largest=max((cells.so_far(each, number).value for each in _like(cells, place)), default=Decimal(0)),
        sample=board.sample,
    )


def _like(cells: Board, place: Place) -> Iterator[Place]:
    """The places a line is drawn beside."""
    if place[0] != TOTAL:
        yield from ((row, TOTAL) for row in cells.rows)
    elif place[1] != TOTAL:
        yield from ((TOTAL, column) for column in cells.columns)


def _judged(
    line: Line,
    rules: Sequence[SignalRule],
    doubtful: int,
    standing: Standing | None = None,
    target: Target | None = None,
    delivered: Sequence[Evidence] = (),
) -> Line:
    facts = {
        "增速": line.growth,
        "当月增速": line.month_growth,
        "较上月": line.change,
        "超序时": standing.ahead if standing else None,
        "完成": standing.done if standing else None,
        "存疑": Decimal(doubtful),
    }
    signal = Signal("unknown") if line.value is None else signal_of(rules, facts)
    return replace(line, signal=signal, standing=standing, target=target, delivered=delivered)


def _delivered(region: Region, month: Period, measures: Sequence[Measure]) -> dict[str, Evidence]:
    """What the statistics bureau delivered for the county, the newest up to the month; one query."""
    rows = (
        Latest.objects.filter(
            series=Series.STATISTICAL, measure__in=measures, subject__kind=SubjectKind.REGION,
            subject__region=region, value__isnull=False, known_on__lte=clock.today(),
            period_end__gte=month.start.replace(month=1, day=1), period_end__lte=month.end,
        )
        .select_related("evidence__measure", "evidence__subject", "evidence__reporter")
        .order_by("period_end", "-period_start")
    )  # fmt: skip
    return {row.evidence.measure.code: row.evidence for row in rows}

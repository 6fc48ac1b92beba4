"""What a sum of the board is made of: every figure with its evidence, as far as the reader may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.disclosure import TOTAL, Place
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.economy.boards import SECTOR, ZONE, Line, by_place
from tiaodu.rooms.returns.economy.reading import Firm, firms_of, months_told
from tiaodu.rooms.returns.economy.selectors import MonthBoard, Reader


@dataclass(frozen=True)
class Part:
    """A figure of a firm that is summed."""

    firm: Firm
    measure: Measure
    period: Period
    value: Decimal
    evidence: int

    @property
    def sample(self) -> bool:
        return self.firm.sample


@dataclass(frozen=True)
class Whole:
    """A sum with its parts, by firm, the largest first, and month. ``unseen``: figures this reader may not
    know one by one.
    """

    board: MonthBoard
    line: Line
    value: Decimal
    parts: Sequence[Part]
    unseen: int

    @property
    def count(self) -> int:
        return len(self.parts) + self.unseen

    @property
    def moved(self) -> bool:
        """Whether figures came since the month was closed, so that the parts give another sum."""
        return not self.unseen and sum((part.value for part in self.parts), Decimal(0)) != self.value


def whole_of(reader: Reader, month: Period, code: str, place: Place, *, year: bool) -> Whole | None:
    """The sum of the year so far (``year``) or of the month at a place of the board; None where the board has
    none or does not show it to this reader. A fixed number of queries.
    """
    board, measure, lines = by_place(reader, month, code, ZONE if place[1] != TOTAL else SECTOR)
    line = next((each for each in lines if each.place == place), None)
    value = None if line is None else line.value if year else line.month_value
    if measure is None or line is None or value is None:
        return None
    first = month.start.replace(month=1) if year and board.boards[code].flows else month.start
    parts, unseen = _parts(reader, measure, place, first, month)
    return Whole(board, line, value, parts, unseen)


def _parts(
    reader: Reader, measure: Measure, place: Place, first: date, month: Period
) -> tuple[list[Part], int]:
    told = months_told(reader.region, [measure.code], Period(first, month.end), clock.today())
    firms = firms_of(reader.region, told.firms())
    months = [Period.month(first.year, n) for n in range(first.month, month.start.month + 1)]
    within = [
        Part(firms[pk], measure, period, value, key)
        for period in months
        for pk, (value, key) in told.of(measure.code, period).items()
        if place[0] in (TOTAL, firms[pk].sector) and place[1] in (TOTAL, firms[pk].zone)
    ]
    seen = [part for part in within if reader.knows_all or part.firm.sector in reader.sectors]
    size: dict[int, Decimal] = {}
    for part in seen:
        size[part.firm.pk] = size.get(part.firm.pk, Decimal(0)) + part.value
    seen.sort(key=lambda p: (-size[p.firm.pk], p.firm.name, p.period.start))
    return seen, len(within) - len(seen)

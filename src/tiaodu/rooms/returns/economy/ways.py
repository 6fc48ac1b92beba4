"""The way of a measure to the year's target: what is usual by each month, what was done, the gap."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.disclosure import TOTAL
from tiaodu.engine.returns.trajectory import usual_shares, way
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Measure, Region
from tiaodu.rooms.ledger.selectors.targets import Target
from tiaodu.rooms.returns.economy.keeping import boards_read
from tiaodu.rooms.returns.economy.models import Closing
from tiaodu.rooms.returns.economy.selectors import MonthBoard

ALL = (TOTAL, TOTAL)


def shares_of(region: Region, codes: Collection[str], month: Period) -> Mapping[str, Mapping[int, Decimal]]:
    """The share of a year usually done by each month, from the closed Decembers before; one query."""
    ends = [f"{month.start.year - back}-12-31" for back in (1, 2, 3)]
    rows = Closing.objects.filter(region=region, period_end__in=ends, known_on__lte=clock.today())
    newest = {row.period_end: row for row in rows.defer("peers").order_by("number")}
    boards = [boards_read(row.sums) for row in newest.values()]
    return {
        code: usual_shares(
            [[board[code].at(ALL, n).value for n in range(1, 13)] for board in boards if code in board]
        )
        for code in codes
    }


@dataclass(frozen=True, slots=True)
class WayRow:
    """A month on the way: what is usual by its end, what was done, the gap; None while it has not come."""

    month: Period
    planned: Decimal
    done: Decimal | None
    unit: str = ""
    sample: bool = False

    @property
    def gap(self) -> Decimal | None:
        return None if self.done is None else self.done - self.planned


def way_rows(
    board: MonthBoard, measure: Measure, target: Target, shares: Mapping[int, Decimal]
) -> list[WayRow]:
    """February to December, month by month. January is never judged alone."""
    year, cells = board.month.start.year, board.boards[measure.code]
    planned = way(target.value, shares, year)
    last = board.month.start.month
    return [
        WayRow(
            Period.month(year, n),
            value,
            cells.so_far(ALL, n).value if n <= last else None,
            measure.unit,
            board.sample,
        )
        for n, value in planned.items()
    ]

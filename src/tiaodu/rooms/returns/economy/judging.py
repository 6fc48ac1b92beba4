"""The figures of a region as the engine takes them: columns for the checks, cells for the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from tiaodu.engine.kernel.expression import period_of
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import Board, Stat, stat_of
from tiaodu.engine.returns.checks import Columns
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.economy.reading import Firm, Months

HISTORY = 28  # months before a month that the checks look at: two years and a season


def span_of(month: Period) -> Period:
    """The months the checks and the board of a month need."""
    first = month.start.year * 12 + month.start.month - 1 - HISTORY
    january = (month.start.year - 1) * 12  # of last year, for the sums of its year
    number = min(first, january)
    return Period(date(number // 12, number % 12 + 1, 1), month.end)


def columns_of(months: Months, month: Period, firms: Sequence[Firm], units: Mapping[str, str]) -> Columns:
    """One place a firm; peers are firms of one trade."""
    place = {firm.pk: n for n, firm in enumerate(firms)}
    trades = {trade: n for n, trade in enumerate(sorted({firm.trade for firm in firms}))}

    def column(values: Mapping[int, object]) -> np.ndarray:
        found = np.full(len(firms), np.nan)
        for pk, value in values.items():
            if pk in place:
                found[place[pk]] = float(value)  # type: ignore[arg-type]
        return found

    return Columns(
        month,
        {
            (measure, period): column({pk: value for pk, (value, _pk) in told.items()})
            for measure, periods in months.told.items()
            for period, told in periods.items()
        },
        np.array([trades[firm.trade] for firm in firms], np.int64),
        {
            (measure, period): column(told)
            for measure, periods in months.first.items()
            for period, told in periods.items()
        },
        units,
    )


def trades_of(firms: Sequence[Firm]) -> list[str]:
    """The trades in the order of their numbers in :func:`columns_of`."""
    return sorted({firm.trade for firm in firms})


def boards_of(
    months: Months, month: Period, firms: Mapping[int, Firm], measures: Mapping[str, str]
) -> dict[str, Board]:
    """The cells of every measure (code: kind) by sector and zone, January to the month."""
    return {
        measure: Board(_cells(months, month, firms, measure), flows=kind == Measure.Kind.FLOW)
        for measure, kind in measures.items()
    }


def _cells(
    months: Months, month: Period, firms: Mapping[int, Firm], measure: str
) -> dict[tuple[str, str], list[Stat]]:
    members: dict[tuple[str, str], set[int]] = {}
    for firm in firms.values():
        members.setdefault((firm.sector, firm.zone), set()).add(firm.pk)
    year = [Period.month(month.start.year, n) for n in range(1, month.start.month + 1)]
    found = {place: [_stat(months, measure, each, who) for each in year] for place, who in members.items()}
    return {place: stats for place, stats in found.items() if any(s.count or s.base_count for s in stats)}


def _stat(months: Months, measure: str, period: Period, who: set[int]) -> Stat:
    base = period_of("year_ago", period)
    now = {pk: value for pk, (value, _e) in months.of(measure, period).items() if pk in who}
    then = {pk: value for pk, (value, _e) in months.of(measure, base).items() if pk in who}
    return stat_of(now, then, months.first.get(measure, {}).get(base))

"""The firms behind a sum of the board, each with its figures and their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.expression import period_of
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import rate
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.economy.reading import Firm, Told, firms_of, months_told
from tiaodu.rooms.returns.economy.selectors import Reader


@dataclass(frozen=True)
class FirmLine:
    """A firm's month and year so far, and the same a year ago; growth on the months told in both years."""

    firm: Firm
    unit: str
    month: Told | None
    month_ago: Told | None
    so_far: Decimal | None
    growth: Decimal | None
    number: int

    @property
    def sample(self) -> bool:
        return self.firm.sample

    @property
    def month_growth(self) -> Decimal | None:
        """Not of January and February, which are one point."""
        if self.number <= 2 or self.month is None or self.month_ago is None:
            return None
        return rate(self.month[0], self.month_ago[0])


def firm_lines(
    reader: Reader, month: Period, measure: Measure, sector: str | None, zone: str | None
) -> list[FirmLine]:
    """The firms of a measure whose figures this person may see, the largest first; of a sector or zone alone
    when one is given. A reader who knows only some fields of work sees those.
    """
    start = Period(date(month.start.year - 1, 1, 1), month.end)
    months = months_told(reader.region, [measure.code], start, clock.today())
    firms = firms_of(reader.region, months.firms())
    told: dict[int, dict[Period, Told]] = {}
    for period, found in months.told.get(measure.code, {}).items():
        for pk, figure in found.items():
            told.setdefault(pk, {})[period] = figure
    lines = [
        _line(firm, measure, told.get(firm.pk, {}), month)
        for firm in firms.values()
        if _asked(firm, sector, zone) and (reader.knows_all or firm.sector in reader.sectors)
    ]
    return sorted(lines, key=lambda line: (-(line.so_far or Decimal(0)), line.firm.name))


def _asked(firm: Firm, sector: str | None, zone: str | None) -> bool:
    return sector in (None, firm.sector) and zone in (None, firm.zone)


def _line(firm: Firm, measure: Measure, told: Mapping[Period, Told], month: Period) -> FirmLine:
    year = [Period.month(month.start.year, n) for n in range(1, month.start.month + 1)]
    flows = measure.kind == Measure.Kind.FLOW
    counted = year if flows else [month]
    pairs = [
        (told[p][0], told[period_of("year_ago", p)][0])
        for p in counted
        if p in told and period_of("year_ago", p) in told
    ]
    now, base = sum((a for a, _b in pairs), Decimal(0)), sum((b for _a, b in pairs), Decimal(0))
    values = [told[p][0] for p in counted if p in told]
    return FirmLine(
        firm=firm,
        unit=measure.unit,
        month=told.get(month),
        month_ago=told.get(period_of("year_ago", month)),
        so_far=sum(values, Decimal(0)) if values else None,
        growth=rate(now, base) if month.start.month > 1 else None,
        number=month.start.month,
    )

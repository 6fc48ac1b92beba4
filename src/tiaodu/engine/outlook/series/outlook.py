"""The outlook of a yearly total from its own months, from plans like it, or from both.

>>> from decimal import Decimal
>>> from tiaodu.engine.kernel.period import Period
>>> figures = [
...     Figure(Period.months(year, 1, month), 10 * month, date(2024, 6, 30))
...     for year in (2022, 2023, 2024)
...     for month in range(2, 13 if year < 2024 else 7)
... ]
>>> told = forecast(figures, as_of=date(2024, 7, 10), year=2024)
>>> told.basis.value, told.origin, round(told.p50), told.p10 < told.p50 < told.p90
('series', 6, 120, True)
>>> told.chance(">=", 150).probability < 0.05, told.chance(">=", Decimal(60)).decided
(True, True)
>>> [reason.code for reason in forecast([], as_of=date(2024, 7, 10), year=2024).reasons]
['no_history']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log

import numpy as np

from tiaodu.engine.outlook.series.answer import (
    Basis,
    NothingBehind,
    Reason,
    Spread,
    YearOutlook,
    lognormal,
    ranges,
)
from tiaodu.engine.outlook.series.figures import MONTHS, Figure, Months, months_of
from tiaodu.engine.outlook.series.kriging import Floats
from tiaodu.engine.outlook.series.pooled import Pooled, load_pooled
from tiaodu.engine.outlook.series.rest import FEWEST, Rest, enough, origin_of, points_of, rest_of

_SMALLEST = 1e-9
FEWEST_PLANS = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """What became of plans like this one: ``planned`` for the year, and ``ratios`` of outcome over plan
    (above 0).

    ``name`` says which plans they were.
    """

    planned: float
    ratios: tuple[float, ...]
    name: str

    def spread(self) -> Spread | None:
        """The total by the reference class, lognormal with the mean and the predictive standard deviation
        of the logarithms; None where the class is too small or the plan not above zero.
        """
        kept = [ratio for ratio in self.ratios if ratio > 0]
        if len(kept) < FEWEST_PLANS or self.planned <= 0:
            return None
        logs = np.log(kept)
        width = float(logs.std(ddof=1)) * (1 + 1 / len(logs)) ** 0.5
        return lognormal(log(self.planned) + float(logs.mean()), width)


def forecast(
    history: Iterable[Figure],
    *,
    as_of: date,
    year: int,
    reference: Reference | None = None,
    settings: Pooled | None = None,
) -> YearOutlook | NothingBehind:
    """The total of a flow in ``year`` as known on ``as_of``; raises ValueError for figures of other
    periods.
    """
    return forecast_many({"": (history, reference)}, as_of=as_of, year=year, settings=settings)[""]


def forecast_many(
    histories: Mapping[str, tuple[Iterable[Figure], Reference | None]],
    *,
    as_of: date,
    year: int,
    settings: Pooled | None = None,
) -> dict[str, YearOutlook | NothingBehind]:
    """:func:`forecast` of many series at once, by their keys; the same numbers as one by one, only faster."""
    pooled = settings or load_pooled()
    known = {key: months_of(history, as_of=as_of) for key, (history, _) in histories.items()}
    points = {key: points_of(months, year) for key, months in known.items()}
    by_origin: dict[int, list[str]] = {}
    for key, months in known.items():
        if months.last(year) < MONTHS and enough(points[key]):
            by_origin.setdefault(origin_of(months, year), []).append(key)
    found: dict[str, YearOutlook | NothingBehind] = {}
    for origin, keys in by_origin.items():
        rest = rest_of(np.array([points[key] for key in keys]), origin, pooled.averaging)
        for number, key in enumerate(keys):
            case = _Case(known[key], year, origin, histories[key][1], pooled)
            found[key] = case.from_series(rest, number, int(np.isfinite(points[key]).sum()))
    for key in histories.keys() - found.keys():
        months = known[key]
        case = _Case(months, year, origin_of(months, year), histories[key][1], pooled)
        found[key] = case.known() if months.last(year) == MONTHS else case.without_series()
    return {key: found[key] for key in histories}


@dataclass(frozen=True, slots=True)
class _Case:
    """One series on one day."""

    months: Months
    year: int
    origin: int
    reference: Reference | None
    pooled: Pooled

    @property
    def so_far(self) -> float:
        return self.months.so_far(self.year, self.origin) or 0.0

    def told(
        self,
        rest: Spread | None,
        basis: Basis,
        reasons: Sequence[Reason],
        months: Sequence[tuple[int, float, float, Spread]] = (),
    ) -> YearOutlook:
        every = (*reasons, *self.remarks())
        fan = ranges(months, self.so_far)
        surest, about = self.pooled.surest, self.pooled.about
        return YearOutlook(self.year, self.origin, self.so_far, rest, fan, basis, every, surest, about)

    def remarks(self) -> Iterable[Reason]:
        """What a reader should know of the figures behind."""
        if self.months.restated:
            yield Reason("restated", {"periods": self.months.restated})
        if not self.origin and self.months.last(self.year) == 1:
            yield Reason("january_alone")
        if self.months.as_of > date(self.year, MONTHS, 31) and self.origin < MONTHS:
            yield Reason("year_over_months_missing", {"known_to": self.origin})

    def known(self) -> YearOutlook:
        """The year is over and known: a fact."""
        outlook = self.told(None, Basis.FACT, [Reason("year_known")])
        total = self.months.so_far(self.year, MONTHS) or 0.0
        return YearOutlook(
            self.year, MONTHS, total, None, (), Basis.FACT, outlook.reasons, outlook.surest, outlook.about
        )

    def from_series(self, rest: Rest, number: int, points: int) -> YearOutlook:
        """From the series; drawn towards the reference class while the series is short."""
        sums = np.cumsum(rest.months[number])
        spreads = [
            Spread(log(max(total, _SMALLEST)), float(width), self.pooled.at(_as_far(at + 1)))
            for at, (total, width) in enumerate(zip(sums, rest.spreads[number], strict=True))
        ]
        own, reasons, basis = spreads[-1], [Reason("points", {"points": points})], Basis.SERIES
        class_spread = self.reference.spread() if self.reference else None
        if class_spread is not None and points < self.pooled.short and self.reference:
            own, factor = self.pulled(own, class_spread)
            reasons.append(Reason("reference", {"name": self.reference.name, "factor": factor}))
            basis = Basis.BOTH
            spreads = [Spread(each.centre + log(factor), each.width, each.learned) for each in spreads[:-1]]
            spreads.append(own)
        first = MONTHS - len(sums) + 1
        factor = exp(own.centre) / max(float(sums[-1]), _SMALLEST)
        rows = zip(rest.months[number] * factor, rest.singles[number], spreads, strict=True)
        fan = [
            (first + at, float(value), float(single), each) for at, (value, single, each) in enumerate(rows)
        ]
        return self.told(own, basis, reasons, fan)

    def pulled(self, own: Spread, of_class: Spread) -> tuple[Spread, float]:
        """Both as estimates of the total, weighed by precision (inverse variance of the logarithm), and by
        which factor the rest changes. What came is never taken back.
        """
        total = self.so_far + exp(own.centre)
        width = own.width * exp(own.centre) / total
        weight = of_class.width**-2 / (of_class.width**-2 + width**-2)
        both = exp((1 - weight) * log(total) + weight * of_class.centre)
        left = max(both - self.so_far, _SMALLEST + 0.05 * exp(own.centre))
        narrower = (of_class.width**-2 + width**-2) ** -0.5 * (self.so_far + left) / left
        return Spread(log(left), min(own.width, narrower), own.learned), left / exp(own.centre)

    def without_series(self) -> YearOutlook | NothingBehind:
        """From the reference class alone, or nothing."""
        values = list(self.months.cumulative.values())
        if values and max(values) <= 0:
            why = Reason("only_zeros", {"figures": len(values)})
        elif values:
            why = Reason("too_few", {"figures": len(values), "needed": FEWEST})
        else:
            why = Reason("no_history")
        spread = self.reference.spread() if self.reference else None
        if spread is None or self.reference is None:
            few = [Reason("reference_too_small", {"needed": FEWEST_PLANS})] if self.reference else []
            return NothingBehind(self.year, (why, *few))
        named = Reason("reference", {"name": self.reference.name, "plans": len(self.reference.ratios)})
        return self.told(_beyond(spread, self.so_far), Basis.REFERENCE, [why, named])


def _beyond(total: Spread, so_far: float) -> Spread:
    """The rest of a total of which ``so_far`` came: the same absolute spread around what is left of its
    middle.
    """
    if so_far <= 0:
        return total
    middle = exp(total.centre)
    left = max(middle - so_far, 0.05 * middle)
    return lognormal(log(left), total.width * middle / left)


def _as_far(months: int) -> int:
    """The month of origin that leaves so many months: sums over equally many months are equally unsure.

    >>> [_as_far(months) for months in (1, 10, 11, 12)]
    [11, 2, 2, 0]
    """
    origin = MONTHS - months
    return 2 if origin == 1 else origin


def scenarios(outlook: YearOutlook, uniform: Floats) -> Floats:
    """Totals for uniform numbers between 0 and 1, as many as there are."""
    return outlook.quantile(np.clip(uniform, 1e-9, 1 - 1e-9))

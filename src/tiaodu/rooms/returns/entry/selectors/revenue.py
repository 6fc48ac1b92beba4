"""What units have told of their revenue: in returns that state the use, and when they filed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.channels import Month
from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import courses
from tiaodu.foundation.evidence.selectors.boards import Cell
from tiaodu.foundation.registry.models import Measure, Region
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.entry.models import DECLARED
from tiaodu.rooms.returns.models import SOURCE, Return
from tiaodu.rooms.returns.selectors.figures import refuse_undeclared

WAN = Decimal(10_000)
USE = "statistics_entry"
REVENUE = "revenue"
PERSONS = "people.employed"
# What a unit tells when it files, by the basis of a class.
FILED: Mapping[str, str] = {
    "main_revenue": "revenue.main",
    "revenue": "revenue.filed",
    "sales": "revenue.sales",
    "vat": "revenue.vat",
    "output": "output_value.filed",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An amount a unit filed for its year so far, 万元, with the evidence it is."""

    amount: Decimal
    period: Period
    evidence_id: int

    @property
    def months(self) -> int:
        """How many months are in it."""
        return self.period.end.month - self.period.start.month + 1


@dataclass(frozen=True)
class Revenue:
    """Of one unit: revenue by month with its evidence, and what it filed by basis, the latest last."""

    months: tuple[Month, ...] = ()
    evidence: Mapping[Period, int] | None = None
    filed: Mapping[str, tuple[Told, ...]] | None = None
    persons: int | None = None  # employed, as told last

    def told(self, basis: str, until: date) -> Told | None:
        """The last amount filed on a basis that ends by ``until``."""
        found = [told for told in (self.filed or {}).get(basis, ()) if told.period.end <= until]
        return found[-1] if found else None


def revenues(
    *, region: Region, subject_ids: Collection[int], day: date, use: str = USE
) -> dict[int, Revenue]:
    """Revenue of many units as known on ``day``, in a fixed number of queries.

    Monthly figures count only where the form of the return has stated ``use``; UndeclaredUse where no form
    of the region has. What was filed for entry is used for entry alone.
    """
    forms = forms_in(region, day)
    refuse_undeclared(use, [REVENUE], forms.values())
    months = _told(forms, REVENUE, subject_ids, day, use)
    filed = _filed(subject_ids, day) if use == USE else {}
    persons = _told(forms, PERSONS, subject_ids, day, use) if use == USE else {}
    return {
        subject: _revenue(months.get(subject, []), filed.get(subject, {}), persons.get(subject, []))
        for subject in subject_ids
    }


def _revenue(cells: list[Cell], filed: Mapping[str, tuple[Told, ...]], persons: list[Cell]) -> Revenue:
    months = [cell for cell in cells if _is_month(cell)]
    return Revenue(
        tuple(Month(Period(c.period_start, c.period_end), c.value / WAN) for c in months),
        {Period(c.period_start, c.period_end): c.evidence_id for c in months},
        filed,
        int(persons[-1].value) if persons else None,
    )


def _told(
    forms: Mapping[str, ReturnType], code: str, subject_ids: Collection[int], day: date, use: str
) -> dict[int, list[Cell]]:
    """The figures of a measure told in returns whose form states the use, the earliest period first."""
    stating = [each for each, form in forms.items() if (of := form.of(code)) and use in of.uses]
    measure = Measure.objects.filter(code=code).first()
    if measure is None or not stating:
        return {}
    returns = Return.objects.filter(type__in=stating, subject__in=subject_ids).values_list("pk", flat=True)
    allowed = {str(pk) for pk in returns}
    sources = dict(
        Evidence.objects.filter(
            measure=measure, subject__in=subject_ids, source_kind=SOURCE, series=Series.DISPATCH
        ).values_list("pk", "source_id")
    )
    found = courses(subject_ids=subject_ids, measure_id=measure.pk, series=[Series.DISPATCH], day=day)
    return {
        subject: [cell for cell in cells if sources.get(cell.evidence_id) in allowed]
        for (subject, _series), cells in found.items()
    }


def _is_month(cell: Cell) -> bool:
    """A month, or January with February."""
    first, last = cell.period_start, cell.period_end
    return first.year == last.year and (first.month == last.month or (first.month, last.month) == (1, 2))


def _filed(subject_ids: Collection[int], day: date) -> dict[int, dict[str, tuple[Told, ...]]]:
    measures = {row.pk: row.code for row in Measure.objects.filter(code__in=FILED.values())}
    bases = {code: basis for basis, code in FILED.items()}
    rows = (
        Evidence.objects.filter(
            measure__in=measures, subject__in=subject_ids, source_kind=DECLARED, known_on__lte=day
        )
        .order_by("period_end", "revision")
        .values_list("subject_id", "measure_id", "value", "period_start", "period_end", "pk")
    )
    newest: dict[tuple[int, str, Period], Told | None] = {}
    for subject, measure, value, start, end, pk in rows:
        period = Period(start, end)
        told = None if value is None else Told(value / WAN, period, pk)
        newest[subject, bases[measures[measure]], period] = told
    found: dict[int, dict[str, tuple[Told, ...]]] = {}
    for (subject, basis, _period), told in newest.items():
        if told is not None:
            of = found.setdefault(subject, {})
            of[basis] = (*of.get(basis, ()), told)
    return found

"""Months of returns that are in, written straight into the tables: only tests and benchmarks do so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services.pointing import latest_rebuild
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.rooms.returns.models import SOURCE, Return

FORM = "economy_monthly"
OUTPUT, REVENUE, TAX, POWER = "output_value.industry", "revenue", "tax", "energy.use"
TODAY = date(2024, 6, 20)
MAY = Period.parse("2024-05")


@dataclass(frozen=True)
class Told:
    """The firms by name, and the returns by (firm, period)."""

    firms: Mapping[str, Subject]
    returns: Mapping[tuple[str, Period], Return]


def firm(region: Region, name: str, sector: str = "coal", parent: Subject | None = None) -> Subject:
    """A firm of the register."""
    return Subject.objects.create(
        region=region,
        code=f"f-{name}",
        kind=SubjectKind.FIRM,
        name=name,
        sector=sector,
        parent=parent,
        sample=True,
    )


def park(region: Region, name: str) -> Subject:
    return Subject.objects.create(
        region=region, code=f"p-{name}", kind=SubjectKind.PARK, name=name, sample=True
    )


def span(first: str, last: str) -> list[Period]:
    """The months from one to another, both included."""
    start, end = Period.parse(first).start, Period.parse(last).start
    numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [Period.month(n // 12, n % 12 + 1) for n in numbers]


def level(base: float, n: int) -> Decimal:
    """A figure that grows by one in a hundred a month and wobbles by two."""
    return Decimal(round(base * (1.01**n) * (1 + 0.02 * (-1) ** n)))


def tell(
    user: User,
    firms: Sequence[Subject],
    months: Sequence[Period],
    values: Mapping[str, Callable[[Subject, int], Decimal | None]],
) -> Told:
    """Returns that are in for every firm and month, with the figures ``values`` gives in base units."""
    made: dict[tuple[str, Period], Return] = {}
    for subject in firms:
        for period in months:
            made[subject.name, period] = Return(
                region=subject.region,
                type=FORM,
                subject=subject,
                period_start=period.start,
                period_end=period.end,
                basis="voluntary",
                state="submitted",
                opened_on=period.end + timedelta(days=1),
                submitted_on=period.end + timedelta(days=5),
                sample=True,
            )
    Return.objects.bulk_create(made.values())
    measures = {measure.code: measure for measure in Measure.objects.filter(code__in=list(values))}
    rows = [
        Evidence(
            region=subject.region,
            subject=subject,
            measure=measures[code],
            series="dispatch",
            period_start=period.start,
            period_end=period.end,
            value=value,
            known_on=period.end + timedelta(days=5),
            reporter=user,
            source_kind=SOURCE,
            source_id=str(made[subject.name, period].pk),
        )
        for subject in firms
        for n, period in enumerate(months)
        for code, of in values.items()
        if (value := of(subject, n)) is not None
    ]
    Evidence.objects.bulk_create(rows)
    latest_rebuild()
    return Told({subject.name: subject for subject in firms}, made)


def correct(user: User, subject: Subject, period: Period, value: Decimal, code: str = OUTPUT) -> Evidence:
    """A further revision of a figure, as its firm tells it today."""
    newest = Evidence.objects.filter(
        subject=subject, measure__code=code, period_end=period.end, period_start=period.start
    ).latest("revision")
    made = Evidence.objects.create(
        region=subject.region,
        subject=subject,
        measure=newest.measure,
        series="dispatch",
        period_start=period.start,
        period_end=period.end,
        revision=newest.revision + 1,
        value=value,
        reason="笔误",
        known_on=TODAY,
        reporter=user,
        source_kind=SOURCE,
        source_id=newest.source_id,
    )
    latest_rebuild()
    return made

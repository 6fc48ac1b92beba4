"""What firms told over the months up to a month's end, for a stated use (经济运行), in a few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import CharField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.types import Every, ReturnType
from tiaodu.foundation.evidence.models import Evidence, Latest, Series
from tiaodu.foundation.evidence.selectors.families import Families, families
from tiaodu.foundation.evidence.selectors.figures import all_known_by, holding, known
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import SOURCE, Return
from tiaodu.rooms.returns.selectors.figures import refuse_undeclared

USE: Final = "economy"
PLACES: Final = (SubjectKind.PARK, SubjectKind.ZONE)
_text = CharField()
Told = tuple[Decimal, int]  # value in base units, evidence


@dataclass(frozen=True, slots=True)
class Firm:
    """A unit of the board: its field of work, its trade (GB/T 4754 division, else its field), its zone."""

    pk: int
    name: str
    sector: str
    trade: str
    zone: str
    sample: bool


@dataclass
class Months:
    """What firms told: measure → period → firm → figure; ``first`` where a figure was corrected since."""

    told: dict[str, dict[Period, dict[int, Told]]] = field(default_factory=dict)
    first: dict[str, dict[Period, dict[int, Decimal]]] = field(default_factory=dict)
    newest: int = 0  # the newest evidence there was

    def of(self, measure: str, period: Period) -> Mapping[int, Told]:
        return self.told.get(measure, {}).get(period, {})

    def values(self, measure: str, period: Period) -> dict[int, Decimal]:
        return {firm: value for firm, (value, _pk) in self.of(measure, period).items()}

    def firms(self) -> set[int]:
        """Everybody who told anything."""
        return {firm for periods in self.told.values() for told in periods.values() for firm in told}


def measures_asked(region: Region, day: date) -> list[str]:
    """The codes that forms ask for this use, in the order of the forms."""
    forms = forms_in(region, day).values()
    return list(dict.fromkeys(a.measure for form in forms for a in form.asked if USE in a.uses))


def months_told(
    region: Region,
    measures: Collection[str],
    span: Period,
    day: date,
    *,
    only: Collection[int] | None = None,
    use: str = USE,
) -> Months:
    """The figures of every period within ``span`` as known on ``day``; ``only``: of these firms.

    UndeclaredUse where no form states the use for a measure. A figure whose form does not is left out.
    """
    forms = forms_in(region, day)
    refuse_undeclared(use, measures, forms.values())
    codes = dict(Measure.objects.filter(code__in=measures).values_list("pk", "code"))
    related, found = families(), Months(newest=newest_evidence())
    types = _types(region, span)
    allowed = {(form.code, a.measure) for form in forms.values() for a in form.asked if use in a.uses}
    for subject, measure, start, end, value, pk, source in _rows(region, codes, span, day, related, only):
        form = types.get(source, "")
        if (form, codes[measure]) in allowed:
            period = _told_for(start, end) if forms[form].every is Every.MONTH else Period(start, end)
            told = found.told.setdefault(codes[measure], {}).setdefault(period, {})
            told[related.kept(subject)] = (Decimal(value), pk)
    _add_first(found, region, codes, span, day, related)
    return found


def _told_for(start: date, end: date) -> Period:
    """The month a figure of a monthly form is for: a level is told for the month's last day."""
    return Period.month(end.year, end.month) if start == end else Period(start, end)


def newest_evidence() -> int:
    """The key of the newest figure there is."""
    return Evidence.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _types(region: Region, span: Period) -> dict[str, str]:
    """The form of each return by its key as sources write it."""
    within = Return.objects.filter(
        region__path__startswith=region.path, period_end__gte=span.start, period_end__lte=span.end
    )
    return {str(pk): form for pk, form in within.values_list("pk", "type")}


def _rows(
    region: Region,
    codes: Mapping[int, str],
    span: Period,
    day: date,
    related: Families,
    only: Collection[int] | None,
) -> Iterable[tuple[Any, ...]]:
    asked = Q(
        series=Series.DISPATCH,
        measure_id__in=list(codes),
        period_start__gte=span.start,
        period_end__lte=span.end,
    )
    value = Cast("value", _text)
    if all_known_by(day):
        rows = Latest.objects.filter(
            asked, value__isnull=False, subject__region__path__startswith=region.path,
            evidence__source_kind=SOURCE,
        )  # fmt: skip
        if only is not None:
            rows = rows.filter(subject_id__in=only)
        return rows.values_list(
            "subject_id", "measure_id", "period_start", "period_end", value, "evidence_id",
            "evidence__source_id",
        )  # fmt: skip
    there = Evidence.objects.filter(asked, known(day), region__path__startswith=region.path)
    if only is not None:
        there = there.filter(subject_id__in=related.all_members(only))
    holds = holding(there, related).filter(value__isnull=False, source_kind=SOURCE)
    return holds.values_list(
        "subject_id", "measure_id", "period_start", "period_end", value, "pk", "source_id"
    )


def _add_first(
    found: Months, region: Region, codes: Mapping[int, str], span: Period, day: date, related: Families
) -> None:
    """The values first told of figures that firms corrected since."""
    corrected = Evidence.objects.filter(
        known(day), source_kind=SOURCE, series=Series.DISPATCH, measure_id__in=list(codes), revision=2,
        region__path__startswith=region.path, period_start__gte=span.start, period_end__lte=span.end,
    )  # fmt: skip
    same = {name: OuterRef(name) for name in ("subject", "measure", "period_start", "period_end", "series")}
    first = Evidence.objects.filter(**same, revision=1).values("value")[:1]
    for subject, measure, start, end, value in corrected.annotate(first=Subquery(first)).values_list(
        "subject_id", "measure_id", "period_start", "period_end", "first"
    ):
        kept = related.kept(subject)
        period = _told_for(start, end)
        now = found.of(codes[measure], period).get(kept)
        if value is not None and now and now[0] != value:
            periods = found.first.setdefault(codes[measure], {})
            periods.setdefault(period, {})[kept] = value


def firms_of(region: Region, keys: Collection[int]) -> dict[int, Firm]:
    """The firms by key, with the park or zone each stands in (the nearest above it); one query."""
    rows = Subject.objects.filter(region__path__startswith=region.path).values_list(
        "pk", "parent_id", "kind", "name", "sector", "industry_code", "sample"
    )
    known_ = {row[0]: row for row in rows}
    wanted = set(keys)
    return {
        pk: Firm(pk, name, sector, code[:2] or sector, _zone(pk, known_), sample)
        for pk, _parent, _kind, name, sector, code, sample in known_.values()
        if pk in wanted
    }


def _zone(pk: int, rows: Mapping[int, tuple[Any, ...]]) -> str:
    at, seen = rows[pk][1], {pk}
    while at in rows and at not in seen:
        if rows[at][2] in PLACES:
            return str(rows[at][3])
        seen.add(at)
        at = rows[at][1]
    return ""


def form_units(forms: Iterable[ReturnType]) -> dict[str, str]:
    """The unit each measure is typed in, for the hint of a wrong one."""
    return {asked.measure: asked.unit for form in forms for asked in form.asked}


def kinds_of(codes: Collection[str]) -> dict[str, str]:
    """flow, stock … of measures."""
    return dict(Measure.objects.filter(code__in=codes).values_list("code", "kind"))

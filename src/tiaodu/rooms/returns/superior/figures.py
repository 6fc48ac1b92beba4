"""The figures that the cells of a form ask for, as known on a day: each from one series, with its sources, or
with why the cell stays empty and who must report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.disclosure import Protection, Sum
from tiaodu.engine.returns.forms import REGION, period_of
from tiaodu.engine.returns.types import Every
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors import Key, figures_latest, subjects_in_reach
from tiaodu.foundation.evidence.words import reporter_words
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import UNIT_KINDS, Measure, Subject, SubjectKind
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.economy.reading import Months, firms_of, months_told
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.rules import evidence_period
from tiaodu.rooms.returns.superior.cells import SECTOR, USE, ZONE, Asked, Naming


@dataclass(frozen=True, slots=True)
class Source:
    """A figure behind a cell, in base units."""

    evidence: int
    subject: str
    period: str
    value: Decimal
    reporter: str


@dataclass(slots=True)
class Found:
    """What a cell gets: a value in base units with its sources, or why it stays empty and who must report."""

    value: Decimal | None = None
    sources: list[Source] = field(default_factory=list)
    why: str = ""
    who: list[str] = field(default_factory=list)
    note: str = ""
    sample: bool = False
    shares: dict[int, Decimal] = field(default_factory=dict)  # of each unit, for the rule of small numbers


class Gathering:
    """Answers the cells of one form for one month, in a number of queries that does not grow with the cells
    beyond one set for each measure and span.
    """

    def __init__(self, user: User, naming: Naming, month: Period, day: date) -> None:
        self.user, self.naming, self.month, self.day = user, naming, month, day
        self.region = naming.region
        units = [s.pk for s in naming.subjects.values() if s.kind in UNIT_KINDS]
        self.firms = firms_of(self.region, units)
        self._months: dict[tuple[str, Period], Months | str] = {}

    def answers(self, cells: Sequence[Asked]) -> list[Found]:
        """What each cell gets, in their order."""
        told = self._delivered([cell for cell in cells if not cell.of_units])
        found = [self._sum(cell) if cell.of_units else self._single(cell, told) for cell in cells]
        self._protect(cells, found)
        return found

    # ------------------------------------------------------------ figures as they were delivered

    def _key(self, cell: Asked) -> Key | None:
        measure, subject = self.naming.measures.get(cell.measure), self._subject(cell.who)
        if measure is None or subject is None:
            return None
        period = evidence_period(_kept_as(measure), period_of(cell.span, self.month))
        return Key(subject.pk, measure.pk, cell.series, period=period)

    def _subject(self, who: str) -> Subject | None:
        if who == REGION:
            return next(
                (
                    s
                    for s in self.naming.subjects.values()
                    if s.kind == SubjectKind.REGION and s.region_id == self.region.pk
                ),
                None,
            )
        key = who.partition(":")[2]
        return self.naming.subjects.get(int(key)) if key.isdecimal() else None

    def _delivered(self, cells: Sequence[Asked]) -> Mapping[Key, Evidence]:
        keys = [key for key in map(self._key, cells) if key is not None]
        reach = set(subjects_in_reach(self.user).values_list("pk", flat=True)) if keys else set()
        return figures_latest([key for key in keys if key.subject_id in reach], self.day)

    def _single(self, cell: Asked, told: Mapping[Key, Evidence]) -> Found:
        key = self._key(cell)
        row = told.get(key) if key is not None else None
        if row is None or row.value is None:
            who = _("统计局") if cell.series == "statistical" else self.naming.who(cell.who)
            return Found(why=_("还没有这个时期的数。"), who=[who])
        source = Source(row.pk, row.subject.name, str(row.period), row.value, reporter_words(row))
        return Found(row.value, [source], sample=row.sample)

    # ------------------------------------------------------------ sums over units

    def _members(self, who: str) -> dict[int, str]:
        kind, key = (who.partition(":")[0] + ":", who.partition(":")[2])
        found = self.firms.values()
        if kind == SECTOR:
            found = [firm for firm in found if firm.sector == key]  # type: ignore[assignment]
        elif kind == ZONE:
            zone = self.naming.subjects.get(int(key))
            found = [firm for firm in found if zone is not None and firm.zone == zone.name]  # type: ignore[assignment]
        return {firm.pk: firm.name for firm in found}

    def _told(self, measure: str, span: Period) -> Months | str:
        """What units told; why not, where their forms do not allow it."""
        if (measure, span) not in self._months:
            try:
                self._months[measure, span] = months_told(self.region, [measure], span, self.day, use=USE)
            except Refusal as refusal:
                self._months[measure, span] = str(refusal.message)
        return self._months[measure, span]

    def _sum(self, cell: Asked) -> Found:
        measure, span = self.naming.measures[cell.measure], period_of(cell.span, self.month)
        told = self._told(cell.measure, span)
        if isinstance(told, str):
            return Found(why=told)
        members = self._members(cell.who)
        expected = self._expected(cell, measure, span, members)
        if not expected:
            return Found(why=_("没有企业填报这个时期的这个数。"))
        found, missing = Found(Decimal(0)), set()
        for row in expected:
            period = evidence_period(measure.kind, row.period)
            figure = told.of(cell.measure, period).get(row.subject_id)
            if figure is None:
                if row.state != Return.State.NOTHING:
                    missing.add(members[row.subject_id])
                continue
            _add(found, row.subject_id, figure, members[row.subject_id], period)
        return self._judged(cell, found, sorted(missing), span)

    def _expected(
        self, cell: Asked, measure: Measure, span: Period, members: Mapping[int, str]
    ) -> list[Return]:
        """The returns whose figures make the sum: of the form that tells months, else of the one that tells
        days. A level stands at the end of the span.
        """
        forms = forms_in(self.region, self.day).values()
        asking = [f for f in forms if (a := f.of(cell.measure)) is not None and USE in a.uses]
        for every in (Every.MONTH, Every.DAY, Every.QUARTER, Every.YEAR):
            types = [form.code for form in asking if form.every is every]
            rows = Return.objects.filter(
                type__in=types, subject__in=members, period_start__gte=span.start, period_end__lte=span.end
            )
            if measure.kind != Measure.Kind.FLOW:
                rows = rows.filter(period_end=span.end)
            if types and (found := list(rows.select_related("subject"))):
                return found
        return []

    def _judged(self, cell: Asked, found: Found, missing: list[str], span: Period) -> Found:
        if missing and not cell.partial:
            return Found(why=_("还有 %(count)s 家没有报齐。") % {"count": len(missing)}, who=missing)
        if not found.sources:
            return Found(why=_("还没有企业报这个数。"), who=missing)
        if missing:
            found.note = _("缺 %(count)s 家：%(names)s。") % {
                "count": len(missing),
                "names": _("、").join(missing),
            }
        rows = Evidence.objects.filter(pk__in=[s.evidence for s in found.sources]).select_related(
            "subject", "reporter"
        )
        found.sample = any(row.sample for row in rows)
        return found

    # ------------------------------------------------------------ small numbers

    def _protect(self, cells: Sequence[Asked], answers: Sequence[Found]) -> None:
        """Leave out sums from which one firm's figure could be told, alone or as the difference of two sums
        of the same form.
        """
        groups: dict[tuple[str, str], list[Found]] = defaultdict(list)
        for cell, found in zip(cells, answers, strict=True):
            if found.value is not None and cell.of_units:
                groups[cell.measure, cell.span].append(found)
        if not groups:
            return
        told = table("returns.disclosure", region=self.region)
        rule = Protection(told.value("least"), told.value("within") / 100)
        for group in groups.values():
            for found in _unsafe(group, rule):
                found.value, found.sources, found.note = None, [], ""
                found.why = _("能看出单个企业的数，不上报（少于 %(least)s 家，或一家占得太多）。") % {
                    "least": rule.least
                }


def _unsafe(group: Sequence[Found], rule: Protection) -> list[Found]:
    """The sums to leave out: unsafe themselves, or unsafe together with a larger one that is told."""
    out = [found for found in group if _sum_of(found.shares).unsafe(rule)]
    for found in sorted(group, key=lambda each: len(each.shares)):
        for larger in group:
            inside = found.shares.keys() < larger.shares.keys()
            if inside and found not in out and larger not in out and _rest(larger, found).unsafe(rule):
                out.append(found)
    return out


def _rest(larger: Found, smaller: Found) -> Sum:
    return _sum_of({pk: value for pk, value in larger.shares.items() if pk not in smaller.shares})


def _sum_of(shares: Mapping[int, Decimal]) -> Sum:
    return Sum.of([float(value) for value in shares.values()])


def _add(found: Found, subject: int, figure: tuple[Decimal, int], name: str, period: Period) -> None:
    value, evidence = figure
    found.value = (found.value or Decimal(0)) + value
    found.shares[subject] = found.shares.get(subject, Decimal(0)) + value
    found.sources.append(Source(evidence, name, str(period), value, name))


def _kept_as(measure: Measure) -> str:
    """A rate is told for a period like a flow, a level for the last day."""
    return "stock" if measure.kind == Measure.Kind.STOCK else "flow"


def source_kept(source: Source) -> dict[str, Any]:
    """A source as it is kept with a filling."""
    return {
        "evidence": source.evidence,
        "subject": source.subject,
        "period": source.period,
        "value": str(source.value),
        "reporter": source.reporter,
    }


def series_there(naming: Naming, user: User, measures: Iterable[Measure]) -> dict[tuple[str, str], str]:
    """For each measure whom figures can be had of, and in which series: as delivered for the region and its
    industries, statistics before dispatch; as sums of units where a form states the use.
    """

    codes = {measure.pk: measure.code for measure in measures}
    told = Latest.objects.filter(
        measure__in=codes, subject__region=naming.region, series__in=("statistical", "dispatch", "payment")
    )
    found: dict[tuple[str, str], str] = {}
    kinds = {s.pk: s for s in naming.subjects.values() if s.kind not in UNIT_KINDS}
    for subject, measure, series in told.values_list("subject_id", "measure_id", "series").distinct():
        if subject in kinds:
            is_region = kinds[subject].kind == SubjectKind.REGION
            place = (codes[measure], REGION if is_region else f"subject:{subject}")
            found[place] = max(found.get(place, ""), series)  # statistical is the last in the alphabet
    for form in forms_in(naming.region).values():
        for asked in form.asked:
            if USE in asked.uses:
                for who in ("units", *(f"{SECTOR}{sector}" for sector in naming.sectors)):
                    found.setdefault((asked.measure, who), "dispatch")
    return found

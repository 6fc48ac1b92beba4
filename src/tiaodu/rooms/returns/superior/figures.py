"""The figures that the cells of a form ask for, as known on a day: each from one series, with its sources, or
with why the cell stays empty and who must report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.disclosure import Protection
from tiaodu.engine.returns.forms import GROWTH, REGION, compared, period_of
from tiaodu.engine.returns.periods import FEBRUARY, year_before
from tiaodu.engine.returns.types import Every
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors import Key, figures_latest, subjects_in_reach
from tiaodu.foundation.evidence.words import reporter_words
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import UNIT_KINDS, Measure, Subject, SubjectKind
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.economy.reading import Months, Told, firms_of, months_told
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.rules import evidence_period
from tiaodu.rooms.returns.superior.cells import SECTOR, USE, ZONE, Asked, Naming
from tiaodu.rooms.returns.superior.found import Compared, Found, Source, grown, protect


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
        found = [self._answer(cell, told) for cell in cells]
        self._protect(cells, found)
        return found

    def _protect(self, cells: Sequence[Asked], answers: Sequence[Found]) -> None:
        sums = [
            (cell.measure, period_of(cell.span, self.month), found)
            for cell, found in zip(cells, answers, strict=True)
            if found.value is not None and cell.of_units
        ]
        if sums:
            told = table("returns.disclosure", region=self.region)
            protect(sums, Protection(told.value("least"), told.value("within") / 100))

    def _answer(self, cell: Asked, told: Mapping[Key, Evidence]) -> Found:
        if cell.take == GROWTH:
            pair = self._pair(cell)
            if pair is None:
                return Found(why=_("1月不单独算增长：春节在1、2月之间移动，2月的表算1—2月。"))
            return self._grown_sum(cell, *pair) if cell.of_units else self._grown(cell, *pair, told)
        period = period_of(cell.span, self.month)
        return self._sum(cell, period) if cell.of_units else self._single(cell, period, told)

    def _pair(self, cell: Asked) -> tuple[Period, Period] | None:
        """The period of a growth and the one a year before."""
        measure = self.naming.measures.get(cell.measure)
        level = measure is not None and measure.kind != Measure.Kind.FLOW
        return compared(cell.span, self.month, level=level)

    def _periods(self, cell: Asked) -> tuple[Period, ...]:
        """The periods whose figures a cell needs."""
        return (self._pair(cell) or ()) if cell.take == GROWTH else (period_of(cell.span, self.month),)

    # ------------------------------------------------------------ figures as they were delivered

    def _key(self, cell: Asked, span: Period) -> Key | None:
        measure, subject = self.naming.measures.get(cell.measure), self._subject(cell.who)
        if measure is None or subject is None:
            return None
        period = evidence_period(_kept_as(measure), span)
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
        asked = (self._key(cell, span) for cell in cells for span in self._periods(cell))
        keys = [key for key in asked if key is not None]
        reach = set(subjects_in_reach(self.user).values_list("pk", flat=True)) if keys else set()
        return figures_latest([key for key in keys if key.subject_id in reach], self.day)

    def _single(self, cell: Asked, span: Period, told: Mapping[Key, Evidence]) -> Found:
        key = self._key(cell, span)
        row = told.get(key) if key is not None else None
        if row is None or row.value is None:
            who = _("统计局") if cell.series == "statistical" else self.naming.who(cell.who)
            return Found(why=_("还没有这个时期的数。"), who=[who])
        source = Source(row.pk, row.subject.name, str(row.period), row.value, reporter_words(row))
        return Found(row.value, [source], sample=row.sample)

    def _grown(self, cell: Asked, now: Period, ago: Period, told: Mapping[Key, Evidence]) -> Found:
        """The growth of what was delivered for both years."""
        parts = [self._single(cell, period, told) for period in (now, ago)]
        for period, part in zip((now, ago), parts, strict=True):
            if part.value is None:
                return Found(why=_("%(period)s还没有数，不算增长。") % {"period": period}, who=part.who)
        values = [Compared(p, f.value or Decimal(0)) for p, f in zip((now, ago), parts, strict=True)]
        found = grown(*values)
        found.sources = [source for part in parts for source in part.sources] if found.compared else []
        found.sample = any(part.sample for part in parts)
        return found

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

    def _sum(self, cell: Asked, span: Period) -> Found:
        measure = self.naming.measures[cell.measure]
        told = self._told(cell.measure, span)
        if isinstance(told, str):
            return Found(why=told)
        members = self._members(cell.who)
        expected = self._expected(cell, measure, span, members)
        if not expected:
            return Found(why=_("没有企业填报这个时期的这个数。"))
        found, missing = Found(Decimal(0)), set()
        for row in expected:
            figure = told.of(cell.measure, _stands_under(row, measure)).get(row.subject_id)
            if figure is None:
                if row.state != Return.State.NOTHING:
                    missing.add(members[row.subject_id])
                continue
            period = evidence_period(measure.kind, row.period)
            _add(found, row.subject_id, figure, members[row.subject_id], period)
        return self._judged(cell, found, sorted(missing))

    def _grown_sum(self, cell: Asked, now: Period, ago: Period) -> Found:
        """The growth over the units and periods that both years have (可比口径): a unit that came or went
        says nothing of growth.
        """
        whole, then = self._sum(cell, now), self._told(cell.measure, ago)
        if whole.value is None or isinstance(then, str):
            return Found(why=whole.why or str(then), who=whole.who)
        parts = (Found(Decimal(0)), Found(Decimal(0)))
        members, measure = self._members(cell.who), self.naming.measures[cell.measure]
        for row, figure, before in self._pairs(cell, now, measure, members):
            for part, told, period in zip(
                parts, (figure, before), (row.period, year_before(row.period)), strict=True
            ):
                stands = evidence_period(measure.kind, period)
                _add(part, row.subject_id, told, members[row.subject_id], stands)
        if not parts[1].sources:
            return Found(why=_("%(period)s还没有数，不算增长。") % {"period": ago})
        found = grown(
            *(Compared(p, f.value or Decimal(0), f.shares) for p, f in zip((now, ago), parts, strict=True))
        )
        found.sources = [source for part in parts for source in part.sources] if found.compared else []
        found.sample = whole.sample
        words = _("可比口径：%(count)s 家两年都有数。") % {"count": len(parts[1].shares)}
        found.note = " ".join(filter(None, [words, whole.note])) if found.compared else ""
        return found

    def _pairs(
        self, cell: Asked, now: Period, measure: Measure, members: Mapping[int, str]
    ) -> list[tuple[Return, Told, Told]]:
        """Each return of the span with the unit's figure in it and a year before; of January and February
        both or neither, as the festival moves between them.
        """
        told, then = self._told(cell.measure, now), self._told(cell.measure, _shifted(now))
        if isinstance(told, str) or isinstance(then, str):
            return []
        found: dict[tuple[int, Period], tuple[Return, Told, Told]] = {}
        for row in self._expected(cell, measure, now, members):
            figure = told.of(cell.measure, _stands_under(row, measure)).get(row.subject_id)
            before = then.of(cell.measure, _stands_under(row, measure, ago=True)).get(row.subject_id)
            if figure is not None and before is not None:
                found.setdefault((row.subject_id, year_before(row.period)), (row, figure, before))
        if measure.kind != Measure.Kind.FLOW:
            return list(found.values())
        festival = Counter(row.subject_id for row, _f, _b in found.values() if _of_the_festival(row.period))
        return [
            each
            for each in found.values()
            if not _of_the_festival(each[0].period) or festival[each[0].subject_id] == FEBRUARY
        ]

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

    def _judged(self, cell: Asked, found: Found, missing: list[str]) -> Found:
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


def _add(found: Found, subject: int, figure: tuple[Decimal, int], name: str, period: Period) -> None:
    value, evidence = figure
    found.value = (found.value or Decimal(0)) + value
    found.shares[subject] = found.shares.get(subject, Decimal(0)) + value
    found.sources.append(Source(evidence, name, str(period), value, name))


def _shifted(period: Period) -> Period:
    return Period.months(period.end.year - 1, period.start.month, period.end.month)


def _of_the_festival(period: Period) -> bool:
    """Whether a month is January or February."""
    return (
        period.end.month <= FEBRUARY
        and period.start.day == 1
        and period.end.month == period.start.month
        and period.start != period.end
    )


def _stands_under(row: Return, measure: Measure, *, ago: bool = False) -> Period:
    """The period under which what a return told is found: of a month the month, a level too."""
    period = year_before(row.period) if ago else row.period
    whole = period.start.day == 1 and period == Period.month(period.end.year, period.end.month)
    return period if whole else evidence_period(measure.kind, period)


def _kept_as(measure: Measure) -> str:
    """A rate is told for a period like a flow, a level for the last day."""
    return "stock" if measure.kind == Measure.Kind.STOCK else "flow"


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

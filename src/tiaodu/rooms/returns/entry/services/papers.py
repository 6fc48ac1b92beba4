"""What a unit hands in: papers and the amounts of its year. Only the unit itself; an official sends back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.entry.models import (
    DECLARED,
    EntryDeclaration,
    EntryPaper,
    EntryPaperReturn,
    EntryUnit,
)
from tiaodu.rooms.returns.entry.selectors.revenue import FILED, WAN
from tiaodu.rooms.returns.entry.selectors.rows import row_of
from tiaodu.rooms.returns.entry.selectors.scope import is_own, may_keep, unit_for


def _own_locked(user: User, unit_id: int) -> EntryUnit:
    unit = unit_for(user, unit_id)
    if not is_own(user, unit):
        raise NotAllowed(_("材料和收入只由企业自己交、自己填。可以提醒，或写明原因退回。"))
    EntryUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    return unit


@transaction.atomic
def paper_hand_in(*, user: User, unit_id: int, paper: str, file: StoredFile, note: str = "") -> EntryPaper:
    """Hand in a paper for the batch the unit files for. Invalid where none is open, or it is not asked."""
    unit = _own_locked(user, unit_id)
    row = row_of(unit)
    if paper not in {each.code for each in row.needed}:
        raise Invalid(_("这家企业不用交这份材料。"))
    if not row.filing_batch:
        raise Invalid(_("现在没有可以申报的批次，批次由统计局公布后再交；文件没有登记。"))
    made = EntryPaper.objects.create(
        unit=unit,
        paper=paper,
        batch=row.filing_batch,
        file=file,
        note=note.strip()[:300],
        known_on=clock.today(),
        by=user,
    )
    audit.record(action="returns.entry_paper", actor=user, obj=unit, after={"what": paper, "text": made.note})
    return made


@transaction.atomic
def paper_send_back(*, user: User, paper_id: int, reason: str) -> EntryPaperReturn:
    """Send a paper back with the reason; it counts as missing from then on."""
    found = EntryPaper.objects.select_for_update(of=("self",)).filter(pk=paper_id).first()
    if found is None:
        raise NotFound
    unit = unit_for(user, found.unit_id)
    if not may_keep(user):
        raise NotAllowed
    if not reason.strip():
        raise Invalid(_("请写明为什么退回，企业照着补。"))
    if EntryPaperReturn.objects.filter(paper=found).exists():
        raise Invalid(_("这份材料已经退回了。"))
    made = EntryPaperReturn.objects.create(
        paper=found, reason=reason.strip()[:300], known_on=clock.today(), by=user
    )
    audit.record(
        action="returns.entry_paper_back",
        actor=user,
        obj=unit,
        after={"what": found.paper, "reason": made.reason},
    )
    return made


@transaction.atomic
def declaration_make(
    *,
    user: User,
    unit_id: int,
    through: date,
    amounts: Mapping[str, Decimal],
    explanation: str = "",
    reason: str = "",
) -> EntryDeclaration:
    """What the unit tells of its year from January to the end of the month of ``through``, by basis, 万元.

    The amounts become evidence of the unit. One that was told differently before needs ``reason``.
    """
    unit = _own_locked(user, unit_id)
    period = _period(through)
    told = {basis: value for basis, value in amounts.items() if value is not None}
    if not told or set(told) - set(FILED):
        raise Invalid(_("请至少填一项收入。"))
    measures = {row.code: row for row in Measure.objects.filter(code__in=FILED.values())}
    made = EntryDeclaration.objects.create(
        unit=unit,
        through=period.end,
        explanation=explanation.strip()[:500],
        known_on=clock.today(),
        by=user,
    )
    for basis, value in told.items():
        _figure(made, measures[FILED[basis]], period, value * WAN, reason)
    audit.record(
        action="returns.entry_declare",
        actor=user,
        obj=unit,
        after={"until": period.end, "what": sorted(told), "reason": made.explanation},
    )
    return made


def _period(through: date) -> Period:
    end = Period.month(through.year, through.month).end
    if end > clock.today():
        raise Invalid(_("累计到的月份还没有过完。"))
    return Period(date(end.year, 1, 1), end)


def _figure(made: EntryDeclaration, measure: Measure, period: Period, value: Decimal, reason: str) -> None:
    unit = made.unit
    before = Evidence.objects.filter(
        subject=unit.subject,
        measure=measure,
        series=Series.DISPATCH,
        period_start=period.start,
        period_end=period.end,
    )
    newest = before.order_by("-revision").first()
    if newest is not None and newest.value is not None and newest.value != value:
        evidence.evidence_correct(
            user=made.by,
            evidence_id=newest.pk,
            value=value,
            reason=reason,
            source_kind=DECLARED,
            source_id=str(made.pk),
        )
        return
    evidence.evidence_record(
        user=made.by,
        subject=unit.subject,
        measure=measure,
        series=Series.DISPATCH,
        period=period,
        value=value,
        source_kind=DECLARED,
        source_id=str(made.pk),
    )

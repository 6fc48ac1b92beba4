"""What a document tells of the past, kept as evidence in a series of its own (文件所载)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.ledger.accrual import accrues
from tiaodu.engine.reading.model import Kind
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import figure
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.rooms.documents.models import Statement

SOURCE = "documents.statement"
ANSWERED = "="  # 近、约、不低于 tell no figure that could be set beside another


def fact_keep(*, user: User, statement: Statement, subject: Subject | None) -> Evidence | None:
    """The figure of an accepted fact; None where the words give no subject, measure, exact value or period.

    Where an earlier document told another figure for the same, the later one follows it with that reason.
    """
    if statement.kind != Kind.ACTUAL or subject is None or not access.may(user, "evidence.document"):
        return None
    codes = [statement.measure_key, statement.measure]
    measure = Measure.objects.filter(code__in=[c for c in codes if c]).order_by("-code").first()
    period = _period(statement, measure) if measure is not None else None
    if measure is None or period is None or statement.value is None or statement.comparator != ANSWERED:
        return None
    there = figure(subject_id=subject.pk, measure_id=measure.pk, series=Series.DOCUMENT, period=period)
    value = Decimal(statement.value).normalize()
    if there is None or there.value is None or there.value == value:
        return evidence.evidence_record(
            user=user,
            subject=subject,
            measure=measure,
            series=Series.DOCUMENT,
            period=period,
            value=value,
            source_kind=SOURCE,
            source_id=str(statement.pk),
        )
    reason = _("《%(title)s》所载不同") % {"title": statement.document.title}
    return evidence.evidence_correct(
        user=user,
        evidence_id=there.pk,
        value=value,
        reason=reason,
        source_kind=SOURCE,
        source_id=str(statement.pk),
    )


def _period(statement: Statement, measure: Measure) -> Period | None:
    """What a fact speaks of: a level of its last day, what adds up of its whole period.

    None for what is not over, or has no date.
    """
    end: date | None = statement.due_end
    if end is None or end > clock.today():
        return None
    adds_up = accrues(measure.code, measure.kind, increment=statement.increment)
    start = statement.due_start if adds_up else None
    return Period(start or end, end)

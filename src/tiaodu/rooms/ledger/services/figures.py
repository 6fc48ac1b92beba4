"""The figures that progress tells, kept as evidence: entered once, corrected or taken back with a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.accrual import accrues, counted_from, period_of
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.services import region_subject_ensure
from tiaodu.rooms.ledger.drafts import is_named
from tiaodu.rooms.ledger.models import Indicator, Progress, Term
from tiaodu.rooms.ledger.selectors.figures import SOURCE, region_subjects, series_of, subject_of_figures


def figure_tell(*, user: User, indicator: Indicator, value: Decimal, day: date) -> Evidence:
    """The figure of an indicator for ``day``, in its base unit, as dispatch figure of its subject; of a firm
    or mine as what the department saw itself.

    The caller has checked that the person may report on the task. Invalid where another figure for the same
    thing and period is there already: two tasks that promise the same thing share its figures.
    """
    if indicator.measure is None:
        raise Invalid(_("“%(name)s”还没有登记为指标口径，不能报数字；可以先报文字。") % {"name": indicator})
    if indicator.counts_from is not None and day < indicator.counts_from:
        raise Invalid(
            _("这个数从 %(since)s 起算，“截至”日期不能早于它。")
            % {"since": indicator.counts_from.isoformat()}
        )
    subject = _subject(user, indicator)
    return evidence.evidence_record(
        user=user,
        subject=subject,
        measure=indicator.measure,
        series=series_of(subject),
        period=period_of(indicator.counts_from, day),
        value=value,
        source_kind=SOURCE,
        source_id=str(indicator.pk),
    )


def figure_correct(
    *, user: User, report: Progress, value: Decimal, day: date, reason: str
) -> Evidence | None:
    """The figure that takes the place of a report's: the next revision, or where the day changes, the old one
    taken back and another told.
    """
    told, indicator = report.evidence, report.indicator
    if indicator is None:
        return None
    if told is None:
        return figure_tell(user=user, indicator=indicator, value=value, day=day)
    if told.period_end != day:
        evidence.evidence_withdraw(user=user, evidence_id=told.pk, reason=reason)
        return figure_tell(user=user, indicator=indicator, value=value, day=day)
    if told.value == value:
        return told
    return evidence.evidence_correct(user=user, evidence_id=told.pk, value=value, reason=reason)


def figure_withdraw(*, user: User, report: Progress, reason: str) -> Evidence | None:
    """Take a report's figure back: nothing is told in its place."""
    if report.evidence is None:
        return None
    return evidence.evidence_withdraw(user=user, evidence_id=report.evidence.pk, reason=reason)


def _subject(user: User, indicator: Indicator) -> Subject:
    region = indicator.task.region
    found = subject_of_figures(indicator, region_subjects([region]))
    if found is None and is_named(indicator.subject_text):
        raise Invalid(
            _("“%(name)s”还没有登记为主体，不能报数字。请调度员登记后在任务里选定；可以先报文字。")
            % {"name": indicator.subject_text}
        )
    return found or region_subject_ensure(user=user, region=region)


def counting_set(indicator: Indicator, term: Term) -> None:
    """Set since when an indicator counts, and anew for those of the same thing that nobody has reported on.

    An addition promised for June moves the beginning of the one promised for December to July.
    """
    kind = indicator.measure.kind if indicator.measure else ""
    if not accrues(indicator.measure_key, kind, increment=indicator.increment):
        return
    for other in {indicator, *_siblings(indicator)}:
        promised = other.terms.order_by("-revision").first() if other != indicator else term
        if promised is None or Progress.objects.filter(indicator=other, evidence__isnull=False).exists():
            continue
        earlier = _dues_of_others(other) if other.increment else []
        since = counted_from(other.task.plan_year, promised.due_start, promised.due_end, earlier)
        if since != other.counts_from:
            other.counts_from = since
            other.save(update_fields=["counts_from"])


def _siblings(indicator: Indicator) -> list[Indicator]:
    """The other additions to the same level in the same plan."""
    if not indicator.increment:
        return []
    task = indicator.task
    same = Q(subject=indicator.subject_id) if indicator.subject_id else Q(subject_text=indicator.subject_text)
    found = Indicator.objects.filter(
        same,
        task__region=task.region_id,
        task__plan_year=task.plan_year,
        task__withdrawn_on=None,
        measure_key=indicator.measure_key,
        increment=True,
        withdrawn_on=None,
    )
    return list(found.exclude(pk=indicator.pk).select_related("task", "measure").order_by("pk"))


def _dues_of_others(indicator: Indicator) -> list[date]:
    terms = (other.terms.order_by("-revision").first() for other in _siblings(indicator))
    return [term.due_end for term in terms if term is not None and term.due_end is not None]

"""Figures: recorded once, corrected by a further revision with its reason, withdrawn, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.services import checking
from tiaodu.foundation.evidence.services.pointing import latest_point
from tiaodu.foundation.evidence.words import name_words, reporter_words, value_words
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.measures import refuse_outside
from tiaodu.foundation.registry.models import Measure, Subject


@dataclass(frozen=True, slots=True)
class Telling:
    """What a revision adds to the figure before it."""

    value: Decimal | None
    reason: str
    known_on: date
    source_kind: str
    source_id: str
    file: StoredFile | None


@transaction.atomic
def evidence_record(
    *,
    user: User,
    subject: Subject,
    measure: Measure,
    series: str,
    period: Period,
    value: Decimal,
    source_kind: str,
    source_id: str,
    file: StoredFile | None = None,
    reason: str = "",
    known_on: date | None = None,
) -> Evidence:
    """The first figure of a period, in the measure's base unit; a figure is entered once.

    An equal figure that is there already is returned as it is. Where another one is there, Invalid says
    whose and that a correction is needed; one that was taken back may be told anew. ``known_on`` before today
    needs ``file``.
    """
    checking.check_may_report(user, subject, series, source_kind)
    checking.check_reach(user, subject)
    kept = subject_locked(subject.pk)
    checking.check_may_report(user, kept, series, source_kind)
    checking.check_subject(kept, series, source_kind)
    refuse_outside(measure, period)
    value = checking.checked_value(value)
    found = newest_of(kept, measure.pk, series, period)
    if found is not None and found.value == value:
        return found
    told = Telling(
        value,
        reason.strip()[:300],
        checking.checked_day(known_on, file, period),
        source_kind,
        source_id,
        file,
    )
    if found is None:
        return _write(user, kept, first_of(kept, measure, series, period), told, "evidence.record")
    if found.value is not None:
        raise Invalid(already(found), details={"evidence_id": found.pk})
    return _write(user, kept, following(found, told), told, "evidence.record", found)


@transaction.atomic
def evidence_correct(
    *,
    user: User,
    evidence_id: int,
    value: Decimal,
    reason: str,
    file: StoredFile | None = None,
    known_on: date | None = None,
    source_kind: str = "",
    source_id: str = "",
) -> Evidence:
    """The next revision of a figure, by who reported it, with the reason. Stale when it is not the newest.

    ``source_kind`` and ``source_id`` name a new source; without them the old one is taken over.
    """
    found, kept = _to_change(user, evidence_id, source_kind)
    newest = _the_newest(found, kept, value)
    checking.check_may_correct(user, newest)
    value = checking.checked_value(value)
    if newest.value == value:
        raise Invalid(_("更正后的数与现在的一样，没有改动。"))
    told = Telling(
        value,
        checking.checked_reason(reason),
        checking.checked_day(known_on, file, newest.period),
        source_kind or newest.source_kind,
        source_id or newest.source_id,
        file,
    )
    return _write(user, kept, following(newest, told), told, "evidence.correct", newest)


@transaction.atomic
def evidence_withdraw(
    *, user: User, evidence_id: int, reason: str, source_kind: str = "", source_id: str = ""
) -> Evidence:
    """Take a figure back, by who reported it, with the reason. What was known before stays as it was."""
    found, kept = _to_change(user, evidence_id, source_kind)
    newest = _the_newest(found, kept, None)
    checking.check_may_correct(user, newest)
    if newest.withdrawn:
        raise Invalid(_("这个数已经撤回。"))
    told = Telling(
        None,
        checking.checked_reason(reason),
        checking.checked_day(None, None, newest.period),
        source_kind or newest.source_kind,
        source_id or newest.source_id,
        None,
    )
    return _write(user, kept, following(newest, told), told, "evidence.withdraw", newest)


def subject_locked(subject_id: int) -> Subject:
    """The subject that this one is kept as, locked: figures of one subject are written one after another."""
    kept = Subject.objects.select_for_update(no_key=True).get(pk=subject_id)
    while kept.merged_into_id is not None:
        kept = Subject.objects.select_for_update(no_key=True).get(pk=kept.merged_into_id)
    return kept


def newest_of(kept: Subject, measure_id: int, series: str, period: Period) -> Evidence | None:
    """The newest revision of a period, whatever day it was known on."""
    found = Evidence.objects.filter(
        subject_id__in=families().members(kept.pk),
        measure_id=measure_id,
        series=series,
        period_end=period.end,
        period_start=period.start,
    )
    found = found.select_related("subject", "measure", "reporter", "department")
    return found.order_by("-known_on", "-pk").first()


def _to_change(user: User, evidence_id: int, source_kind: str) -> tuple[Evidence, Subject]:
    found = Evidence.objects.select_related("subject").filter(pk=evidence_id).first()
    if found is None:
        raise NotFound
    checking.check_may_report(user, found.subject, found.series, source_kind or "")
    checking.check_reach(user, found.subject)
    return found, subject_locked(found.subject_id)


def _the_newest(found: Evidence, kept: Subject, yours: Decimal | None) -> Evidence:
    """The revision to follow; Stale, with what stands now, when it is not the one the person looked at."""
    newest = newest_of(kept, found.measure_id, found.series, found.period)
    if newest is None or newest.pk == found.pk:
        return newest or found
    unit = newest.measure.unit
    raise Stale(
        {
            "value": {"now": value_words(newest.value, unit), "yours": value_words(yours, unit)},
            "reporter": {"now": reporter_words(newest), "yours": ""},
            "known_on": {"now": newest.known_on.isoformat(), "yours": ""},
            "reason": {"now": newest.reason, "yours": ""},
        }
    )


def already(found: Evidence) -> str:
    """Whose figure is there, and what to do."""
    if found.known_on > clock.today():
        return _(
            "您看的是过去的一天：%(name)s在之后（%(day)s）已经报送，不能再在这一天之前补一个不同的数。"
            "请回到今天，或换一个“截至”日期；您填写的内容没有保存。"
        ) % {"name": name_words(found), "day": found.known_on.isoformat()}
    return _(
        "%(name)s已由 %(reporter)s 于 %(day)s 报为 %(value)s，同一个数只报一次。"
        "如有出入，请由报送单位更正并写明原因；您填写的内容没有保存。"
    ) % {
        "name": name_words(found),
        "reporter": reporter_words(found),
        "day": found.known_on.isoformat(),
        "value": value_words(found.value, found.measure.unit),
    }


def first_of(kept: Subject, measure: Measure, series: str, period: Period) -> Evidence:
    """The first revision of a period, not yet told."""
    return Evidence(
        region_id=kept.region_id,
        subject=kept,
        measure=measure,
        series=series,
        period_start=period.start,
        period_end=period.end,
    )


def following(before: Evidence, told: Telling) -> Evidence:
    """The revision after ``before``: on the subject that bears the figure, which may be a merged one."""
    if told.known_on < before.known_on:
        raise Invalid(
            _("这个数在 %(day)s 已有更新的一版；后一版的报送日不能早于前一版。")
            % {"day": before.known_on.isoformat()}
        )
    return Evidence(
        region_id=before.region_id,
        subject=before.subject,
        measure=before.measure,
        series=before.series,
        period_start=before.period_start,
        period_end=before.period_end,
        revision=before.revision + 1,
    )


def fill(row: Evidence, user: User, told: Telling) -> Evidence:
    """Put what is told, and who tells it, into a revision."""
    row.value, row.reason, row.known_on = told.value, told.reason, told.known_on
    row.source_kind, row.source_id, row.file = told.source_kind, told.source_id, told.file
    row.reporter, row.department = user, user.department
    return row


def _write(
    user: User, kept: Subject, row: Evidence, told: Telling, action: str, before: Evidence | None = None
) -> Evidence:
    fill(row, user, told).save(force_insert=True)
    latest_point([(kept.pk, row)])
    old = {"value": before.value, "reporter": reporter_words(before)} if before is not None else {}
    after = {"value": row.value, "period": str(row.period), "reason": row.reason, "known_on": row.known_on}
    audit.record(action=action, actor=user, obj=row, before=old, after=after)
    return row

"""Progress by the responsible department: never overwritten, corrected by a further row with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.rooms.ledger.models import Indicator, Progress, Task
from tiaodu.rooms.ledger.selectors.scope import may_report, task_for
from tiaodu.rooms.ledger.services.figures import figure_correct, figure_tell, figure_withdraw
from tiaodu.rooms.ledger.services.terms import part_of, same


@transaction.atomic
def progress_report(
    *,
    user: User,
    task_id: int,
    text: str,
    period_end: date | None = None,
    value: Decimal | None = None,
    problem: str = "",
    indicator_id: int | None = None,
    milestone_id: int | None = None,
    proofs: Sequence[StoredFile] = (),
) -> Progress:
    """Report what was done, with figure, problem and proof if there are.

    ``value`` is in the indicator's base unit; it is kept as evidence of the indicator's subject.
    """
    task = task_for(user, task_id)
    _require_reporter(user, task)
    part = part_of(task, indicator_id=indicator_id, milestone_id=milestone_id)
    period_end = period_end or clock.today()
    _check(text, period_end, value, part)
    told = None
    if value is not None and isinstance(part, Indicator):
        told = figure_tell(user=user, indicator=part, value=value, day=period_end)
    progress = Progress.objects.create(
        task=task,
        **same(part),
        department=user.department,
        text=text.strip(),
        problem=problem.strip(),
        evidence=told,
        period_end=period_end,
        known_on=clock.today(),
        reported_by=user,
        sample=task.sample,
    )
    progress.proofs.set(proofs)
    _record("ledger.progress_report", user, progress, proofs)
    return progress


@transaction.atomic
def progress_report_figures(
    *,
    user: User,
    task_id: int,
    text: str,
    figures: Mapping[int, Decimal],
    period_end: date | None = None,
    problem: str = "",
    proofs: Sequence[StoredFile] = (),
) -> list[Progress]:
    """One note with the figures of several indicators (by id): one row for each, all or none."""
    told: list[int | None] = list(figures) or [None]
    return [
        progress_report(
            user=user,
            task_id=task_id,
            text=text,
            period_end=period_end,
            value=figures[indicator] if indicator is not None else None,
            problem=problem,
            indicator_id=indicator,
            proofs=proofs,
        )
        for indicator in told
    ]


@transaction.atomic
def progress_correct(
    *,
    user: User,
    progress_id: int,
    reason: str,
    text: str | None = None,
    value: Decimal | None = None,
    problem: str | None = None,
    period_end: date | None = None,
    withdraw_figure: bool = False,
    proofs: Sequence[StoredFile] = (),
) -> Progress:
    """Correct a report by a further row; what is not given is taken over from it. Only the department that
    reported.

    ``withdraw_figure`` takes the figure back without another in its place. Stale when the figure was
    corrected elsewhere meanwhile.
    """
    found = _to_correct(user, progress_id, reason)
    text = found.text if text is None else text
    period_end = period_end or found.period_end
    _check(text, period_end, value, found.indicator or found.milestone)
    progress = Progress.objects.create(
        task=found.task,
        indicator=found.indicator,
        milestone=found.milestone,
        department=user.department,
        text=text.strip(),
        problem=found.problem if problem is None else problem.strip(),
        evidence=_figure_after(user, found, value, period_end, reason, withdraw=withdraw_figure),
        period_end=period_end,
        known_on=clock.today(),
        corrects=found,
        reason=reason.strip()[:300],
        reported_by=user,
        sample=found.task.sample,
    )
    progress.proofs.set(proofs or found.proofs.all())
    _record("ledger.progress_correct", user, progress, proofs, before=found)
    return progress


def _to_correct(user: User, progress_id: int, reason: str) -> Progress:
    """The report, with its task locked, when this person may correct it and nobody has yet."""
    related = Progress.objects.select_related("task", "indicator__measure", "milestone", "evidence")
    found: Progress | None = related.filter(pk=progress_id, known_on__lte=clock.today()).first()
    if found is None:
        raise Invalid(_("没有找到要更正的进展。"))
    task = task_for(user, found.task_id)
    Task.objects.select_for_update().get(pk=task.pk)
    _require_reporter(user, task)
    if found.department_id != user.department_id or (
        found.department_id is None and found.reported_by_id != user.pk
    ):
        raise NotAllowed(_("只有报送的单位可以更正自己的进展。如有疑问，请退回并写明原因。"))
    if not reason.strip():
        raise Invalid(_("请写明更正原因。"))
    if found.corrections.filter(known_on__lte=clock.today()).exists():
        raise Invalid(_("这一条已经更正过，请更正最新的一条。"))
    return found


def _figure_after(
    user: User, found: Progress, value: Decimal | None, day: date, reason: str, *, withdraw: bool
) -> Evidence | None:
    """The figure after a correction: withdrawn, corrected, told for another day, or as it was."""
    if withdraw:
        return figure_withdraw(user=user, report=found, reason=reason)
    value = found.value if value is None else value
    if value is None:
        return found.evidence
    return figure_correct(user=user, report=found, value=value, day=day, reason=reason)


def _require_reporter(user: User, task: Task) -> None:
    if may_report(user, task):
        return
    if not task.parts.exists():
        raise NotAllowed(_("这项任务还没有责任单位，请先由调度员明确责任单位，再报进展。"))
    raise NotAllowed(_("只有牵头、责任、配合单位可以报进展；您的单位不在其中。"))


def _check(text: str, period_end: date, value: Decimal | None, part: Any) -> None:
    if not text.strip():
        raise Invalid(_("请写一句进展：做了什么，到哪一步。"))
    if period_end > clock.today():
        raise Invalid(_("“截至”日期在今天之后；进展只报已经发生的。"))
    if value is not None and not isinstance(part, Indicator):
        raise Invalid(_("填了数字，请选择它属于哪个指标。"))
    if value is not None and value < 0:
        raise Invalid(_("数值不能小于零。"))


def _record(
    action: str, user: User, progress: Progress, proofs: Sequence[StoredFile], before: Progress | None = None
) -> None:
    old = {"value": before.value, "text": before.text} if before else {}
    after = {
        "value": progress.value,
        "text": progress.text,
        "problem": progress.problem,
        "period_end": progress.period_end,
        "reason": progress.reason,
        "proofs": [proof.name for proof in proofs],
    }
    audit.record(action=action, actor=user, obj=progress.task, before=old, after=after)

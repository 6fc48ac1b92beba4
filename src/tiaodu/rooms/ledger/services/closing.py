"""The close-out: reported as done by who is responsible, verified and struck off by somebody else, sent back,
reopened.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.engine.ledger import standing
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.rooms.ledger.models import Event, Indicator, Milestone, Progress, Task
from tiaodu.rooms.ledger.selectors.rows import rows_of
from tiaodu.rooms.ledger.selectors.scope import may_claim, task_for
from tiaodu.rooms.ledger.services.terms import Part, part_of, same


@transaction.atomic
def task_claim(
    *,
    user: User,
    task_id: int,
    text: str,
    happened_on: date | None = None,
    proof: StoredFile | None = None,
    indicator_id: int | None = None,
    milestone_id: int | None = None,
) -> Event:
    """Report a task, or one indicator or milestone of it, as done. Needs proof: with the claim, or in its
    progress.
    """
    task, part = _locked(user, task_id, indicator_id, milestone_id)
    if not may_claim(user, task):
        raise NotAllowed(_("只有牵头单位或责任单位可以报完成。"))
    happened_on = happened_on or clock.today()
    if happened_on > clock.today():
        raise Invalid(_("完成日期在今天之后。"))
    if proof is None and not Progress.proofs.through.objects.filter(progress__task=task).exists():
        raise Invalid(_("报完成要有佐证：请附文件、照片或签章材料。"))
    _require_some(task, part, Event.Verb.CLAIMED)
    return _write(user, task, part, Event.Verb.CLAIMED, text, happened_on, proof)


@transaction.atomic
def task_strike_off(
    *,
    user: User,
    task_id: int,
    text: str = "",
    proof: StoredFile | None = None,
    indicator_id: int | None = None,
    milestone_id: int | None = None,
) -> Event:
    """Verify and close. Never by who reported it as done, nor by anybody of the same department."""
    task, part = _locked(user, task_id, indicator_id, milestone_id)
    access.require(user, "ledger.verify")
    _require_some(task, part, Event.Verb.STRUCK_OFF)
    _require_other(user, task, part)
    _require_words_for_what_is_short(task, part, text)
    return _write(user, task, part, Event.Verb.STRUCK_OFF, text, clock.today(), proof)


@transaction.atomic
def task_send_back(
    *,
    user: User,
    task_id: int,
    reason: str,
    indicator_id: int | None = None,
    milestone_id: int | None = None,
) -> Event:
    """Give a claim back with a reason."""
    task, part = _locked(user, task_id, indicator_id, milestone_id)
    access.require(user, "ledger.verify")
    if not reason.strip():
        raise Invalid(_("请写明退回原因：缺什么，怎样补。"))
    _require_some(task, part, Event.Verb.SENT_BACK)
    _require_other(user, task, part)
    return _write(user, task, part, Event.Verb.SENT_BACK, reason, clock.today(), None)


@transaction.atomic
def task_reopen(
    *,
    user: User,
    task_id: int,
    reason: str,
    indicator_id: int | None = None,
    milestone_id: int | None = None,
) -> Event:
    """Open again what was struck off, with a reason."""
    task, part = _locked(user, task_id, indicator_id, milestone_id)
    access.require(user, "ledger.verify")
    if not reason.strip():
        raise Invalid(_("请写明重新打开的原因。"))
    _require_some(task, part, Event.Verb.REOPENED)
    return _write(user, task, part, Event.Verb.REOPENED, reason, clock.today(), None)


def _locked(
    user: User, task_id: int, indicator_id: int | None, milestone_id: int | None
) -> tuple[Task, Part | None]:
    """The task, locked: of two people who close it at once, the second sees what the first did."""
    task = task_for(user, task_id)
    Task.objects.select_for_update().get(pk=task.pk)
    return task, part_of(task, indicator_id=indicator_id, milestone_id=milestone_id)


def _verbs(events: list[Event], part: Part | None) -> list[str]:
    """The close-out verbs that bear on a part: its own and its task's, in order."""
    own = [e for e in events if (e.indicator_id is None and e.milestone_id is None) or _is_of(e, part)]
    return [e.verb for e in own]


def _is_of(event: Event, part: Part | None) -> bool:
    if isinstance(part, Indicator):
        return event.indicator_id == part.pk
    return isinstance(part, Milestone) and event.milestone_id == part.pk


def _require_some(task: Task, part: Part | None, verb: Event.Verb) -> None:
    """The part, or for the whole task at least one of its parts, must be where ``verb`` applies."""
    events = list(Event.objects.filter(task=task).order_by("known_on", "id"))
    parts: list[Any] = [part] if part is not None else _parts(task)
    phases = {standing.phase_after(_verbs(events, p)) for p in parts or [None]}
    if any(standing.can(phase, verb.value) for phase in phases):
        return
    raise Invalid(
        {
            Event.Verb.CLAIMED: _("已经报过完成，或已销号，不用再报。"),
            Event.Verb.STRUCK_OFF: _("还没有报完成，不能销号：先由责任单位报完成并附佐证。"),
            Event.Verb.SENT_BACK: _("没有等待核实的内容，不能退回。"),
            Event.Verb.REOPENED: _("还没有销号，不用重新打开。"),
        }[verb]
    )


def _parts(task: Task) -> list[Part]:
    return [*task.indicators.filter(withdrawn_on=None), *task.milestones.filter(withdrawn_on=None)]


def _require_other(user: User, task: Task, part: Part | None) -> None:
    """Who verifies is neither a claimer nor of a claimer's department."""
    claims = Event.objects.filter(task=task, verb=Event.Verb.CLAIMED).order_by("known_on", "id")
    if part is not None:
        bearing = Q(indicator=None, milestone=None)
        bearing |= Q(indicator=part) if isinstance(part, Indicator) else Q(milestone=part)
        claims = claims.filter(bearing)
        last = claims.last()
        open_claims = [last] if last else []
    else:
        closed = Event.objects.filter(
            task=task, indicator=None, milestone=None, verb__in=[Event.Verb.STRUCK_OFF, Event.Verb.SENT_BACK]
        )
        after = closed.order_by("id").last()
        open_claims = list(claims.filter(pk__gt=after.pk if after else 0))
    for claim in open_claims:
        if claim.by_id == user.pk:
            raise NotAllowed(_("报完成的人不能自己核实，请由另一个单位的人核实。"))
        if claim.department_id is not None and claim.department_id == user.department_id:
            raise NotAllowed(_("报完成的单位不能自己核实，请由另一个单位的人核实。"))


def _require_words_for_what_is_short(task: Task, part: Part | None, text: str) -> None:
    """Figures that were not reported as reached may be struck off only with the reason written down."""
    row = rows_of(Task.objects.filter(pk=task.pk))[0]
    short = [shown.short_words for shown in row.short if part is None or shown.part == part]
    if short and not text.strip():
        raise Invalid(
            _("还有指标没有达到：%(short)s。仍要销号，请在说明里写明依据；没有依据的请退回。")
            % {"short": "；".join(short)}
        )


def _write(
    user: User,
    task: Task,
    part: Part | None,
    verb: Event.Verb,
    text: str,
    happened_on: date,
    proof: StoredFile | None,
) -> Event:
    event = Event.objects.create(
        task=task,
        **same(part),
        verb=verb,
        happened_on=happened_on,
        known_on=clock.today(),
        text=text.strip(),
        proof=proof,
        by=user,
        department=user.department,
        sample=task.sample,
    )
    audit.record(
        action=f"ledger.task_{verb.value}",
        actor=user,
        obj=task,
        after={"part": str(part) if part else "", "text": text, "proof": proof.name if proof else ""},
    )
    return event

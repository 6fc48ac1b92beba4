"""What is promised changes by a further term with its reason; what it waits for happens."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.rooms.ledger.models import Event, Indicator, Milestone, Task, Term
from tiaodu.rooms.ledger.selectors.scope import may_report, task_for
from tiaodu.rooms.ledger.services.figures import counting_set

Part = Indicator | Milestone
LABELS = {
    "value": gettext_lazy("数值"),
    "comparator": gettext_lazy("比较"),
    "due_text": gettext_lazy("时限"),
    "due_start": gettext_lazy("开始日期"),
    "due_end": gettext_lazy("截止日期"),
    "due_event": gettext_lazy("触发事件"),
    "due_offset": gettext_lazy("工作日"),
}
TERM_FIELDS = ("value", "comparator", "due_text", "due_start", "due_end", "due_event", "due_offset")


def part_of(task: Task, *, indicator_id: int | None = None, milestone_id: int | None = None) -> Part | None:
    """The indicator or milestone of the task that is meant; None for the whole task. Locks it. Invalid if it
    is none.
    """
    manager: Any = None
    if indicator_id is not None:
        manager, pk = Indicator.objects, indicator_id
    elif milestone_id is not None:
        manager, pk = Milestone.objects, milestone_id
    else:
        return None
    part: Part | None = manager.select_for_update().filter(pk=pk, task=task, withdrawn_on=None).first()
    if part is None:
        raise Invalid(_("这个指标或节点不在任务“%(title)s”里。") % {"title": task.title})
    return part


def same(part: Part | None) -> dict[str, Any]:
    """The fields by which a row refers to a part."""
    return {
        "indicator": part if isinstance(part, Indicator) else None,
        "milestone": part if isinstance(part, Milestone) else None,
    }


@transaction.atomic
def term_revise(
    *,
    user: User,
    task_id: int,
    version: int,
    reason: str,
    indicator_id: int | None = None,
    milestone_id: int | None = None,
    **values: Any,
) -> Term:
    """Promise another value or due from today on; ``values`` are fields of a term, those not given stay.

    Stale when the part changed since ``version``; Invalid without a reason or without a change.
    """
    access.require(user, "ledger.edit")
    task = task_for(user, task_id)
    part = part_of(task, indicator_id=indicator_id, milestone_id=milestone_id)
    if part is None:
        raise Invalid(_("请指明要调整的指标或节点。"))
    if part.version != version:
        current = _current(part)
        raise Stale(
            {
                key: {"label": LABELS[key], "theirs": getattr(current, key), "yours": value}
                for key, value in values.items()
                if getattr(current, key) != value
            }
        )
    return revise(user=user, part=part, reason=reason, **values)


def _current(part: Part) -> Term:
    found = part.terms.order_by("-revision").first()
    return found if found is not None else Term(revision=0)


def revise(*, user: User, part: Part, reason: str, **values: Any) -> Term:
    """Write the next term of a part that the caller has locked."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_("请写明调整原因：谁同意的，为什么。"))
    current = _current(part)
    if current.known_on and current.known_on > clock.today():
        raise Invalid(_("您看的是过去的一天，之后已有新的调整。请回到今天再改。"))
    _check(part, values)
    new = {name: values.get(name, getattr(current, name)) for name in TERM_FIELDS}
    before = {name: getattr(current, name) for name in TERM_FIELDS}
    changed = {name: value for name, value in new.items() if value != before[name]}
    if not changed:
        raise Invalid(_("数值和时限都没有变化，不用调整。"))
    term = Term.objects.create(
        **same(part),
        **new,
        revision=current.revision + 1,
        reason=reason[:300],
        known_on=clock.today(),
        set_by=user,
    )
    part.version += 1
    part.save(update_fields=["version"])
    if isinstance(part, Indicator):
        counting_set(part, term)
    audit.record(
        action="ledger.term_revise",
        actor=user,
        obj=part.task,
        before={name: before[name] for name in changed},
        after={**changed, "part": str(part), "reason": reason},
    )
    return term


def _check(part: Part, values: dict[str, Any]) -> None:
    if unknown := set(values) - set(TERM_FIELDS):
        raise TypeError(f"not fields of a term: {sorted(unknown)}")
    if isinstance(part, Milestone) and values.get("value") is not None:
        raise Invalid(_("节点没有数值，只有时限。"))
    start, end = values.get("due_start"), values.get("due_end")
    if start and end and start > end:
        raise Invalid(_("时限的开始日期在结束日期之后。"))


@transaction.atomic
def event_record(
    *,
    user: User,
    task_id: int,
    happened_on: date,
    text: str = "",
    indicator_id: int | None = None,
    milestone_id: int | None = None,
) -> Event:
    """Record that what a due waits for has happened (批复): its working days run from that day."""
    task = task_for(user, task_id)
    if not (access.may(user, "ledger.edit") or may_report(user, task)):
        access.require(user, "ledger.edit")
    if happened_on > clock.today():
        raise Invalid(_("事件的日期在今天之后。等发生以后再登记。"))
    part = part_of(task, indicator_id=indicator_id, milestone_id=milestone_id)
    terms = Term.objects.filter(indicator__task=task) | Term.objects.filter(milestone__task=task)
    if not terms.exclude(due_event="").exists():
        raise Invalid(_("这项任务没有等待的事件。"))
    event = Event.objects.create(
        task=task,
        **same(part),
        verb=Event.Verb.EVENT_HAPPENED,
        happened_on=happened_on,
        known_on=clock.today(),
        text=text.strip(),
        by=user,
        department=user.department,
        sample=task.sample,
    )
    audit.record(
        action="ledger.event_record", actor=user, obj=task, after={"happened_on": happened_on, "text": text}
    )
    return event

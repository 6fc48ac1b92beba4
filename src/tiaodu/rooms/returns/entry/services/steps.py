"""A unit's steps from lead to list and out: each once, with its day, its proof and its batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.returns.entering import Step, course
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.returns.entry.models import EntryStep, EntryUnit
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow, row_of
from tiaodu.rooms.returns.entry.selectors.scope import may_step, unit_for
from tiaodu.rooms.returns.entry.tables import words_in


@dataclass(frozen=True, kw_only=True)
class Move:
    """A step as it is told: ``revision`` is the number of steps that were seen."""

    step: str
    revision: int
    day: date
    batch: str = ""
    exit: str = ""
    reason: str = ""
    proof: StoredFile | None = None


@transaction.atomic
def step_take(*, user: User, unit_id: int, move: Move) -> EntryStep:
    """Take a step. NotAllowed where it is another's; Stale when somebody took one meanwhile; Invalid where it
    cannot be taken from here, or something it needs is missing.
    """
    step = course().steps.get(move.step)
    if step is None:
        raise NotFound
    unit = unit_for(user, unit_id)
    if not may_step(user, step):
        raise NotAllowed(
            _("“%(step)s”由统计局登记。") % {"step": words_in(step.name)} if step.by == "bureau" else None
        )
    EntryUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    row = row_of(unit)
    _refuse_stale(row, move)
    _refuse_past(row, move)
    if row.state.code not in step.sources:
        raise Invalid(
            _("现在是“%(state)s”，不能“%(step)s”。")
            % {"state": words_in(row.state.name), "step": words_in(step.name)}
        )
    _refuse_unfit(row, step, move)
    return _write(user, row, step, move)


def _refuse_stale(row: EntryRow, move: Move) -> None:
    if row.revision == move.revision:
        return
    told = [
        f"{each.day} {each.by}：{words_in(course().steps[each.step].name)}"
        for each in row.steps
        if each.revision > move.revision
    ]
    raise Stale({"step": {"label": _("办理"), "theirs": "；".join(told), "yours": move.reason}})


def _refuse_past(row: EntryRow, move: Move) -> None:
    if EntryStep.objects.filter(unit=row.unit, known_on__gt=clock.today()).exists():
        raise Invalid(_("您看的是过去的一天，之后已有新的登记。请回到今天再办。"))
    if move.day > clock.today():
        raise Invalid(_("日期在今天之后：办了再登记。"))
    if row.steps and move.day < row.steps[-1].day:
        raise Invalid(_("日期不能早于上一步的 %(day)s。") % {"day": row.steps[-1].day.isoformat()})


def _refuse_unfit(row: EntryRow, step: Step, move: Move) -> None:
    """Invalid, naming all that is missing."""
    lacks = []
    if step.reason and not move.reason.strip():
        lacks.append(_("原因"))
    if step.proof and move.proof is None:
        lacks.append(_("佐证文件"))
    if step.code == "left" and move.exit not in course().exits:
        lacks.append(_("退库的类别"))
    if step.batch and row.judging.batch(move.batch) is None:
        lacks.append(_("申报的批次"))
    if lacks:
        raise Invalid(_("还要填：%(lacks)s。") % {"lacks": "、".join(lacks)})
    if step.batch:
        _refuse_batch(row, step, move)


def _refuse_batch(row: EntryRow, step: Step, move: Move) -> None:
    batch = row.judging.batch(move.batch)
    assert batch is not None  # noqa: S101  the caller has looked
    if batch.closes_on < move.day:
        raise Invalid(
            _("“%(batch)s”已于 %(day)s 截止，请选下一批。")
            % {"batch": words_in(batch.name), "day": batch.closes_on.isoformat()}
        )
    if step.reached and row.earliest is None:
        raise Invalid(_("已报的收入还没有达到标准，不能申报。收入由企业自己报；有疑问请询问或退回。"))
    missing = row.missing_for(batch.code) if step.papers else ()
    if missing:
        names = "、".join(words_in(paper.name) for paper in missing)
        raise Invalid(
            _("还缺 %(count)s 份材料：%(names)s。请企业补交。") % {"count": len(missing), "names": names}
        )


def _write(user: User, row: EntryRow, step: Step, move: Move) -> EntryStep:
    made = EntryStep.objects.create(
        unit=row.unit,
        revision=row.revision + 1,
        step=step.code,
        state=step.target,
        day=move.day,
        batch=move.batch if step.batch else "",
        exit=move.exit if step.code == "left" else "",
        reason=move.reason.strip()[:500],
        proof=move.proof,
        known_on=clock.today(),
        by=user,
        department=user.department,
    )
    audit.record(
        action="returns.entry_step",
        actor=user,
        obj=row.unit,
        before={"state": row.state.code},
        after={"step": step.code, "state": step.target, "reason": made.reason},
    )
    return made

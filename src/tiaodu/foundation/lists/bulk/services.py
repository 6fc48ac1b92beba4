"""Writes of bulk runs: begun, worked, taken up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.registry import handler
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.jobs.services import job_start
from tiaodu.foundation.lists.bulk.actions import BulkAction, Target, action_of
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.lists.models import BulkRow, BulkRun, RowState
from tiaodu.foundation.lists.services import Progress, rows_work
from tiaodu.foundation.refusal import Invalid, NotFound

JOB = "lists.bulk"


@dataclass(frozen=True, slots=True)
class Picked:
    """A row as it was picked: what it is called, where it opens."""

    target: Target
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The list that rows were picked from: its name, and its address as it was filtered."""

    list_name: str
    back: str


def bulk_start(
    *, user: User, action: BulkAction, picked: Sequence[Picked], values: Mapping[str, Any], origin: Origin
) -> BulkRun:
    """Do ``action`` to every picked row: a few at once, many as a job.

    Each record is served in a transaction of its own; one that is refused keeps its reason and stops none of
    the others. Invalid when nothing was picked or too much.
    """
    run = _begun(user, action, picked, values, origin)
    if run.job is None:
        _work(run, lambda _done, _total: None)
    return run


@transaction.atomic
def _begun(
    user: User, action: BulkAction, picked: Sequence[Picked], values: Mapping[str, Any], origin: Origin
) -> BulkRun:
    access.require(user, action.permission)
    most = limits().bulk_rows
    if not picked:
        raise Invalid(_("还没有选中任何一行。请先在左边打勾。"))
    if len(picked) > most:
        raise Invalid(
            _("选中了 %(count)s 项，一次最多办 %(most)s 项。请再筛选一下，分几次办。")
            % {"count": len(picked), "most": most}
        )
    run = BulkRun.objects.create(
        owner=user,
        list_name=origin.list_name,
        action=action.code,
        values=dict(values),
        back=origin.back[:1200],
        day=clock.today(),
    )
    BulkRow.objects.bulk_create(_rows(run, picked))
    after = {"list": origin.list_name, "action": action.code, "rows": len(picked), **values}
    audit.record(action="lists.bulk", actor=user, obj=run, after=after)
    if len(picked) > limits().bulk_at_once:
        _queue(user, run)
    return run


def _rows(run: BulkRun, picked: Sequence[Picked]) -> list[BulkRow]:
    return [
        BulkRow(
            run=run,
            number=number,
            record_id=row.target.id,
            record_version=row.target.version,
            label=row.label[:200],
            url=row.url[:200],
        )
        for number, row in enumerate(picked, 1)
    ]


def _queue(user: User, run: BulkRun) -> Job:
    job = job_start(user=user, kind=JOB, arguments={"bulk_id": run.pk})
    run.job = job
    run.save(update_fields=["job"])
    return job


@transaction.atomic
def bulk_resume(*, user: User, bulk_id: int) -> BulkRun:
    """Go on with the rows that still wait, after a run was cancelled or broken off."""
    access.require(user, access.SIGNED_IN)
    run = BulkRun.objects.select_for_update(of=("self",)).filter(pk=bulk_id, owner=user).first()
    if run is None:
        raise NotFound
    if run.job is not None and run.job.is_open:
        return run
    if not run.rows.filter(state=RowState.WAITING).exists():
        raise Invalid(_("这一批已经全部办过了。"))
    _queue(user, run)
    audit.record(action="lists.bulk_resume", actor=user, obj=run)
    return run


def _place(arguments: Mapping[str, Any]) -> str:
    return reverse("lists:bulk", args=[arguments["bulk_id"]])


@handler(JOB, title=gettext_lazy("批量办理"), repeatable=True, place=_place)
def bulk_work(job: JobRun, *, bulk_id: int) -> None:
    """The job of a run with many rows; run again, it goes on with those still waiting."""
    run = BulkRun.objects.select_related("owner").get(pk=bulk_id)
    _work(run, job.progress)


def _work(run: BulkRun, progress: Progress) -> None:
    action, user = action_of(run.action), run.owner

    def act(row: BulkRow) -> None:
        access.require(user, action.permission)
        action.run(user, Target(row.record_id, row.record_version), run.values)

    with clock.as_of(run.day):  # the day the person acted on, whenever the worker gets to it
        rows_work(run.rows.order_by("number"), act, progress)

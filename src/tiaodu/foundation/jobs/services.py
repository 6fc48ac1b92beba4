"""Starting, running, cancelling and reclaiming jobs.

A job is one row here and, each time it is to be run, one row in the queue of django-tasks. The queue's row
names the worker that took it, so a job whose worker is gone is found and queued again; ``attempts`` tells an
attempt that was taken over that it is no longer the one.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs import registry, selectors
from tiaodu.foundation.jobs.models import OPEN, Job, JobState
from tiaodu.foundation.jobs.pulse import beating
from tiaodu.foundation.jobs.registry import handler_of
from tiaodu.foundation.jobs.run import Cancelled, JobRun
from tiaodu.foundation.jobs.workers import is_here, lives
from tiaodu.foundation.refusal import Invalid, Refusal

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3  # a job that took three workers with it is not run a fourth time by itself
SILENT = timedelta(minutes=3)  # a worker elsewhere that gave no sign of life for so long is taken for dead
# What a job that is run again begins with.
ANEW = (
    "state", "attempts_allowed", "cancel_requested", "done", "total", "message", "error", "started_at",
    "finished_at", "seen_at",
)  # fmt: skip
KEPT = timedelta(days=30)  # how long the queue remembers what is over


@transaction.atomic
def job_start(
    *,
    user: User | None,
    kind: str,
    arguments: Mapping[str, Any],
    label: str = "",
    once: str | None = None,
) -> Job:
    """Queue a job in the transaction of the act that needs it. LookupError for a kind nobody handles.

    ``arguments`` must be what JSON keeps; ``label`` names what the job is about to who started it. ``user``
    is None only for what the product starts itself. Of one name ``once`` there is one job for ever: a second
    start gives the first one back.
    """
    if user is not None:
        access.require(user, access.SIGNED_IN)
    handler_of(kind)
    values = {"kind": kind, "arguments": dict(arguments), "label": label[:200], "created_by": user}
    job, new = (
        Job.objects.get_or_create(once=once, defaults=values)
        if once
        else (Job.objects.create(**values), True)
    )
    if new:
        job_run.enqueue(str(job.pk))
        job.refresh_from_db()  # a backend that works at once has finished it by now
    return job


@transaction.atomic
def job_cancel(*, user: User, job_id: UUID) -> Job:
    """Cancel a job in reach: at once while it waits, at its next report of progress while it runs."""
    access.require(user, access.SIGNED_IN)
    job = _locked(user, job_id)
    if job.state not in OPEN:
        return job
    job.cancel_requested = True
    if job.state == JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    job.save(update_fields=["cancel_requested", "state", "finished_at"])
    audit.record(action="jobs.cancel", actor=user, obj=job, after={"kind": job.kind})
    return job


@transaction.atomic
def job_retry(*, user: User, job_id: UUID) -> Job:
    """Run a failed job once more as who started it; an administrator only what the system started."""
    access.require(user, access.SIGNED_IN)
    job = _locked(user, job_id)
    if job.created_by_id not in (None, user.pk):
        raise Invalid(_("只有发起人可以重试这项作业。"))
    known = registry.handled(job.kind)
    if known is None or not known.repeatable:
        raise Invalid(_("这类作业不能直接重试，请回到原来的页面重新发起。"))
    if job.state != JobState.FAILED:
        raise Invalid(
            _("只有未成功的作业需要重试；这一项的状态是“%(state)s”。") % {"state": job.get_state_display()}
        )
    _again(job)
    audit.record(action="jobs.retry", actor=user, obj=job, after={"kind": job.kind})
    return job


def jobs_seen(*, user: User, job_id: UUID | None = None) -> int:
    """Note that the person has seen how her jobs, or one of them, ended. Returns how many are new to her.

    A note, not an act: the audit log does not hold it.
    """
    unseen = Job.objects.filter(selectors.concerning(user), seen_at=None).exclude(state__in=OPEN)
    if job_id is not None:
        unseen = unseen.filter(pk=job_id)
    return unseen.update(seen_at=timezone.now())


def nightly_start(*, day: date, again: bool = False) -> list[Job]:
    """Queue what is run once on a business day and was not queued for ``day`` yet; ``again`` also what
    failed. Returns all jobs of the day. Each handler is queued for itself: one that is gone stops no other.
    """
    return [_nightly(kind, day, again=again) for kind in registry.nightly_kinds()]


@transaction.atomic
def _nightly(kind: str, day: date, *, again: bool) -> Job:
    told = day.isoformat()
    job = job_start(user=None, kind=kind, arguments={"day": told}, once=f"{kind} {told}")
    if again and job.state == JobState.FAILED:
        _again(job)
    return job


def _locked(user: User, job_id: UUID) -> Job:
    found = selectors.job_for(user, job_id)
    return Job.objects.select_for_update().get(pk=found.pk)


def _again(job: Job) -> None:
    """Queue a failed job afresh. Attempts go on counting, so that one that was lost stays out of date."""
    fresh = Job(attempts_allowed=job.attempts + MAX_ATTEMPTS)
    values = {name: getattr(fresh, name) for name in ANEW}
    if Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(**values):
        job_run.enqueue(str(job.pk))
    job.refresh_from_db()


@task()
def job_run(job_id: str) -> None:
    """Run one queued job to its end; whatever happens is in its row afterwards."""
    job = _claim(UUID(job_id))
    if job is None:
        return
    run = JobRun(job.pk, job.attempts, job.created_by, _report)
    try:
        with _speaking_to(job.created_by), beating(lambda: _beat(run)), _own_ground():
            handler_of(job.kind)(run, **job.arguments)
    except Cancelled:
        _finish(run, JobState.CANCELLED)
    except Refusal as refusal:
        _finish(run, JobState.FAILED, str(refusal.message))
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(run, JobState.FAILED, _("处理时出现程序错误，已记入日志。请重试；仍不成功请联系系统管理员。"))
        Job.objects.filter(pk=job.pk).update(
            message=traceback.format_exc(limit=1).strip().splitlines()[-1][:200]
        )
    else:
        _finish(run, JobState.DONE)


@transaction.atomic
def jobs_reclaim() -> int:
    """Queue again every job whose worker is gone. Returns how many were.

    A worker of this machine is gone when its process is; one of another machine when it has been silent for
    :data:`SILENT`. The queue's row of the lost attempt is closed as failed, so that two passes never reclaim
    it twice.
    """
    running = DBTaskResult.objects.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    )
    attempts = running.filter(status=TaskResultStatus.RUNNING, task_path=job_run.module_path)
    jobs = {str(job.pk): job for job in Job.objects.filter(state__in=OPEN)}
    return sum(_reclaimed(attempt, jobs.get(attempt.args_kwargs["args"][0])) for attempt in attempts)


def _reclaimed(attempt: Any, job: Job | None) -> bool:
    name = attempt.worker_ids[-1] if attempt.worker_ids else ""
    heard = (job.heartbeat_at if job else None) or attempt.started_at
    gone = not lives(name) if is_here(name) else timezone.now() - heard > SILENT
    if not gone:
        return False
    attempt.set_failed(RuntimeError(f"worker {name} is gone"))
    return job is not None and _requeue(job)


def queue_prune() -> int:
    """Forget what the queue has finished long ago; the jobs themselves stay. Returns how many rows went."""
    over = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT)
    return int(over.delete()[0])


def _requeue(job: Job) -> bool:
    """Queue a job again; fail it after the last attempt. False when it was over, or cancelled, already."""
    if job.cancel_requested:
        _over(job.pk, job.attempts, JobState.CANCELLED, "")
        return False
    if job.attempts >= job.attempts_allowed:
        text = _("处理这项作业的进程已 %(count)s 次中断，不再重试。请联系系统管理员。") % {
            "count": job.attempts
        }
        _over(job.pk, job.attempts, JobState.FAILED, text)
        return False
    again = Job.objects.filter(pk=job.pk, attempts=job.attempts, state__in=OPEN).update(state=JobState.QUEUED)
    if again:
        job_run.enqueue(str(job.pk))
    return bool(again)


def _claim(job_id: UUID) -> Job | None:
    """Take a queued job; None when it was cancelled, finished, or taken by another."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        heartbeat_at=now,
        started_at=now,
        done=0,
        total=0,
        message="",
    )
    return Job.objects.select_related("created_by").get(pk=job_id) if taken else None


def _report(run: JobRun, done: int, total: int, message: str) -> None:
    mine = Job.objects.filter(pk=run.id, attempts=run.attempt, state=JobState.RUNNING, cancel_requested=False)
    if not mine.update(done=done, total=total, message=message[:200], heartbeat_at=timezone.now()):
        raise Cancelled


def _beat(run: JobRun) -> None:
    Job.objects.filter(pk=run.id, attempts=run.attempt, state=JobState.RUNNING).update(
        heartbeat_at=timezone.now()
    )


def _finish(run: JobRun, state: JobState, error: str = "") -> None:
    _over(run.id, run.attempt, state, error)


def _over(job_id: UUID, attempt: int, state: JobState, error: str) -> int:
    mine = Job.objects.filter(pk=job_id, attempts=attempt, state__in=OPEN)
    return mine.update(state=state, error=error, finished_at=timezone.now())


@contextmanager
def _speaking_to(user: User | None) -> Iterator[None]:
    """Messages of the job are in the language of who started it."""
    with translation.override(user.language if user else None):
        yield


def _own_ground() -> AbstractContextManager[Any]:
    """Inside somebody's transaction a failure undoes only the job, not the act around it."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()

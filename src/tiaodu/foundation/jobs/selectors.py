"""Reads of jobs: one's own; an administrator's also those of her people and of the system."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs.models import OPEN, Job, JobState
from tiaodu.foundation.refusal import NotFound

ADMINISTERS = "system.read"


@dataclass(frozen=True, slots=True)
class JobCounts:
    """A person's own jobs that wait or run, and those that ended while she was elsewhere: well (or
    cancelled), and failed. For an administrator a failed job of the system counts as hers.
    """

    open: int
    ended: int
    failed: int

    @property
    def unseen(self) -> int:
        return self.ended + self.failed


def administers(user: User) -> bool:
    """Whether the person looks after the jobs of others."""
    return access.may(user, ADMINISTERS)


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """Jobs with who started them, the latest first: one's own; for an administrator those of the people of
    her subtree too, and what the system starts by itself.
    """
    found = Job.objects.select_related("created_by")
    mine = Q(created_by=user)
    if administers(user):
        mine |= Q(created_by=None)
        mine |= (
            Q(created_by__region__path__startswith=user.region.path) if user.region else Q(pk__isnull=False)
        )
    return found.filter(mine)


def job_for(user: User, job_id: UUID) -> Job:
    """A job in reach; NotFound otherwise."""
    job = jobs_visible_to(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def concerning(user: User) -> Q:
    """The jobs whose end the person is told of."""
    mine = Q(created_by=user)
    return mine | Q(created_by=None, state=JobState.FAILED) if administers(user) else mine


def counts_of(user: User) -> JobCounts:
    """How many jobs the person has going, and how many ended unseen, in one query."""
    going, failed = Q(state__in=OPEN), Q(state=JobState.FAILED)
    found = Job.objects.filter(concerning(user)).filter(going | Q(seen_at=None))
    return JobCounts(
        **found.aggregate(
            open=Count("pk", filter=going),
            ended=Count("pk", filter=~going & ~failed),
            failed=Count("pk", filter=failed),
        )
    )

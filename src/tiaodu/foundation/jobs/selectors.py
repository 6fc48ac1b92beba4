"""Reads of jobs: one's own; an administrator's also those of her people and of the system."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs.models import OPEN, Job
from tiaodu.foundation.refusal import NotFound

ADMINISTERS = "system.read"


@dataclass(frozen=True, slots=True)
class JobCounts:
    """A person's own jobs that wait or run, and those that ended while she was elsewhere."""

    open: int
    unseen: int


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


def counts_of(user: User) -> JobCounts:
    """How many jobs the person has going, and how many ended unseen, in one query."""
    found = (
        Job.objects.filter(created_by=user)
        .filter(Q(state__in=OPEN) | Q(seen_at=None))
        .aggregate(open=Count("pk", filter=Q(state__in=OPEN)), unseen=Count("pk", filter=~Q(state__in=OPEN)))
    )
    return JobCounts(**found)

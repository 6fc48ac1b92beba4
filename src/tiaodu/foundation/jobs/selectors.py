"""Reads of jobs: one's own."""

from __future__ import annotations

from uuid import UUID

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.refusal import NotFound


def job_for(user: User, job_id: UUID) -> Job:
    """A job this person started; NotFound otherwise."""
    job = Job.objects.filter(pk=job_id, created_by=user).first()
    if job is None:
        raise NotFound
    return job

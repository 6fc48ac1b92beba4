"""A job in templates of every room."""

from __future__ import annotations

from django import template

from tiaodu.foundation.jobs import lists, registry
from tiaodu.foundation.jobs.models import Job, JobState

register = template.Library()


@register.filter
def job_light(job: Job) -> str:
    """The light of a job's state."""
    return lists.LIGHTS[JobState(job.state)]


@register.filter
def job_percent(job: Job) -> int | None:
    """How far a running job is; None while nobody knows."""
    return min(100, job.done * 100 // job.total) if job.total else None


@register.filter
def is_repeatable(job: Job) -> bool:
    """Whether a failed job of this kind may simply be run again."""
    known = registry.handled(job.kind)
    return known is not None and known.repeatable

"""The list of jobs, and how far one is, polled by the page that waits for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from tiaodu.foundation.access import SIGNED_IN, access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs import selectors, services
from tiaodu.foundation.jobs.lists import (
    duration_words,
    kind_words,
    list_for,
    may_retry,
    own_words,
    place_of,
    who_words,
)
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.jobs.selectors import JobCounts

LIST, POLL = "list-jobs", "jobs-poll"  # places on the page of the list
STOP_POLLING = 286  # what htmx takes for the end of polling


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


def _next(request: HttpRequest) -> str:
    """Where to go when the job is done: an address of our own, or nothing."""
    target = request.GET.get("next") or request.POST.get("next") or ""
    own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if own else ""


@access(SIGNED_IN)
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs, an administrator's also those of others. What has ended is seen by now."""
    user = _who(request)
    page = list_for(request, user, selectors.jobs_visible_to(user))
    counts = selectors.counts_of(user)
    answer = page.respond("jobs/list.html", {"answer": _answer(counts)})
    if counts.unseen and isinstance(answer, TemplateResponse):
        answer.render()  # the top line still counts what is new
        services.jobs_seen(user=user)
    if request.headers.get("HX-Trigger") == POLL and not page.goes_on:
        answer.status_code = STOP_POLLING
    return answer


def _answer(counts: JobCounts) -> str:
    """How many of one's own go on, and how many ended unseen, in one sentence."""
    told = []
    if counts.open:
        told.append(ngettext("%(n)d 项正在进行", "%(n)d 项正在进行", counts.open) % {"n": counts.open})
    if counts.failed:
        told.append(ngettext("%(n)d 项刚刚失败", "%(n)d 项刚刚失败", counts.failed) % {"n": counts.failed})
    if counts.ended:
        told.append(ngettext("%(n)d 项刚结束", "%(n)d 项刚结束", counts.ended) % {"n": counts.ended})
    return _("，").join(told) or _("没有正在进行的作业")


@access(SIGNED_IN)
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far a job is: the fragment that asks for itself again, or a page to come back to. When the job is
    done the fragment sends its page to ``next``.
    """
    user = _who(request)
    job = selectors.job_for(user, job_id)
    if not job.is_open and job.seen_at is None:
        services.jobs_seen(user=user, job_id=job.pk)
    target = _next(request)
    if job.state == JobState.DONE and target:
        return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)
    return _shown(request, job, target)


@access(SIGNED_IN)
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Cancels a job and shows where it stands."""
    job = services.job_cancel(user=_who(request), job_id=job_id)
    return _after(request, job)


@access(SIGNED_IN)
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Runs a failed job again and shows where it stands."""
    job = services.job_retry(user=_who(request), job_id=job_id)
    return _after(request, job)


def _after(request: HttpRequest, job: Job) -> HttpResponse:
    """The list anew for an act in the list, the fragment for one in a page that waits, else the page."""
    if request.headers.get("HX-Target") == LIST:
        return HttpResponseClientRefresh()
    if request.headers.get("HX-Request"):
        return _shown(request, job, _next(request))
    return redirect("jobs:progress", job.pk)


def _shown(request: HttpRequest, job: Job, target: str) -> HttpResponse:
    context: dict[str, Any] = {"job": job, "done_url": target}
    if request.headers.get("HX-Request"):
        return render(request, "jobs/_progress.html", context)
    user = _who(request)
    context |= {
        "title": own_words(job) if job.created_by_id == user.pk else kind_words(job),
        "who": who_words(job),
        "duration": duration_words(job.duration),
        "place": place_of(job) if job.created_by_id == user.pk else "",
        "may_retry": may_retry(user, job),
        "technical": job.message if selectors.administers(user) and job.state == JobState.FAILED else "",
    }
    return render(request, "jobs/job.html", context)

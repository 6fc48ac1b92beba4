"""How far a job is, polled by the page that waits for it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from tiaodu.foundation.access import SIGNED_IN, access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs import selectors, services
from tiaodu.foundation.jobs.models import Job, JobState


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


def _next(request: HttpRequest) -> str:
    """Where to go when the job is done: an address of our own, or nothing."""
    target = request.GET.get("next") or request.POST.get("next") or ""
    own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if own else ""


@access(SIGNED_IN)
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The fragment that asks for itself again; when the job is done it sends the page to ``next``."""
    job = selectors.job_for(_who(request), job_id)
    target = _next(request)
    if job.state == JobState.DONE and target:
        return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)
    return _fragment(request, job, target)


@access(SIGNED_IN)
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Cancels a job of one's own and shows where it stands."""
    job = services.job_cancel(user=_who(request), job_id=job_id)
    return _fragment(request, job, _next(request))


def _fragment(request: HttpRequest, job: Job, target: str) -> HttpResponse:
    return render(request, "jobs/_progress.html", {"job": job, "done_url": target})

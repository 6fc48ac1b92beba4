"""Jobs inside one process: progress, cancelling, whose they are, and the page that waits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs import registry, services
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.jobs.registry import handler
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.jobs.selectors import job_for
from tiaodu.foundation.jobs.workers import is_here, lives, worker_name
from tiaodu.foundation.refusal import Invalid, NotFound

ClientOf = Callable[[User], Client]
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Handlers of this test alone; what they did."""
    monkeypatch.setattr(registry, "_handlers", {})
    done: list[str] = []

    @handler("test.count")
    def count(job: JobRun, *, upto: int) -> None:
        for number in range(upto):
            job.progress(number + 1, upto, f"step {number + 1}")
            done.append(f"{job.user} {number + 1}")

    @handler("test.refuse")
    def refuse(job: JobRun) -> None:
        raise Invalid("not like this")

    @handler("test.cancelled_meanwhile")
    def cancelled_meanwhile(job: JobRun) -> None:
        assert job.user is not None
        services.job_cancel(user=job.user, job_id=job.id)
        job.progress(1, 2)
        done.append("went on")

    yield done


@pytest.fixture
def queued(settings: Any) -> None:
    """Work waits in the queue instead of being done at once."""
    settings.TASKS = DATABASE


def test_a_job_runs_with_progress(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 3})
    assert ran == ["褚信息 1", "褚信息 2", "褚信息 3"]
    assert (job.state, job.done, job.total, job.message, job.attempts) == ("done", 3, 3, "step 3", 1)
    assert job.finished_at is not None


def test_a_refusal_is_told_in_its_own_words(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.refuse", arguments={})
    assert (job.state, job.error) == ("failed", "not like this")


def test_a_kind_nobody_handles_is_not_queued(cast: Cast, ran: list[str]) -> None:
    with pytest.raises(LookupError):
        services.job_start(user=cast.clerk, kind="test.unknown", arguments={})
    assert Job.objects.count() == 0


def test_two_handlers_of_one_kind_are_refused(ran: list[str]) -> None:
    with pytest.raises(ValueError, match=r"test\.count"):
        handler("test.count")(lambda _job: None)


def test_cancelling_stops_at_the_next_report(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.cancelled_meanwhile", arguments={})
    assert (job.state, ran) == ("cancelled", [])


@pytest.mark.usefixtures("queued")
def test_cancelling_what_waits_takes_effect_at_once(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    assert job.state == JobState.QUEUED
    assert services.job_cancel(user=cast.clerk, job_id=job.pk).state == JobState.CANCELLED
    services.job_run.call(str(job.pk))
    assert ran == []


@pytest.mark.usefixtures("queued")
def test_a_job_queued_twice_runs_once(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    services.job_run.call(str(job.pk))
    services.job_run.call(str(job.pk))
    assert ran == ["褚信息 1"]


def _taken(job: Job, worker: str, *, heard: timedelta = timedelta()) -> DBTaskResult:
    """The job as it stands when a worker has taken it and was last heard of so long ago."""
    attempt = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    attempt.claim(worker)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=job.attempts + 1, heartbeat_at=timezone.now() - heard
    )
    return attempt


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize(
    ("worker", "heard", "again"),
    [
        (worker_name(), timedelta(hours=9), False),
        (worker_name().rpartition(":")[0] + ":0", timedelta(), True),
        ("elsewhere:1:1", timedelta(minutes=1), False),
        ("elsewhere:1:1", timedelta(minutes=4), True),
    ],
    ids=["alive", "number-reused", "elsewhere", "elsewhere-silent"],
)
def test_only_a_lost_worker_loses_its_job(
    cast: Cast, ran: list[str], worker: str, heard: timedelta, *, again: bool
) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    _taken(job, worker, heard=heard)
    assert services.jobs_reclaim() == again
    assert services.jobs_reclaim() == 0
    job.refresh_from_db()
    assert job.state == (JobState.QUEUED if again else JobState.RUNNING)


@pytest.mark.usefixtures("queued")
def test_an_attempt_that_was_taken_over_stops(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    _taken(job, "elsewhere:1:1")
    old = JobRun(job.pk, 0, None, services._report)
    with pytest.raises(services.Cancelled):
        old.progress(1, 1)


def test_a_worker_knows_itself_and_the_dead() -> None:
    name = worker_name()
    assert is_here(name)
    assert lives(name)
    assert not lives(name.replace(f":{os.getpid()}:", ":999999999:"))
    assert len(name) <= 64


# ---------------------------------------------------------------- pages


def test_the_page_asks_again_until_it_is_done(
    cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]
) -> None:
    settings.TASKS = DATABASE
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    client, url = client_of(cast.clerk), reverse("jobs:progress", args=[job.pk])
    page = client.get(url, {"next": "/documents/1/"}).content.decode()
    assert f'hx-get="{url}?next=%2Fdocuments%2F1%2F"' in page
    services.job_run.call(str(job.pk))
    answer = client.get(url, {"next": "/documents/1/"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/documents/1/"
    elsewhere = client.get(url, {"next": "https://elsewhere.example/"}, headers={"HX-Request": "true"})
    assert "HX-Redirect" not in elsewhere
    assert "elsewhere" not in elsewhere.content.decode()


def test_a_job_is_seen_and_cancelled_by_who_started_it(
    cast: Cast, client_of: ClientOf, ran: list[str]
) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    stranger = client_of(cast.dispatcher)
    assert stranger.get(reverse("jobs:progress", args=[job.pk])).status_code == 404
    assert stranger.post(reverse("jobs:cancel", args=[job.pk])).status_code == 404
    assert client_of(cast.clerk).get(reverse("jobs:cancel", args=[job.pk])).status_code == 405
    with pytest.raises(NotFound):
        job_for(cast.clerk, uuid4())

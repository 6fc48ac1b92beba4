"""Long documents are read by a job that can be left, cancelled, killed and run again."""

from __future__ import annotations

from collections.abc import Callable
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.rooms.documents.plans import PLAN, handed_in, send, told, words

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.jobs.services import job_run, jobs_reclaim
from tiaodu.foundation.jobs.workers import worker_name
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.documents import services
from tiaodu.rooms.documents.models import Document, Statement

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _long_begins_at_ten(settings: Settings) -> None:
    settings.TIAODU_BACKGROUND_FROM = 10


@pytest.fixture
def waiting(settings: Settings) -> None:
    """Jobs wait in their queue, as they do for a worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def test_a_long_text_is_read_by_a_job(cast: Cast, client_of: ClientOf) -> None:
    answer = send(client_of(cast.clerk), text=PLAN)
    document = Document.objects.get()
    assert document.job is not None
    assert (document.job.kind, document.job.state, document.state) == ("documents.read", "done", "read")
    assert len(told(document)) == 5
    assert answer["Location"] == reverse("ledger:review", args=[document.pk])


@pytest.mark.usefixtures("waiting")
def test_the_page_shows_progress_until_it_is_read(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    answer = send(client, text=PLAN)
    document = Document.objects.get()
    page = reverse("documents:detail", args=[document.pk])
    assert answer["Location"] == page
    assert f'id="job-{document.job_id}"' in words(client.get(page))
    assert client.get(reverse("ledger:review", args=[document.pk]))["Location"] == page
    assert client.get(reverse("documents:checkup", args=[document.pk]))["Location"] == page
    with pytest.raises(Invalid, match="正在读取"):
        services.document_read_again(user=cast.clerk, document_id=document.pk)
    assert client.get(reverse("documents:breakdown", args=[document.pk, "docx"])).status_code == 422
    job_run.call(str(document.job_id))
    assert "审阅条目" in words(client.get(page))


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("where", ["read", "_keep"])
def test_a_reader_killed_in_the_middle_is_run_again_from_the_start(cast: Cast, where: str) -> None:
    document = handed_in(cast.clerk)
    job = Job.objects.get()
    DBTaskResult.objects.get().claim(worker_name().rpartition(":")[0] + ":0")  # a process that is no more
    killed = mock.patch(f"tiaodu.rooms.documents.services.reading.{where}", side_effect=SystemExit)
    with killed, pytest.raises(SystemExit):
        job_run.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, Statement.objects.count()) == (JobState.RUNNING, 0)
    assert jobs_reclaim() == 1
    job_run.call(str(job.pk))
    document.refresh_from_db()
    assert (document.state, document.readings, len(told(document))) == ("read", 1, 5)


@pytest.mark.usefixtures("waiting")
def test_a_reading_done_already_is_not_done_twice(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    for _time in range(2):
        services.document_read(user=cast.clerk, document_id=document.pk, reading=1)
    document.refresh_from_db()
    assert (document.readings, len(told(document))) == (1, 5)


@pytest.mark.usefixtures("waiting")
def test_a_cancelled_or_failed_reading_can_be_started_again(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    document = handed_in(cast.clerk)
    client.post(reverse("jobs:cancel", args=[document.job_id]))
    page = words(client.get(reverse("documents:detail", args=[document.pk])))
    assert "上一次读取没有完成" in page
    assert "重新读取" in page
    client.post(reverse("documents:readagain", args=[document.pk]))
    job_run.call(str(Job.objects.exclude(pk=document.job_id).get().pk))
    document.refresh_from_db()
    assert document.state == "read"


@pytest.mark.usefixtures("waiting")
def test_a_reader_that_breaks_leaves_the_document_as_it_was(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk)
    broken = mock.patch("tiaodu.rooms.documents.services.reading.read", side_effect=ValueError("x"))
    with broken:
        job_run.call(str(document.job_id))
    page = words(client_of(cast.clerk).get(reverse("documents:detail", args=[document.pk])))
    assert "程序错误" in page
    assert document.text in PLAN
    assert Statement.objects.count() == 0

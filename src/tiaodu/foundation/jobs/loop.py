"""The worker: takes jobs from the queue, and looks for those whose worker is gone."""

from __future__ import annotations

import os
import time
from datetime import date
from typing import Protocol

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections
from django_tasks.base import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker

from tiaodu.foundation import clock
from tiaodu.foundation.jobs.services import jobs_reclaim, nightly_start, queue_prune
from tiaodu.foundation.jobs.workers import worker_name

PAUSE = 1.0  # seconds between two looks into an empty queue
RECLAIM_EVERY = 30.0  # seconds


def make_worker() -> Worker:
    """A worker that leaves its loop when the queue is empty; signals let it finish its job first."""
    return Worker(
        queue_names=[DEFAULT_TASK_QUEUE_NAME],
        interval=PAUSE,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_name(),
        excluded_queue_names=[],
    )


def tidy() -> None:
    """What is done once at every start: sessions and queue rows long over are dropped."""
    call_command("clearsessions")
    queue_prune()


class Listener(Protocol):
    """Who is told what the worker does."""

    def ready(self) -> None:
        """It can be stopped by a signal from now on."""

    def reclaimed(self, count: int) -> None:
        """So many jobs had lost their worker and are queued again."""

    def day_turned(self, day: date, count: int) -> None:
        """A day began for which so many things are run once."""


def run(listener: Listener, *, once: bool = False, parent: int | None = None) -> None:
    """Work until stopped; ``once`` until the queue is empty; ``parent`` also until that process is gone.

    A worker that stays starts what is run once on a business day when the day turns, and when it starts.
    Several workers do no harm: of each kind there is one job a day.
    """
    if settings.TASKS["default"]["BACKEND"] != "django_tasks_db.DatabaseBackend":
        raise RuntimeError("the queue of this installation does its work at once and needs no worker")
    worker = make_worker()
    worker.configure_signals()
    listener.ready()
    tidy()
    looked, day = float("-inf"), None
    while worker.running and (parent is None or os.getppid() == parent):
        close_old_connections()
        if time.monotonic() - looked >= RECLAIM_EVERY:
            looked = time.monotonic()
            if count := jobs_reclaim():
                listener.reclaimed(count)
        if not once and day != (today := clock.default_today()):
            day = today
            listener.day_turned(day, len(nightly_start(day=day)))
        worker.run()
        if once:
            return
        if worker.running:
            time.sleep(PAUSE)

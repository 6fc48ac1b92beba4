"""``tiaodu nightly``"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tiaodu.foundation import clock
from tiaodu.foundation.jobs import loop, registry
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.jobs.services import nightly_start
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = "运行当天的每日作业，做过的不再做。Run what is run once a day; what is done is not done again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with in_use():
            day = clock.default_today()
            jobs = nightly_start(day=day, again=True)
            if any(job.is_open for job in jobs):
                loop.run(_Quiet(), once=True)
            for job in jobs:
                job.refresh_from_db()
        self.stdout.write(_summary(day, jobs))
        if failed := [job for job in jobs if job.state == JobState.FAILED]:
            raise CommandError("\n".join(f"{_title(job)}: {job.error}" for job in failed))


class _Quiet:
    """The summary says it all."""

    def ready(self) -> None: ...
    def reclaimed(self, count: int) -> None: ...
    def day_turned(self, day: date, count: int) -> None: ...


def _summary(day: date, jobs: list[Job]) -> str:
    if not jobs:
        return _("没有需要每日运行的作业。")
    told = {state: sum(job.state == state for job in jobs) for state in JobState}
    words = [f"{state.label} {told[state]}" for state in JobState if told[state]]
    return _("%(day)s 的每日作业：%(states)s。") % {"day": day, "states": "、".join(words)}


def _title(job: Job) -> str:
    known = registry.handled(job.kind)
    return str((known and known.title) or job.kind)

"""Runs of counties in the background: when somebody asks, and when the day turns."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.jobs.registry import handler, nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.scope import alive
from tiaodu.rooms.outlook.services.replay import outlook_replay
from tiaodu.rooms.outlook.services.runs import outlook_run


@handler("outlook.run", title=_("研判"), repeatable=True, place=lambda _arguments: reverse("outlook:list"))
def run_county(job: JobRun, *, region: int, day: str) -> None:
    """One county on one day."""
    outlook_run(
        region=Region.objects.get(pk=region),
        as_of=date.fromisoformat(day),
        user=job.user,
        report=job.progress,
    )


@handler(
    "outlook.replay", title=_("回放一年"), repeatable=True, place=lambda _arguments: reverse("outlook:scores")
)
def replay_year(job: JobRun, *, region: int, year: int, until: str) -> None:
    """One county, every month of a year up to the day somebody asked on."""
    with clock.as_of(date.fromisoformat(until)):
        outlook_replay(region=Region.objects.get(pk=region), year=year, user=job.user, report=job.progress)


@nightly("outlook.nightly", title=_("每日研判"))
def run_every(job: JobRun, day: date) -> None:
    """Every county that has tasks."""
    regions = list(Region.objects.filter(pk__in=Task.objects.filter(alive(day)).values("region")))
    for done, region in enumerate(regions):
        job.progress(done, len(regions), region.name)
        outlook_run(region=region, as_of=day)

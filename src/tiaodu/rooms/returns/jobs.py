"""What is done when the day turns: returns are opened, missing ones are asked for."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.jobs.registry import nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.services.opening import returns_open
from tiaodu.rooms.returns.services.reminding import returns_remind


@nightly("returns.open", title=_("开出到期的报表"))
def open_returns(job: JobRun, day: date) -> None:
    """Open the returns of every county whose period is over."""
    counties = list(Region.objects.filter(level="county"))
    for done, region in enumerate(counties, start=1):
        returns_open(region=region, day=day)
        job.progress(done, len(counties))


@nightly("returns.remind", title=_("催报没有报的报表"))
def remind_of_returns(job: JobRun, day: date) -> None:
    """Ask for the returns that are past their last day, rung by rung, each once."""
    counties = list(Region.objects.filter(level="county"))
    for done, region in enumerate(counties, start=1):
        returns_remind(region=region, day=day)
        job.progress(done, len(counties))

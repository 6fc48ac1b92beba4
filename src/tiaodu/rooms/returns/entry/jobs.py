"""Chances are worked out and kept when the day turns."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.jobs.registry import nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.rooms.returns.entry.services import outlooks_keep


@nightly("returns.entry_outlooks", title=_("入规入统测算"))
def keep_outlooks(job: JobRun, day: date) -> None:
    """Keep the outlooks of every region that has units; one that lacks a table is passed over."""
    regions = list(Region.objects.filter(pk__in=EntryUnit.objects.values("region")))
    for done, region in enumerate(regions, start=1):
        try:
            outlooks_keep(region=region, day=clock.today())
        except Blocked as blocked:
            job.progress(done, len(regions), str(blocked.message))
        else:
            job.progress(done, len(regions))

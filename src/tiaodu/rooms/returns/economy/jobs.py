"""Months are closed as a job, and closed again by night when a late figure has touched them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.jobs.registry import handler, nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.economy.selectors import months_to_close
from tiaodu.rooms.returns.economy.services import KIND, closing_run


def _place(arguments: Mapping[str, Any]) -> str:
    return f"{reverse('returns:economy')}?month={arguments['month']}"


@handler(KIND, title=_("月结：审核和汇总"), repeatable=True, place=_place)
def close_month(job: JobRun, *, region_id: int, month: str) -> None:
    """Close a month that a person asked for."""
    region = Region.objects.get(pk=region_id)
    closing_run(region=region, month=Period.parse(month), run=f"job {job.id}", progress=job.progress)


@nightly("returns.close_months", title=_("月结到期的月份"))
def close_months(job: JobRun, day: date) -> None:
    """Close every month that is over and not closed, or that a later figure has touched."""
    todo = [
        (region, month)
        for region in Region.objects.filter(level="county")
        for month in months_to_close(region)
    ]
    for done, (region, month) in enumerate(todo):
        job.progress(done, len(todo), f"{region} {month}")
        closing_run(region=region, month=month, run=f"night {job.id} {region.code} {month}")
    job.progress(len(todo), len(todo))

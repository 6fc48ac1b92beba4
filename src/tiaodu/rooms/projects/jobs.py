"""Forecasts are made and kept when the day turns."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.jobs.registry import nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.rows import rows_of
from tiaodu.rooms.projects.services.outlooks import outlooks_keep


@nightly("projects.outlooks", title=_("项目进度研判"))
def keep_outlooks(job: JobRun, day: date) -> None:
    """Forecast every project that has not ended; the same inputs are kept once."""
    with clock.as_of(day):
        rows = rows_of(Project.objects.filter(ended_on=None, created_on__lte=day), day)
        made = outlooks_keep(rows)
    job.progress(len(rows), len(rows), str(made))

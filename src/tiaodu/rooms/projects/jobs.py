"""Forecasts are made and kept when the day turns."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.jobs.registry import nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.rooms.projects.services.outlooks import outlooks_keep_all


@nightly("projects.outlooks", title=_("项目进度研判"))
def keep_outlooks(job: JobRun, day: date) -> None:
    """Forecast every project that is neither ended nor finished; the same inputs are kept once."""
    projects, made = outlooks_keep_all(day)
    job.progress(projects, projects, str(made))

"""What the probe does once a day: only where a test asks for it."""

from __future__ import annotations

import sys
from datetime import date

from django.conf import settings

from tiaodu.foundation.jobs.registry import nightly
from tiaodu.foundation.jobs.run import JobRun


@nightly("probe.night", title="探针的每日作业")
def night(job: JobRun, day: date) -> None:
    if (settings.DATA / "broken").exists():
        raise ValueError("of the night")
    with (settings.DATA / "nights").open("a", encoding="utf-8") as file:
        file.write(f"{day}\n")
    sys.stdout.write(f"night {day}\n")
    sys.stdout.flush()

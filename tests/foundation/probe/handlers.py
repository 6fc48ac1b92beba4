"""A job that never ends the first time, so that its worker can be killed in the middle of it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from tiaodu.foundation.jobs.registry import handler
from tiaodu.foundation.jobs.run import JobRun


@handler("probe.stuck_once")
def stuck_once(job: JobRun, *, note: str) -> None:
    job.progress(1, 2, "half")
    if job.attempt == 1:
        sys.stdout.write("half\n")
        sys.stdout.flush()
        signal.pause()
    with Path(note).open("a", encoding="utf-8") as file:
        file.write(f"attempt {job.attempt}\n")


@handler("probe.always_stuck")
def always_stuck(job: JobRun) -> None:
    sys.stdout.write("half\n")
    sys.stdout.flush()
    signal.pause()


@handler("probe.failing")
def failing(job: JobRun) -> None:
    raise ValueError("of the probe")

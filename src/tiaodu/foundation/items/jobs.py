"""Items are brought up to the day when the day turns."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.items.services.nightly import items_nightly
from tiaodu.foundation.jobs.registry import JobRun, nightly


@nightly("items.nightly", title=_("事项期限重算和逾期提级"))
def bring_up_to_date(job: JobRun, day: date) -> None:
    """Recompute dues and climb ladders; run again it writes nothing twice.

    A night that is tried again on a later day is not gone back to: what it writes is known on the day it is
    written, or a day that people have looked at would change behind them. The rungs say themselves on which
    day they were reached.
    """
    done = items_nightly()
    job.progress(1, 1, f"{done.recomputed} / {done.escalated}")

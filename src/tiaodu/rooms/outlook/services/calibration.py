"""Correcting the chances of a run by what came of earlier ones, as known on its day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from tiaodu.engine.outlook.scoring import Recalibration, Refused, recalibrate
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table_or_none
from tiaodu.rooms.outlook.models import Outlook
from tiaodu.rooms.outlook.selectors.scores import scored, scores_of_region

TABLE = "outlook.calibration"
Calibration = Recalibration | Refused


def calibration_of(region: Region, day: date) -> Calibration:
    """What outlooks told before ``day`` and decided by then teach; Refused where they are too few, and where
    the county has switched the table off (``no_table``).
    """
    rules = table_or_none(TABLE, region=region, day=day)
    if rules is None:
        return Refused("no_table", 0, 0)
    since = _years_before(day, rules.value("years"))
    rows = [row for row in scores_of_region(region, day) if row.told.outlook.run.as_of >= since]
    return recalibrate(
        scored(rows, raw=True), fewest=rules.value("fewest"), fewest_each=rules.value("fewest_each")
    )


def calibrate(outlooks: Iterable[Outlook], found: Calibration) -> None:
    """Put the corrected chance beside the chance of each outlook that has one."""
    if isinstance(found, Refused):
        return
    for each in outlooks:
        if each.chance is not None:
            each.calibrated = found(each.chance)


def digest_with(digest: str, found: Calibration) -> str:
    """The digest of a run's inputs with what corrects it; the same where nothing does."""
    if isinstance(found, Refused):
        return digest
    return hashlib.sha256(f"{digest} {found.shift!r} {found.slope!r}".encode()).hexdigest()


def kept_as(found: Calibration) -> dict[str, Any]:
    """As a run keeps it."""
    return asdict(found)


def _years_before(day: date, years: int) -> date:
    # 29 February has its like only in leap years.
    return date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)

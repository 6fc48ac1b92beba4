"""What corrects the chances shown on a day: that of the run whose outlooks are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tiaodu.engine.outlook.scoring import Recalibration
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.outlook.models import Run


def correction_shown(region: Region, day: date) -> Recalibration | None:
    """The correction of the newest run of ``region`` up to ``day``; None where it corrected nothing."""
    run = Run.objects.filter(region=region, as_of__lte=day).only("calibration").first()
    return correction_kept(run.calibration) if run is not None else None


def correction_kept(kept: Mapping[str, Any] | None) -> Recalibration | None:
    """A correction as a run keeps it."""
    return Recalibration(**kept) if kept and "slope" in kept else None

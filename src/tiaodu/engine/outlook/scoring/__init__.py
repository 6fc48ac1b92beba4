"""Outlooks against what came: proper scores, reliability with counts, summaries by group, recalibration."""

from tiaodu.engine.outlook.scoring.recalibration import Recalibration, Refused, recalibrate
from tiaodu.engine.outlook.scoring.reliability import Bin, Judged, parts, reliability, wilson
from tiaodu.engine.outlook.scoring.scores import (
    brier,
    crps,
    crps_normal,
    interval_score,
    log_score,
    pinball,
)
from tiaodu.engine.outlook.scoring.summary import (
    Ranged,
    Ranges,
    Scored,
    Summary,
    TooFew,
    by_group,
    summarise,
    summarise_ranges,
)

__all__ = [
    "Bin",
    "Judged",
    "Ranged",
    "Ranges",
    "Recalibration",
    "Refused",
    "Scored",
    "Summary",
    "TooFew",
    "brier",
    "by_group",
    "crps",
    "crps_normal",
    "interval_score",
    "log_score",
    "parts",
    "pinball",
    "recalibrate",
    "reliability",
    "summarise",
    "summarise_ranges",
    "wilson",
]

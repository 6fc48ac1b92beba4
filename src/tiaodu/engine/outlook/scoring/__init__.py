"""Outlooks against what came: outcomes, proper scores, reliability with counts, summaries by group,
recalibration.
"""

from tiaodu.engine.outlook.scoring.outcomes import DECIDED, Asked, Outcome, State, Told, counted, outcome
from tiaodu.engine.outlook.scoring.recalibration import Recalibration, Refused, recalibrate
from tiaodu.engine.outlook.scoring.reliability import Bin, Judged, parts, reliability, share_interval, wilson
from tiaodu.engine.outlook.scoring.scores import (
    brier,
    crps,
    crps_normal,
    interval_score,
    log_score,
    pinball,
)
from tiaodu.engine.outlook.scoring.summary import (
    FEWEST,
    Ranged,
    Ranges,
    Scored,
    Summary,
    TooFew,
    by_group,
    plain_rule,
    summarise,
    summarise_ranges,
)

__all__ = [
    "DECIDED",
    "FEWEST",
    "Asked",
    "Bin",
    "Judged",
    "Outcome",
    "Ranged",
    "Ranges",
    "Recalibration",
    "Refused",
    "Scored",
    "State",
    "Summary",
    "Told",
    "TooFew",
    "brier",
    "by_group",
    "counted",
    "crps",
    "crps_normal",
    "interval_score",
    "log_score",
    "outcome",
    "parts",
    "pinball",
    "plain_rule",
    "recalibrate",
    "reliability",
    "share_interval",
    "summarise",
    "summarise_ranges",
    "wilson",
]

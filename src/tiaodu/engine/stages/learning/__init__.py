"""Durations learned from a county's own record and a shipped reference class; see docs/engine/stages.md,
Learning.
"""

from tiaodu.engine.stages.learning.learn import learn
from tiaodu.engine.stages.learning.learned import Learned
from tiaodu.engine.stages.learning.reasons import DurationReason
from tiaodu.engine.stages.learning.records import StepRecord, records_of
from tiaodu.engine.stages.learning.settings import Settings, load_reference, load_settings
from tiaodu.engine.stages.learning.taken import Taken, taken

__all__ = [
    "DurationReason",
    "Learned",
    "Settings",
    "StepRecord",
    "Taken",
    "learn",
    "load_reference",
    "load_settings",
    "records_of",
    "taken",
]

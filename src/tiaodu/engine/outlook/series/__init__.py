"""Yearly totals of monthly flows: foretold from their own months, with ranges that hold what they promise.

``forecast`` and ``forecast_many`` answer with a :class:`YearOutlook`, or with :class:`NothingBehind` where
nothing carries a figure.
"""

from tiaodu.engine.outlook.series.answer import Basis, Chance, MonthRange, NothingBehind, Reason, YearOutlook
from tiaodu.engine.outlook.series.figures import Figure
from tiaodu.engine.outlook.series.outlook import Reference, forecast, forecast_many, scenarios
from tiaodu.engine.outlook.series.pooled import Pooled, load_pooled

__all__ = [
    "Basis",
    "Chance",
    "Figure",
    "MonthRange",
    "NothingBehind",
    "Pooled",
    "Reason",
    "Reference",
    "YearOutlook",
    "forecast",
    "forecast_many",
    "load_pooled",
    "scenarios",
]

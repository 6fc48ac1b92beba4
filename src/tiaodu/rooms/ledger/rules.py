"""The rules this installation judges by: thresholds, likeness and the working calendar."""

from __future__ import annotations

from datetime import date

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.ledger.early import EarlyRule, early_rules
from tiaodu.engine.ledger.likeness import Rules, load_rules
from tiaodu.engine.ledger.rollup import load_overlapping
from tiaodu.engine.ledger.standing import Thresholds
from tiaodu.engine.ledger.wording import ledger_data
from tiaodu.foundation.calendar import selectors as calendar
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table


def thresholds(region: Region, day: date) -> Thresholds:
    """When a task of the region is due soon or unreported on ``day``, from the table ``ledger.standing``."""
    return Thresholds(**table("ledger.standing", region=region, day=day).body)


def early(region: Region, day: date) -> tuple[EarlyRule, ...]:
    """When a promise of the region falls due before its day, from the table ``ledger.early``."""
    return early_rules(table("ledger.early", region=region, day=day).rows)


def likeness_rules() -> Rules:
    """When two phrases tell the same promise, from data/ledger/matching.yaml."""
    return load_rules(ledger_data("matching.yaml"))


def working_calendar(region: Region, day: date) -> WorkingCalendar:
    """The working days of the region as they were known on ``day``."""
    return calendar.working_calendar(region, day)


def overlapping() -> tuple[str, ...]:
    """Measures whose counts may overlap, from data/ledger/rollup.yaml."""
    return load_overlapping(ledger_data("rollup.yaml"))

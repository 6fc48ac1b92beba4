"""What the probe shows and offers, registered as a room registers it."""

from __future__ import annotations

from datetime import date

from tiaodu.engine.kernel.offers import About, Alert, Audience, Driver, Intervention, Severity
from tiaodu.foundation import slots
from tiaodu.foundation.registry.models import Region

ABOUT = About("probe.thing", "1", "探针", "/")


def probe_alerts(*, region: Region, as_of: date) -> list[Alert]:
    audience = Audience("ledger.read")
    return [
        Alert("probe.late:1", "probe", Severity.RED, "探针", "逾期", "", ABOUT, as_of, region.code, audience)
    ]


def probe_drivers(*, region: Region, as_of: date) -> list[Driver]:
    return [Driver("probe:tax", "probe", "税收", "元")]


def probe_interventions(*, region: Region, as_of: date) -> list[Intervention]:
    return [Intervention("probe.act:1", "probe", "探针", "", ABOUT, moves=("probe:tax",))]


def register() -> None:
    slots.alerts(probe_alerts)
    slots.drivers(probe_drivers)
    slots.interventions(probe_interventions)
    slots.panel("probe.thing", "probe", "探针", "home", "signed_in")

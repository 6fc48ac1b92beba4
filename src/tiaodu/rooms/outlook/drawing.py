"""The draws of outlooks: one seed for all counties, names kept apart by county."""

from __future__ import annotations

from tiaodu.engine.kernel.draws import Draws
from tiaodu.foundation.registry.models import Region

SEED, SCENARIOS = 1, 10_000


def draws_of(region: Region, seed: int = SEED, scenarios: int = SCENARIOS) -> Draws:
    """The draws of a county: the same in its runs, its what-ifs and in what acts are worth."""
    return Draws(seed, scenarios).within(f"outlook {region.code}")

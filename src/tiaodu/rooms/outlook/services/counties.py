"""The runs of many counties, by the code of one: a province, or the whole country."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tiaodu.foundation.jobs.spread import Inside, Spread
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.outlook.models import Run
from tiaodu.rooms.outlook.services.runs import SCENARIOS, SEED, outlook_run

Key = tuple[int, str, int, int]  # region, day, seed, scenarios
Told = tuple[int | None, bool, str]  # run, whether it is new, why there is none


@dataclass(frozen=True, slots=True)
class CountyRan:
    """The run of a county, or the words of its refusal."""

    region: Region
    run: Run | None
    new: bool
    refusal: str = ""


def outlooks_run(
    *,
    regions: Sequence[Region],
    as_of: date,
    spread: Spread[Key, Told],
    seed: int = SEED,
    scenarios: int = SCENARIOS,
) -> Iterator[CountyRan]:
    """Runs of ``regions`` in their order, by the product itself. A county that is refused stops no other.

    Numbers depend on the county, the day and the seed alone, not on who made them; a county that is run
    twice because a worker was lost has one run.
    """
    keys = [(region.pk, as_of.isoformat(), seed, scenarios) for region in regions]
    told = spread(Inside(__name__, run_one.__name__), keys)
    for region, (run, new, refusal) in zip(regions, told, strict=True):
        yield CountyRan(region, Run.objects.get(pk=run) if run else None, new, refusal)


def run_one(key: Key) -> Told:
    """One county, in the process of a worker."""
    pk, day, seed, scenarios = key
    region = Region.objects.get(pk=pk)
    try:
        ran = outlook_run(region=region, as_of=date.fromisoformat(day), seed=seed, scenarios=scenarios)
    except Refusal as refusal:
        return None, False, str(refusal.message)
    return ran.run.pk, ran.new, ""

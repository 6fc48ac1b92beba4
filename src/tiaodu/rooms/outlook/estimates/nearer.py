"""Who was nearer to what came: what people thought together, or the outlook, on the days of the outlooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from tiaodu.engine.outlook.rounds import deviation, load_rules, standard_error
from tiaodu.engine.outlook.scoring import FEWEST
from tiaodu.foundation import clock
from tiaodu.rooms.outlook.estimates.pooling import Course, final, least_spread, pools_by
from tiaodu.rooms.outlook.selectors.scores import ScoreRow


@dataclass(frozen=True, slots=True)
class Nearer:
    """Over promises that had both and whose figure or day is known: how often each was nearer, and the mean
    distance of each in standard deviations of the outlook. ``few``: to be read with care.
    """

    promises: int
    forecasts: int
    people: int
    outlook: int
    people_off: float
    outlook_off: float

    @property
    def few(self) -> bool:
        return self.promises < FEWEST

    @property
    def even(self) -> int:
        return self.promises - self.people - self.outlook


def nearer_of(rows: Iterable[ScoreRow], day: date | None = None) -> Nearer | None:
    """What the outlooks that count say beside the pool as it was shown on their days; each promise weighs the
    same. None where no promise has both.
    """
    every = list(rows)
    courses = pools_by((row.told.outlook for row in every), day or clock.today())
    by: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in every:
        if (found := _off(row, courses.get(row.pk))) is not None:
            by[row.about].append(found)
    if not by:
        return None
    means = [(fmean(people for people, _o in each), fmean(own for _p, own in each)) for each in by.values()]
    return Nearer(
        len(by),
        sum(map(len, by.values())),
        sum(people < own for people, own in means),
        sum(own < people for people, own in means),
        fmean(people for people, _own in means),
        fmean(own for _people, own in means),
    )


def _off(row: ScoreRow, course: Course | None) -> tuple[float, float] | None:
    """How far the pool and the outlook of one day were off, in standard deviations."""
    told, came = row.told.outlook, final(row.outcome)
    if came is None or told.p10 is None or told.p50 is None or told.p90 is None:
        return None
    pooled = course.on(told.run.as_of) if course is not None else None
    if pooled is None:
        return None
    rules = load_rules()
    least = least_spread(None if told.milestone_id else told.target, rules)
    spread = deviation(told.p10, told.p90, least)
    people, own = (
        standard_error(each, came[0], spread, rules.most_error) for each in (pooled.value, told.p50)
    )
    return abs(people), abs(own)

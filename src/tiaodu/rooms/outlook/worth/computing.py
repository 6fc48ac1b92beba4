"""What each act that could be decided would bring to each promise, on the draws of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from django.utils import translation

from tiaodu.engine.kernel.datafile import Integer, load_datafile, with_head
from tiaodu.engine.kernel.offers import Intervention
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.model import Dates
from tiaodu.engine.outlook.months import month_of, month_period
from tiaodu.engine.outlook.narrowing import narrowing
from tiaodu.engine.outlook.result import Values
from tiaodu.engine.outlook.whatif import Case, Gain, Told, changed
from tiaodu.rooms.outlook.models import Worth
from tiaodu.rooms.outlook.what_if.base import Base
from tiaodu.rooms.outlook.what_if.lines import Line

LANGUAGES = ("zh", "en")
_SHAPE = with_head(dict.fromkeys(("least_points", "least_range", "least_narrower"), Integer(0, 100)))
WORSE = frozenset({"<", "<="})  # promises that more of the figure breaks


@dataclass(frozen=True)
class Found:
    """One act and what it would bring to one line."""

    line: Line
    worth: Worth


def worths_of(base: Base, offers: Iterable[Intervention]) -> list[Found]:
    """What ``offers`` would bring to the promises of ``base``: only what can be told from chance, and only
    what helps.
    """
    promises = [line for line in base.lines if line.asked is not None]
    found: list[Found] = []
    for offer in offers:
        if offer.tells:
            found += _narrowed(base, offer, promises)
        elif offer.relieves or offer.steps:
            found += _gained(base, offer, promises)
    return found


def _gained(base: Base, offer: Intervention, promises: Sequence[Line]) -> Iterator[Found]:
    made = _with(base, offer)
    if made is None:
        return
    case, touched = made
    lines = [line for line in promises if base.hangs_on(line, touched)]
    if not lines:
        return
    after = base.values_in(case, lines, base.run(case, lines))
    for line in lines:
        gain = base.gain(line, after[line.name])
        if gain is not None and gain.told_apart and _helps(line, gain) and _matters(base, line, gain):
            yield Found(line, _worth(offer, _gain_fields(line, gain)))


def _with(base: Base, offer: Intervention) -> tuple[Case, set[str]] | None:
    """The county with the act done, and the nodes and dates it touches; None where it touches nothing."""
    nodes, first = base.case.tree.nodes, month_of(base.day)
    relieved = [key for key in offer.relieves if key in nodes]
    followed = [key for key in offer.steps if key in base.case.inputs.dates]
    if not relieved and not (followed and _watched(base, followed)):
        return None
    months = {month: 1.0 for month in base.months if month >= first}
    case = changed(base.case, *(Told(key, months) for key in relieved))
    if followed and offer.dates is not None:
        drawn = offer.dates()
        moved = {key: Dates(*drawn[key]) for key in followed if key in drawn}
        case = replace(case, inputs=replace(case.inputs, dates={**case.inputs.dates, **moved}))
    return case, {*relieved, *followed}


def _watched(base: Base, keys: Sequence[str]) -> bool:
    """Whether a promise hangs on one of these steps, so that their days are worth drawing."""
    return any(line.asked is not None and base.hangs_on(line, keys) for line in base.lines)


def _helps(line: Line, gain: Gain) -> bool:
    """Whether an act brings the promise nearer: in chance, or where that does not move in its figure."""
    if gain.chance:
        return gain.chance > 0
    less = line.asked is not None and line.asked[0] in WORSE
    return gain.mean < 0 if less else gain.mean > 0


@lru_cache(maxsize=1)
def least() -> Mapping[str, int]:
    """The values of data/outlook/worth.yaml."""
    place = resources.files("tiaodu.data").joinpath("outlook", "worth.yaml")
    found: dict[str, int] = load_datafile(Path(str(place)), _SHAPE)
    return found


def _matters(base: Base, line: Line, gain: Gain) -> bool:
    """Whether an act brings enough to be worth a line."""
    low, _middle, high = base.values[line.name].quantiles()
    points = abs(gain.chance or 0.0) * 100
    return (
        points >= least()["least_points"] or abs(gain.mean) * 100 >= least()["least_range"] * (high - low) > 0
    )


def _narrowed(base: Base, offer: Intervention, promises: Sequence[Line]) -> Iterator[Found]:
    key = offer.tells[0][0]
    months = sorted(month_of(month) for series, month in offer.tells if series == key)
    if key not in base.case.tree.nodes or not all(month in base.months for month in months):
        return
    lines = [line for line in promises if not line.is_day and base.hangs_on(line, {key})]
    result = base.run(base.case, lines, [key]) if lines else None
    if result is None:
        return
    period = Period(month_period(months[0]).start, month_period(months[-1]).end)
    told: Values = result.over(key, period)
    for line in lines:
        found = narrowing(base.values[line.name], told)
        if found is not None and found.sure and found.share * 100 >= least()["least_narrower"]:
            fields = {"narrower": found.share, "narrower_error": found.error}
            yield Found(line, _worth(offer, fields))


def _gain_fields(line: Line, gain: Gain) -> dict[str, Any]:
    return {
        "mean": gain.mean / line.factor,
        "mean_error": gain.mean_error / abs(line.factor),
        "chance": gain.chance,
        "chance_error": gain.chance_error,
    }


def _worth(offer: Intervention, fields: dict[str, Any]) -> Worth:
    return Worth(
        key=offer.key,
        kind=_kind(offer),
        words=_words(offer),
        url=offer.about.url,
        decides=offer.decides,
        by=offer.by,
        **fields,
    )


def _kind(offer: Intervention) -> Worth.Kind:
    if offer.tells:
        return Worth.Kind.REPORT
    if offer.steps:
        return Worth.Kind.STEP
    return Worth.Kind.STOPS if offer.relieves else Worth.Kind.ACT


def _words(offer: Intervention) -> dict[str, dict[str, str]]:
    found = {}
    for language in LANGUAGES:
        with translation.override("en" if language == "en" else "zh-hans"):
            found[language] = {"title": str(offer.title), "reason": str(offer.reason)}
    return found

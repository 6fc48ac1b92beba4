"""Prior strengths of the learner, its words, and the shipped reference class, from their data files.

>>> settings = load_settings()
>>> settings.spreads["project"].sd
0.25
>>> sorted({case.kind for case in load_reference()})
['plant_building', 'pumped_prefeasibility']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    Flag,
    Integer,
    ListOf,
    MappingOf,
    Number,
    Record,
    Text,
    load_datafile,
    with_head,
)
from tiaodu.engine.stages.learning.mixed import Spread
from tiaodu.engine.stages.learning.records import StepRecord
from tiaodu.engine.stages.learning.traits import Held, TraitPriors
from tiaodu.engine.stages.learning.whole import WholeSettings
from tiaodu.engine.stages.model import UNSURE, Label, Unit
from tiaodu.engine.stages.words import CODE, LABEL, label, stages_data

TERMS = ("all", "stage", "kind", "template", "length", "department", "project", "step")
TRAITS = ("surface", "line", "group", "rest", "reach", "slope")
_SETTINGS = with_head(
    {
        "spreads": MappingOf(Record({"sd": Number(), "weight": Number(), "why": Text()}), key=Choice(TERMS)),
        "class_weight": Number(),
        "shared_part": Number(),
        "working_part": Number(),
        "least_days": Number(),
        "shape_weight": Number(),
        "idle_weight": Number(),
        "traits": MappingOf(
            Record({"middle": Number(), "stray": Number(), "why": Text()}), key=Choice(TRAITS)
        ),
        "projects_least": Integer(4, 1000),
        "trees": Integer(1, 1000),
        "leaf": Integer(1, 100),
        "like_weight": Number(),
        "words": MappingOf(LABEL, key=CODE),
    }
)
_CASES = with_head(
    {
        "cases": ListOf(
            Record(
                {
                    "kind": CODE,
                    "stage": CODE,
                    "project": Text(),
                    "days": Integer(0, 20000),
                    "unit": Choice([unit.value for unit in Unit]),
                    "finished": Flag(),
                    "note": LABEL,
                    "source": Text(),
                    "confidence": Choice(CONFIDENCES),
                },
                {"planned": Integer(1, 20000), "template": CODE, "department": CODE},
            )
        )
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How strongly the learner holds on to what it takes before it has seen a county's record.

    ``spreads``: of the model's terms. ``shared_part``: of a step's variance, the part that is taken as the
    project's while no project has two steps. ``working_part``: working days in a calendar day.
    ``least_days``: a shorter time counts as this. ``shape_weight``, ``idle_weight``: observations that the
    normal shape, or the idle days of all kinds, count as. ``pieces``: bends of a smooth effect.
    """

    spreads: Mapping[str, Spread]
    class_weight: float
    shared_part: float
    working_part: float
    least_days: float
    shape_weight: float
    idle_weight: float
    whole: WholeSettings
    words: Mapping[str, Label]


@lru_cache(maxsize=4)
def load_settings(path: Path | None = None) -> Settings:
    """The settings of ``path``, or of the package. Raises DataFileError when it has another shape."""
    raw: dict[str, Any] = load_datafile(path or stages_data("learning.yaml"), _SETTINGS)
    numbers = ("class_weight", "shared_part", "working_part", "least_days", "shape_weight", "idle_weight")
    return Settings(
        spreads={
            name: Spread(float(each["sd"]), float(each["weight"])) for name, each in raw["spreads"].items()
        },
        whole=_whole(raw),
        words={code: label(each) for code, each in raw["words"].items()},
        **{name: float(raw[name]) for name in numbers},
    )


def _whole(raw: Mapping[str, Any]) -> WholeSettings:
    held = {name: Held(float(each["middle"]), float(each["stray"])) for name, each in raw["traits"].items()}
    priors = TraitPriors(**held, constant=float(raw["spreads"]["all"]["sd"]))
    return WholeSettings(priors, raw["projects_least"], raw["trees"], raw["leaf"], float(raw["like_weight"]))


@lru_cache(maxsize=4)
def load_reference(path: Path | None = None, *, confirmed: bool = False) -> tuple[StepRecord, ...]:
    """The published cases; those only remembered unsurely where they are ``confirmed``."""
    raw: dict[str, Any] = load_datafile(path or stages_data("reference.yaml"), _CASES)
    return tuple(_case(each) for each in raw["cases"] if each["confidence"] != UNSURE or confirmed)


def _case(raw: Mapping[str, Any]) -> StepRecord:
    return StepRecord(
        kind=raw["kind"],
        days=float(raw["days"]),
        unit=Unit(raw["unit"]),
        project=raw["project"],
        finished=raw["finished"],
        planned=float(raw["planned"]) if "planned" in raw else None,
        stage=raw["stage"],
        template=raw.get("template", ""),
        department=raw.get("department", ""),
        source=raw["source"],
        confidence=raw["confidence"],
    )

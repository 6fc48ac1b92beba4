"""The closed lists of data/stages/words.yaml: stages, actors, waiting states, pauses, and the text of
findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    ListOf,
    MappingOf,
    Record,
    Shape,
    Text,
    load_datafile,
    with_head,
)
from tiaodu.engine.stages.model import Label

CODE = Text(r"[a-z][a-z0-9_]*")
LABEL = Record({"zh": Text(), "en": Text()})
LEVELS = ("developer", "county", "city", "province", "nation", "court", "grid", "institute")
_BASED: Mapping[str, Shape] = {
    "zh": Text(),
    "en": Text(),
    "source": Text(),
    "confidence": Choice(CONFIDENCES),
}
_SHAPE = with_head(
    {
        "stages": MappingOf(LABEL, key=CODE),
        "actors": MappingOf(
            Record({"zh": Text(), "en": Text(), "level": Choice(LEVELS)}, {"department": CODE}), key=CODE
        ),
        "waits": MappingOf(Record({**_BASED, "outside": ListOf(Choice(LEVELS))}), key=CODE),
        "pauses": MappingOf(Record(_BASED), key=CODE),
        "skips": MappingOf(LABEL, key=CODE),
        "flaws": MappingOf(LABEL, key=CODE),
        "findings": MappingOf(LABEL, key=CODE),
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does or decides a step; ``department`` is the county department's code where it is one."""

    code: str
    name: Label
    level: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to wait or to stop the clock, with its legal source."""

    code: str
    name: Label
    source: str
    confidence: str
    outside: tuple[str, ...] = ()  # levels that are waited for


@dataclass(frozen=True, slots=True)
class Words:
    """The closed lists; ``stages`` in their order."""

    stages: Mapping[str, Label]
    actors: Mapping[str, Actor]
    waits: Mapping[str, Reason]
    pauses: Mapping[str, Reason]
    skips: Mapping[str, Label]
    flaws: Mapping[str, Label]
    findings: Mapping[str, Label]

    def tell(self, code: str, params: Mapping[str, object], language: str = "zh") -> str:
        """The text of a flaw or finding in ``language``, its parameters filled in."""
        label = self.flaws.get(code) or self.findings[code]
        return (label.en if language == "en" else label.zh).format(**params)


def label(raw: Mapping[str, Any]) -> Label:
    """A name from its two fields."""
    return Label(raw["zh"], raw["en"])


def _labels(raw: Mapping[str, Any]) -> dict[str, Label]:
    return {code: label(each) for code, each in raw.items()}


def _reasons(raw: Mapping[str, Any]) -> dict[str, Reason]:
    return {
        code: Reason(code, label(each), each["source"], each["confidence"], tuple(each.get("outside", ())))
        for code, each in raw.items()
    }


@cache
def stages_data(name: str) -> Path:
    """Where the data file ``name`` of the stage networks lies."""
    return Path(str(files("tiaodu.data").joinpath("stages", name)))


@lru_cache(maxsize=4)
def load_words(path: Path | None = None) -> Words:
    """The closed lists of ``path``, or of the package. Raises DataFileError when it has another shape."""
    raw: dict[str, Any] = load_datafile(path or stages_data("words.yaml"), _SHAPE)
    actors = {
        code: Actor(code, label(each), each["level"], each.get("department", ""))
        for code, each in raw["actors"].items()
    }
    return Words(
        stages=_labels(raw["stages"]),
        actors=actors,
        waits=_reasons(raw["waits"]),
        pauses=_reasons(raw["pauses"]),
        skips=_labels(raw["skips"]),
        flaws=_labels(raw["flaws"]),
        findings=_labels(raw["findings"]),
    )

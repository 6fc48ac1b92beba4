"""Read a template of a stage network from its data file.

>>> from tiaodu.engine.stages.words import stages_data
>>> template = load_template(stages_data("generic.yaml"))
>>> template.by_code["G03"].needs
('G02',)
>>> template.by_code["G02"].limit(LimitKind.LAW).days
20
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    Flag,
    Integer,
    ListOf,
    Record,
    Shape,
    Text,
    load_datafile,
    parse_datafile,
    with_head,
)
from tiaodu.engine.stages.checks import Flaw, check
from tiaodu.engine.stages.model import Condition, Label, Lapse, Limit, LimitKind, Range, Step, Template, Unit
from tiaodu.engine.stages.words import CODE, LABEL, Words, label, load_words, stages_data

STEP_CODE = Text(r"[A-Z]{1,3}\d{1,3}[a-z]?")
MOST_DAYS = 7320  # twenty years: beyond it a limit is a slip of the pen
MOST_MONTHS = 240
_DAYS = Integer(0, MOST_DAYS)
_TOLD: Mapping[str, Shape] = {"source": Text(), "confidence": Choice(CONFIDENCES)}
_UNIT = Choice([unit.value for unit in Unit])
_CODES = ListOf(STEP_CODE, empty=True)
_LABELS = ListOf(LABEL, empty=True)
_LIMIT = Record(
    {"kind": Choice([kind.value for kind in LimitKind]), "days": _DAYS, "unit": _UNIT, **_TOLD},
    {"extension": _DAYS},
)
_RANGE = Record({"low": _DAYS, "likely": _DAYS, "high": _DAYS, "unit": _UNIT, **_TOLD})
_STEP = Record(
    {"code": STEP_CODE, "name": LABEL, "stage": CODE, "by": CODE},
    {
        "kind": CODE,
        "after": _CODES,
        "gates": _CODES,
        "limits": ListOf(_LIMIT),
        "usual": _RANGE,
        "pauses": ListOf(CODE),
        "waits": ListOf(CODE),
        "documents": _LABELS,
        "proof": _LABELS,
        "lapse": Record({"months": Integer(1, MOST_MONTHS), "before": STEP_CODE, **_TOLD}),
        "when": LABEL,
        "assumed": Flag(),
        "choice": CODE,
        "milestone": Flag(),
        "note": LABEL,
        **_TOLD,
    },
)
TEMPLATE_SHAPE = with_head(
    {"title": LABEL, "kind": CODE, "start": ListOf(STEP_CODE), "goal": STEP_CODE, "steps": ListOf(_STEP)}
)


class TemplateError(ValueError):
    """A template that has its shape but cannot be a network; ``flaws`` say why."""

    def __init__(self, name: str, flaws: Sequence[Flaw], words: Words) -> None:
        self.name, self.flaws = name, tuple(flaws)
        super().__init__(f"{name}: " + "; ".join(words.tell(f.code, f.params, "en") for f in flaws))


def parse_template(content: str, *, name: str, words: Words | None = None) -> Template:
    """The template of a YAML text. Raises DataFileError for its shape, TemplateError for its network."""
    return _checked(parse_datafile(content, TEMPLATE_SHAPE, name=name), name, words)


def load_template(path: Path, words: Words | None = None) -> Template:
    """The template of a file. Raises DataFileError for its shape, TemplateError for its network."""
    return _checked(load_datafile(path, TEMPLATE_SHAPE), path.name, words)


@lru_cache(maxsize=1)
def package_templates() -> Mapping[str, Template]:
    """The templates of the package by their kind, in the order of their names."""
    found = [
        load_template(path)
        for path in sorted(stages_data("words.yaml").parent.glob("*.yaml"))
        if path.stem not in NOT_TEMPLATES
    ]
    return {template.kind: template for template in found}


NOT_TEMPLATES = frozenset({"words", "learning", "reference"})


def _checked(raw: Mapping[str, Any], name: str, words: Words | None) -> Template:
    template, words = template_from(raw), words or load_words()
    flaws = check(template, words)
    if flaws:
        raise TemplateError(name, flaws, words)
    return template


def template_from(raw: Mapping[str, Any]) -> Template:
    """A template from the fields of its data file, unchecked: for a table edited in the browser."""
    return Template(
        code=raw["code"],
        title=label(raw["title"]),
        kind=raw["kind"],
        start=tuple(raw["start"]),
        goal=raw["goal"],
        steps=tuple(_step(each, raw) for each in raw["steps"]),
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        source=raw["source"],
        confidence=raw["confidence"],
    )


def _step(raw: Mapping[str, Any], head: Mapping[str, Any]) -> Step:
    return Step(
        code=raw["code"],
        name=label(raw["name"]),
        stage=raw["stage"],
        by=raw["by"],
        kind=raw.get("kind") or f"{head['kind']}_{raw['code'].lower()}",
        after=tuple(raw.get("after", ())),
        gates=tuple(raw.get("gates", ())),
        limits=tuple(_limit(each) for each in raw.get("limits", ())),
        usual=_range(raw["usual"]) if "usual" in raw else None,
        pauses=tuple(raw.get("pauses", ())),
        waits=tuple(raw.get("waits", ())),
        documents=_labels(raw.get("documents", ())),
        proof=_labels(raw.get("proof", ())),
        lapse=Lapse(**raw["lapse"]) if "lapse" in raw else None,
        condition=Condition(label(raw["when"]), raw.get("assumed", True)) if "when" in raw else None,
        choice=raw.get("choice", ""),
        milestone=raw.get("milestone", False),
        source=raw.get("source", head["source"]),
        confidence=raw.get("confidence", head["confidence"]),
        note=label(raw["note"]) if "note" in raw else None,
    )


def _labels(raw: Sequence[Mapping[str, Any]]) -> tuple[Label, ...]:
    return tuple(label(each) for each in raw)


def _limit(raw: Mapping[str, Any]) -> Limit:
    return Limit(
        LimitKind(raw["kind"]),
        raw["days"],
        Unit(raw["unit"]),
        raw["source"],
        raw["confidence"],
        raw.get("extension", 0),
    )


def _range(raw: Mapping[str, Any]) -> Range:
    return Range(raw["low"], raw["likely"], raw["high"], Unit(raw["unit"]), raw["source"], raw["confidence"])

"""Red, yellow, light yellow and green of a project, by rules that are rows of a table.

A rule belongs to a set (银川, 武汉, 三亚, the default), looks at one dimension (start, investment, entry into
the statistics library), names a light and the condition for it. In a dimension the worst light whose
condition is true counts; what cannot be decided is said and decides nothing. The project's colour is the
worst of its dimensions.

>>> from decimal import Decimal
>>> rules = rules_of(
...     [
...         {"rule_set": "x", "code": "far", "dimension": "investment", "light": "red",
...          "when": "落后百分点 > 30百分点", "zh": "落后 {落后百分点}", "en": "{落后百分点} behind",
...          "confidence": "source"},
...         {"rule_set": "x", "code": "fine", "dimension": "investment", "light": "green",
...          "when": "落后百分点 <= 30百分点", "zh": "达到", "en": "on plan", "confidence": "source"},
...     ],
...     "x",
... )
>>> far = verdict_of(rules, "investment", {"落后百分点": Decimal("34.2")})
>>> far.light.value, tell(far, "zh"), tell(far, "en")
('red', '落后 34.2个百分点', '34.2 points behind')
>>> verdict_of(rules, "investment", {"落后百分点": None}).missing
('落后百分点',)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from tiaodu.engine.kernel.expression import Expression, Formula, Value, explain
from tiaodu.engine.projects.facts import FactRow, names, written
from tiaodu.engine.projects.milestones import Milestone
from tiaodu.engine.stages.model import UNSURE, Label

DIMENSIONS: Final = ("start", "investment", "entry")
_PLACE = re.compile(r"\{([^{}]+)\}")


class Light(StrEnum):
    """The colours, the worst first; ``none`` where a dimension does not concern the project."""

    RED = "red"
    YELLOW = "yellow"
    ATTENTION = "attention"
    UNKNOWN = "unknown"
    GREEN = "green"
    NONE = "none"


ORDER: Final = tuple(Light)
LIT: Final = (Light.RED, Light.YELLOW, Light.ATTENTION, Light.GREEN)  # what a rule may say


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: when ``light`` holds in ``dimension``, and the words for it with places for figures."""

    rule_set: str
    code: str
    dimension: str
    light: Light
    when: Expression
    words: Label
    sure: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The light of one dimension, the rule that gave it, and the facts it was given.

    ``reason`` says why there is no rule: ``missing`` facts, ``no_rule`` that covers them, or why the
    dimension does not concern the project: ``not_looked_at``, ``no_milestone``, ``not_started``,
    ``nothing_planned``.
    ``unjudged`` are the rules of a worse light that could not be decided, ``unsure`` those nobody confirmed.
    """

    dimension: str
    light: Light
    rule: Rule | None = None
    facts: tuple[tuple[str, Value | None], ...] = ()
    reason: str = ""
    missing: tuple[str, ...] = ()
    unjudged: tuple[Rule, ...] = ()
    unsure: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Colour:
    """The colour of a project and the verdict of each dimension."""

    verdicts: tuple[Verdict, ...]

    @property
    def light(self) -> Light:
        return worst(verdict.light for verdict in self.verdicts)

    @property
    def deciding(self) -> tuple[Verdict, ...]:
        """The verdicts that make the colour."""
        return tuple(verdict for verdict in self.verdicts if verdict.light == self.light)


def worst(lights: Iterable[Light]) -> Light:
    """The worst of some lights; a green beside an unknown is not proven, so it is unknown.

    >>> worst([Light.GREEN, Light.UNKNOWN]).value, worst([Light.UNKNOWN, Light.YELLOW]).value, worst([]).value
    ('unknown', 'yellow', 'none')
    """
    return min(lights, key=ORDER.index, default=Light.NONE)


def rules_of(rows: Iterable[Mapping[str, Any]], rule_set: str) -> tuple[Rule, ...]:
    """The rules of one set. Raises ExpressionError for a condition that cannot be read."""
    return tuple(
        Rule(
            rule_set,
            row["code"],
            row["dimension"],
            Light(row["light"]),
            _read(row["when"]),
            Label(row["zh"], row["en"]),
            row["confidence"] != UNSURE,
        )
        for row in rows
        if row["rule_set"] == rule_set
    )


@lru_cache(maxsize=512)
def _read(when: str) -> Expression:
    return Formula(names(), "truth").read(when)


def colour_of(
    rules: Sequence[Rule], milestones: Mapping[str, Milestone], row: FactRow, *, idle: bool = False
) -> Colour:
    """The colour of a project; ``idle``: its plan of the year says that nothing is invested."""
    aside = {
        "start": _start_aside(milestones),
        "investment": "nothing_planned" if idle else "",
        "entry": _entry_aside(milestones, row),
    }
    return Colour(
        tuple(
            Verdict(dimension, Light.NONE, reason=aside[dimension])
            if aside[dimension]
            else verdict_of(rules, dimension, row)
            for dimension in DIMENSIONS
        )
    )


def _start_aside(milestones: Mapping[str, Milestone]) -> str:
    start = milestones["construction_start"]
    return "" if start.exists or start.behind else "no_milestone"


def _entry_aside(milestones: Mapping[str, Milestone], row: FactRow) -> str:
    listing = milestones["listing"]
    if not listing.exists and not listing.behind:
        return "no_milestone"
    return "" if row["已开工"] or row["已入库"] else "not_started"


def verdict_of(rules: Sequence[Rule], dimension: str, row: FactRow) -> Verdict:
    """The light of one dimension by the rules that look at it."""
    looking = [rule for rule in rules if rule.dimension == dimension]
    if not looking:
        return Verdict(dimension, Light.NONE, reason="not_looked_at")
    unsure = tuple(rule for rule in looking if not rule.sure)
    sure = sorted((rule for rule in looking if rule.sure), key=lambda rule: ORDER.index(rule.light))
    unjudged: list[Rule] = []
    missing: list[str] = []
    for rule in sure:
        found = explain(rule.when, row)
        if found.result is True:
            used = _used(rule, row)
            return Verdict(dimension, rule.light, rule, used, unjudged=tuple(unjudged), unsure=unsure)
        if found.result is None:
            unjudged.append(rule)
            missing += found.missing
    reason = "missing" if unjudged else "no_rule"
    told = tuple(dict.fromkeys(missing))
    seen = tuple(dict.fromkeys(pair for rule in sure for pair in _used(rule, row)))
    return Verdict(dimension, Light.UNKNOWN, None, seen, reason, told, tuple(unjudged), unsure)


def _used(rule: Rule, row: FactRow) -> tuple[tuple[str, Value | None], ...]:
    return tuple((fact.name, row.get(fact.name)) for fact in rule.when.facts)


def tell(verdict: Verdict, language: str = "zh") -> str:
    """The words of the rule that gave the light, with the figures; empty where no rule did."""
    if verdict.rule is None:
        return ""
    words = verdict.rule.words
    return fill(words.en if language == "en" else words.zh, dict(verdict.facts), language)


def fill(words: str, row: Mapping[str, Value | None], language: str) -> str:
    """Words with the facts in their places, each with its unit."""
    return _PLACE.sub(lambda found: written(found[1], row.get(found[1]), language), words)


def places(words: str) -> tuple[str, ...]:
    """The facts that stand as places in some words: each must be one the condition asks for."""
    return tuple(_PLACE.findall(words))


def rule_set_for(rows: Sequence[Mapping[str, Any]], kind: str, level: str) -> Mapping[str, Any] | None:
    """The row of the table of rule sets that says most about a project: its type first, then its level.

    >>> rows = [{"kind": None, "level": None, "n": 1}, {"kind": "wind", "level": None, "n": 2}]
    >>> rule_set_for(rows, "wind", "city")["n"], rule_set_for(rows, "solar", "")["n"]
    (2, 1)
    """
    fitting = [row for row in rows if (row["kind"] or kind) == kind and (row["level"] or level) == level]
    return max(fitting, key=lambda row: (bool(row["kind"]), bool(row["level"])), default=None)

"""What a project's name and content tell: what is left of the name, phase, numbering, capacity, products."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.ledger.likeness import distinctive, is_distinctive_value
from tiaodu.engine.projects.repeats.model import Candidate
from tiaodu.engine.projects.repeats.rules import Rules
from tiaodu.engine.registry.names import SHORTEST, core, plain, without_place

_CHINESE = "一二三四五六七八九十"
_DIGITS = {word: number for number, word in enumerate(_CHINESE, 1)} | {"首": 1}
_PHASE = re.compile(rf"第?([首{_CHINESE}]|\d{{1,2}})期")
_NUMBERED = re.compile(
    rf"(?:[{_CHINESE}\d]+|[A-Z])(?:号|#|矿|井|厂|标段|地块|片区|区|馆)|[东西南北中](?:片|园)?区|[{_CHINESE}\d]+$"
)
_LARGE = {"万": 10_000.0, "亿": 100_000_000.0, "千": 1000.0, "百": 100.0}
_SCALES = frozenset({"power", "energy", "mass", "volume", "apparent", "count"})


@dataclass(frozen=True, slots=True)
class Traits:
    """A project as it is weighed."""

    project: Candidate
    essence: str  # the name without developer, place, phase, capacity and what every name says
    tokens: frozenset[str]  # its pairs of characters, one that comes back marked as such
    developers: frozenset[str]  # names of the developer in one form of writing, and their cores
    place: str
    phase: int | None
    numbering: frozenset[str]
    scales: Mapping[str, float]  # by unit
    products: frozenset[str]
    amount: float | None
    telling: bool  # the amount alone nearly tells the project
    land: float | None


def traits_of(project: Candidate, rules: Rules, places: Sequence[str], units: Mapping[str, Unit]) -> Traits:
    """What is compared of a project. ``places`` are names of regions, the longest first."""
    developers = frozenset(
        form
        for name in project.developers
        for form in (plain(name), core(name, places))
        if len(form) >= SHORTEST
    )
    name = unicodedata.normalize("NFKC", project.name)
    left, scales = _without_scales(name, units)
    told = f"{name} {unicodedata.normalize('NFKC', project.content)}"
    essence = _essence(left, developers, rules, places)
    return Traits(
        project=project,
        essence=essence,
        tokens=tokens_of(essence),
        developers=developers,
        place=without_place(plain(project.place), places) if project.place else "",
        phase=phase_of(name),
        numbering=frozenset(_NUMBERED.findall(_PHASE.sub("", left))),
        scales=scales or _without_scales(project.content, units)[1],
        products=products_in(told, rules),
        amount=float(project.amount) if project.amount else None,
        telling=is_distinctive_value(project.amount),
        land=float(project.land) if project.land else None,
    )


def phase_of(name: str) -> int | None:
    """The phase a name speaks of.

    >>> phase_of("手套项目二期"), phase_of("手套项目（第3期）"), phase_of("首期"), phase_of("手套项目")
    (2, 3, 1, None)
    """
    found = _PHASE.search(name)
    if found is None:
        return None
    return _DIGITS.get(found[1]) or int(found[1])


def _essence(name: str, developers: Iterable[str], rules: Rules, places: Sequence[str]) -> str:
    text = without_place(plain(_PHASE.sub("", name)), places)
    for own in sorted(developers, key=lambda own: (-len(own), own)):
        rest = text.replace(own, "")
        if len(rest) >= SHORTEST:
            text = rest
    return distinctive(without_place(text, places), rules.commonplaces)


def tokens_of(text: str) -> frozenset[str]:
    """Pairs of characters as a set in which one that stands twice counts twice.

    >>> sorted(tokens_of("石石石")), sorted(tokens_of("石"))
    (['石石', '石石#1'], ['石'])
    """
    if len(text) == 1:
        return frozenset((text,))
    seen: dict[str, int] = {}
    found = []
    for first, second in pairwise(text):
        pair = first + second
        count = seen[pair] = seen.get(pair, -1) + 1
        found.append(f"{pair}#{count}" if count else pair)
    return frozenset(found)


def _without_scales(text: str, units: Mapping[str, Unit]) -> tuple[str, dict[str, float]]:
    """The text without its capacities, and the largest of each unit, in base units."""
    found: dict[str, float] = {}

    def taken(match: re.Match[str]) -> str:
        unit = units[match["unit"]]
        if unit.dimension not in _SCALES:
            return match[0]
        value = float(match["number"]) * _LARGE.get(match["large"], 1.0) * float(unit.factor)
        found[unit.base] = max(value, found.get(unit.base, 0.0))
        return ""

    return _scale_pattern(tuple(units)).sub(taken, text), found


@lru_cache(maxsize=4)
def _scale_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    written = "|".join(re.escape(unit) for unit in sorted(units, key=lambda unit: (-len(unit), unit)))
    return re.compile(rf"(?P<number>\d+(?:\.\d+)?)(?P<large>[万亿千百]?)(?P<unit>{written})(?:/[年a])?")


def products_in(text: str, rules: Rules) -> frozenset[str]:
    """The products a text names; a word inside a longer one that was found is not counted again."""
    words = _product_pattern(tuple(rules.products))
    return frozenset(rules.products[word] for word in words.findall(text)) if words.pattern else frozenset()


@lru_cache(maxsize=4)
def _product_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words))

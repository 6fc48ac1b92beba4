"""A node in words: its formula, unit, inputs and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from tiaodu.engine.outlook.model import (
    KIND_WORDS,
    Adjustment,
    Arrivals,
    Formula,
    Given,
    Lag,
    Node,
    Noise,
    Running,
    Total,
    Worked,
)
from tiaodu.engine.outlook.months import month_text
from tiaodu.engine.outlook.shapes import Empirical, Shape
from tiaodu.engine.outlook.words import Words, load_words


@dataclass(frozen=True, slots=True)
class Told:
    """``inputs``: name in the formula, series, title and unit of each; ``dates`` and ``causes`` by name."""

    key: str
    title: str
    unit: str
    formula: str
    inputs: tuple[tuple[str, str, str, str], ...]
    dates: tuple[str, ...]
    causes: tuple[tuple[str, float], ...]
    source: str
    confidence: str
    adjusted: tuple[str, ...]


def told(node: Node, nodes: Mapping[str, Node], language: str = "zh") -> Told:
    """What there is to say about ``node``."""
    words, kind = load_words(), node.kind
    pairs = kind.inputs if isinstance(kind, Formula) else tuple((key, key) for key in node.inputs)
    inputs = tuple(
        (name, key, nodes[key].title if key in nodes else "", nodes[key].unit if key in nodes else "")
        for name, key in pairs
    )
    return Told(
        node.key,
        node.title,
        node.unit,
        _formula(node, words, language),
        inputs,
        tuple(each.date for each in kind.arrivals) if isinstance(kind, Arrivals) else (),
        kind.causes if isinstance(kind, Noise) else (),
        node.source,
        node.confidence,
        tuple(_adjusted(each, words, language) for each in node.adjustments),
    )


def _formula(node: Node, words: Words, language: str) -> str:
    code, params = KIND_WORDS[type(node.kind)], _params(node, words, language)
    return words.tell("kinds", code, language, **params)


def _params(node: Node, words: Words, language: str) -> dict[str, object]:
    """What fills the text of a kind."""
    kind = node.kind
    if isinstance(kind, Given):
        by_month = words.tell("single", "by_month", language, count=len(kind.months))
        return {"what": by_month if kind.value is None else f"{kind.value:g} {node.unit}".strip()}
    if isinstance(kind, Noise):
        return {"what": _shape(kind.shape, words, language)}
    if isinstance(kind, Arrivals):
        arrivals = (f"{each.date} {each.count:g}" for each in kind.arrivals)
        return {"base": f"{kind.base:g}", "what": _listed(arrivals, language)}
    if isinstance(kind, Formula):
        return {"what": kind.rule}
    return _further_params(kind, language)


def _further_params(kind: Worked | Total | Lag | Running, language: str) -> dict[str, object]:
    if isinstance(kind, Worked):
        lost = (f"{month_text(month)} {days:g}" for month, days in sorted(kind.lost.items()))
        return {"what": _listed(lost, language) or "0"}
    if isinstance(kind, Total):
        return {"what": _listed(kind.parts, language)}
    return {"what": kind.of, "months": kind.months if isinstance(kind, Lag) else ""}


def _listed(names: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _shape(shape: Shape, words: Words, language: str) -> str:
    code = type(shape).__name__.lower()
    if isinstance(shape, Empirical):
        low, high = min(shape.values), max(shape.values)
        return words.tell("shapes", code, language, count=len(shape.values), low=f"{low:g}", high=f"{high:g}")
    return words.tell("shapes", code, language, **{k: f"{v:g}" for k, v in asdict(shape).items()})


def _adjusted(each: Adjustment, words: Words, language: str) -> str:
    months = "、".join(map(month_text, sorted(each.months or ())))
    return words.tell(
        "single",
        "adjusted",
        language,
        months=months or words.tell("single", "all_months", language),
        factor=f"{each.factor:g}",
        plus=f"{each.plus:g}",
    )

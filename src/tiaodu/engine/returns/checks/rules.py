"""Rules as rows of the table of checks (data/returns/checks.yaml), and what its formulas may speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    Flag,
    Integer,
    ListOf,
    Number,
    Record,
    Shape,
    Text,
    parse_datafile,
    with_head,
)
from tiaodu.engine.kernel.expression import Expression, Formula, Name
from tiaodu.engine.reading.vocabulary_shapes import SHAPES
from tiaodu.engine.returns.checks.model import PLACE, Kind, Rule, Severity, Words

FILE: Final = "returns/checks.yaml"
UNSURE: Final = "memory-unsure"
_MEASURE: Final = Text(r"[a-z_]+(\.[a-z_0-9]+)*")
# Which figures the explanation of each kind may tell.
PLACES: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.FORMULA: frozenset(),
    Kind.CUMULATIVE: frozenset(("累计", "上期累计", "本期", "相差")),
    Kind.UNIT: frozenset(("本期", "通常", "倍数")),
    Kind.LEVEL: frozenset(("本期", "倍数")),
    Kind.JUMP: frozenset(("本期", "通常", "倍数")),
    Kind.RATIO: frozenset(("本期", "对照", "倍数", "通常")),
    Kind.RESTATED: frozenset(("原报", "现报", "可比增速", "原数增速")),
}


@lru_cache(maxsize=1)
def _measures() -> Mapping[str, Mapping[str, Any]]:
    file = "vocabulary/measures.yaml"
    text = (resources.files("tiaodu.data") / file).read_text(encoding="utf-8")
    return {row["key"]: row for row in parse_datafile(text, SHAPES["measures"], name=file)["measures"]}


@lru_cache(maxsize=1)
def names() -> Mapping[str, Name]:
    """The measures as names of the expression language, each in its base unit."""
    return {key: Name("number", row["unit"], row["name_zh"]) for key, row in _measures().items()}


def unit_of(measure: str) -> str:
    """The base unit of a measure; empty for one that only a county has."""
    row = _measures().get(measure)
    return str(row["unit"]) if row else ""


def rule_shape() -> ListOf:
    """The shape of the table."""
    required: Mapping[str, Shape] = {
        "code": Text(r"[a-z][a-z0-9_]*"),
        "kind": Choice([kind.value for kind in Kind]),
        "severity": Choice([each.value for each in Severity]),
        "measures": ListOf(_MEASURE),
        "zh": Text(),
        "en": Text(),
        "confidence": Choice(CONFIDENCES),
    }
    optional: Mapping[str, Shape] = {
        "when": Formula(names(), "truth"),
        "against": _MEASURE,
        "far": Number(),
        "least": Number(),
        "floor": Number(),
        "history": Integer(1, 60),
        "peers": Integer(3, 500),
        "factors": ListOf(Integer(2, 1_000_000_000)),
        "merged": Flag(),
        "note": Text(),
    }
    return ListOf(Record(required, optional))


def rules_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of the rows that somebody is sure of. ExpressionError for a formula that cannot be read."""
    return tuple(rule_of(row) for row in rows if row["confidence"] != UNSURE)


def rule_of(row: Mapping[str, Any]) -> Rule:
    """One row as a rule."""
    return Rule(
        code=row["code"],
        kind=Kind(row["kind"]),
        severity=Severity(row["severity"]),
        measures=tuple(row["measures"]),
        words=Words(row["zh"], row["en"]),
        when=_read(row["when"]) if row.get("when") else None,
        against=row.get("against") or "",
        far=float(row.get("far") or 0),
        least=float(row.get("least") or 1),
        floor=float(row.get("floor") or 1),
        history=row.get("history") or 1,
        peers=row.get("peers") or 3,
        factors=tuple(row.get("factors") or ()),
        merged=bool(row.get("merged")),
    )


@lru_cache(maxsize=512)
def _read(when: str) -> Expression:
    return Formula(names(), "truth").read(when)


def missing_of(row: Mapping[str, Any]) -> list[str]:
    """The columns a row of this kind cannot do without and lacks."""
    needed = {
        Kind.FORMULA: ("when",),
        Kind.CUMULATIVE: (),
        Kind.UNIT: ("factors", "far", "least", "floor", "history"),
        Kind.LEVEL: ("far", "least", "history", "peers"),
        Kind.JUMP: ("far", "least", "floor", "history"),
        Kind.RATIO: ("against", "far", "least", "floor", "history"),
        Kind.RESTATED: ("least",),
    }
    return [column for column in needed[Kind(row["kind"])] if not row.get(column)]


def strange_places(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The places of the words that nothing will fill, as (column, place)."""
    rule = rule_of(row)
    known = {"指标", *PLACES[rule.kind]}
    if rule.when is not None:
        known |= {fact.key for fact in rule.when.facts}
    return [
        (column, place)
        for column in ("zh", "en")
        for place in PLACE.findall(row[column])
        if place not in known and place.removeprefix("名称:") not in names()
    ]


@lru_cache(maxsize=1)
def packaged_rules() -> tuple[Rule, ...]:
    """The package's own rules. Raises DataFileError when the file is damaged."""
    text = (resources.files("tiaodu.data") / FILE).read_text(encoding="utf-8")
    return rules_of(parse_datafile(text, with_head({"rows": rule_shape()}), name=FILE)["rows"])

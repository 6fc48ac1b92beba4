"""Whether what a firm reports can be true: identities, units, jumps, relations, restated bases.

Rules are data. An identity that is broken is ``hard``; everything else asks for a look and blocks nothing.

>>> from decimal import Decimal
>>> from tiaodu.engine.kernel.period import Period
>>> month = Period.parse("2024-05")
>>> past = {Period.month(2023, n): Decimal(1_000_000 + 20_000 * n) for n in range(1, 13)}
>>> past |= {Period.month(2024, n): Decimal(1_100_000 + 20_000 * n) for n in range(1, 5)}
>>> facts = Facts(
...     month, {"output_value.industry": past | {month: Decimal(12_000_000_000)}},
...     units={"output_value.industry": "万元"},
... )
>>> [flag] = check(packaged_rules(), facts)
>>> flag.rule, flag.severity.value
('unit', 'soft')
>>> print(flag.message("zh", names={"output_value.industry": "工业总产值"}, for_firm=True))
工业总产值本期 120亿元，约为本企业通常水平的 1万倍。请核对单位。像是按元填报。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite

import numpy as np

from tiaodu.engine.kernel.expression import Expression, compile, evaluate, period_of  # noqa: A004
from tiaodu.engine.returns.checks.judging import Found, Judging, PeerColumns, pairs
from tiaodu.engine.returns.checks.model import (
    Array,
    Columns,
    Facts,
    Figure,
    Flag,
    Kind,
    Peer,
    PeerKey,
    Rule,
    Severity,
    Words,
)
from tiaodu.engine.returns.checks.rules import packaged_rules, rules_of, unit_of
from tiaodu.engine.returns.checks.wording import hint_of, rounded

__all__ = [
    "Columns",
    "Facts",
    "Figure",
    "Flag",
    "Kind",
    "Peer",
    "PeerKey",
    "Rule",
    "Severity",
    "Words",
    "check",
    "check_many",
    "packaged_rules",
    "peers_of",
    "rules_of",
]


def check(rules: Sequence[Rule], facts: Facts) -> tuple[Flag, ...]:
    """What the rules find in one firm's figures; rules about measures it was not asked for are silent."""
    columns = _one(facts)
    peers = {key: _peer_columns(peer) for key, peer in facts.peers.items()}
    asked = {measure for measure, told in facts.figures.items() if told.get(facts.period) is not None}
    formulas = {rule.code: evaluate(rule.when, _row(rule.when, facts)) for rule in rules if rule.when}
    truths = {code: np.array([value is True]) for code, value in formulas.items()}
    judging = Judging(columns, peers)
    return tuple(flag for _row_, flag in _flags(rules, judging, truths) if flag.measure in asked)


def check_many(rules: Sequence[Rule], columns: Columns) -> tuple[tuple[int, Flag], ...]:
    """What the rules find in the figures of many firms, as (place of the firm, flag).

    Peers are told from the firms themselves. A firm's flags are those :func:`check` gives for it alone with
    the same peers.
    """
    return tuple(_flags(rules, Judging(columns), _truths(rules, columns)))


def peers_of(rules: Sequence[Rule], columns: Columns) -> Mapping[int, Mapping[PeerKey, Peer]]:
    """What is usual in each group of firms in this period: kept, it judges one firm's form on its own."""
    judging = Judging(columns)
    for rule, measure in pairs([rule for rule in rules if rule.kind != Kind.FORMULA]):
        judging.judge(rule, measure)
    found: dict[int, dict[PeerKey, Peer]] = {}
    for group in np.unique(columns.groups[columns.groups >= 0]):
        row = int(np.argmax(columns.groups == group))
        told = judging.measured_peers().items()
        found[int(group)] = {
            key: Peer(float(each.median[row]), float(each.spread[row]), int(each.count[row]))
            for key, each in told
            if each.count[row]
        }
    return found


def _flags(
    rules: Sequence[Rule], judging: Judging, truths: Mapping[str, Array]
) -> Iterator[tuple[int, Flag]]:
    """Flags in the order of the rules; a figure in a wrong unit is not told again as a jump or relation."""
    units: dict[str, Array] = {}
    for rule, measure in pairs(rules):
        if rule.kind == Kind.FORMULA:
            found = (
                _of_formula(rule, judging.columns, truths[rule.code]) if measure == rule.measures[0] else None
            )
        else:
            found = judging.judge(rule, measure)
        if found is None:
            continue
        hit = found.hit
        if rule.kind == Kind.UNIT:
            units[measure] = units.get(measure, judging.nothing) | hit
        elif rule.kind in (Kind.JUMP, Kind.RATIO):
            hit = hit & ~units.get(measure, judging.nothing) & ~units.get(rule.against, judging.nothing)
        for row in np.flatnonzero(hit):
            yield int(row), _flag(rule, measure, found, int(row), judging.columns)


def _flag(rule: Rule, measure: str, found: Found, row: int, columns: Columns) -> Flag:
    figures = tuple(
        Figure(name, rounded(name, values[row]), _unit(name, measure, rule))
        for name, values in found.figures.items()
    )
    hint = None if found.factor is None else hint_of(float(found.factor[row]), columns.units.get(measure, ""))
    return Flag(rule.code, rule.severity, measure, columns.period, rule.words, figures, hint)


def _unit(name: str, measure: str, rule: Rule) -> str:
    """The unit of a figure of an explanation."""
    if name == "倍数":
        return ""
    if name.endswith("增速"):
        return "%"
    if name == "对照":
        return unit_of(rule.against)
    return unit_of(measure) if rule.when is None else unit_of(name.partition("(")[0])


# formulas


def _key(name: str, period: str) -> str:
    return f"{name}({period})" if period else name


def _row(expression: Expression, facts: Facts) -> dict[str, Decimal]:
    found = {}
    for fact in expression.facts:
        at = period_of(fact.period or "current", facts.period)
        value = facts.figures.get(fact.name, {}).get(at)
        if value is not None:
            found[fact.key] = value
    return found


def _truths(rules: Sequence[Rule], columns: Columns) -> Mapping[str, Array]:
    """Which firms each formula holds for."""
    formulas = {rule.code: rule.when for rule in rules if rule.when is not None}
    if not formulas:
        return {}
    asked = {fact.key: fact for formula in formulas.values() for fact in formula.facts}
    given = {
        key: columns.of(fact.name, period_of(fact.period or "current", columns.period))
        for key, fact in asked.items()
    }
    outcomes = compile(formulas).run(given, rows=columns.rows)
    return {code: outcomes[code].true for code in formulas}


def _of_formula(rule: Rule, columns: Columns, hit: Array) -> Found:
    if rule.when is None:
        raise TypeError(f"{rule.code}: a formula without condition")
    told = {
        fact.key: columns.of(fact.name, period_of(fact.period or "current", columns.period))
        for fact in rule.when.facts
    }
    return Found(hit, told)


# one firm as columns


def _one(facts: Facts) -> Columns:
    figures = {
        (measure, period): np.array([np.nan if value is None else float(value)])
        for measure, told in facts.figures.items()
        for period, value in told.items()
    }
    first = {
        (measure, period): np.array([float(value)])
        for measure, told in facts.first_told.items()
        for period, value in told.items()
    }
    return Columns(facts.period, figures, np.zeros(1, np.int64), first, facts.units)


def _peer_columns(peer: Peer) -> PeerColumns:
    told = (peer.median, peer.spread) if isfinite(peer.median) else (np.nan, np.nan)
    return PeerColumns(np.array([told[0]]), np.array([told[1]]), np.array([peer.count]))

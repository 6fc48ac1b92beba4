"""Pairs of records that are probably one subject, with the reasons, for a person to decide.

Records are compared only where they share a credit code, a name, or a pair of characters of their names that
is not everybody's (blocking), so that the work grows with the register and not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from tiaodu.engine.kernel.datafile import Integer, ListOf, Record, Text, load_datafile, with_head
from tiaodu.engine.registry.names import SHORTEST, core, is_part, plain

CREDIT_CODE, NAME, CORE, CONTAINS, NEAR = "credit_code", "name", "core", "contains", "near"
# What tells parts, phases and numbered things apart: 一矿 and 二矿, 东区 and 西区, 200MW and 300MW.
_NUMBERING = re.compile(r"[0-9一二三四五六七八九十百甲乙丙丁东西南北中]+")
_POINTS = Integer(0, 100)


@dataclass(frozen=True, slots=True)
class Rules:
    """Points and limits of data/registry/duplicates.yaml."""

    least: int
    points: Mapping[str, int]
    contains_base: int
    contains_share: int
    near_top: int
    near_fall: int
    one_from: int
    two_from: int
    whole_only: frozenset[str]
    common_from: int
    trades: tuple[str, ...]  # the longest first


@dataclass(frozen=True, slots=True)
class Entry:
    """A record: ``names`` are its name, full name and other names; ``above`` the keys it belongs to."""

    key: int
    kind: str
    names: tuple[str, ...]
    credit_code: str = ""
    above: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be one: the rule, and what of either it rests on."""

    rule: str
    one: str
    other: str
    points: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the smaller key first, with a score of 0 to 100 and the reasons, the strongest first."""

    one: int
    other: int
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Card:
    """A record as it is compared."""

    entry: Entry
    written: Mapping[str, str]  # plain form: name as it is written
    cores: Mapping[str, str]  # core: name as it is written


def load_rules(path: Path) -> Rules:
    """The rules of a file like data/registry/duplicates.yaml. Raises DataFileError."""
    shape = with_head(
        {
            "least": _POINTS,
            "points": Record({CREDIT_CODE: _POINTS, NAME: _POINTS, CORE: _POINTS}),
            "contains": Record({"base": _POINTS, "share": _POINTS}),
            "near": Record({"top": _POINTS, "fall": _POINTS}),
            "near_from": Record({"one": Integer(2, 40), "two": Integer(2, 40)}),
            "whole_only": ListOf(Text()),
            "common_from": Integer(2, 100_000),
            "trades": ListOf(Text()),
        }
    )
    told = load_datafile(path, shape)
    return Rules(
        least=told["least"],
        points=told["points"],
        contains_base=told["contains"]["base"],
        contains_share=told["contains"]["share"],
        near_top=told["near"]["top"],
        near_fall=told["near"]["fall"],
        one_from=told["near_from"]["one"],
        two_from=told["near_from"]["two"],
        whole_only=frozenset(told["whole_only"]),
        common_from=told["common_from"],
        trades=tuple(sorted(told["trades"], key=len, reverse=True)),
    )


def duplicates(entries: Iterable[Entry], places: Sequence[str], rules: Rules) -> list[Pair]:
    """All pairs that reach ``rules.least``, the most probable first.

    ``places`` are the names regions put before a name (:func:`names.places_of`). Pairs of two kinds, of two
    credit codes, and of one record above the other are never given.

    >>> points = {"credit_code": 100, "name": 98, "core": 94}
    >>> rules = Rules(60, points, 50, 40, 90, 80, 4, 8, frozenset(), 80, ())
    >>> mine = Entry(1, "mine", ("石港煤业",)), Entry(2, "mine", ("山西石港煤业有限责任公司",))
    >>> [(pair.one, pair.other, pair.score) for pair in duplicates(mine, ("山西",), rules)]
    [(1, 2, 94)]
    """
    cards = {entry.key: _card(entry, places) for entry in entries}
    found = (_compare(cards[one], cards[other], rules) for one, other in sorted(_candidates(cards, rules)))
    pairs = [pair for pair in found if pair is not None and pair.score >= rules.least]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))


def _card(entry: Entry, places: Sequence[str]) -> _Card:
    names = [name for name in entry.names if name]
    return _Card(entry, {plain(name): name for name in names}, {core(name, places): name for name in names})


def _candidates(cards: Mapping[int, _Card], rules: Rules) -> set[tuple[int, int]]:
    """Pairs of keys that share something rare enough."""
    whole: dict[tuple[str, str], set[int]] = defaultdict(set)
    parts: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, card in cards.items():
        kind = card.entry.kind
        for text in (card.entry.credit_code, *card.written, *card.cores):
            if text:
                whole[kind, text].add(key)
        if kind not in rules.whole_only:
            for text in card.cores:
                for first, second in pairwise(text):
                    parts[kind, first + second].add(key)
    rare = (keys for keys in parts.values() if len(keys) <= rules.common_from)
    return {pair for keys in (*whole.values(), *rare) for pair in combinations(sorted(keys), 2)}


def _compare(one: _Card, other: _Card, rules: Rules) -> Pair | None:
    codes = one.entry.credit_code, other.entry.credit_code
    kin = one.entry.key in other.entry.above or other.entry.key in one.entry.above
    if kin or (all(codes) and codes[0] != codes[1]):
        return None
    found: dict[str, Reason] = {}
    for reason in _reasons(one, other, rules):
        if reason.rule not in found or found[reason.rule].points < reason.points:
            found[reason.rule] = reason
    if NAME in found or CORE in found:  # the whole says it; parts of it add nothing
        found.pop(CONTAINS, None)
        found.pop(NEAR, None)
    if not found:
        return None
    reasons = sorted(found.values(), key=lambda reason: -reason.points)
    return Pair(one.entry.key, other.entry.key, reasons[0].points, tuple(reasons))


def _reasons(one: _Card, other: _Card, rules: Rules) -> Iterator[Reason]:
    if one.entry.credit_code and one.entry.credit_code == other.entry.credit_code:
        code = one.entry.credit_code
        yield Reason(CREDIT_CODE, code, code, rules.points[CREDIT_CODE])
    for text in one.written.keys() & other.written.keys():
        yield Reason(NAME, one.written[text], other.written[text], rules.points[NAME])
    for text in one.cores.keys() & other.cores.keys():
        if len(text) >= SHORTEST:
            yield Reason(CORE, one.cores[text], other.cores[text], rules.points[CORE])
    if one.entry.kind in rules.whole_only:
        return
    for mine, my_name in one.cores.items():
        for its, its_name in other.cores.items():
            if (points := _likeness(mine, its, rules)) is not None:
                yield Reason(points[0], my_name, its_name, points[1])


def _likeness(mine: str, its: str, rules: Rules) -> tuple[str, int] | None:
    """Which rule two different cores fall under, and its points."""
    short, long = sorted((mine, its), key=len)
    if short == long or len(short) < SHORTEST:
        return None
    if short in long:
        rest = long.partition(short)[2]
        if is_part(rest) or _numbering(short) != _numbering(long):
            return None
        return CONTAINS, rules.contains_base + rules.contains_share * len(short) // len(long)
    my_trade, its_trade = _trade(mine, rules), _trade(its, rules)
    if my_trade != its_trade or _numbering(mine) != _numbering(its):
        return None
    length = max(len(mine), len(its)) - len(my_trade)
    allowed = 2 if length >= rules.two_from else 1 if length >= rules.one_from else 0
    if abs(len(mine) - len(its)) > allowed:
        return None
    steps = distance(mine, its)
    return (NEAR, rules.near_top - rules.near_fall * steps // length) if steps <= allowed else None


def _trade(name: str, rules: Rules) -> str:
    """The trade a name ends with; none where nothing would be left of the name."""
    return next((t for t in rules.trades if name.endswith(t) and len(name) - len(t) >= SHORTEST), "")


def _numbering(name: str) -> list[str]:
    return _NUMBERING.findall(name)


def distance(one: str, other: str) -> int:
    """Characters to insert, drop or change to make one text of the other (Levenshtein, 1965).

    >>> distance("正珠煤业", "正明煤业"), distance("永兴", "永兴煤")
    (1, 1)
    """
    last = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (mine != its)))
        last = row
    return last[-1]

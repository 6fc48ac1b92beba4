"""Weights and limits of the search, from data/projects/repeats.yaml or a county's own version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import (
    Integer,
    ListOf,
    Number,
    Record,
    Shape,
    Text,
    load_datafile,
    with_head,
)
from tiaodu.engine.projects.repeats.model import Doubt, Likeness

POINTS: tuple[str, ...] = (*Likeness, *Doubt)
SHARES = ("name_from", "place_from", "amount_equal_within", "amount_near_within", "land_within")
_FIELDS: Mapping[str, Shape] = {
    "least": Integer(1, 100),
    **{name: Integer(0, 100) for name in POINTS},
    **{name: Number() for name in SHARES},
    "amount_far": Number(),
    "close_months": Integer(0, 600),
    "common_from": Integer(2, 100_000),
    "block_most": Integer(2, 100_000),
    "commonplaces": ListOf(Text()),
    "product_words": ListOf(Text()),
}
REPEATS = Record(_FIELDS)


@dataclass(frozen=True, slots=True)
class Rules:
    """As in the data file; ``products`` names for each word the first of its line, the longest word first."""

    least: int
    points: Mapping[str, int]
    name_from: float
    place_from: float
    amount_equal_within: float
    amount_near_within: float
    land_within: float
    amount_far: float
    close_months: int
    common_from: int
    block_most: int
    commonplaces: frozenset[str]
    products: Mapping[str, str]


def rules_of(body: Mapping[str, Any]) -> Rules:
    """The rules of a body that has the shape :data:`REPEATS`."""
    lines = [line.split("、") for line in body["product_words"]]
    words = {word: line[0] for line in lines for word in line if word}
    return Rules(
        least=body["least"],
        points={name: body[name] for name in POINTS},
        **{name: float(body[name]) for name in SHARES},
        amount_far=float(body["amount_far"]),
        close_months=body["close_months"],
        common_from=body["common_from"],
        block_most=body["block_most"],
        commonplaces=frozenset(body["commonplaces"]),
        products=dict(sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0]))),
    )


def load_rules(path: Path) -> Rules:
    """The rules of a data file. Raises DataFileError."""
    return rules_of(load_datafile(path, with_head(_FIELDS)))

"""Kinds of items, reasons to wait, limits, ladders, bases and bodies: what the files of data/items hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tiaodu.engine.items.clock import LONGEST, Unit
from tiaodu.engine.items.escalation import Step
from tiaodu.engine.items.states import Turn
from tiaodu.engine.kernel.datafile import (
    Choice,
    Flag,
    Integer,
    ListOf,
    Record,
    Shape,
    Text,
    load_datafile,
    with_head,
)

_CODE = Text(r"[a-z][a-z_]*")
_NAMED: Mapping[str, Shape] = {"code": _CODE, "zh": Text(), "en": Text()}
ANY = "any"  # among the authorities of a kind: every department


@dataclass(frozen=True, slots=True)
class Word:
    """A code with its words."""

    code: str
    zh: str
    en: str

    def said(self, *, english: bool) -> str:
        """The word in one of the two languages."""
        return self.en if english else self.zh


@dataclass(frozen=True, slots=True)
class Kind(Word):
    """A kind of item.

    ``act`` is what opening one is called, ``purpose`` what it is for. ``authorities``: sorts of bodies that
    may issue it on their own; ``on_behalf``: sorts in whose name others with the permission may. ``limit``
    and ``ladder`` are codes of the other files. ``basis`` and ``proof``: whether opening needs a basis and
    closing needs a proof.
    """

    act: Word
    purpose: Word
    authorities: tuple[str, ...]
    on_behalf: tuple[str, ...]
    limit: str
    ladder: str
    basis: bool
    proof: bool


@dataclass(frozen=True, slots=True)
class Reason(Word):
    """A reason to wait. ``stops``: whether the clock stands still; ``turn``: whose turn it is meanwhile;
    ``basis``: the rule that allows it; ``by_hand``: whether a person may choose it.
    """

    stops: bool
    turn: Turn
    basis: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Limit(Word):
    """A handling limit."""

    days: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Working days: before the due at which an item counts as due soon; within which who was asked to take
    an item should answer.
    """

    soon_days: int
    answer_days: int


@dataclass(frozen=True, slots=True)
class Body(Word):
    """A sort of body, told from the names that ``pattern`` finds."""

    pattern: re.Pattern[str]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_T = TypeVar("_T", bound=_Coded)

Rows = Iterable[Mapping[str, Any]]
KINDS = ListOf(
    Record(
        {
            **_NAMED,
            "act_zh": Text(),
            "act_en": Text(),
            "about_zh": Text(),
            "about_en": Text(),
            "authorities": ListOf(_CODE),
            "on_behalf": ListOf(_CODE, empty=True),
            "limit": _CODE,
            "ladder": _CODE,
            "basis": Flag(),
            "proof": Flag(),
        }
    )
)
REASONS = ListOf(
    Record(
        {**_NAMED, "stops": Flag(), "turn": Choice([t.value for t in Turn])},
        {"basis": Text(), "by_hand": Flag()},
    )
)
LIMITS = ListOf(Record({**_NAMED, "days": Integer(1, LONGEST), "unit": Choice([u.value for u in Unit])}))
THRESHOLDS = Record({"soon_days": Integer(0, 60), "answer_days": Integer(1, 60)})
RUNGS = ListOf(Record({"ladder": _CODE, "after": Integer(1, 400), "target": _CODE}))
WORDS = ListOf(Record(_NAMED))
BODIES = ListOf(Record({**_NAMED, "pattern": Text()}))
# The files of data/items with the shape of their rows, or of the record they hold.
SHAPES: Mapping[str, ListOf | Record] = {
    "kinds.yaml": KINDS,
    "waiting.yaml": REASONS,
    "limits.yaml": LIMITS,
    "thresholds.yaml": THRESHOLDS,
    "ladders.yaml": RUNGS,
    "targets.yaml": WORDS,
    "bases.yaml": WORDS,
    "absences.yaml": WORDS,
    "bodies.yaml": BODIES,
}


def item_data(name: str) -> Path:
    """A file of data/items."""
    return Path(str(files("tiaodu.data").joinpath("items", name)))


def _by_code(rows: Iterable[_T]) -> dict[str, _T]:
    return {row.code: row for row in rows}


def kinds_of(rows: Rows) -> dict[str, Kind]:
    """Kinds by code."""
    return _by_code(
        Kind(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            act=Word(row["code"], row["act_zh"], row["act_en"]),
            purpose=Word(row["code"], row["about_zh"], row["about_en"]),
            authorities=tuple(row["authorities"]),
            on_behalf=tuple(row["on_behalf"]),
            limit=row["limit"],
            ladder=row["ladder"],
            basis=row["basis"],
            proof=row["proof"],
        )
        for row in rows
    )


def reasons_of(rows: Rows) -> dict[str, Reason]:
    """Reasons to wait by code."""
    return _by_code(
        Reason(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            stops=row["stops"],
            turn=Turn(row["turn"]),
            basis=row.get("basis") or "",
            by_hand=row.get("by_hand") is not False,
        )
        for row in rows
    )


def limits_of(rows: Rows) -> dict[str, Limit]:
    """Handling limits by code."""
    return _by_code(Limit(r["code"], r["zh"], r["en"], r["days"], Unit(r["unit"])) for r in rows)


def ladders_of(rows: Rows) -> dict[str, tuple[Step, ...]]:
    """The rungs of each ladder, lowest first."""
    found: dict[str, list[Step]] = {}
    for row in rows:
        found.setdefault(row["ladder"], []).append(Step(row["after"], row["target"]))
    return {code: tuple(sorted(steps, key=lambda step: step.after)) for code, steps in found.items()}


def words_of(rows: Rows) -> dict[str, Word]:
    """Words by code, in the order of the file."""
    return _by_code(Word(row["code"], row["zh"], row["en"]) for row in rows)


def bodies_of(rows: Rows) -> tuple[Body, ...]:
    """Sorts of bodies in the order in which their patterns are tried."""
    return tuple(Body(r["code"], r["zh"], r["en"], re.compile(r["pattern"])) for r in rows)


_REMARK = re.compile(r"[（(][^（）()]*[）)]")


def sort_of(names: Iterable[str], bodies: Iterable[Body]) -> str:
    """What sort of body these names belong to; empty for an ordinary bureau. Remarks in brackets are ignored.

    >>> office = Body("office", "县委办、政府办", "County offices", re.compile("政府办(公室)?$"))
    >>> sort_of(["县政府办（示例）"], [office]), sort_of(["县工信局"], [office])
    ('office', '')
    """
    plain = [_REMARK.sub("", name).strip() for name in names if name]
    return next((body.code for body in bodies if any(body.pattern.search(name) for name in plain)), "")


@lru_cache(maxsize=16)
def packaged(name: str) -> Any:
    """The rows of one of the package's files, or its record; read once.

    Raises DataFileError when it has another shape.
    """
    shape = SHAPES[name]
    if isinstance(shape, ListOf):
        return load_datafile(item_data(name), with_head({"rows": shape}))["rows"]
    found = load_datafile(item_data(name), with_head(shape.required))
    return {key: found[key] for key in shape.required}

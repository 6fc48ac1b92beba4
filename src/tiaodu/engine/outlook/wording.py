"""A chance beside the words of its promise: 确保 at 40 % is a warning of its own, 力争 at 40 % is not.

>>> rows = load_wording()
>>> told = [judge(strength, 0.4, rows) for strength in (5, 4, 2)]
>>> [(each.light.value, each.clash) for each in told]
[('red', True), ('red', False), ('green', False)]
>>> judge(2, 0.0, rows, decided=True).code, judge(5, 0.0, rows, decided=True).code
('not_reached', 'broken')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import Flag, Integer, ListOf, Number, Record, load_datafile, with_head

_SHAPE = with_head(
    {
        "rows": ListOf(
            Record(
                {"strength": Integer(1, 5), "breach": Flag()},
                {"red": Number(), "yellow": Number(), "clash": Number(), "timid": Number()},
            )
        )
    }
)


class Light(StrEnum):
    """What the chance is for a promise so worded."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"  # nothing carries a chance


@dataclass(frozen=True, slots=True)
class Row:
    """The bounds of one strength; None never holds. ``breach``: missing it breaks a word."""

    red: float | None
    yellow: float | None
    clash: float | None
    timid: float | None
    breach: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """A light with its reason. ``clash``: the words and the chance do not go together, which is told apart
    from the light and to fewer people.

    ``code``: kept, broken, not_reached (decided); unlikely, doubtful, likely (a forecast); nothing_behind.
    ``bound``: the chance that was asked for.
    """

    light: Light
    code: str
    clash: bool = False
    timid: bool = False
    bound: float | None = None


def judge(
    strength: int, chance: float | None, rows: Mapping[int, Row], *, decided: bool = False
) -> Judgement:
    """A chance of being kept, between 0 and 1 or None, for a promise of this strength.

    Raises ValueError for a chance outside of it, or for one that is neither 0 nor 1 although decided;
    KeyError for a strength without a row.
    """
    row = rows[strength]
    if chance is None:
        return Judgement(Light.UNKNOWN, "nothing_behind")
    if not 0 <= chance <= 1 or (decided and chance not in (0, 1)):
        raise ValueError(f"{chance} is no chance" + (" of what is decided" if decided else ""))
    if decided:
        return _decided(row, kept=chance == 1)
    clash, timid = _below(chance, row.clash), row.timid is not None and chance >= row.timid
    if _below(chance, row.red):
        return Judgement(Light.RED, "unlikely", clash, timid, row.red)
    if _below(chance, row.yellow):
        return Judgement(Light.YELLOW, "doubtful", clash, timid, row.yellow)
    return Judgement(Light.GREEN, "likely", clash, timid, row.yellow if row.yellow is not None else row.red)


def _below(chance: float, bound: float | None) -> bool:
    return bound is not None and chance < bound


def _decided(row: Row, *, kept: bool) -> Judgement:
    if kept:
        return Judgement(Light.GREEN, "kept")
    return Judgement(Light.RED, "broken") if row.breach else Judgement(Light.YELLOW, "not_reached")


@lru_cache(maxsize=4)
def load_wording(path: Path | None = None) -> Mapping[int, Row]:
    """The rows of ``path``, or of the package, by strength. Raises DataFileError for another shape."""
    own = Path(str(files("tiaodu.data").joinpath("outlook", "wording.yaml")))
    raw: dict[str, Any] = load_datafile(path or own, _SHAPE)
    return {each["strength"]: _row(each) for each in raw["rows"]}


def _row(raw: Mapping[str, Any]) -> Row:
    bounds = (float(raw[name]) if name in raw else None for name in ("red", "yellow", "clash", "timid"))
    red, yellow, clash, timid = bounds
    return Row(red, yellow, clash, timid, raw["breach"])

"""What a check is, what it looks at and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tiaodu.engine.kernel.display import display
from tiaodu.engine.kernel.english import english
from tiaodu.engine.kernel.expression import Expression
from tiaodu.engine.kernel.period import Period

Array = npt.NDArray[Any]
PLACE: Final = re.compile(r"\{([^{}]+)\}")


class Severity(StrEnum):
    """``hard``: an identity is broken, the return cannot be sent; ``soft``: asks for a look, blocks nothing;
    ``note``: said, asks for nothing.
    """

    HARD = "hard"
    SOFT = "soft"
    NOTE = "note"


class Kind(StrEnum):
    """How a rule judges; what each does stands beside it in ``judging.py``."""

    FORMULA = "formula"
    CUMULATIVE = "cumulative"
    UNIT = "unit"
    LEVEL = "level"
    JUMP = "jump"
    RATIO = "ratio"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English with places for figures: ``{本期}``."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``measures`` it judges; ``against`` the measure beside it (ratio); ``when`` what raises the
    flag (formula).

    ``far`` is in robust standard deviations, ``least`` the smallest departure as a multiple (1.5: half as
    much again); ``floor`` the smallest spread ever taken, as a multiple; ``history`` and ``peers`` how many
    earlier periods and how many other firms are enough. ``merged``: January and February are one point.
    """

    code: str
    kind: Kind
    severity: Severity
    measures: tuple[str, ...]
    words: Words
    when: Expression | None = None
    against: str = ""
    far: float = 0.0
    least: float = 1.0
    floor: float = 1.0
    history: int = 0
    peers: int = 0
    factors: tuple[int, ...] = ()
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Peer:
    """What is usual among the firms of a group: median and robust spread (powers of ten), how many firms."""

    median: float
    spread: float
    count: int


PeerKey = tuple[str, str, str]  # level | change | ratio, measure, the measure beside it or nothing


@dataclass(frozen=True)
class Facts:
    """What is known of one firm for ``period``.

    ``figures`` holds everything it reported, this return included: measure → period → value in base units.
    ``first_told`` are the values first told of periods that were corrected since; ``peers`` what is usual
    among its kind; ``units`` the unit in which each measure is typed on the form.
    """

    period: Period
    figures: Mapping[str, Mapping[Period, Decimal | None]]
    first_told: Mapping[str, Mapping[Period, Decimal]] = field(default_factory=dict)
    peers: Mapping[PeerKey, Peer] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Columns:
    """The same of many firms: each figure an array with one place a firm, NaN where it is not known.

    ``groups`` numbers the group of peers each firm is of, -1 for none.
    """

    period: Period
    figures: Mapping[tuple[str, Period], Array]
    groups: Array
    first_told: Mapping[tuple[str, Period], Array] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return int(self.groups.size)

    def of(self, measure: str, period: Period) -> Array:
        """The figures of a period; NaN for all where nobody told any."""
        found = self.figures.get((measure, period))
        return np.full(self.rows, np.nan) if found is None else found


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an explanation; ``unit`` empty for a plain number, None value where it is not known."""

    name: str
    value: Decimal | None
    unit: str = ""

    def written(self, language: str) -> str:
        """As a reader of the language writes it."""
        if self.value is None:
            return "—"
        if language == "en":
            return "".join(english(self.value, self.unit, 2))
        return display(self.value, self.unit, places=2)


@dataclass(frozen=True, slots=True)
class Flag:
    """What a rule found at ``measure`` of a return for ``period``.

    ``hint`` is only for the firm: what it may have done when it typed the figure. It never names a figure.
    """

    rule: str
    severity: Severity
    measure: str
    period: Period
    words: Words
    figures: tuple[Figure, ...] = ()
    hint: Words | None = None

    def message(
        self, language: str = "zh", *, names: Mapping[str, str] | None = None, for_firm: bool = False
    ) -> str:
        """The explanation with its figures; ``names`` are the words of the measures in that language."""
        told = {each.name: each.written(language) for each in self.figures}
        named = names or {}

        def fill(found: re.Match[str]) -> str:
            place = found[1]
            return told.get(place) or named.get(told_name(place, self), place)

        text = PLACE.sub(fill, self.words.in_(language))
        if for_firm and self.hint:
            text += {"zh": "", "en": " "}.get(language, "") + self.hint.in_(language)
        return text


def told_name(place: str, flag: Flag) -> str:
    """The measure whose name stands at a place: 指标 is the one that is judged."""
    return flag.measure if place == "指标" else place.removeprefix("名称:")

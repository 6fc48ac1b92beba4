"""The monthly text: sentences that are data, filled with figures that each know where they come from.

A sentence is written only when every figure it names is known: nothing is said that has no figure. January
has no text of its own; February's speaks of the two months together.

>>> from decimal import Decimal
>>> facts = {"产值": Told(Decimal("123456789"), "元", ("e1",)), "产值增速": Told(Decimal("6.3"), "%"),
...          "产值较上月": Told(Decimal("-0.4"), "百分点")}
>>> rows = [{"code": "output",
...          "zh": "{期间}，产值{产值:amount}，同比{产值增速:growth}，较上月{产值较上月:change:产值增速}。",
...          "en": "In {期间}, output was {产值:amount}, {产值增速:growth}."},
...         {"code": "tax", "zh": "税收{税收:amount}。", "en": "Tax {税收:amount}."}]
>>> [sentence.text for sentence in compose(rows, facts, month=5, year=2024)]
['1—5月，产值1.23亿元，同比增长6.3%，较上月回落0.4个百分点。']
>>> compose(rows, facts, month=1, year=2024)
()
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from tiaodu.engine.kernel.display import display, number_text
from tiaodu.engine.kernel.english import english

_PLACE: Final = re.compile(r"\{([^{}:]+)(?::([a-z]+))?(?::([^{}:]+))?\}")
PERIOD: Final = "期间"
_MONTHS_EN: Final = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Told:
    """A figure or words with where they come from: ``sources`` are what the page can open."""

    value: Decimal | str
    unit: str = ""
    sources: tuple[str, ...] = ()
    en: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: plain text, or the words of a figure under its name."""

    text: str
    fact: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its pieces in order."""

    code: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


Facts = Mapping[str, Told]


def compose(
    rows: Iterable[Mapping[str, Any]], facts: Facts, *, month: int, year: int, language: str = "zh"
) -> tuple[Sentence, ...]:
    """The sentences whose figures are all known, in the order of the rows; none for January."""
    if month == 1:
        return ()
    known = {PERIOD: Told(_span(month, year, "zh"), en=_span(month, year, "en")), **facts}
    found = []
    for row in rows:
        words = row["en" if language == "en" else "zh"]
        if all(name in known for name in names_in(words)):
            found.append(Sentence(row["code"], tuple(_parts(words, known, language))))
    return tuple(found)


def names_in(words: str) -> set[str]:
    """Every fact a sentence names."""
    return {name for place in _PLACE.finditer(words) for name in (place[1], place[3]) if name}


def faults_in(words: str, known: Iterable[str]) -> list[str]:
    """The places of a sentence that nothing can fill: unknown facts and unknown forms."""
    named = {PERIOD, *known}
    return [
        place[0]
        for place in _PLACE.finditer(words)
        if place[1] not in named or (place[2] or "") not in FORMS or (place[3] and place[3] not in named)
    ]


def _span(month: int, year: int, language: str) -> str:
    if language == "en":
        names = _MONTHS_EN.split()
        return f"January to {names[month - 1]} {year}"
    return f"1—{month}月"


def _parts(words: str, facts: Facts, language: str) -> Iterator[Part]:
    at = 0
    for place in _PLACE.finditer(words):
        if place.start() > at:
            yield Part(words[at : place.start()])
        fact = facts[place[1]]
        beside = facts[place[3]].value if place[3] else None
        text = FORMS[place[2] or ""](fact, beside, language)
        yield Part(text, "" if place[1] == PERIOD else place[1], fact.sources)
        at = place.end()
    if at < len(words):
        yield Part(words[at:])


def _plain(fact: Told, _beside: Any, language: str) -> str:
    if isinstance(fact.value, str):
        return fact.en if language == "en" and fact.en else fact.value
    return _written(fact.value, fact.unit, 1, language)


def _amount(fact: Told, _beside: Any, language: str) -> str:
    """An amount as officials write it: 亿元 with two decimals; in English in millions."""
    return _written(_number(fact), fact.unit, 2, language)


def _written(value: Decimal, unit: str, places: int, language: str) -> str:
    return "".join(english(value, unit, places)) if language == "en" else display(value, unit, places=places)


def _growth(fact: Told, _beside: Any, language: str) -> str:
    """增长6.3%, 下降2.1%, 持平."""
    rate = _tenth(_number(fact))
    if rate == 0:
        return {"en": "unchanged"}.get(language, "持平")
    if language == "en":
        return f"{'up' if rate > 0 else 'down'} {number_text(abs(rate))}%"
    return f"{'增长' if rate > 0 else '下降'}{number_text(abs(rate))}%"


def _change(fact: Told, beside: Any, language: str) -> str:
    """How a rate moved: 加快, 回落, or of a rate below nothing 降幅收窄, 降幅扩大."""
    points = _tenth(_number(fact))
    falls = isinstance(beside, Decimal) and beside < 0
    size = number_text(abs(points))
    if language == "en":
        if points == 0:
            return "the same as the month before"
        return f"{size} points {'above' if points > 0 else 'below'} the month before"
    if points == 0:
        return "持平"
    words = ("降幅收窄", "降幅扩大") if falls else ("加快", "回落")
    return f"{words[points < 0]}{size}个百分点"


def _ahead(fact: Told, _beside: Any, language: str) -> str:
    """超序时进度5个百分点, 落后序时进度…, 与序时进度持平."""
    points = _tenth(_number(fact))
    size = number_text(abs(points))
    if language == "en":
        return f"{size} points {'ahead of' if points >= 0 else 'behind'} what is usual by then"
    if points == 0:
        return "与序时进度持平"
    return f"{'超' if points > 0 else '落后'}序时进度{size}个百分点"


def _number(fact: Told) -> Decimal:
    if isinstance(fact.value, str):
        raise TypeError(f"{fact.value} is no figure")
    return fact.value


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


FORMS: Final[Mapping[str, Callable[[Told, Any, str], str]]] = {
    "": _plain,
    "amount": _amount,
    "growth": _growth,
    "change": _change,
    "ahead": _ahead,
}

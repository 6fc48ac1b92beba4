"""How alike two phrases are, leaving out the words every plan is full of.

>>> rules = Rules(commonplaces=frozenset(("加快推进", "项目", "建设")))
>>> likeness("加快推进石英砂提纯项目建设", "石英砂提纯项目建成", rules.commonplaces)
1.0
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from tiaodu.engine.kernel.datafile import ListOf, Number, Text, load_datafile, with_head

_WHOLE_DUTY = 5  # characters from which a verb with its object is taken for a whole duty
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of likeness (0 to 1) and the words that do not tell promises apart, from
    data/ledger/matching.yaml.
    """

    subject_likeness: float = 0.6
    action_likeness: float = 0.5
    duty_likeness: float = 0.62
    near_likeness: float = 0.46
    event_likeness: float = 0.45
    context_likeness: float = 0.3
    commonplaces: frozenset[str] = frozenset()
    name_commonplaces: frozenset[str] = frozenset()
    manners: frozenset[str] = frozenset()
    readings: tuple[tuple[str, str], ...] = ()  # a word and what it is read as, the longest first

    def plain(self, text: str) -> str:
        """``text`` in the words that are compared: one word of each set of synonyms, no set phrases.

        >>> Rules(readings=(("等工作", ""), ("鼓励", "支持"))).plain("鼓励龙头企业等工作")
        '支持龙头企业'
        """
        return _plain(text, self.readings)


_LEVELS = (
    "subject_likeness",
    "action_likeness",
    "duty_likeness",
    "near_likeness",
    "event_likeness",
    "context_likeness",
)
_SHAPE = with_head(
    {
        **{name: Number() for name in _LEVELS},
        "commonplaces": ListOf(Text()),
        "name_commonplaces": ListOf(Text()),
        "manners": ListOf(Text()),
        "set_phrases": ListOf(Text()),
        "synonyms": ListOf(ListOf(Text())),
    }
)


@lru_cache(maxsize=4)
def load_rules(path: Path) -> Rules:
    """The rules of a data file; raises DataFileError when it has another shape."""
    found = load_datafile(path, _SHAPE)
    return Rules(
        **{name: float(found[name]) for name in _LEVELS},
        commonplaces=frozenset(found["commonplaces"]),
        name_commonplaces=frozenset(found["name_commonplaces"]),
        manners=frozenset(found["manners"]),
        readings=_readings(found["synonyms"], found["set_phrases"]),
    )


def _readings(synonyms: Sequence[Sequence[str]], set_phrases: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found = {word: words[0] for words in synonyms for word in words}
    found |= dict.fromkeys(set_phrases, "")
    return tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@lru_cache(maxsize=16384)
def _plain(text: str, readings: tuple[tuple[str, str], ...]) -> str:
    if not readings:
        return text
    known = dict(readings)
    return _reading_pattern(readings).sub(lambda match: known[match[0]], text)


@lru_cache(maxsize=4)
def _reading_pattern(readings: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word, _ in readings))


@lru_cache(maxsize=16384)
def distinctive(text: str, commonplaces: frozenset[str]) -> str:
    """``text`` without punctuation and commonplaces, the longest of them first; the bare text when nothing is
    left.

    >>> distinctive("加快推进，全县煤矿智能化建设", frozenset(("推进", "加快推进", "全县", "建设")))
    '煤矿智能化'
    """
    bare = _NOT_WORDS.sub("", text).casefold()
    left = bare
    for word in _longest_first(commonplaces):
        left = left.replace(word.casefold(), "")
    return left or bare


@lru_cache(maxsize=8)
def _longest_first(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=16384)
def _pairs(text: str) -> Counter[str]:
    if len(text) < 2:
        return Counter([text]) if text else Counter()
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def dice(one: str, other: str) -> float:
    """Dice coefficient of the character pairs of two texts: 2·shared ÷ all; 0 when either is empty.

    >>> dice("石港煤业", "石港煤业"), dice("石港煤业", "正珠煤业"), dice("", "")
    (1.0, 0.3333333333333333, 0.0)
    """
    first, second = _pairs(one), _pairs(other)
    count = first.total() + second.total()
    return 2 * (first & second).total() / count if count else 0.0


def likeness(one: str, other: str, commonplaces: frozenset[str]) -> float:
    """Likeness of what is distinctive in two phrases; one that contains the other (four characters or more)
    is 1.
    """
    first, second = distinctive(one, commonplaces), distinctive(other, commonplaces)
    shorter = min(first, second, key=len)
    if len(shorter) >= 4 and shorter in first and shorter in second:
        return 1.0
    return dice(first, second)


def duty_likeness(one: str, other: str, rules: Rules) -> float:
    """Likeness of two duties: one told inside the other counts as 1 only with its own verb, so that a topic
    (城市更新) does not make two duties one.

    >>> rules = Rules(commonplaces=frozenset(("大力", "推进")), manners=frozenset(("大力",)))
    >>> duty_likeness("大力推进城市更新", "编制城市更新专项规划", rules) < 0.6
    True
    >>> duty_likeness("开辟绿色通道", "为重大项目开辟绿色通道", rules)
    1.0
    """
    first, second = rules.plain(one), rules.plain(other)
    told = [distinctive(text, rules.manners) for text in (first, second)]
    shorter, longer = sorted(told, key=len)
    if len(shorter) >= _WHOLE_DUTY and shorter in longer:
        return 1.0
    return dice(distinctive(first, rules.commonplaces), distinctive(second, rules.commonplaces))


def is_distinctive_value(value: Decimal | None) -> bool:
    """Whether a figure alone nearly tells a promise: three significant digits or more (57.87亿元, not 5个 or
    500万).

    >>> is_distinctive_value(Decimal("5787000000")), is_distinctive_value(Decimal("5000000"))
    (True, False)
    """
    return value is not None and len(value.normalize().as_tuple().digits) >= 3

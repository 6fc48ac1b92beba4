"""The words the reader knows, read from data files and compiled once.

The package's own files are under ``tiaodu/data/vocabulary``; a county may give a folder with files of the
same names, each
of which replaces the package's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import load_datafile
from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.kernel.units import units_of
from tiaodu.engine.reading.lexicon import Lexicon
from tiaodu.engine.reading.vocabulary_shapes import MEASURE_CODES, SHAPES

MULTIPLIED_MEASURES = frozenset(MEASURE_CODES)
PACKAGE_FOLDER = Path(__file__).resolve().parents[2] / "data" / "vocabulary"


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says what a number measures."""

    measure: str
    dimension: str
    indicator: bool
    place: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an action is, and whether it is reached on one day."""

    act: str
    event: bool


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    """A fine measure: its dotted key, unit, kind and definition, and the words that tell it."""

    key: str
    measure: str
    unit: str
    kind: str
    zh: str
    en: str
    words: tuple[str, ...]
    context: tuple[str, ...]
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Comparators:
    """What the words right behind and right before a number say of how it is compared."""

    after: tuple[tuple[re.Pattern[str], str], ...]
    before: tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All word lists, compiled. ``raw`` holds the files' plain content by file name."""

    raw: dict[str, Any]
    units: Lexicon[Unit]
    cues: Lexicon[tuple[Cue, ...]]
    nouns: Lexicon[str]
    cuts: Lexicon[str]
    values: Lexicon[bool]
    endings: Lexicon[bool]
    owners: Lexicon[bool]
    generic: Lexicon[bool]
    idioms: Lexicon[bool]
    commitments: Lexicon[int]
    acts: Lexicon[Act]
    modes: Lexicon[int]
    states: Lexicon[bool]
    duties: Lexicon[bool]
    anywhere: Lexicon[bool]
    open_words: Lexicon[str]
    measures: tuple[MeasureEntry, ...]
    keyed: dict[str, tuple[MeasureEntry, ...]]
    threshold: re.Pattern[str]
    headings: tuple[tuple[int, re.Pattern[str]], ...]
    leading: re.Pattern[str]
    comparators: Comparators


def read_files(folder: Path | None = None) -> dict[str, Any]:
    """Read every vocabulary file, the folder's own before the package's. Raises DataFileError on a bad
    file.
    """
    found = {}
    for name, shape in SHAPES.items():
        own = folder / f"{name}.yaml" if folder else None
        path = own if own and own.exists() else PACKAGE_FOLDER / f"{name}.yaml"
        found[name] = load_datafile(path, shape)
    return found


@lru_cache(maxsize=8)
def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read and compile the vocabulary, once for each folder."""
    raw = read_files(folder)
    words, duties = raw["words"], raw["duties"]
    measures = _measures(raw["measures"])
    return Vocabulary(
        raw=raw,
        units=Lexicon(_units(raw["units"], raw["classifiers"])),
        cues=Lexicon(_cues(raw["cues"])),
        nouns=Lexicon(_nouns(raw["nouns"])),
        cuts=Lexicon(_cuts(words)),
        values=Lexicon(dict.fromkeys(words["values"], True)),
        endings=Lexicon(dict.fromkeys(words["endings"], True)),
        owners=Lexicon(dict.fromkeys(words["owners"], True)),
        generic=Lexicon(dict.fromkeys(words["generic"], True)),
        idioms=Lexicon(dict.fromkeys(raw["contexts"]["idioms"], True)),
        commitments=Lexicon({w: e["strength"] for e in raw["commitments"]["words"] for w in e["words"]}),
        acts=Lexicon(
            {w: Act(e["act"], e.get("event", False)) for e in raw["acts"]["acts"] for w in e["words"]}
        ),
        modes=Lexicon(_modes(raw["modes"])),
        states=Lexicon(
            {**dict.fromkeys(raw["modes"]["underway"], False), **dict.fromkeys(raw["modes"]["done"], True)}
        ),
        duties=Lexicon(dict.fromkeys([*duties["verbs"], *duties["inner_verbs"]], True)),
        anywhere=Lexicon(dict.fromkeys(duties["anywhere"], True)),
        open_words=Lexicon(
            {
                **dict.fromkeys(raw["open_words"]["vague"], "vague"),
                **dict.fromkeys(raw["open_words"]["soon"], "soon"),
            }
        ),
        measures=measures,
        keyed={e.measure: tuple(m for m in measures if m.measure == e.measure and m.words) for e in measures},
        threshold=_threshold(raw["contexts"]),
        headings=tuple((e["level"], re.compile(e["pattern"])) for e in raw["headings"]["levels"]),
        leading=_leading(words, duties),
        comparators=Comparators(
            *(
                tuple((re.compile(e["pattern"]), e["sign"]) for e in raw["comparators"][side])
                for side in ("after", "before")
            )
        ),
    )


def _units(units: dict[str, Any], classifiers: dict[str, Any]) -> dict[str, Unit]:
    found = units_of(units, classifiers)
    for word, unit in list(found.items()):
        if unit.dimension in ("mass", "volume", "money", "area", "count", "energy", "people", "visits"):
            for tail in units["rate_tails"]:
                rated = f"{word}/{tail}"
                dimension = "price" if unit.dimension == "money" else unit.dimension
                found.setdefault(rated, Unit(rated, f"{unit.base}/{tail}", unit.factor, dimension))
    return found


def _cues(raw: dict[str, Any]) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, tuple[Cue, ...]] = {}
    for entry in raw["cues"]:
        cue = Cue(
            entry["measure"], entry["dimension"], entry.get("indicator", False), entry.get("place", "before")
        )
        for word in entry["words"]:
            found[word] = (*found.get(word, ()), cue)
    return found


def _nouns(raw: dict[str, Any]) -> dict[str, str]:
    found = dict.fromkeys(raw["other"], "other")
    for measure, words in raw["measures"].items():
        found.update(dict.fromkeys(words, measure))
    found.update(dict.fromkeys(raw["components"], "component"))
    return found


def _cuts(words: dict[str, Any]) -> dict[str, str]:
    found = dict.fromkeys(words["particles"], "particle")
    found.update(dict.fromkeys(words["soft"], "soft"))
    found.update(dict.fromkeys(words["adverbs"], "adverb"))
    found.update(dict.fromkeys(words["verbs"], "verb"))
    found.update(dict.fromkeys(words["keep"], "keep"))
    return found


def _modes(raw: dict[str, Any]) -> dict[str, int]:
    found = {word: -int(weight) for weight, words in raw["target"].items() for word in words}
    found.update({word: int(weight) for weight, words in raw["actual"].items() for word in words})
    found.update(dict.fromkeys(raw["silent"], 0))
    found.update(dict.fromkeys(raw["review_heads"], 0))
    found.update(dict.fromkeys(raw["plan_heads"], 0))
    return found


def _measures(raw: dict[str, Any]) -> tuple[MeasureEntry, ...]:
    return tuple(
        MeasureEntry(
            key=e["key"],
            measure=e["key"].split(".")[0],
            unit=e["unit"],
            kind=e["kind"],
            zh=e["zh"],
            en=e["en"],
            words=tuple(e.get("words", ())),
            context=tuple(e.get("context", ())),
            name_zh=e["name_zh"],
            name_en=e["name_en"],
        )
        for e in raw["measures"]
    )


def _leading(words: dict[str, Any], duties: dict[str, Any]) -> re.Pattern[str]:
    """Adverbs, manners and cases that stand before a name and are no part of it."""
    from tiaodu.engine.reading.lexicon import trie_pattern  # noqa: PLC0415

    before = [*duties["manners"], *duties["cases"], *duties["before_names"], *words["particles"]]
    return re.compile(rf"^(?:{trie_pattern(before)})+")


def _threshold(contexts: dict[str, Any]) -> re.Pattern[str]:
    from tiaodu.engine.reading.lexicon import trie_pattern  # noqa: PLC0415

    modifiers, nouns = trie_pattern(contexts["class_modifiers"]), trie_pattern(contexts["class_nouns"])
    return re.compile(rf"(?P<upward>及?以[上下]|级)?(?:{modifiers}){{0,5}}?(?P<noun>{nouns})")

"""The texts of data/outlook/words.yaml: findings, and how a node says where its figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import MappingOf, Record, Text, load_datafile, with_head

ERROR, WARNING = "error", "warning"
_CODE = Text(r"[a-z][a-z0-9_]*")
_LABEL = Record({"zh": Text(), "en": Text()})
_GROUPS = ("findings", "kinds", "shapes", "per")
_SINGLE = ("near", "by_month", "adjusted", "all_months")
_SHAPE = with_head({**dict.fromkeys(_GROUPS, MappingOf(_LABEL, key=_CODE)), **dict.fromkeys(_SINGLE, _LABEL)})


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by group, code and language."""

    groups: Mapping[str, Mapping[str, Mapping[str, str]]]

    def tell(self, group: str, code: str, language: str = "zh", **params: object) -> str:
        """One text with its parameters filled in."""
        return self.groups[group][code][language].format(**params).strip()


@lru_cache(maxsize=4)
def load_words(path: Path | None = None) -> Words:
    """The texts of ``path``, or of the package. Raises DataFileError when it has another shape."""
    found = path or Path(str(files("tiaodu.data").joinpath("outlook", "words.yaml")))
    raw: dict[str, Any] = load_datafile(found, _SHAPE)
    return Words(
        {**{group: raw[group] for group in _GROUPS}, "single": {each: raw[each] for each in _SINGLE}}
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a node, an input or a result: an error forbids a run, a warning is shown with it.

    ``params`` fill the text; ``error`` is that of an expression, which words itself.
    """

    code: str
    node: str
    severity: str = ERROR
    params: Mapping[str, object] = field(default_factory=dict)

    def tell(self, language: str = "zh") -> str:
        """The finding in words."""
        words = load_words()
        params = {key: _worded(key, value, language, words) for key, value in self.params.items()}
        return words.tell("findings", self.code, language, **{"node": self.node, **params})


def _worded(key: str, value: object, language: str, words: Words) -> object:
    if key == "near":
        names = value if isinstance(value, tuple) else ()
        joined = ("、" if language == "zh" else ", ").join(map(str, names))
        return words.tell("single", "near", language, names=joined) if names else ""
    if key == "per":
        return words.tell("per", str(value), language)
    if isinstance(value, tuple):
        return (" → " if key == "nodes" else "、" if language == "zh" else ", ").join(map(str, value))
    message = getattr(value, "message", None)
    return message(language) if callable(message) else value

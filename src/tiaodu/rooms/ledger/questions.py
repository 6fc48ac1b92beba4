"""What the reader asks about a statement, in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from tiaodu.engine.kernel.datafile import MappingOf, Record, Text, load_datafile, with_head
from tiaodu.rooms.documents.models import Statement

_SHAPE = with_head({"questions": MappingOf(Record({"zh": Text(), "en": Text()}))})


@lru_cache(maxsize=1)
def _wordings() -> dict[str, dict[str, str]]:
    path = Path(str(files("tiaodu.data").joinpath("vocabulary", "questions.yaml")))
    found: dict[str, dict[str, str]] = load_datafile(path, _SHAPE)["questions"]
    return found


class _Blank(dict[str, str]):
    """A parameter the reader did not give stays readable."""

    def __missing__(self, key: str) -> str:
        return "…"


def question_words(statements: Iterable[Statement], language: str = "zh") -> str:
    """The questions of some statements as sentences, each once."""
    told = [
        _wordings()[question["code"]][language].format_map(_Blank(question.get("params", {})))
        for statement in statements
        for question in statement.questions
        if question["code"] in _wordings()
    ]
    return " ".join(dict.fromkeys(told)) if language == "en" else "".join(dict.fromkeys(told))

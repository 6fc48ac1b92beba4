"""The wording of questions and findings, from the vocabulary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tiaodu.engine.kernel.datafile import load_datafile
from tiaodu.engine.reading.model import Finding, Question
from tiaodu.engine.reading.vocabulary import PACKAGE_FOLDER
from tiaodu.engine.reading.vocabulary_shapes import SHAPES


@lru_cache(maxsize=2)
def _wording(name: str) -> dict[str, Any]:
    wording: dict[str, Any] = load_datafile(PACKAGE_FOLDER / f"{name}.yaml", SHAPES[name])[name]
    return wording


def _filled(name: str, code: str, params: Mapping[str, str], lang: str) -> str:
    wording = _wording(name).get(code)
    if wording is None:
        return " ".join((code, *params.values()))
    return str(wording["en" if lang.startswith("en") else "zh"]).format_map(defaultdict(str, params))


def question_words(question: Question, lang: str = "zh") -> str:
    """What a person is asked, in Chinese or (``en``) English."""
    return _filled("questions", question.code, question.params, lang)


def finding_words(finding: Finding, lang: str = "zh") -> str:
    """What the text as a whole shows, in Chinese or (``en``) English."""
    return _filled("findings", finding.code, finding.params, lang)

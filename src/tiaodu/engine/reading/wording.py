"""Questions and findings in words, in Chinese or English; the wording is data."""

from __future__ import annotations

from collections.abc import Mapping

from tiaodu.engine.reading.model import Finding, Question
from tiaodu.engine.reading.vocabulary import Vocabulary

LANGUAGES = ("zh", "en")


def question_text(question: Question, vocabulary: Vocabulary, language: str = "zh") -> str:
    """What a person is asked. Raises KeyError for an unknown code, ValueError for an unknown language."""
    return _filled(vocabulary.raw["questions"]["questions"][question.code], question.params, language)


def finding_text(finding: Finding, vocabulary: Vocabulary, language: str = "zh") -> str:
    """What a finding says. Raises KeyError for an unknown code, ValueError for an unknown language."""
    return _filled(vocabulary.raw["findings"]["findings"][finding.code], finding.params, language)


def _filled(wording: Mapping[str, str], params: Mapping[str, str], language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is no language of the wording; accepted: {', '.join(LANGUAGES)}")
    text = wording[language]
    for name, value in params.items():
        text = text.replace("{" + name + "}", value)
    return text

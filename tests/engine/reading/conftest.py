"""The vocabulary, loaded once, and short ways to read."""

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Reading, Vocabulary, load_vocabulary, read

Read = Callable[..., Reading]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def reading_of(vocabulary: Vocabulary) -> Read:
    def reading_of(text: str, plan_year: int | None = 2024) -> Reading:
        return read(text, document_date=None, plan_year=plan_year, vocabulary=vocabulary)

    return reading_of

"""Fixtures of all tests: the fixed cast, and Chinese as the language each test begins with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from tests.cast import cast, client_of, county
from tests.emptied import emptied, triggers
from tests.migrated import start_from_a_copy

__all__ = ["cast", "client_of", "county", "emptied", "triggers"]


def pytest_configure() -> None:
    # The server of static files looks for its folder, which only collectstatic makes.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    start_from_a_copy()


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """A request leaves the language of its answer behind; the next test must not see it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield

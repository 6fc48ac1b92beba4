"""The county of the tests with a hundred firms that build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cast import County
from tests.rooms.projects.tables import developer_names

from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.projects.selectors import laid, outlooks, repeats


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Keys come again from test to test: nothing that was found in one may be remembered in the next."""
    for forget in (
        repeats._pairs.cache_clear,
        outlooks._learned.cache_clear,
        outlooks._remembered.clear,
        laid._remembered.clear,
    ):
        forget()
    yield
    repeats._pairs.cache_clear()


@pytest.fixture
def developers(county: County) -> list[str]:
    """Names of registered firms."""
    names = developer_names(100)
    Subject.objects.bulk_create(
        Subject(
            region=county.region,
            code=f"builder-{n}",
            kind=SubjectKind.FIRM,
            name=name,
            sample=True,
            source="tests",
        )
        for n, name in enumerate(names)
    )
    return names

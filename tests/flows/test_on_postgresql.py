"""The main journey once more, with PostgreSQL under the program instead of the embedded database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.flows.conftest import Login, environment, load_demo, serving
from tests.flows.test_every_page import answers, crawl
from tests.flows.test_plan_to_strike_off import (
    pytestmark,
    test_a_statement_becomes_a_task_with_its_sentence,
    test_progress_is_reported_and_the_task_struck_off_by_another,
    test_the_briefing_beside_the_plan_doubles_nothing,
)
from tests.postgres import Cluster

__all__ = [
    "pytestmark",
    "test_a_statement_becomes_a_task_with_its_sentence",
    "test_progress_is_reported_and_the_task_struck_off_by_another",
    "test_the_briefing_beside_the_plan_doubles_nothing",
]


@pytest.fixture(scope="module")
def demo_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder beside the database; here it is served itself."""
    return tmp_path_factory.mktemp("demo-postgresql")


@pytest.fixture(scope="module")
def server(demo_county: Path) -> Iterator[str]:
    cluster = Cluster()
    surroundings = environment(demo_county) | {"DATABASE_URL": cluster.start()}
    try:
        load_demo(surroundings)
        with serving(surroundings, "demo") as address:
            yield address
    finally:
        cluster.stop()


@pytest.mark.parametrize("person", ["dispatcher", "firm"])
def test_every_page_answers(page: Page, login: Login, person: str) -> None:
    login(page, person)
    assert crawl(lambda address: answers(page, address)) == []

"""The interface keeps to its own description, and the description does not change unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.cast import Cast, County
from tests.foundation.interfaces.systems import bearer, fetched
from tests.rooms.returns.desk import TODAY, opened

from tiaodu.config import api
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.interfaces.scopes import FIRM, scopes_of

SNAPSHOT = Path(__file__).with_name("openapi.json")
EXAMPLES = 12  # for each operation; more of them are run by hand, see docs/how-to/api.md


def described() -> dict[str, Any]:
    """The description as programs read it."""
    found: dict[str, Any] = json.loads(json.dumps(api.schema()))
    return found


OPERATIONS = [(path, method) for path, methods in described()["paths"].items() for method in methods]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The program as it runs, but on the connection of the test, which it must not close."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_the_description_is_the_one_that_was_agreed() -> None:
    """A change that breaks other systems is seen here: look at it, then write the file anew."""
    assert described() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_it_is_openapi_3_1_and_names_the_scope_of_every_operation() -> None:
    found = described()
    assert found["openapi"].startswith("3.1")
    operations = [one for methods in found["paths"].values() for one in methods.values()]
    assert all(one["x-scope"] and one["security"] for one in operations)
    assert all("429" in one["responses"] for one in operations)


@pytest.fixture
def secret(cast: Cast, county: County, settings: Any) -> str:
    """A firm's token that may do all a firm's may, with returns to fill, and as often as it is asked."""
    settings.TIAODU_TODAY = TODAY
    opened(cast, county)
    token, secret = fetched(cast, county, scopes_of(FIRM))
    Token.objects.filter(pk=token.pk).update(per_minute=1_000_000, until=TODAY + timedelta(days=1))
    return secret


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_is_described(path: str, method: str, secret: str) -> None:
    """What is sent follows the description or breaks it on purpose; the answer never does."""
    schema = schemathesis.openapi.from_dict(described())
    schema.app = WSGIHandler()
    operation = schema[path][method.upper()]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

    @given(case=cases)
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        # A return may be closed or wait for another step: what fits the description is not always accepted.
        case.call_and_validate(headers=bearer(secret), excluded_checks=[positive_data_acceptance])

    holds()

"""Who may open what: every role over every route, and nothing without a declaration."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.cast import Cast

from tiaodu.foundation.access import PUBLIC, SIGNED_IN, TOKEN, roles
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.permissions import words

# For each converter a value that no record has: who may open the route is told there is nothing, the others
# are refused before anybody looks.
EXAMPLES: dict[str, Any] = {
    "IntConverter": 987654321,
    "UUIDConverter": UUID("00000000-0000-4000-8000-000000000000"),
    "StringConverter": "nothing",
    "SlugConverter": "nothing",
    "PathConverter": "nothing",
}
# Where one of several values is a part of the address rather than of a record.
NAMED = {"suffix": "docx", "kind": "docx", "format": "docx", "ending": "docx", "form": "docx"}


@dataclass(frozen=True)
class Route:
    """An address of the product with its view."""

    name: str
    pattern: str
    view: Callable[..., Any]
    arguments: tuple[tuple[str, Any], ...]

    @property
    def url(self) -> str:
        return reverse(self.name, kwargs=dict(self.arguments))

    @property
    def access(self) -> str | None:
        return getattr(self.view, "access", None)


def _patterns(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _patterns(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            converters = entry.pattern.converters
            arguments = tuple((key, _example(key, converter)) for key, converter in converters.items())
            yield Route(f"{space}{entry.name}", pattern, entry.callback, arguments)


def _example(key: str, converter: Any) -> Any:
    own = getattr(converter, "example", None)
    return NAMED.get(key, own or EXAMPLES[type(converter).__name__])


EVERY = sorted(_patterns(get_resolver()), key=lambda route: route.name)
ROUTES = [route for route in EVERY if route.access != TOKEN]  # the pages; test_interface.py has the others
INTERFACE = [route for route in EVERY if route.access == TOKEN]
ROLES = sorted(roles())


def _may(role: str, route: Route) -> bool:
    return route.access in {PUBLIC, SIGNED_IN} or route.access in roles()[role]["permissions"]


def _to_login(location: str) -> bool:
    return urlparse(location).path == reverse("accounts:login")


@pytest.fixture
def person_of(cast: Cast) -> Callable[[str], User]:
    """A person who has this role and no other."""
    people = [getattr(cast, field.name) for field in fields(cast)]
    return lambda role: next(person for person in people if person.roles == [role])


def test_every_route_has_a_name_and_declares_its_access() -> None:
    assert ROUTES
    assert [route.pattern for route in ROUTES if route.name.endswith("None")] == []
    assert [route.pattern for route in ROUTES if route.access is None] == []


def test_a_view_without_a_declaration_would_be_seen() -> None:
    def bare(request: Any) -> None:
        """A view that declares nothing."""

    assert Route("x", "x/", bare, ()).access is None


def test_what_is_declared_is_granted_to_somebody() -> None:
    granted = {permission for role in roles().values() for permission in role["permissions"]}
    declared = {route.access for route in ROUTES} - {PUBLIC, SIGNED_IN}
    assert declared - granted == set()


def test_every_permission_has_its_words() -> None:
    granted = {permission for role in roles().values() for permission in role["permissions"]}
    assert granted - words().keys() == set()
    assert all(entry["zh"] and entry["en"] for entry in words().values())


def test_only_coming_in_and_the_language_are_open_to_everybody() -> None:
    assert {route.name for route in ROUTES if route.access == PUBLIC} <= {"accounts:login", "set-language"}


@pytest.mark.django_db
def test_nobody_gets_in_without_logging_in() -> None:
    client = Client()
    for route in ROUTES:
        if route.access == PUBLIC:
            continue
        for ask in (client.get, client.post):
            answer = ask(route.url)
            assert (answer.status_code, route.name) == (302, route.name)
            assert _to_login(answer["Location"]), route.name


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_role_over_every_route(
    role: str, person_of: Callable[[str], User], client_of: Callable[[User], Client]
) -> None:
    wrong = []
    for route in ROUTES:
        if route.name == "accounts:logout":
            continue
        client = client_of(person_of(role))
        client.raise_request_exception = False
        for method in ("get", "post"):
            answer = getattr(client, method)(route.url)
            refused = answer.status_code == 403
            if (
                refused == _may(role, route)
                or _to_login(answer.get("Location", ""))
                or answer.status_code >= 500
            ):
                wrong.append((method, route.name, route.access, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_record_that_is_not_there_is_not_found(
    role: str, person_of: Callable[[str], User], client_of: Callable[[User], Client]
) -> None:
    client = client_of(person_of(role))
    found = [
        (route.name, status)
        for route in ROUTES
        if any(
            value in (EXAMPLES["IntConverter"], EXAMPLES["UUIDConverter"]) for _key, value in route.arguments
        )
        and _may(role, route)
        and (status := client.get(route.url).status_code) not in {404, 405}
    ]
    assert found == []


def test_the_walk_reads_the_arguments_of_views() -> None:
    """Each example is really a parameter of its view, so that a route is asked for as people ask for it."""
    for route in ROUTES:
        taken = inspect.signature(inspect.unwrap(route.view)).parameters
        assert set(dict(route.arguments)) <= set(taken), route.name

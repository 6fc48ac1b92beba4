"""Fixtures of all tests: the fixed cast."""

from pathlib import Path

from django.conf import settings
from tests.cast import cast, client_of, county

__all__ = ["cast", "client_of", "county"]


def pytest_configure() -> None:
    # The server of static files looks for its folder, which only collectstatic makes.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

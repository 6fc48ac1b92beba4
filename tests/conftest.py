"""Fixtures of all tests: the fixed cast."""

from tests.cast import cast, client_of, county

__all__ = ["cast", "client_of", "county"]

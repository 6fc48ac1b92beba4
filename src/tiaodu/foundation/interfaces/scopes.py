"""What tokens may be allowed (data/access/scopes.yaml), and the permissions that follow for each side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language

OFFICIAL, FIRM = "official", "firm"


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    source = resources.files("tiaodu.data") / "access" / "scopes.yaml"
    loaded: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return loaded


def scopes_of(side: str) -> tuple[str, ...]:
    """The scopes a token of this side may have."""
    return tuple(code for code, row in _data()["scopes"].items() if side in row)


def scope_words(scope: str) -> str:
    """What a scope allows, in the reader's language."""
    row = _data()["any"] if scope == "any" else _data()["scopes"].get(scope, {})
    return str(row.get("en" if get_language() == "en" else "zh", scope))


def permissions_of(side: str, scopes: Iterable[str]) -> frozenset[str]:
    """The permissions that a token of this side has by its scopes; other scopes give none."""
    table = _data()["scopes"]
    granted = {p for scope in scopes for p in table.get(scope, {}).get(side, ())}
    return frozenset(granted | set(_data()["sides"][side])) if granted else frozenset()


def usual_per_minute() -> int:
    """Calls a minute that a token is allowed when nobody said otherwise."""
    return int(_data()["per_minute"])


def most_per_minute() -> int:
    """The most calls a minute that an administrator may allow."""
    return int(_data()["most_per_minute"])


def longest() -> int:
    """How many days a token lasts at most."""
    return int(_data()["days"])

"""The permissions with their words, for the page that shows who may do what."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Any

import yaml

from tiaodu.foundation import access


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """Each permission's words (``zh``, ``en``), from data/access/permissions.yaml."""
    source = resources.files("tiaodu.data") / "access" / "permissions.yaml"
    loaded: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return dict(loaded["permissions"])


def table(language: str) -> list[dict[str, Any]]:
    """Rows of the table by room: each permission's words and, per role, whether it is granted."""
    granted = {code: set(role["permissions"]) for code, role in access.roles().items()}
    every = sorted(set().union(*granted.values()))
    return [
        {
            "room": room,
            "rows": [
                {
                    "permission": permission,
                    "words": words().get(permission, {}).get(language, permission),
                    "granted": [permission in of_role for of_role in granted.values()],
                }
                for permission in permissions
            ],
        }
        for room, permissions in groupby(every, key=lambda p: p.partition(".")[0])
    ]

"""The packaged rows of the tables of projects, as plain YAML."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def packaged_rows(name: str) -> list[dict[str, Any]]:
    """The rows of data/projects/NAME.yaml."""
    text = (resources.files("tiaodu.data") / "projects" / f"{name}.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)["rows"]
    return found

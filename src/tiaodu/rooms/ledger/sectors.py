"""Names of the fields of work, from data/registry/sectors.yaml."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import yaml
from django.utils.translation import get_language


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, str]]:
    path = Path(str(files("tiaodu.data").joinpath("registry", "sectors.yaml")))
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {row["code"]: row for row in loaded["rows"]}


def sector_name(code: str) -> str:
    """The name of a field of work in the reader's language; a code nobody named stays as it is."""
    row = _rows().get(code)
    if row is None:
        return code
    english = (get_language() or "").startswith("en")
    return row["en" if english else "zh"]


def sectors() -> list[str]:
    """The known codes in the order of the file."""
    return list(_rows())

"""Names of the fields of work: the sectors.yaml of the county's data folder, else the one of the package."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from tiaodu.engine.kernel.datafile import ListOf, Record, Text, load_datafile, with_head

_SHAPE = with_head({"rows": ListOf(Record({"code": Text(), "zh": Text(), "en": Text()}))})


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, str]]:
    own: Path = settings.DATA / "sectors.yaml"
    packaged = Path(str(files("tiaodu.data").joinpath("registry", "sectors.yaml")))
    loaded: dict[str, Any] = load_datafile(own if own.exists() else packaged, _SHAPE)
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


def sector_words(code: str) -> tuple[str, ...]:
    """The names of a field of work in every language; its code where nobody named it."""
    row = _rows().get(code)
    return (row["zh"], row["en"]) if row is not None else (code,)

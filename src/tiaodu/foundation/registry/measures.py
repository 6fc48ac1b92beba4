"""The measures of the reader's vocabulary, as rows of the register."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

from tiaodu.foundation.registry.models import Measure

# Column of the register: field of data/vocabulary/measures.yaml.
_FIELDS = {"code": "key", "name": "name_zh", "name_en": "name_en", "unit": "unit", "kind": "kind"}


def measure_rows() -> list[dict[str, str]]:
    """Every measure of data/vocabulary/measures.yaml with the columns of :class:`Measure`."""
    source = resources.files("tiaodu.data") / "vocabulary" / "measures.yaml"
    loaded: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return [_row(entry) for entry in loaded["measures"]]


def _row(entry: dict[str, Any]) -> dict[str, str]:
    row = {column: str(entry[field] or "") for column, field in _FIELDS.items()}
    return row | {"definition": str(entry["zh"]), "definition_en": str(entry["en"])}


def measures_missing() -> list[str]:
    """Codes of the vocabulary that the register does not have."""
    known = set(Measure.objects.values_list("code", flat=True))
    return [row["code"] for row in measure_rows() if row["code"] not in known]

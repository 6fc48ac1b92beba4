"""Names of measures, and figures as a form shows them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language

from tiaodu.engine.reading import load_vocabulary


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    return {entry.key: entry.name_en for entry in load_vocabulary().measures}


def english_name(key: str) -> str:
    """The English name of a measure; its key where it has none."""
    return _english().get(key, key)


def measure_choices() -> list[tuple[str, str]]:
    """Every measure by its name in the reader's language."""
    english = (get_language() or "").startswith("en")
    return [(e.key, e.name_en if english else e.name_zh) for e in load_vocabulary().measures]


def shown_value(value: Decimal | None) -> str:
    """A value as a form shows it: exact, without zeros at its end."""
    return "" if value is None else f"{value.normalize():f}"

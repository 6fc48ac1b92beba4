"""The units people write, read from the package's tables and handed to whoever counts in them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tiaodu.engine.kernel.datafile import ListOf, Number, Record, Text, load_datafile, with_head
from tiaodu.engine.kernel.quantity import Unit

FOLDER = Path(__file__).resolve().parents[2] / "data" / "vocabulary"
_WORDS = ListOf(Text())
UNITS = with_head(
    {
        "units": ListOf(
            Record({"dimension": Text(), "base": Text(), "written": _WORDS}, {"factor": Number()})
        ),
        "rate_tails": _WORDS,
    }
)
CLASSIFIERS = with_head(
    dict.fromkeys(
        ("arabic", "chinese", "one", "not_before_one", "not_after_one", "living", "places", "wares"), _WORDS
    )
)


def units_of(units: Mapping[str, Any], classifiers: Mapping[str, Any]) -> dict[str, Unit]:
    """Each written form with its unit; a counting word (家, 条, 座) is counted in itself."""
    found = {word: Unit(word, word) for word in [*classifiers["arabic"], *classifiers["chinese"]]}
    for entry in units["units"]:
        for word in entry["written"]:
            found[word] = Unit(word, entry["base"], Decimal(entry.get("factor", 1)), entry["dimension"])
    return found


@lru_cache(maxsize=1)
def packaged_units() -> Mapping[str, Unit]:
    """The package's own units, read once.

    >>> packaged_units()["兆瓦"].base, str(packaged_units()["兆瓦"].factor)
    ('千瓦', '1000')
    """
    raw = (
        load_datafile(FOLDER / "units.yaml", UNITS),
        load_datafile(FOLDER / "classifiers.yaml", CLASSIFIERS),
    )
    return MappingProxyType(units_of(*raw))

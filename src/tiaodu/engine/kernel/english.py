"""Quantities for readers of English: 1.89 billion yuan, 27.2 million kWh, 5,200 t, 58."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from tiaodu.engine.kernel.datafile import ListOf, MappingOf, Text, load_datafile, with_head
from tiaodu.engine.kernel.display import number_text

_SCALES = ((Decimal(10**9), " billion"), (Decimal(10**6), " million"))
_SHAPE = with_head({"units": MappingOf(Text()), "counting": ListOf(Text())})


@lru_cache(maxsize=1)
def english_units() -> Mapping[str, str]:
    """Words of base units in English; counting words have none, other units stay as the plan writes them."""
    with resources.as_file(resources.files("tiaodu.data") / "display" / "units_en.yaml") as path:
        found = load_datafile(path, _SHAPE)
    return {**found["units"], **dict.fromkeys(found["counting"], "")}


def english(value: Decimal, unit: str, places: int | None = None) -> tuple[str, str]:
    """The number of a value in base units and its unit, in millions or billions from there on.

    >>> "".join(english(Decimal(27198000), "千瓦时", 1)), english(Decimal(5200), "吨")
    ('27.2 million kWh', ('5,200', ' t'))
    >>> english(Decimal(58), "条")
    ('58', '')
    """
    scale, mark = next(((s, m) for s, m in _SCALES if abs(value) >= s), (Decimal(1), ""))
    scaled = value / scale if places is None else round(value / scale, places)
    whole, point, rest = number_text(scaled).partition(".")
    number = f"{int(whole):,}{point}{rest}" if whole != "-0" else f"-0{point}{rest}"
    words = english_units().get(unit, unit)
    return number, words if words in ("%", "‰") else f"{mark} {words}".rstrip()

"""How figures are written on pages: 万 and 亿 in Chinese, million and billion in English."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from django.utils.translation import get_language

from tiaodu.engine.kernel.datafile import ListOf, MappingOf, Text, load_datafile, with_head
from tiaodu.engine.kernel.display import display, number_text

_NUMBER = re.compile(r"[-+]?[\d.]+")
_ENGLISH_SCALES = ((Decimal(10**9), " billion"), (Decimal(10**6), " million"))
_SHAPE = with_head({"units": MappingOf(Text()), "counting": ListOf(Text())})


@lru_cache(maxsize=1)
def _english_units() -> dict[str, str]:
    """Words of units in English; counting words have none, any other unit stays as the plan writes it."""
    with resources.as_file(resources.files("tiaodu.data") / "display" / "units_en.yaml") as path:
        found = load_datafile(path, _SHAPE)
    return {**found["units"], **dict.fromkeys(found["counting"], "")}


def written(value: Decimal | float, unit: str, places: int | None = None) -> tuple[str, str]:
    """The number and its unit as a person would write them: ("18.88", "亿元")."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if (get_language() or "").startswith("en"):
        return _english(exact, unit, places)
    text = display(exact, unit, places=places)
    number = _NUMBER.match(text)
    cut = number.end() if number else 0
    return text[:cut], text[cut:]


def _english(value: Decimal, unit: str, places: int | None) -> tuple[str, str]:
    scale, mark = next(((s, m) for s, m in _ENGLISH_SCALES if abs(value) >= s), (Decimal(1), ""))
    scaled = value / scale if places is None else round(value / scale, places)
    whole, point, rest = number_text(scaled).partition(".")
    number = f"{int(whole):,}{point}{rest}" if whole != "-0" else f"-0{point}{rest}"
    words = _english_units().get(unit, unit)
    return number, words if words in ("%", "‰") else f"{mark} {words}".rstrip()


def share(value: Decimal | None, target: Decimal | None) -> int | None:
    """How much of a target was reached, in whole percent from 0 to 100; None where it cannot be said."""
    if value is None or target is None or target <= 0:
        return None
    return int(max(Decimal(0), min(Decimal(1), value / target)) * 100)

"""The page of an official document (GB/T 9704-2012), from data/briefing/gbt9704.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import MappingOf, Number, Record, Text, load_datafile, with_head

_PAGE = ("width", "height", "top", "bottom", "left", "right", "footer")
_FONTS = ("title", "body", "level1", "level2", "page_number", "latin")
_SIZES = ("title", "body", "table", "table_pitch", "note", "note_pitch", "page_number")


@dataclass(frozen=True, slots=True)
class Layout:
    """``page`` in millimetres; ``line_pitch`` and ``sizes`` in points; ``fonts`` by what they are for."""

    page: Mapping[str, float]
    line_pitch: float
    fonts: Mapping[str, str]
    fallbacks: Mapping[str, str]
    sizes: Mapping[str, float]

    @property
    def text_width(self) -> float:
        """Width of the text area of an upright page, in millimetres (版心 156)."""
        return self.page["width"] - self.page["left"] - self.page["right"]

    @property
    def turned_width(self) -> float:
        """Width of the text area of a page turned sideways, in millimetres (版心 225)."""
        return self.page["height"] - self.page["top"] - self.page["bottom"]


@lru_cache(maxsize=1)
def official_layout() -> Layout:
    """The layout of the standard."""
    shape = with_head(
        {
            "page": Record({name: Number() for name in _PAGE}),
            "line_pitch": Number(),
            "fonts": Record({name: Text() for name in _FONTS}),
            "fallbacks": MappingOf(Text()),
            "sizes": Record({name: Number() for name in _SIZES}),
        }
    )
    path = Path(str(files("tiaodu.data").joinpath("briefing", "gbt9704.yaml")))
    raw: dict[str, Any] = load_datafile(path, shape)
    return Layout(
        page=_floats(raw["page"]),
        line_pitch=float(raw["line_pitch"]),
        fonts=raw["fonts"],
        fallbacks=raw["fallbacks"],
        sizes=_floats(raw["sizes"]),
    )


def _floats(numbers: Mapping[str, Decimal]) -> dict[str, float]:
    return {name: float(number) for name, number in numbers.items()}

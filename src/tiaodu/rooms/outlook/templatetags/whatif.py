"""What the cells of what-ifs show."""

from __future__ import annotations

from typing import Any

from django import template

from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.what_if.pictures import Pair, pair_of

register = template.Library()


@register.simple_tag
def pair(row: Any) -> Pair | None:
    """The picture of a row: one it brings along, else both sides of it."""
    brought: Pair | None = getattr(row, "picture", None)
    return brought or pair_of(row.line, [("base", row.base), ("other", row.other)])


@register.simple_tag
def side(row: Any, name: str) -> dict[str, str]:
    """P10, P50 and P90 of one side in words."""
    return {each: row.figure(name, each) for each in ("p10", "p50", "p90")}


@register.simple_tag
def chances(row: Any) -> dict[str, str]:
    """The chance on both sides."""
    return {"base": words.percent(row.base.chance), "other": words.percent(row.other.chance)}

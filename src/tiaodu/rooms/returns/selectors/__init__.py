"""Every read of the room."""

from tiaodu.rooms.returns.selectors.figures import Figure, UndeclaredUse, figures_for
from tiaodu.rooms.returns.selectors.scope import (
    Returns,
    is_official,
    latest_first,
    listings_visible_to,
    return_for,
    returns_visible_to,
)

__all__ = [
    "Figure",
    "Returns",
    "UndeclaredUse",
    "figures_for",
    "is_official",
    "latest_first",
    "listings_visible_to",
    "return_for",
    "returns_visible_to",
]

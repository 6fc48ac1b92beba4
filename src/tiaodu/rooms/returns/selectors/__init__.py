"""Every read of the room."""

from tiaodu.rooms.returns.selectors.figures import Figure, UndeclaredUse, figures_for
from tiaodu.rooms.returns.selectors.scope import is_official, return_for, returns_visible_to

__all__ = [
    "Figure",
    "UndeclaredUse",
    "figures_for",
    "is_official",
    "return_for",
    "returns_visible_to",
]

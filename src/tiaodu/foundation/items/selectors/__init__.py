"""Every read of items, with the person's rows only."""

from tiaodu.foundation.items.selectors.people import absence_of, officers_of
from tiaodu.foundation.items.selectors.rows import (
    ItemRow,
    clock_of,
    items_about,
    row_of,
    rows_of,
)
from tiaodu.foundation.items.selectors.scope import (
    item_for,
    items_visible_to,
    sees_inside,
    standing_for,
    standings_visible_to,
)

__all__ = [
    "ItemRow",
    "absence_of",
    "clock_of",
    "item_for",
    "items_about",
    "items_visible_to",
    "officers_of",
    "row_of",
    "rows_of",
    "sees_inside",
    "standing_for",
    "standings_visible_to",
]

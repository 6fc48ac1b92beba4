"""Every write of the room."""

from tiaodu.rooms.returns.services.listing import listing_add, listing_end
from tiaodu.rooms.returns.services.opening import returns_open

__all__ = ["listing_add", "listing_end", "returns_open"]

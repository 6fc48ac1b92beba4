"""Every write of the room."""

from tiaodu.rooms.outlook.services.runs import Ran, outlook_ask, outlook_run

__all__ = ["Ran", "outlook_ask", "outlook_run"]

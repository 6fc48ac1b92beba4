"""Every write of the room."""

from tiaodu.rooms.outlook.services.replay import Replayed, outlook_replay, replay_ask, years_to_replay
from tiaodu.rooms.outlook.services.runs import Ran, outlook_ask, outlook_run

__all__ = ["Ran", "Replayed", "outlook_ask", "outlook_replay", "outlook_run", "replay_ask", "years_to_replay"]

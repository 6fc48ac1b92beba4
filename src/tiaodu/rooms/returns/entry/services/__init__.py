"""Every write on the way into the statistics."""

from tiaodu.rooms.returns.entry.services.allowing import authorisation_grant, authorisation_withdraw
from tiaodu.rooms.returns.entry.services.foreseeing import outlooks_keep
from tiaodu.rooms.returns.entry.services.papers import declaration_make, paper_hand_in, paper_send_back
from tiaodu.rooms.returns.entry.services.steps import Move, step_take
from tiaodu.rooms.returns.entry.services.units import unit_add, unit_edit

__all__ = [
    "Move",
    "authorisation_grant",
    "authorisation_withdraw",
    "declaration_make",
    "outlooks_keep",
    "paper_hand_in",
    "paper_send_back",
    "step_take",
    "unit_add",
    "unit_edit",
]

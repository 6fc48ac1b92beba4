"""Every write of the room."""

from tiaodu.rooms.returns.services.bringing import brought_refuse, brought_take, file_bring, file_fill
from tiaodu.rooms.returns.services.filling import (
    return_answer,
    return_confirm,
    return_correct,
    return_decline,
    return_draft,
    return_nothing,
    return_see,
    return_submit,
)
from tiaodu.rooms.returns.services.listing import listing_add, listing_end
from tiaodu.rooms.returns.services.opening import returns_open
from tiaodu.rooms.returns.services.reminding import returns_remind
from tiaodu.rooms.returns.services.talking import return_question, return_remind, return_send_back

__all__ = [
    "brought_refuse",
    "brought_take",
    "file_bring",
    "file_fill",
    "listing_add",
    "listing_end",
    "return_answer",
    "return_confirm",
    "return_correct",
    "return_decline",
    "return_draft",
    "return_nothing",
    "return_question",
    "return_remind",
    "return_see",
    "return_send_back",
    "return_submit",
    "returns_open",
    "returns_remind",
]

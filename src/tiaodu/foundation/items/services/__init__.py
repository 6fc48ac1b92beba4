"""Every write of items, one transaction each."""

from tiaodu.foundation.items.about import About
from tiaodu.foundation.items.services.absences import absence_cancel, absence_record
from tiaodu.foundation.items.services.asking import Away
from tiaodu.foundation.items.services.closing import (
    item_ask_extension,
    item_claim,
    item_extend,
    item_refuse_extension,
    item_reopen,
    item_send_back,
    item_strike_off,
    item_withdraw,
)
from tiaodu.foundation.items.services.handling import (
    item_assign,
    item_decline,
    item_decline_over,
    item_hand_over,
    item_keep,
    item_note,
    item_release,
    item_resume,
    item_take,
    item_take_over,
    item_wait,
)
from tiaodu.foundation.items.services.nightly import items_nightly
from tiaodu.foundation.items.services.opening import Basis, item_open

__all__ = [
    "About",
    "Away",
    "Basis",
    "absence_cancel",
    "absence_record",
    "item_ask_extension",
    "item_assign",
    "item_claim",
    "item_decline",
    "item_decline_over",
    "item_extend",
    "item_hand_over",
    "item_keep",
    "item_note",
    "item_open",
    "item_refuse_extension",
    "item_release",
    "item_reopen",
    "item_resume",
    "item_send_back",
    "item_strike_off",
    "item_take",
    "item_take_over",
    "item_wait",
    "item_withdraw",
    "items_nightly",
]

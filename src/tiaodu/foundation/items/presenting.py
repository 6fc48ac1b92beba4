"""What the pages of items are given to show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.items.states import State, Verb
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items import about, words
from tiaodu.foundation.items.acts import ACTS, Act
from tiaodu.foundation.items.selectors import detail, people, rights
from tiaodu.foundation.items.selectors.rows import Counts, ItemRow

BESIDE = 3  # buttons that stand beside the first one; the rest folds away
_FIRST = ("take", "take-over", "strike-off", "resume", "claim")
_SECOND = ("send-back", "refuse-extension", "keep", "decline", "wait", "hand-over", "note", "extend")


@dataclass(frozen=True, slots=True)
class Button:
    """An act with the address of its form."""

    act: Act
    url: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """The one act that is this person's turn, those beside it, and the rest."""

    first: Button | None
    beside: Sequence[Button]
    rest: Sequence[Button]


def buttons_of(row: ItemRow, allowed: Collection[Verb]) -> Buttons:
    """The acts a person may do, the one whose turn it is first."""
    open_to = [slug for slug, act in ACTS.items() if act.verb in allowed]
    first = _first(row, open_to)
    beside = [slug for slug in _SECOND if slug in open_to and slug != first][:BESIDE]
    rest = [slug for slug in open_to if slug != first and slug not in beside]

    def button(slug: str) -> Button:
        return Button(ACTS[slug], reverse("items:act", args=[row.pk, slug]))

    return Buttons(button(first) if first else None, [button(s) for s in beside], [button(s) for s in rest])


def _first(row: ItemRow, open_to: Sequence[str]) -> str:
    if row.entry.asked_due is not None and "extend" in open_to:
        return "extend"
    if row.state is State.DECLINED and "assign" in open_to:
        return "assign"
    return next((slug for slug in _FIRST if slug in open_to), "")


def item_context(user: User, row: ItemRow) -> dict[str, Any]:
    """Everything of one item for an official."""
    now = row.entry
    allowed = rights.allowed(rights.actor_of(user, row.day), now)
    away = people.absences_on([now.responsible_id], row.day).get(now.responsible_id)
    item = row.item
    return {
        "row": row,
        "item": item,
        "now": now,
        "buttons": buttons_of(row, allowed),
        "log": detail.log_of(row),
        "ladder": detail.ladder_of(row),
        "basis": words.basis_words(item),
        "about": about.find_or_none(user, item.about_kind, item.about_id) if item.about_kind else None,
        "away": away,
        "own_work": row.state is State.CLAIMED
        and access.may(user, "items.verify")
        and Verb.STRUCK_OFF not in allowed,
    }


def outside_context(row: ItemRow) -> dict[str, Any]:
    """What a firm and a region above see of an item: the same clock, no remarks."""
    return {"row": row, "item": row.item, "log": detail.outside_log(row)}


def headline(counts: Counts) -> str:
    """The list's one sentence."""
    if not counts.open:
        return _("没有未办结的事项。")
    told = {name: getattr(counts, name) for name in ("open", "overdue", "due_soon", "claimed")}
    return _("未办结 %(open)d 件：逾期 %(overdue)d 件，临期 %(due_soon)d 件，待核 %(claimed)d 件。") % told

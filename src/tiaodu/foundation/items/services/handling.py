"""Taking, handing over, waiting, noting: what the one who is responsible does until it is done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.items import clock as engine
from tiaodu.engine.items.states import State, Verb
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.services.asking import require_can_be_asked
from tiaodu.foundation.items.services.moving import Changes, Told, clocked, move
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.models import Subject

NOBODY_ASKED: Changes = {"receiver": None, "receiving": None, "offered_on": None}


def item_take(*, user: User, item_id: int, version: int, text: str = "", key: str = "") -> Item:
    """Take an item that was opened for the person or her department: from now on she answers for it, and she
    is the first who did.
    """
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.TAKEN,
        version=version,
        key=key,
        told=Told(text),
        plan=lambda now: _taken(user, now),
    )


def _taken(user: User, now: ItemEntry) -> Changes:
    """A deputy takes it for the department that was asked, in her own name."""
    department = now.receiving or user.department or now.department
    return {**NOBODY_ASKED, "responsible": user, "first": now.first or user, "department": department}


def item_decline(*, user: User, item_id: int, version: int, reason: str, key: str = "") -> Item:
    """Give an item back to who opened it, who answers for it until somebody else takes it."""
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.DECLINED,
        version=version,
        key=key,
        told=Told(_written(reason, _("请写明退回理由：为什么不该由您或您的单位办，应由谁办。"))),
        plan=lambda now: NOBODY_ASKED,
    )


def item_assign(
    *,
    user: User,
    item_id: int,
    version: int,
    department: Subject,
    responsible: User | None = None,
    text: str = "",
    key: str = "",
) -> Item:
    """Ask another department or officer to take the item. Who has it answers for it until they have."""

    def plan(now: ItemEntry) -> Changes:
        if not department.region.path.startswith(now.item.region.path):
            raise NotFound
        if responsible is not None:
            require_can_be_asked(responsible, department)
        asked = {"receiver": responsible, "receiving": department, "offered_on": clock.today()}
        untaken = now.state in (State.OFFERED, State.DECLINED)
        return {**asked, "department": department} if untaken else asked

    return move(
        user=user,
        item_id=item_id,
        verb=Verb.ASSIGNED,
        version=version,
        key=key,
        told=Told(text, detail={"to": _to(department, responsible)}),
        plan=plan,
    )


def item_hand_over(*, user: User, item_id: int, version: int, to: User, reason: str, key: str = "") -> Item:
    """Offer the item to another officer. The giver stays responsible until the receiver has confirmed.

    Away (an Invalid) when the receiver is on leave: the message names until when and who stands in.
    """

    def plan(now: ItemEntry) -> Changes:
        if to.pk == now.responsible_id:
            raise Invalid(_("这件事本来就由%(person)s负责。") % {"person": to})
        if to.region is None or not to.region.path.startswith(now.item.region.path):
            raise NotFound
        require_can_be_asked(to, None)
        return {"receiver": to, "receiving": to.department, "offered_on": clock.today()}

    return move(
        user=user,
        item_id=item_id,
        verb=Verb.HANDED_OVER,
        version=version,
        key=key,
        told=Told(
            _written(reason, _("请写明移交原因：为什么由对方接着办，办到哪一步。")),
            detail={"to": _to(to.department, to)},
        ),
        plan=plan,
    )


def item_take_over(*, user: User, item_id: int, version: int, text: str = "", key: str = "") -> Item:
    """Confirm a hand-over: from now on the receiver answers for the item."""
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.TAKEN_OVER,
        version=version,
        key=key,
        told=Told(text),
        plan=lambda now: _taken(user, now),
    )


def item_keep(*, user: User, item_id: int, version: int, reason: str, key: str = "") -> Item:
    """Turn a hand-over down, or take it back: who has the item keeps it."""
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.KEPT,
        version=version,
        key=key,
        told=Told(_written(reason, _("请写明不接手或收回移交的原因。"))),
        plan=lambda now: NOBODY_ASKED,
    )


item_decline_over = item_keep


def item_wait(
    *,
    user: User,
    item_id: int,
    version: int,
    reason: str,
    until: date | None = None,
    text: str = "",
    key: str = "",
) -> Item:
    """Wait for a coded reason. Whether the clock stops, and whose turn it is, follows from the reason."""
    if until is not None and until < clock.today():
        raise Invalid(_("预计恢复的日期在今天之前。"))

    def plan(now: ItemEntry) -> Changes:
        known = rules.reasons(now.item.region, clock.today())
        found = known.get(reason)
        if found is None or not found.by_hand:
            raise Invalid(_("请从清单里选择等待原因。"))
        facts = engine.of_mapping(now.facts)
        if found.stops:
            facts = facts.stop(clock.today())
        return {**clocked(facts, now.item), "waiting_reason": reason, "waiting_until": until}

    return move(
        user=user,
        item_id=item_id,
        verb=Verb.WAITED,
        version=version,
        key=key,
        told=Told(text, detail={"reason": reason}),
        plan=plan,
    )


def item_resume(*, user: User, item_id: int, version: int, text: str = "", key: str = "") -> Item:
    """Go on: what was waited for is there. A clock that stood still runs from tomorrow."""
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.RESUMED,
        version=version,
        key=key,
        told=Told(text),
        plan=resumed,
    )


def resumed(now: ItemEntry) -> dict[str, Any]:
    """The standing with the clock running again and no reason to wait."""
    facts = engine.of_mapping(now.facts).resume(clock.today())
    return {**clocked(facts, now.item), "waiting_reason": "", "waiting_until": None}


def item_note(
    *,
    user: User,
    item_id: int,
    text: str,
    inside: bool = True,
    file: StoredFile | None = None,
    key: str = "",
) -> Item:
    """Add words to the log: for officials alone, or meant for the firm to read. Changes no standing."""
    words = _written(text, _("请写下要说明的内容。"))

    def plan(now: ItemEntry) -> Changes:
        if not inside and now.item.subject_id is None:
            raise Invalid(_("这件事不涉及企业，没有给企业看的说明。"))
        return {}

    return move(
        user=user,
        item_id=item_id,
        verb=Verb.NOTED,
        version=None,
        key=key,
        told=Told(words, inside=inside, for_firm=not inside, file=file),
        plan=plan,
    )


def item_release(*, user: User, item_id: int, version: int, released: bool = True, key: str = "") -> Item:
    """Let the firm that an item is about see its clock, or take that back."""
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.RELEASED if released else Verb.UNRELEASED,
        version=version,
        key=key,
        plan=lambda now: {"released": released},
    )


def _written(text: str, ask: str) -> str:
    if not text.strip():
        raise Invalid(ask)
    return text


def _to(department: Subject | None, person: User | None) -> str:
    return " ".join(str(part) for part in (department, person) if part)

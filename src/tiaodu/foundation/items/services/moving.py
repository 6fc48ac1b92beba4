"""The one way an item changes: a further entry of its log, and the pointer to it, together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from tiaodu.engine.items import clock as engine
from tiaodu.engine.items.clock import Facts
from tiaodu.engine.items.states import OUTSIDE, QUIET, State, Verb, after, can, turn
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import STANDING, STATES, VERBS, Item, ItemEntry
from tiaodu.foundation.items.selectors import rights
from tiaodu.foundation.items.selectors.scope import RELATED, item_for
from tiaodu.foundation.refusal import Invalid, NotAllowed, Stale

Changes = Mapping[str, Any]  # columns of STANDING that the entry sets anew


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry tells beside the standing."""

    text: str = ""
    inside: bool | None = None  # None: as the verb says
    for_firm: bool = False
    file: StoredFile | None = None
    happened_on: date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    people: Sequence[User] = ()  # before whom it is brought


@transaction.atomic
def move(
    *,
    user: User,
    item_id: int,
    verb: Verb,
    plan: Callable[[ItemEntry], Changes],
    version: int | None,
    key: str = "",
    told: Told = Told(),
) -> Item:
    """Do ``verb`` to an item. In this order:

    1. The item must be in the person's reach; it is locked.
    2. The same act sent again (``key``) has been done: nothing happens.
    3. On a past day nothing is done that would lie before what is known.
    4. Somebody was faster (``version``): Stale, with what happened.
    5. The verb must be possible in the state, and the person entitled.
    6. ``plan`` says what changes, or refuses.
    7. The entry, the pointer and the audit entry are written.
    """
    item_for(user, item_id)
    item = Item.objects.select_for_update(of=("self",)).select_related("region", "authority").get(pk=item_id)
    if key and ItemEntry.objects.filter(item=item, key=key).exists():
        return item
    now = ItemEntry.objects.select_related(*RELATED).get(pk=item.last_id)
    if now.known_on > clock.today():
        raise Invalid(_("您看的是过去的一天，之后这件事已有新的办理记录。请回到今天再办。"))
    if version is not None and version != item.version:
        raise Stale(what_happened(item, verb, version))
    _require(user, now, verb)
    entry = write(item, now, verb, plan(now), user=user, key=key, told=told)
    _record(user, item, now, entry)
    return item


def _require(user: User, now: ItemEntry, verb: Verb) -> None:
    if not can(State(now.state), verb):
        told = {"state": STATES[State(now.state)], "verb": VERBS[verb]}
        raise Invalid(_("这件事现在是“%(state)s”，不能“%(verb)s”。") % told)
    if not rights.may(rights.actor_of(user, clock.today()), now, verb):
        raise NotAllowed(_not_allowed(verb))


def _not_allowed(verb: Verb) -> str:
    if verb in (Verb.STRUCK_OFF, Verb.SENT_BACK, Verb.REOPENED):
        return _("承办人和承办单位不能核实自己办的事，请由另一个单位的人核实。")
    if verb in (Verb.TAKEN, Verb.DECLINED, Verb.TAKEN_OVER):
        return _("只有被请接手的人或单位可以确认。")
    if verb in (Verb.EXTENDED, Verb.EXTENSION_REFUSED, Verb.ASSIGNED, Verb.WITHDRAWN):
        return _("只有开出这件事的人或单位可以这样办。")
    return _("只有责任人可以这样办；不在岗时由其代理人办。")


def what_happened(item: Item, verb: Verb, version: int) -> dict[str, Any]:
    """What others did since a form was opened, for :class:`Stale`."""
    missed = item.entries.exclude(verb__in=[v.value for v in QUIET]).select_related("by").order_by("-number")
    told = [
        f"{entry.known_on.isoformat()} {entry.by or _('系统')}：{VERBS[Verb(entry.verb)]}"
        for entry in missed[: max(1, item.version - version)]
    ]
    return {
        "state": {
            "label": _("办理情况"),
            "yours": VERBS[verb],
            "theirs": "；".join([str(STATES[State(item.state)]), *reversed(told)]),
        }
    }


def write(
    item: Item,
    now: ItemEntry,
    verb: Verb,
    changes: Changes,
    *,
    user: User | None,
    key: str = "",
    told: Told = Told(),
) -> ItemEntry:
    """Write the next entry of a locked item and point the item to it. Stale when the row is no longer the
    one that was locked.
    """
    state = after(State(now.state), verb)
    standing = {_column(name): getattr(now, _column(name)) for name in STANDING}
    entry = ItemEntry(**standing, item=item, number=now.number + 1, verb=verb, key=key)
    for name, value in {"state": state.value, **changes}.items():
        setattr(entry, name, value)
    entry.turn = turn_of(entry, item)
    _tell(entry, verb, user, told)
    if entry.due != now.due:
        entry.detail |= {"due_before": now.due.isoformat(), "due": entry.due.isoformat()}
    entry.save()
    entry.told.set(told.people)
    _point(item, now, entry, state.value, item.version if verb in QUIET else item.version + 1)
    return entry


def _point(item: Item, now: ItemEntry, entry: ItemEntry, state: str, version: int) -> None:
    """Let the item point to its newest entry; the update names what it replaces and must find it."""
    known = Item.objects.filter(pk=item.pk, state=now.state, version=item.version, last=now)
    if known.update(state=state, version=version, last=entry) != 1:
        raise Stale(what_happened(item, Verb(entry.verb), item.version))
    item.state, item.version, item.last = state, version, entry


def _column(name: str) -> str:
    found = ItemEntry._meta.get_field(name)
    return str(getattr(found, "attname", name))


def turn_of(entry: ItemEntry, item: Item) -> str:
    """Whose turn it is after an entry."""
    state = State(entry.state)
    reason = rules.reasons(item.region, clock.today()).get(entry.waiting_reason)
    return turn(state, reason.turn if reason else None).value


def _tell(entry: ItemEntry, verb: Verb, user: User | None, told: Told) -> None:
    entry.by, entry.by_department = user, user.department if user else None
    entry.text, entry.file, entry.detail = told.text.strip(), told.file, dict(told.detail)
    entry.inside = verb not in OUTSIDE if told.inside is None else told.inside
    entry.for_firm = told.for_firm and not entry.inside
    entry.known_on = clock.today()
    entry.happened_on = told.happened_on or entry.known_on


def clocked(facts: Facts, item: Item) -> dict[str, Any]:
    """The columns that follow from the facts of the clock."""
    due = engine.due_of(facts, working_calendar(item.region, clock.today()))
    return {
        "facts": engine.as_mapping(facts),
        "due": due.day,
        "provisional": due.provisional,
        "stopped_on": facts.stopped_on,
    }


def _record(user: User, item: Item, now: ItemEntry, entry: ItemEntry) -> None:
    names = [name for name in STANDING if name != "facts" and _differs(name, now, entry)]
    audit.record(
        action=f"items.{entry.verb}",
        actor=user,
        obj=item,
        region_code=item.region.code,
        before={name: getattr(now, name) for name in names},
        after={
            **{name: getattr(entry, name) for name in names},
            **({"text": entry.text} if entry.text else {}),
            **({"file": entry.file.name} if entry.file else {}),
        },
    )


def _differs(name: str, now: models.Model, entry: models.Model) -> bool:
    return bool(getattr(now, _column(name)) != getattr(entry, _column(name)))

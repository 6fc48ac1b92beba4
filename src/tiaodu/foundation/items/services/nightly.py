"""What the system does by itself, once a day: dues follow the calendar, late items climb their ladder.

Every entry bears a key made of what it records, so a second run, or two at once, write nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from tiaodu.engine.items import clock as engine
from tiaodu.engine.items.escalation import Reached, reached
from tiaodu.engine.items.states import RUNNING, Verb
from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.selectors.people import before_whom
from tiaodu.foundation.items.selectors.scope import RELATED
from tiaodu.foundation.items.services.moving import Told, clocked, write


@dataclass(frozen=True, slots=True)
class Done:
    """How many entries a run has written."""

    recomputed: int = 0
    escalated: int = 0


def items_nightly() -> Done:
    """Bring every open item up to today. Each entry is a transaction of its own; a run that is cut short goes
    on where it stopped.
    """
    open_now = ItemEntry.objects.filter(last_of__isnull=False, state__in=[state.value for state in RUNNING])
    found = open_now.filter(known_on__lte=clock.today()).select_related("item__region").order_by("item_id")
    recomputed = escalated = 0
    for now in list(found):
        if _is_moved(now):
            recomputed += item_recompute(item_id=now.item_id)
        if any(rung.step.after > now.escalated for rung in _rungs(now)):
            escalated += item_escalate(item_id=now.item_id)
    return Done(recomputed, escalated)


def _is_moved(now: ItemEntry) -> bool:
    """Whether the calendar of today gives another due than the one that is kept."""
    calendar = working_calendar(now.item.region, clock.today())
    due = engine.due_of(engine.of_mapping(now.facts), calendar)
    return (due.day, due.provisional) != (now.due, now.provisional)


def _rungs(now: ItemEntry) -> tuple[Reached, ...]:
    """The rungs an item has reached by today."""
    region, today = now.item.region, clock.today()
    steps = rules.ladder(now.item.kind, region, today)
    return reached(steps, engine.of_mapping(now.facts), today, working_calendar(region, today))


@transaction.atomic
def item_recompute(*, item_id: int) -> bool:
    """Compute the due anew by the calendar of today; an entry tells what it was. Whether it has changed."""
    found = _locked(item_id)
    if found is None:
        return False
    item, now = found
    if not _is_moved(now):
        return False
    facts = engine.of_mapping(now.facts)
    entry = write(item, now, Verb.RECOMPUTED, clocked(facts, item), user=None)
    _record(item, entry, {"due": now.due, "provisional": now.provisional})
    return True


def item_escalate(*, item_id: int) -> int:
    """Record every rung of its ladder that an item has reached. How many were new."""
    item = Item.objects.select_related("last__item__region").get(pk=item_id)
    now = item.last
    if now is None or now.state not in RUNNING:
        return 0
    written = 0
    for rung in _rungs(now):
        try:
            with transaction.atomic():
                written += _climb(item_id, rung)
        except IntegrityError:  # another run has written it this moment
            continue
    return written


def _climb(item_id: int, rung: Reached) -> bool:
    found = _locked(item_id)
    if found is None:
        return False
    item, now = found
    key = f"escalated:{now.due.isoformat()}:{rung.step.after}:{rung.step.target}"
    if now.escalated >= rung.step.after or ItemEntry.objects.filter(item=item, key=key).exists():
        return False
    told = Told(
        detail={"after": rung.step.after, "target": rung.step.target},
        people=before_whom(rung.step.target, now),
        happened_on=rung.day,
    )
    changes = {"escalated": rung.step.after}
    entry = write(item, now, Verb.ESCALATED, changes, user=None, key=key, told=told)
    _record(item, entry, {"escalated": now.escalated})
    return True


def _locked(item_id: int) -> tuple[Item, ItemEntry] | None:
    """An open item, locked, with how it stands; None when nothing is to be done to it today."""
    item = Item.objects.select_for_update(of=("self",)).select_related("region").get(pk=item_id)
    now = ItemEntry.objects.select_related(*RELATED).get(pk=item.last_id)
    if now.state not in RUNNING or now.known_on > clock.today():
        return None
    return item, now


def _record(item: Item, entry: ItemEntry, before: dict[str, object]) -> None:
    audit.record(
        action=f"items.{entry.verb}",
        actor=None,
        obj=item,
        region_code=item.region.code,
        before=before,
        after={**{name: getattr(entry, name) for name in before}, **entry.detail},
    )

"""What a person may do with an item as it stands. Pages ask which buttons to show, services ask again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.items.states import State, Verb, can
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items.models import ItemEntry
from tiaodu.foundation.items.selectors.people import stood_in_for
from tiaodu.foundation.items.selectors.scope import sees_inside
from tiaodu.foundation.registry.models import Subject


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on a day, with those for whom she stands in. Made once a page."""

    user: User
    stands_in_for: frozenset[int]
    inside: bool

    def may(self, permission: str) -> bool:
        return access.may(self.user, permission)

    def is_or_stands_in_for(self, person_id: int | None) -> bool:
        return person_id is not None and (person_id == self.user.pk or person_id in self.stands_in_for)

    def is_of(self, department: Subject | None) -> bool:
        """Whether she belongs to a department; one that was merged away counts as the one that is left."""
        if department is None or self.user.department_id is None:
            return False
        return self.user.department_id in (department.pk, department.merged_into_id)


def actor_of(user: User, day: date) -> Actor:
    """The person with what decides over her rights. One query."""
    return Actor(user, stood_in_for(user, day), sees_inside(user))


def is_handler(actor: Actor, now: ItemEntry) -> bool:
    """Who is responsible, or who stands in for her while she is away."""
    if now.state == State.OFFERED or not actor.may("items.handle"):
        return False
    return actor.is_or_stands_in_for(now.responsible_id)


def is_asked(actor: Actor, now: ItemEntry) -> bool:
    """Who is asked to take the item: the officer named, her deputy, or anybody of the department named."""
    if not actor.may("items.handle"):
        return False
    if now.receiver_id is not None:
        return actor.is_or_stands_in_for(now.receiver_id)
    return actor.is_of(now.receiving)


def is_issuer(actor: Actor, now: ItemEntry) -> bool:
    """Who opened the item, or a colleague of the authority that issued it."""
    if not actor.may("items.issue"):
        return False
    return now.item.opened_by_id == actor.user.pk or actor.is_of(now.item.authority)


def is_of_the_handlers(actor: Actor, now: ItemEntry) -> bool:
    """Whether the person or her department handled the item."""
    if actor.user.pk in (now.claimed_by_id, now.responsible_id):
        return True
    return actor.is_of(now.claimed_department) or actor.is_of(now.department)


def is_verifier(actor: Actor, now: ItemEntry) -> bool:
    """Who may verify: neither who handled it nor anybody of the department that did."""
    if not (actor.may("items.verify") or is_issuer(actor, now)):
        return False
    return not is_of_the_handlers(actor, now)


def is_pending(now: ItemEntry) -> bool:
    """Whether somebody is asked to take the item."""
    return now.receiver_id is not None or now.receiving_id is not None


def _gives_or_is_asked(actor: Actor, now: ItemEntry) -> bool:
    return is_pending(now) and (is_asked(actor, now) or is_handler(actor, now) or is_issuer(actor, now))


TESTS: Mapping[Verb, Callable[[Actor, ItemEntry], bool]] = {
    Verb.TAKEN: is_asked,
    Verb.DECLINED: is_asked,
    Verb.ASSIGNED: is_issuer,
    Verb.HANDED_OVER: lambda actor, now: not is_pending(now) and is_handler(actor, now),
    Verb.TAKEN_OVER: is_asked,
    Verb.KEPT: _gives_or_is_asked,
    Verb.WAITED: is_handler,
    Verb.RESUMED: is_handler,
    Verb.NOTED: lambda actor, now: actor.inside,
    Verb.CLAIMED: is_handler,
    Verb.STRUCK_OFF: is_verifier,
    Verb.SENT_BACK: is_verifier,
    Verb.REOPENED: is_verifier,
    Verb.EXTENSION_ASKED: lambda actor, now: now.asked_due is None and is_handler(actor, now),
    Verb.EXTENDED: is_issuer,
    Verb.EXTENSION_REFUSED: lambda actor, now: now.asked_due is not None and is_issuer(actor, now),
    Verb.RELEASED: lambda actor, now: (
        now.item.subject_id is not None and not now.released and is_issuer(actor, now)
    ),
    Verb.UNRELEASED: lambda actor, now: now.released and is_issuer(actor, now),
    Verb.WITHDRAWN: is_issuer,
}
# Verbs without a test belong to the system: opening has its own service, the rest follow from rules.


def may(actor: Actor, now: ItemEntry, verb: Verb) -> bool:
    """Whether the person may do ``verb`` to the item as it stands."""
    return verb in TESTS and can(State(now.state), verb) and actor.inside and TESTS[verb](actor, now)


def allowed(actor: Actor, now: ItemEntry) -> frozenset[Verb]:
    """Everything the person may do to the item as it stands."""
    return frozenset(verb for verb in TESTS if may(actor, now, verb))

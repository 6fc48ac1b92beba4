"""Reads of what rooms offer: the panels a person may see, and offers collected from every room.

A room that fails takes nothing with it: its name is given with what the others offer, and the fault is in the
log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, transaction

from tiaodu.engine.kernel.offers import Alert, Audience, Driver, Intervention, StepDate, worst_first
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import Scope, scope_of
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.slots import registry
from tiaodu.foundation.slots.registry import Panel, Registered

logger = logging.getLogger(__name__)

Offer = TypeVar("Offer")


@dataclass(frozen=True, slots=True)
class Failure:
    """A room whose offers could not be had; ``reason`` is what it refused with, empty for a fault."""

    room: str
    name: Any
    reason: Any = ""


@dataclass(frozen=True, slots=True)
class Collected(Generic[Offer]):
    """What every room offers, and the rooms that failed, in the order of the flow."""

    offers: tuple[Offer, ...]
    failures: tuple[Failure, ...] = ()


def panels_of(slot: str, user: Any) -> list[Panel]:
    """The panels of a slot that this person may open, in the order of the flow."""
    found = registry.registrations.panels_in(slot)
    return [panel for panel in found if access.may(user, panel.permission)]


def collect_alerts(region: Region, as_of: date) -> Collected[Alert]:
    """The alerts of a region and all below it as known on a day, the worst first, each key once."""
    return _sorted(_collected(Alert, region, as_of))


def _sorted(found: Collected[Alert]) -> Collected[Alert]:
    once = {alert.key: alert for alert in reversed(found.offers)}
    return Collected(tuple(worst_first(once.values())), found.failures)


def collect_drivers(region: Region, as_of: date) -> Collected[Driver]:
    """The nodes of the driver tree for a region, by room and key."""
    return _collected(Driver, region, as_of)


def collect_step_dates(region: Region, as_of: date) -> Collected[StepDate]:
    """The steps of stage networks in a region with their days, by room and key."""
    return _collected(StepDate, region, as_of)


def collect_interventions(region: Region, as_of: date) -> Collected[Intervention]:
    """What somebody could decide in a region, by room and key."""
    return _collected(Intervention, region, as_of)


def alerts_for(user: User, as_of: date | None = None) -> Collected[Alert]:
    """The alerts this person may see on a day (today when not given), the worst first."""
    region = user.region
    if region is None or not user.is_active:
        return Collected(())
    found = _sorted(_collected(Alert, region, as_of or clock.today(), user))
    if not found.offers:
        return found
    within = frozenset(Region.objects.filter(path__startswith=region.path).values_list("code", flat=True))
    scope = scope_of(user)
    mine = (
        alert
        for alert in found.offers
        if alert.region_code in within and reaches(alert.audience, user, scope)
    )
    return Collected(tuple(mine), found.failures)


def reaches(audience: Audience, user: User, scope: Scope) -> bool:
    """Whether a person of the region belongs to an audience; the rule is told at :class:`Audience`."""
    if not access.may(user, audience.permission) or (scope.released_only and not audience.released):
        return False
    if scope.sees_all and (not audience.overview or access.may(user, audience.overview)):
        return not scope.sectors or audience.sector in scope.sectors
    named = user.pk in audience.people or scope.department_id in audience.departments
    return named or not scope.subject_ids.isdisjoint(audience.subjects)


def room_name(room: str) -> Any:
    """A room as people call it; its code when no app has that label."""
    return apps.get_app_config(room).verbose_name if room in apps.app_configs else room


def _collected(kind: type[Offer], region: Region, as_of: date, user: User | None = None) -> Collected[Offer]:
    offers: list[Offer] = []
    failures: list[Failure] = []
    for known in registry.registrations.makers_of(kind):
        if user is not None and known.permission and not access.may(user, known.permission):
            continue
        try:
            with _own_ground():
                offers += sorted(_checked(kind, known.maker(region=region, as_of=as_of)), key=_key)
        except Refusal as refusal:
            failures.append(_failure(known, refusal.message))
        except Exception:
            logger.exception("%s of %s could not be collected", kind.__name__, known.room)
            failures.append(_failure(known))
    return Collected(tuple(offers), tuple(failures))


def _failure(known: Registered, reason: Any = "") -> Failure:
    return Failure(known.room, room_name(known.room), reason)


def _checked(kind: type[Offer], found: Iterable[Any]) -> list[Offer]:
    offers = list(found)
    for offer in offers:
        if not isinstance(offer, kind):
            raise TypeError(f"{offer!r} is no {kind.__name__}")
    return offers


def _key(offer: Any) -> str:
    return str(offer.key)


def _own_ground() -> AbstractContextManager[Any]:
    """Inside a transaction a failed query of one room must not spoil the others'."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()

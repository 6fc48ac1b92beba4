"""Reads of people: who may be seen, and which part of the county a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from tiaodu.foundation import clock
from tiaodu.foundation.access import may, permissions, require
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.keeping import Keeper
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Liaison, Region, Subject

# A city or a province sees only what its counties have released (DESIGN, law 10).
ABOVE_THE_COUNTY = frozenset({"country", "province", "city"})
# Whose subjects are whose, until an act that may change it: asked for several times by every page.
_kept = Keeper(("accounts.log", "evidence.", "files.", "items.", "jobs.", "lists."), most=1024)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a person may see.

    ``region_path`` is the root of her subtree (None: nobody has placed her, she sees no rows); ``sectors``
    narrows to fields of work when not empty; ``department_id`` and ``subject_ids`` are her own department and
    subjects (a firm with what belongs to it); ``sees_all`` opens the whole subtree instead of only what is
    hers; ``released_only`` hides everything that was not released.
    """

    region_path: str | None = None
    sectors: frozenset[str] = frozenset()
    department_id: int | None = None
    subject_ids: frozenset[int] = frozenset()
    sees_all: bool = False
    released_only: bool = True

    def covers(self, region: Region) -> bool:
        """Whether ``region`` lies in the subtree."""
        return self.region_path is not None and region.path.startswith(self.region_path)


def scope_of(user: User | AnonymousUser) -> Scope:
    """The part of the county this person sees."""
    if not isinstance(user, User) or not user.is_active:
        return Scope()
    region = user.region
    return Scope(
        region_path=region.path if region else None,
        sectors=frozenset(user.sectors),
        department_id=user.department_id,
        subject_ids=_with_what_belongs_to(user),
        sees_all="ledger.read_all" in permissions(user),
        released_only=sees_released_only(user),
    )


def sees_released_only(user: User | AnonymousUser) -> bool:
    """Whether everything that was not released is hidden from this person; asks the database nothing."""
    if not isinstance(user, User) or not user.is_active:
        return True
    above = user.region is not None and user.region.level in ABOVE_THE_COUNTY
    return above or "ledger.read" not in permissions(user)


def _with_what_belongs_to(user: User) -> frozenset[int]:
    """The person's subjects with their mines, plants and projects, two steps down.

    They are those of her account and those she looks after by the 包联 table today. Most people have none:
    one query tells, so that the whole register is not searched for them at every step.
    """
    day = clock.today()
    return _kept.get((user.pk, day), lambda: _looked_up(user, day))


def _looked_up(user: User, day: date) -> frozenset[int]:
    own = User.subjects.through.objects.filter(user_id=user.pk).values_list("subject_id")
    looked_after = Liaison.objects.holding(day).filter(user_id=user.pk).values_list("subject_id")
    hers = [pk for (pk,) in own.union(looked_after.order_by())]
    if not hers:
        return frozenset()
    found = Subject.objects.filter(Q(pk__in=hers) | Q(parent__in=hers) | Q(parent__parent__in=hers))
    return frozenset(found.values_list("pk", flat=True))


def users_visible_to(user: User) -> QuerySet[User]:
    """The people of an administrator's subtree; everybody, when she has no region."""
    require(user, "users.read")
    everybody = (
        User.objects.filter(machine=False).select_related("region", "department").prefetch_related("subjects")
    )
    if user.region is None:
        return everybody
    return everybody.filter(region__path__startswith=user.region.path)


def user_for(user: User, user_id: int) -> User:
    """One person in reach of this administrator; NotFound otherwise."""
    found = users_visible_to(user).filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def is_administrator(user: User) -> bool:
    """Whether this person administers people."""
    return may(user, "users.edit")


def locked_usernames() -> frozenset[str]:
    """Names that are locked now after too many wrong passwords from one address."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(attempt_time__gte=since).values("username", "ip_address")
    failed = recent.annotate(failures=Sum("failures_since_start"))
    locked = failed.filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return frozenset(locked.values_list("username", flat=True))

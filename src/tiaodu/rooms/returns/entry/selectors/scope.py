"""Which units a person sees on their way into the statistics, and what she may do."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tiaodu.engine.returns.entering import Step
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.evidence.selectors import is_unit, own_units
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Liaison
from tiaodu.rooms.returns.entry.models import EntryPaper, EntryStep, EntryUnit
from tiaodu.rooms.returns.selectors.scope import is_official


def units_visible_to(user: User, day: date | None = None) -> QuerySet[EntryUnit]:
    """The units this person sees: a firm its own; an official of the county those of her region and sectors;
    a liaison cadre who does not read the whole region those she looks after; nobody else any.
    """
    day = day or clock.today()
    found = EntryUnit.objects.filter(created_on__lte=day)
    if is_unit(user):
        return found.filter(subject__in=own_units(user))
    scope = scope_of(user)
    if scope.region_path is None or not is_official(user):
        return found.none()
    found = found.filter(region__path__startswith=scope.region_path)
    if scope.sectors:
        found = found.filter(subject__sector__in=scope.sectors)
    if not scope.sees_all and not may_keep(user):
        cared = Liaison.objects.holding(day).filter(department=scope.department_id or 0)
        mine = found.filter(subject__in=scope.subject_ids)
        return mine | found.filter(subject__in=cared.values("subject"))
    return found


def unit_for(user: User, unit_id: int) -> EntryUnit:
    """One unit in reach; NotFound otherwise, the same as for one that does not exist."""
    found = units_visible_to(user).select_related("region", "subject").filter(pk=unit_id).first()
    if found is None:
        raise NotFound
    return found


def paper_for(user: User, paper_id: int) -> EntryPaper:
    """A paper of a unit in reach; NotFound otherwise."""
    found = EntryPaper.objects.filter(pk=paper_id, unit__in=units_visible_to(user))
    paper: EntryPaper | None = found.select_related("file").first()
    if paper is None:
        raise NotFound
    return paper


def proof_for(user: User, step_id: int) -> StoredFile:
    """The proof of a step of a unit in reach; NotFound otherwise."""
    found = EntryStep.objects.filter(pk=step_id, unit__in=units_visible_to(user), proof__isnull=False)
    step: EntryStep | None = found.select_related("proof").first()
    if step is None or step.proof is None:
        raise NotFound
    return step.proof


def is_own(user: User, unit: EntryUnit) -> bool:
    """Whether the person is the unit itself: only she hands in papers, files and authorises."""
    return access.may(user, "returns.fill") and unit.subject_id in own_units(user)


def may_keep(user: User) -> bool:
    """Whether the person keeps the pool: registers units, sends papers back, takes the steps of the pool."""
    return access.may(user, "returns.entry") and is_official(user)


def may_step(user: User, step: Step) -> bool:
    """Whether the person may take a step: those of reviews and of the list are the statistics bureau's."""
    if step.by == "bureau":
        return access.may(user, "returns.review") and is_official(user)
    return may_keep(user)


def sees_chances(user: User) -> bool:
    """Whether the person sees how likely units are to cross: dispatch, leaders, responsible departments."""
    return access.may(user, "returns.chances") and is_official(user)

"""Regions and subjects in a person's reach."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from tiaodu.foundation.access import may, roles
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind


def regions_visible_to(user: User) -> QuerySet[Region]:
    """The regions of the person's subtree."""
    path = scope_of(user).region_path
    return Region.objects.filter(path__startswith=path) if path else Region.objects.none()


def subjects_visible_to(user: User) -> QuerySet[Subject]:
    """The subjects of the person's subtree.

    For a firm or a bank, who may not read the register, only its own with what belongs to them.
    """
    scope = scope_of(user)
    if scope.region_path is None:
        return Subject.objects.none()
    found = Subject.objects.filter(region__path__startswith=scope.region_path).select_related(
        "region", "parent"
    )
    return found if may(user, "subjects.read") else found.filter(pk__in=scope.subject_ids)


def subject_for(user: User, subject_id: int) -> Subject:
    """One subject in reach of the person; one that was merged into another gives that other.

    NotFound otherwise.
    """
    found = subjects_visible_to(user).filter(pk=subject_id).first()
    if found is None:
        raise NotFound
    return subject_for(user, found.merged_into_id) if found.merged_into_id else found


def departments_of(region: Region) -> QuerySet[Subject]:
    """The departments of a region that are in use."""
    return Subject.objects.filter(region=region, kind=SubjectKind.DEPARTMENT, active=True)


def officials_of(region: Region) -> QuerySet[User]:
    """The accounts of officials who see this region: those who may look after a subject in it."""
    granting = [code for code, role in roles().items() if "subjects.read" in role["permissions"]]
    holds = reduce(or_, (Q(roles__icontains=f'"{code}"') for code in granting), Q(pk__in=()))
    above = region.path.strip("/").split("/")
    people = User.objects.filter(holds, is_active=True, region__code__in=above)
    return people.select_related("department").order_by("display_name", "username")

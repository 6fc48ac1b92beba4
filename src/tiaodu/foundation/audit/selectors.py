"""Reads of the audit log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import QuerySet

from tiaodu.foundation.access import require
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.clock import CHINA
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region


def entries_visible_to(user: User) -> QuerySet[AuditEntry]:
    """The acts in this person's subtree and those of no region, latest first."""
    require(user, "audit.read")
    entries = AuditEntry.objects.select_related("actor")
    if user.region is None:
        return entries
    codes = Region.objects.filter(path__startswith=user.region.path).values("code")
    return entries.filter(models.Q(region_code__in=codes) | models.Q(region_code=""))


def entry_for(user: User, entry_id: int) -> AuditEntry:
    """One act; NotFound otherwise."""
    found = entries_visible_to(user).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def history_of(obj: models.Model) -> QuerySet[AuditEntry]:
    """Every act on one record, latest first. The caller has found ``obj`` through a selector of its room."""
    return AuditEntry.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))


def entries_of_day(entries: QuerySet[AuditEntry], day: date) -> QuerySet[AuditEntry]:
    """The acts of one day in China, on the real clock."""
    begin = datetime.combine(day, time(), CHINA)
    return entries.filter(recorded_at__gte=begin, recorded_at__lt=begin + timedelta(days=1))


def entries_of_record(entries: QuerySet[AuditEntry], label: str, key: str) -> QuerySet[AuditEntry]:
    """The acts on one record: ``label`` its table, ``key`` its primary key."""
    return entries.filter(object_type=label, object_id=key)


def actions_used(entries: QuerySet[AuditEntry]) -> list[str]:
    """The actions that occur in these entries, for the filter."""
    return list(entries.order_by("action").values_list("action", flat=True).distinct())


def types_used(entries: QuerySet[AuditEntry]) -> list[str]:
    """The tables whose records occur in these entries."""
    found = entries.exclude(object_type="").order_by("object_type")
    return list(found.values_list("object_type", flat=True).distinct())


def people_who_acted(entries: QuerySet[AuditEntry]) -> list[tuple[str, str]]:
    """The people who occur in these entries: key and latest name."""
    found = entries.exclude(actor=None).order_by("actor_name", "actor_id")
    return [(str(pk), name) for pk, name in found.values_list("actor_id", "actor_name").distinct()]

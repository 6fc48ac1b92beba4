"""Reads of versions and proposals: which of them a person sees, and as they were known on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import ABOVE_THE_COUNTY, scope_of
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.declaring import Body, Table, declared
from tiaodu.foundation.tables.heads import heads
from tiaodu.foundation.tables.models import Confidence, Decision, Version
from tiaodu.foundation.tables.packaged import packaged
from tiaodu.foundation.tables.selectors import TableData, content_on


def replaced_by(table: Table, region: Region, valid_from: date) -> TableData | None:
    """What a proposal for ``valid_from`` changes: what holds on that day by all that is confirmed today."""
    return content_on(table, region, valid_from, known=clock.today())


def body_of(data: TableData | None) -> Body | None:
    """The body of what holds; None for nothing."""
    if data is None:
        return None
    return list(data.rows) if data.table.has_rows else data.body


def versions_visible_to(user: User, day: date | None = None) -> QuerySet[Version]:
    """The versions this person sees as known on ``day``: those of her region and what lies below, and those
    confirmed above that hold for her. A city sees its own only.
    """
    day = day or clock.today()
    region = user.region
    if scope_of(user).region_path is None or region is None:
        return Version.objects.none()
    above = Q(
        region__code__in=region.path.strip("/").split("/"),
        decision__verb=Decision.Verb.CONFIRMED,
        decision__decided_on__lte=day,
    )
    mine = Q(region=region)
    if region.level not in ABOVE_THE_COUNTY:
        mine = Q(region__path__startswith=region.path)
    found = Version.objects.filter(mine | above, proposed_on__lte=day)
    related = ("region", "proposed_by", "decision__decided_by", "based_on")
    return found.select_related(*related).order_by("-proposed_on", "-id")


def version_for(user: User, version_id: int, day: date | None = None) -> Version:
    """One version in reach; NotFound otherwise."""
    found = versions_visible_to(user, day).filter(pk=version_id).first()
    if found is None:
        raise NotFound
    return found


def decision_of(version: Version, day: date | None = None) -> Decision | None:
    """What had become of a version by ``day``; None while it waits."""
    decision: Decision | None = getattr(version, "decision", None)
    return decision if decision is not None and decision.decided_on <= (day or clock.today()) else None


def open_version_for(user: User, version_id: int) -> Version:
    """An undecided version of a region the person covers, locked with its region. Invalid, saying by whom,
    when somebody decided already.
    """
    seen = version_for(user, version_id)
    if not scope_of(user).covers(seen.region):
        raise NotFound
    Region.objects.select_for_update().get(pk=seen.region_id)
    Version.objects.select_for_update().get(pk=seen.pk)
    decision = Decision.objects.filter(version=seen).select_related("decided_by").first()
    if decision is not None:
        told = {
            "who": decision.decided_by,
            "day": decision.decided_on.isoformat(),
            "what": decision.get_verb_display(),
        }
        raise Invalid(_("%(who)s在 %(day)s 已经处理了这份提议（%(what)s），没有再作改动。") % told)
    return seen


def undecided(day: date) -> Q:
    """Proposals that nobody had decided by ``day``."""
    return Q(decision__isnull=True) | Q(decision__decided_on__gt=day)


def waiting_for(user: User, day: date | None = None) -> dict[str, list[Version]]:
    """The proposals that were undecided on ``day``, by table."""
    day = day or clock.today()
    found: dict[str, list[Version]] = {}
    for version in versions_visible_to(user, day).filter(undecided(day)):
        found.setdefault(version.code, []).append(version)
    return found


def unsupplied(day: date | None = None) -> list[Table]:
    """The tables whose content the package is not sure of or lacks, and no region has confirmed any."""
    day = day or clock.today()
    supplied = {code for code, known in heads().items() if any(head.confirmed_on <= day for head in known)}
    return [table for table in declared() if table.code not in supplied and not _is_packaged(table, day)]


def _is_packaged(table: Table, day: date) -> bool:
    try:
        content = packaged(table)
    except DataFileError:
        return True  # told as a damaged file
    return content is not None and content.covers(day) and content.confidence != Confidence.MEMORY_UNSURE

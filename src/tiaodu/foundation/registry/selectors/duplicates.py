"""Pairs of subjects that are probably the same, and what was decided of them; how subjects were merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from tiaodu.engine.registry import duplicates as engine
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.merging import references
from tiaodu.foundation.registry.models import (
    DuplicateDecision,
    DuplicatePair,
    DuplicateSearch,
    MergeRecord,
    Subject,
)
from tiaodu.foundation.registry.resemblance import register_states, resembling
from tiaodu.foundation.registry.selectors.subjects import regions_visible_to, subjects_visible_to


@dataclass(frozen=True, slots=True)
class Searched:
    """How far the suggestions of a person's regions can be relied on.

    ``day`` is that of the oldest search, None where a region was never searched; ``changed`` says that
    subjects or other names came, went or were edited since.
    """

    day: date | None
    changed: bool


def suggestions(user: User) -> QuerySet[DuplicatePair]:
    """The pairs the last search found in the person's own region and below that nobody has decided since, the
    most probable first.
    """
    reach = subjects_visible_to(user).filter(active=True, merged_into=None).order_by().values("pk")
    latest = DuplicateDecision.objects.filter(one=OuterRef("one"), other=OuterRef("other")).order_by("-pk")
    pairs = DuplicatePair.objects.annotate(told_apart=Subquery(latest.values("different")[:1]))
    open_pairs = pairs.filter(Q(told_apart=None) | Q(told_apart=False), one__in=reach, other__in=reach)
    return open_pairs.select_related("one", "other")


def pair_reasons(pair: DuplicatePair) -> list[str]:
    """Why the two may be one, in words."""
    return [reason_words(rule, {"one": one, "other": other}) for rule, one, other in pair.reasons]


def searched(user: User) -> Searched:
    """When the person's regions were searched for duplicates, and whether their registers changed since."""
    regions = regions_visible_to(user)
    stands = register_states(regions)
    known = {s.region_id: s for s in DuplicateSearch.objects.filter(region__in=stands)}
    days = [search.found_on for search in known.values()]
    whole = len(known) == len(stands)
    changed = any(s.register != stands[key] for key, s in known.items()) or not whole
    return Searched(min(days, default=None) if whole else None, changed)


def reasons_of(one: Subject, other: Subject) -> list[str]:
    """Why two subjects may be one, in words; empty where no rule says so."""
    if one.region_id != other.region_id:
        return []
    found = [reason for pair in resembling([one, other]) for reason in pair.reasons]
    return [reason_words(reason.rule, {"one": reason.one, "other": reason.other}) for reason in found]


def references_to(subject: Subject) -> Counter[str]:
    """How many rows of each table name a subject, by the table's label, without many-to-many tables."""
    counts: Counter[str] = Counter()
    for reference in references():
        if reference.model._meta.auto_created:
            continue
        if count := reference.model._base_manager.filter(**{reference.name: subject}).count():
            counts[reference.model._meta.label_lower] += count
    return counts


def merge_for(user: User, record_id: int) -> MergeRecord:
    """One merge of subjects in reach; NotFound otherwise."""
    reach = subjects_visible_to(user)
    rows = MergeRecord.objects.filter(keep__in=reach, gone__in=reach)
    found: MergeRecord | None = rows.select_related("keep", "gone", "by").filter(pk=record_id).first()
    if found is None:
        raise NotFound
    return found


def reason_words(rule: str, told: Mapping[str, str]) -> str:
    """Why two records may be one, in words; ``told`` is what of ``one`` and of the ``other`` it rests on."""
    if rule == engine.CREDIT_CODE:
        return _("统一社会信用代码相同：%(one)s") % told
    if rule == engine.NAME:
        return _("名称或别名相同：“%(one)s”与“%(other)s”") % told
    if rule == engine.CORE:
        return _("去掉地名和公司形式后相同：“%(one)s”与“%(other)s”") % told
    if rule == engine.CONTAINS:
        return _("一个名称含有另一个：“%(one)s”与“%(other)s”") % told
    return _("名称只差一两个字：“%(one)s”与“%(other)s”") % told


def decisions_visible_to(user: User) -> list[DuplicateDecision]:
    """The pairs of which the latest decision says that they are not the same, latest first."""
    rows = DuplicateDecision.objects.filter(one__in=subjects_visible_to(user)).select_related(
        "one", "other", "by"
    )
    latest: dict[tuple[int, int], DuplicateDecision] = {}
    for row in rows.order_by("-pk"):
        latest.setdefault((row.one_id, row.other_id), row)
    return [row for row in latest.values() if row.different]


def family_of(subject: Subject) -> list[Subject]:
    """The subject and all that were merged into it, over any number of steps."""
    found, step = [subject], [subject]
    while step:
        known = {s.pk for s in found}
        step = [s for s in Subject.objects.filter(merged_into__in=step) if s.pk not in known]
        found += step
    return found


def merges_of(subject: Subject) -> list[MergeRecord]:
    """The merges a subject had part in and their undoings, latest first."""
    family = family_of(subject)
    rows = MergeRecord.objects.filter(Q(keep__in=family) | Q(gone__in=family))
    return list(rows.select_related("keep", "gone", "by", "undone_by").order_by("-pk"))


def subject_history(subject: Subject) -> list[AuditEntry]:
    """Every act on a subject and on those merged into it, latest first."""
    keys = [str(s.pk) for s in family_of(subject)]
    return list(AuditEntry.objects.filter(object_type="registry.subject", object_id__in=keys).order_by("-pk"))

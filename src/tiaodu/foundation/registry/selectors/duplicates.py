"""Pairs of subjects that are probably the same, and what was decided of them; how subjects were merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.engine.registry import duplicates as engine
from tiaodu.engine.registry.duplicates import Entry, Reason, Rules, load_rules
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.matching import places_before
from tiaodu.foundation.registry.merging import references
from tiaodu.foundation.registry.models import Alias, DuplicateDecision, MergeRecord, Subject
from tiaodu.foundation.registry.selectors.subjects import subjects_visible_to


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two subjects that are probably one, with the score and the reasons in words."""

    one: Subject
    other: Subject
    score: int
    reasons: Sequence[str]

    @property
    def sample(self) -> bool:
        return self.one.sample or self.other.sample

    @property
    def pk(self) -> str:
        return f"{self.one.pk}-{self.other.pk}"

    @property
    def words(self) -> str:
        """All names, for searching."""
        return f"{self.one.name} {self.one.full_name} {self.other.name} {self.other.full_name}"


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules of the package."""
    return load_rules(Path(str(files("tiaodu.data").joinpath("registry", "duplicates.yaml"))))


def suggestions(user: User) -> list[Suggestion]:
    """The pairs of the person's own region and below that nobody has decided, the most probable first."""
    subjects = list(subjects_visible_to(user).filter(active=True, merged_into=None))
    by_region: dict[int, list[Subject]] = {}
    for subject in subjects:
        by_region.setdefault(subject.region_id, []).append(subject)
    names, settled = _other_names(subjects), _settled(subjects)
    found = [pair for rows in by_region.values() for pair in _of_region(rows, names, settled)]
    return sorted(found, key=lambda pair: -pair.score)


def _of_region(
    rows: Sequence[Subject], names: Mapping[int, Sequence[str]], settled: set[tuple[int, int]]
) -> list[Suggestion]:
    known = {subject.pk: subject for subject in rows}
    parents = {subject.pk: subject.parent_id for subject in rows}
    entries = [
        Entry(s.pk, s.kind, (s.name, s.full_name, *names.get(s.pk, ())), s.credit_code, _above(s.pk, parents))
        for s in rows
    ]
    pairs = engine.duplicates(entries, places_before(rows[0].region), rules())
    return [
        Suggestion(known[p.one], known[p.other], p.score, [reason_words(r) for r in p.reasons])
        for p in pairs
        if (p.one, p.other) not in settled
    ]


def _above(key: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    found: set[int] = set()
    parent = parents.get(key)
    while parent is not None and parent not in found:
        found.add(parent)
        parent = parents.get(parent)
    return frozenset(found)


def _other_names(subjects: Sequence[Subject]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Alias.objects.filter(subject__in=subjects).order_by("pk").values_list("subject_id", "text")
    for subject_id, text in rows:
        found.setdefault(subject_id, []).append(text)
    return found


def _settled(subjects: Sequence[Subject]) -> set[tuple[int, int]]:
    """Pairs of which the latest decision says that they are not the same."""
    rows = DuplicateDecision.objects.filter(one__in=subjects).order_by("pk")
    latest = {
        (one, other): different
        for one, other, different in rows.values_list("one_id", "other_id", "different")
    }
    return {pair for pair, different in latest.items() if different}


def reasons_of(one: Subject, other: Subject) -> list[str]:
    """Why two subjects may be one, in words; empty where no rule says so."""
    if one.region_id != other.region_id:
        return []
    names = _other_names([one, other])
    entries = [
        Entry(s.pk, one.kind, (s.name, s.full_name, *names.get(s.pk, ())), s.credit_code)
        for s in (one, other)
    ]
    pairs = engine.duplicates(entries, places_before(one.region), rules())
    return [reason_words(reason) for pair in pairs for reason in pair.reasons]


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


def reason_words(reason: Reason) -> str:
    """Why two records may be one, in words."""
    told = {"one": reason.one, "other": reason.other}
    if reason.rule == engine.CREDIT_CODE:
        return _("统一社会信用代码相同：%(one)s") % told
    if reason.rule == engine.NAME:
        return _("名称或别名相同：“%(one)s”与“%(other)s”") % told
    if reason.rule == engine.CORE:
        return _("去掉地名和公司形式后相同：“%(one)s”与“%(other)s”") % told
    if reason.rule == engine.CONTAINS:
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

"""Which subjects of a region's register are probably one, worked out from the whole of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.db.models import Count, Max, QuerySet, Sum

from tiaodu.engine.registry import duplicates as engine
from tiaodu.engine.registry.duplicates import Entry, Pair, Rules, load_rules
from tiaodu.foundation.registry.matching import places_before
from tiaodu.foundation.registry.models import Alias, Region, Subject


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules of the package."""
    return load_rules(Path(str(files("tiaodu.data").joinpath("registry", "duplicates.yaml"))))


def resembling(subjects: Sequence[Subject]) -> list[Pair]:
    """The pairs among the subjects of one region that are probably one, the most probable first."""
    if not subjects:
        return []
    names = _other_names(subjects)
    parents = {subject.pk: subject.parent_id for subject in subjects}
    entries = [
        Entry(s.pk, s.kind, (s.name, s.full_name, *names.get(s.pk, ())), s.credit_code, _above(s.pk, parents))
        for s in subjects
    ]
    return engine.duplicates(entries, places_before(subjects[0].region), rules())


def register_states(regions: Iterable[Region] | QuerySet[Region]) -> dict[int, str]:
    """How the register of each region that has subjects stands, in a few characters that change with every
    subject and every other name that comes, goes or is edited.
    """
    subjects = Subject.objects.filter(region__in=regions).order_by().values("region_id")
    aliases = Alias.objects.filter(region__in=regions).order_by().values("region_id")
    named = {row["region_id"]: row for row in aliases.annotate(count=Count("pk"), last=Max("pk"))}
    found = {}
    for row in subjects.annotate(count=Count("pk"), versions=Sum("version"), last=Max("pk")):
        other = named.get(row["region_id"], {"count": 0, "last": 0})
        told = (row["count"], row["versions"], row["last"], other["count"], other["last"])
        found[row["region_id"]] = ".".join(map(str, told))
    return found


def _above(key: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    found: set[int] = set()
    parent = parents.get(key)
    while parent is not None and parent not in found:
        found.add(parent)
        parent = parents.get(parent)
    return frozenset(found)


def _other_names(subjects: Sequence[Subject]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {subject.pk: [] for subject in subjects}
    # By region: a list of thousands of keys is more than a database takes.
    rows = Alias.objects.filter(region=subjects[0].region_id).order_by("pk").values_list("subject_id", "text")
    for subject_id, text in rows:
        if subject_id in found:
            found[subject_id].append(text)
    return found

"""Finding the subject a text names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import F

from tiaodu.engine.registry.names import SHORTEST, core, is_part, places_of, plain
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind

Index = dict[str, set[int]]
Key = Callable[[str], str]


class SubjectMatcher:
    """The subjects of a region's subtree, read once with their other names, and found again in texts."""

    def __init__(self, region: Region) -> None:
        self._subjects: dict[int, Subject] = {}
        self._names: dict[int, set[str]] = defaultdict(set)
        self._read(region)
        own = places_of([region.name]) + (("县",) if region.level == "county" else ())
        everywhere = places_before(region)
        # 省能源局 is not our 能源局: only our own county is dropped before a department, any region before
        # the others.
        self._own: Key = lambda name: core(name, own)
        self._any: Key = lambda name: core(name, everywhere)
        departments = {s.pk for s in self.departments()}
        self._regions = {pk for pk, s in self._subjects.items() if s.kind == SubjectKind.REGION}
        self._exact = self._index(plain, self._subjects)
        self._departments = self._index(self._own, departments)
        self._others = self._index(self._any, self._subjects.keys() - departments)

    def match(self, text: str) -> Subject | None:
        """The subject that ``text`` names; None when it names none, or could name several.

        First a name as it is written, then its core without place and legal form, then the longest known name
        that the text contains (石港煤业智能化综采工作面 → 石港煤业; never 鑫瑞公司一矿 → 鑫瑞公司, which is
        another subject).
        """
        if not plain(text):
            return None
        found = self._only(self._exact.get(plain(text), set()))
        found = found or self._only(self._departments.get(self._own(text), set()))
        return found or self._only(self._others.get(self._any(text), set())) or self._contained(text)

    def departments(self) -> list[Subject]:
        """The departments, by name."""
        found = (s for s in self._subjects.values() if s.kind == SubjectKind.DEPARTMENT)
        return sorted(found, key=lambda s: s.name)

    def subjects(self) -> list[Subject]:
        """Every subject in use, in order of registration."""
        return list(self._subjects.values())

    def _read(self, region: Region) -> None:
        rows = Subject.objects.filter(region__path__startswith=region.path, active=True)
        for subject in rows.annotate(other_name=F("aliases__text")).order_by("pk"):
            kept = self._subjects.setdefault(subject.pk, subject)
            self._names[kept.pk] |= {kept.name, kept.full_name, subject.other_name or ""} - {""}

    def _index(self, key: Key, keys: Iterable[int]) -> Index:
        index: Index = defaultdict(set)
        for pk in keys:
            for name in self._names[pk]:
                index[key(name)].add(pk)
        return dict(index)

    def _only(self, keys: set[int]) -> Subject | None:
        return self._subjects[next(iter(keys))] if len(keys) == 1 else None

    def _contained(self, text: str) -> Subject | None:
        """The longest known core inside the text's; a department only where the text begins with it."""
        own, anywhere = self._own(text), self._any(text)
        found = [
            (len(c), -anywhere.find(c), c, keys)
            for c, keys in self._others.items()
            if self._inside(c, anywhere)
        ]
        found += [(len(c), 0, c, keys) for c, keys in self._departments.items() if own.startswith(c)]
        found = [entry for entry in found if not entry[3] & self._regions and entry[0] >= SHORTEST]
        return self._only(max(found)[3]) if found else None

    @staticmethod
    def _inside(name: str, text: str) -> bool:
        _before, found, rest = text.partition(name)
        return bool(found) and not is_part(rest)


def places_before(region: Region) -> tuple[str, ...]:
    """What stands before the name of a subject of this region: names of the region and of all above it."""
    county = ("县",) if region.level == "county" else ()
    return places_of(_line_of(region)) + places_of([region.name]) + county


def _line_of(region: Region) -> list[str]:
    """Names of a region and of all above it."""
    codes = region.path.strip("/").split("/")
    return list(Region.objects.filter(code__in=codes).values_list("name", flat=True))

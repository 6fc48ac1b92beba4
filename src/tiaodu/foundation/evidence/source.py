"""The rows of the list of figures: chosen among pointers, fetched only as many as are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Q, QuerySet

from tiaodu.foundation.audit.keeping import Keeper
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors.figures import with_others
from tiaodu.foundation.evidence.selectors.newest import Newest
from tiaodu.foundation.lists.columns import Chip, Column, Search
from tiaodu.foundation.lists.sources import ALL, AT_A_TIME
from tiaodu.foundation.registry.models import Measure, Subject

# What pointers have themselves; any other field of a figure is that of its evidence.
_OF_POINTERS = frozenset({"subject", "measure", "series", "period_start", "period_end", "value", "known_on"})
# Counts, until an act that may record figures or change whose they are.
_kept = Keeper(("accounts.log", "files.", "items.", "jobs.", "lists.", "outlook.", "tables."))


class FigureSource:
    """A source of lists (:class:`tiaodu.foundation.lists.sources.Source`) over the newest figures."""

    def __init__(self, newest: Newest) -> None:
        self.newest = newest

    def narrowed(self, where: Q | Callable[[Any], bool]) -> FigureSource:
        if not isinstance(where, Q):
            raise TypeError("figures are narrowed by Q objects")
        return FigureSource(self.newest.narrowed(where))

    def searched(self, search: Search, words: Sequence[str]) -> FigureSource:
        """Every word in the subject or in the measure: those are few and looked through first."""
        source = self
        for word in words:
            names = Q(name__icontains=word)
            subjects = Subject.objects.filter(names | Q(full_name__icontains=word))
            measures = Measure.objects.filter(names | Q(name_en__icontains=word))
            source = source.narrowed(Q(subject__in=subjects) | Q(measure__in=measures))
        return source

    def sorted(self, column: Column, *, descending: bool) -> FigureSource:
        if callable(column.sort):
            raise TypeError("figures are sorted by field names")
        sign = "-" if descending else ""
        fields = [sign + self._path(name) for name in (*column.sort, "pk")]
        return FigureSource(self.newest.ordered(*fields))

    def _path(self, name: str) -> str:
        return name if name.partition("__")[0] in _OF_POINTERS else f"{self.newest.path}{name}"

    def counts(self, chips: Iterable[Chip]) -> dict[str, int]:
        """One query for all series; a chip is the series of its key."""
        counted = self.newest.together().values_list("series").annotate(Count("pk"))
        found = self._counted(counted)
        return {ALL: sum(found.values()), **{chip.key: found.get(chip.key, 0) for chip in chips}}

    def _counted(self, counted: QuerySet[Any, Any]) -> dict[str, int]:
        """Counting a million figures takes longer than all else of the page: it is done once an act."""
        try:
            key = counted.query.sql_with_params()
        except EmptyResultSet:
            return {}
        return _kept.get(key, lambda: dict(counted))

    def slice(self, start: int, end: int | None) -> Sequence[Evidence]:
        return self._fetched(list(self._ids()[start:end]))

    def stream(self) -> Iterator[Evidence]:
        """Row by row, in the order asked for."""
        ids = list(self._ids())
        for start in range(0, len(ids), AT_A_TIME):
            yield from self._fetched(ids[start : start + AT_A_TIME])

    def picked(self, ids: Sequence[int], id_of: Callable[[Any], int]) -> Sequence[Evidence]:
        wanted = self.newest.narrowed(Q(**{f"{self.newest.path}pk__in": ids}))
        return FigureSource(wanted).slice(0, None)

    def any_marked(self, field: str, marked: Callable[[Any], bool]) -> bool:
        told_by = Q(**{f"{self.newest.path}reporter__sample": True})
        return self.newest.together().filter(Q(subject__sample=True) | told_by).exists()

    def _ids(self) -> Any:
        return self.newest.one_by_one().values_list(f"{self.newest.path}pk", flat=True)

    def _fetched(self, ids: list[int]) -> list[Evidence]:
        found = with_others(Evidence.objects.all()).in_bulk(ids)
        return [found[pk] for pk in ids]

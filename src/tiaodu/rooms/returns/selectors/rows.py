"""Returns as rows of lists: where each stands on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.engine.returns.states import State
from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.lists.columns import Column, Search
from tiaodu.foundation.lists.sources import QuerySource
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.tables import BASES, form_title

_WAITING = (State.DUE, State.DRAFT)
_BACK = (State.QUESTIONED, State.SENT_BACK)
_IN = (State.SUBMITTED, State.CORRECTED, State.NOTHING)
_DOTS = {
    "back": "amber",
    "in": "green",
    "late": "green",
    "due": "due_soon",
    "left": "grey",
    "declined": "grey",
}


def binding(day: date) -> Q:
    """Returns a unit has to answer on a day (:meth:`Return.binds`)."""
    return Q(obligatory=True) & (Q(basis_until__isnull=True) | Q(basis_until__gte=day))


def standing(today: date) -> dict[str, Q]:
    """Which returns are overdue, left (past the last day, but nobody had to answer), due, back (asked about
    or sent back), in, late, declined on a day.
    """
    waiting, passed = Q(state__in=_WAITING), Q(due__lt=today)
    free = Q(obligatory=False) | Q(basis_until__lt=today)
    return {
        "overdue": waiting & passed & binding(today),
        "left": waiting & passed & free,
        "due": waiting & ~passed | waiting & Q(due__isnull=True),
        "back": Q(state__in=_BACK),
        "in": Q(state__in=_IN),
        "late": Q(submitted_on__gt=F("due")),
        "declined": Q(state=State.DECLINED),
    }


@dataclass(frozen=True)
class ReturnRow:
    """A return with its form and how it stands on ``day``."""

    row: Return
    form: ReturnType | None
    day: date

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def version(self) -> int:
        return self.row.version

    @property
    def title(self) -> str:
        return form_title(self.form) if self.form is not None else self.row.type

    @property
    def light(self) -> str:
        """overdue, left, due, back (asked about or sent back), late, in, declined."""
        if self.row.overdue(self.day):
            return "overdue"
        if self.row.left(self.day):
            return "left"
        if self.row.state in _BACK:
            return "back"
        if self.row.waits:
            return "due"
        if self.row.state == State.DECLINED:
            return "declined"
        return "late" if self.row.came_late() else "in"

    @property
    def dot(self) -> str:
        """The light that is shown."""
        return _DOTS.get(self.light, self.light)

    @property
    def state_words(self) -> str:
        """The state in words; with what the clock adds."""
        words = str(self.row.get_state_display())
        if self.light == "overdue" and self.row.due is not None:
            days = (self.day - self.row.due).days
            told = ngettext("%(state)s，逾期 %(days)s 天", "%(state)s，逾期 %(days)s 天", days)
            return told % {"state": words, "days": days}
        if self.light == "left":
            return _("未填（自愿）")
        return _("%(state)s（迟报）") % {"state": words} if self.light == "late" else words

    @property
    def refusable(self) -> bool:
        """Whether the unit may leave it unanswered."""
        return not self.row.binds(self.day)

    @property
    def lapsed(self) -> bool:
        """Whether it was obligatory until its basis ran out."""
        return self.row.obligatory and self.refusable

    @property
    def basis_words(self) -> str:
        return str(BASES[self.row.basis])

    @property
    def sample(self) -> bool:
        return self.row.sample


def with_others(found: QuerySet[Return]) -> QuerySet[Return]:
    """With what every row shows beside the return."""
    return found.select_related("region", "subject").defer("subject__keywords")


def row_of(row: Return, day: date | None = None) -> ReturnRow:
    """One return as a row."""
    return ReturnRow(row, forms_in(row.region).get(row.type), day or clock.today())


class ReturnSource(QuerySource):
    """A list's rows over returns, made to :class:`ReturnRow` only where they are shown."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows)
        self._forms: Callable[[Region], Mapping[str, ReturnType]] = lru_cache(forms_in)

    def narrowed(self, where: Q | Callable[[Any], bool]) -> ReturnSource:
        return ReturnSource(super().narrowed(where).rows)

    def searched(self, search: Search, words: Sequence[str]) -> ReturnSource:
        return self.narrowed(search.condition(words)) if words else self

    def sorted(self, column: Column, *, descending: bool) -> ReturnSource:
        return ReturnSource(super().sorted(column, descending=descending).rows)

    def slice(self, start: int, end: int | None) -> Sequence[ReturnRow]:
        return self._shown(with_others(self.rows)[start:end])

    def stream(self) -> Iterator[ReturnRow]:
        today = clock.today()
        for row in with_others(self.rows).iterator(chunk_size=2000):
            yield ReturnRow(row, self._forms(row.region).get(row.type), today)

    def picked(self, ids: Sequence[int], id_of: Callable[[Any], int]) -> Sequence[ReturnRow]:
        return self._shown(with_others(self.rows).filter(pk__in=ids))

    def any_marked(self, field: str, marked: Callable[[Any], bool]) -> bool:
        return bool(self.rows.filter(sample=True).exists())

    def _shown(self, rows: Iterable[Return]) -> list[ReturnRow]:
        today = clock.today()
        return [ReturnRow(row, self._forms(row.region).get(row.type), today) for row in rows]

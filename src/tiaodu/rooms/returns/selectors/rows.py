"""Returns as rows of lists: where each stands on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.returns.states import State
from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.tables import BASES, form_title

_RANKS = ("overdue", "back", "due", "late", "in", "declined")
_DOTS = {"back": "amber", "in": "green", "late": "green", "due": "due_soon"}
_BACK = frozenset({State.QUESTIONED, State.SENT_BACK})


@dataclass(frozen=True)
class ReturnRow:
    """A return with its form and how it stands on ``day``."""

    row: Return
    form: ReturnType | None
    day: date

    @property
    def title(self) -> str:
        return form_title(self.form) if self.form is not None else self.row.type

    @property
    def light(self) -> str:
        """overdue, due, back (asked about or sent back), late, in, declined."""
        if self.row.overdue(self.day):
            return "overdue"
        if self.row.state in _BACK:
            return "back"
        if self.row.waits:
            return "due"
        if self.row.state == State.DECLINED:
            return "declined"
        return "late" if self.row.late() else "in"

    @property
    def dot(self) -> str:
        """The light that is shown."""
        return _DOTS.get(self.light, self.light)

    @property
    def rank(self) -> int:
        return _RANKS.index(self.light)

    @property
    def state_words(self) -> str:
        """The state in words; with what the clock adds."""
        words = str(self.row.get_state_display())
        if self.light == "overdue" and self.row.due is not None:
            return _("%(state)s，逾期 %(days)s 天") % {
                "state": words,
                "days": (self.day - self.row.due).days,
            }
        return _("%(state)s（迟报）") % {"state": words} if self.light == "late" else words

    @property
    def due_sort(self) -> date:
        return self.row.due or date.max

    @property
    def basis_words(self) -> str:
        return str(BASES[self.row.basis])


def rows_of(found: QuerySet[Return], day: date | None = None) -> list[ReturnRow]:
    """Rows of returns, what is late first, then by the last day. Tables are read once for each region."""
    day = day or clock.today()
    rows = list(found.select_related("region", "subject").defer("subject__keywords"))
    forms = forms_of({row.region for row in rows})
    shown = [ReturnRow(row, forms[row.region_id].get(row.type), day) for row in rows]
    return sorted(shown, key=lambda r: (r.rank, r.due_sort, r.row.pk))


def forms_of(regions: Iterable[Region]) -> Mapping[int, Mapping[str, ReturnType]]:
    """The forms of each region by its key."""
    return {region.pk: forms_in(region) for region in regions}

"""The one way figures of returns are read: for a use that the form has stated."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.types import STATISTICS, ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import Cell, board
from tiaodu.foundation.refusal import NotAllowed
from tiaodu.foundation.registry.models import Measure, Region
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import SOURCE, Return
from tiaodu.rooms.returns.rules import evidence_period
from tiaodu.rooms.returns.tables import use_words


class UndeclaredUse(NotAllowed):
    """No form that asks for a measure has stated this use of the answer."""

    code = "undeclared_use"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a return: value in the measure's base unit, and the evidence it comes from."""

    value: Decimal
    evidence_id: int


_AT_A_TIME = 10_000
Place = tuple[int, str, Period]  # subject, code of the measure, period


def figures_for(
    *,
    use: str,
    region: Region,
    measures: Collection[str],
    subject_ids: Collection[int],
    periods: Iterable[Period],
    day: date | None = None,
) -> dict[Place, Figure]:
    """What units told in their returns, for a stated use, as known on ``day``.

    ``measures`` are codes, ``subject_ids`` subjects whose figures the caller may deal with (a job: all of its
    region), ``periods`` the whole periods of returns. A figure of a return whose form does not state the use
    is left out; UndeclaredUse where no form of the region states it for one of the measures. Figures of
    surveys are never read here. A fixed number of queries for each period.
    """
    day = day or clock.today()
    forms = forms_in(region, day)
    refuse_undeclared(use, measures, forms.values())
    asked = list(Measure.objects.filter(code__in=measures))
    codes = {measure.pk: measure.code for measure in asked}
    cells = {
        (subject, codes[measure], period): cell
        for period in dict.fromkeys(periods)
        for stands, ids in _by_period(asked, period).items()
        for (subject, measure), cell in board(
            subject_ids=subject_ids, measure_ids=ids, series=Series.DISPATCH, period=stands, day=day
        ).items()
    }
    allowed = _stated(use, forms, cells)
    return {
        place: Figure(cell.value, cell.evidence_id)
        for place, cell in cells.items()
        if (cell.evidence_id, place[1]) in allowed
    }


def _by_period(measures: Iterable[Measure], period: Period) -> dict[Period, list[int]]:
    """The measures by the period their figures stand under: the whole, or its last day."""
    found: dict[Period, list[int]] = {}
    for measure in measures:
        found.setdefault(evidence_period(measure.kind, period), []).append(measure.pk)
    return found


def refuse_undeclared(use: str, measures: Iterable[str], forms: Iterable[ReturnType]) -> None:
    """UndeclaredUse when a measure is asked for, but by no form with this use; and for statistics."""
    stated = {asked.measure for form in forms for asked in form.asked if use in asked.uses}
    missing = [measure for measure in measures if measure not in stated]
    if missing or use == STATISTICS:
        raise UndeclaredUse(
            _("没有报表写明“%(measure)s”可以用于“%(use)s”，不能取用。须先在参数表里写明用途并告知企业。")
            % {"measure": "、".join(missing) or "—", "use": use_words(use)}
        )


def _stated(use: str, forms: dict[str, ReturnType], cells: dict[Place, Cell]) -> set[tuple[int, str]]:
    """Which figures were told on a form that states the use: evidence and code of the measure."""
    ids = [cell.evidence_id for cell in cells.values()]
    rows = [
        row
        for start in range(0, len(ids), _AT_A_TIME)
        for row in Evidence.objects.filter(pk__in=ids[start : start + _AT_A_TIME], source_kind=SOURCE)
        .order_by()
        .values_list("pk", "measure__code", "source_id")
    ]
    types = dict(Return.objects.filter(pk__in={int(r[2]) for r in rows}).values_list("pk", "type"))
    return {
        (pk, code)
        for pk, code, source in rows
        if (form := forms.get(types.get(int(source), ""))) is not None
        and (asked := form.of(code)) is not None
        and use in asked.uses
    }

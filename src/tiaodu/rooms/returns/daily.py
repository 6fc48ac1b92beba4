"""A daily form of all its units on one screen: today beside yesterday, the month so far, the year so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.english import english_units
from tiaodu.engine.returns.types import Asked, ReturnType
from tiaodu.foundation.evidence.selectors import Cell
from tiaodu.foundation.lists.columns import Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.registry.measures import name_in_language
from tiaodu.foundation.registry.models import Measure, Region, Subject
from tiaodu.rooms.ledger.selectors.targets import unit_targets, year_targets
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors.boards import MineDay
from tiaodu.rooms.returns.tables import form_title


def _figure(value: Decimal | None, unit: str, evidence_id: int | None) -> SafeString | str:
    url = reverse("evidence:provenance", args=[evidence_id]) if evidence_id else ""
    return render_to_string("ui/figure.html", {"value": value, "unit": unit, "url": url, "places": None})


def _told(code: str, unit: str, of: str) -> Callable[[MineDay], Any]:
    def shown(row: MineDay) -> Any:
        cell: Cell | None = getattr(row, of).get(code)
        return None if cell is None else _figure(cell.value, unit, cell.evidence_id or None)

    return shown


def _plain(code: str, of: str, factor: Decimal) -> Callable[[MineDay], Decimal | None]:
    """The value for Excel, in the unit of the form."""

    def value(row: MineDay) -> Decimal | None:
        found = getattr(row, of).get(code)
        amount = found.value if isinstance(found, Cell) else found
        return None if amount is None else amount / factor

    return value


def _summed(code: str, unit: str, of: str) -> Callable[[MineDay], Any]:
    def shown(row: MineDay) -> Any:
        value = getattr(row, of).get(code)
        return None if value is None else _figure(value, unit, None)

    return shown


def _columns_of(asked: Asked, measure: Measure, *, first: bool) -> list[Column]:
    """Today and yesterday of a measure; its month and year so far where it adds up."""
    name, unit, factor = name_in_language(measure), measure.unit, asked.factor
    code = asked.measure
    of_unit = gettext("（%(unit)s）") % {"unit": _unit_words(asked)}

    def column(key: str, title: Any, of: str, *, summed: bool = False, shown: bool = True) -> Column:
        cell = _summed(code, unit, of) if summed else _told(code, unit, of)
        return Column(
            f"{code}:{key}",
            title % {"name": name},
            cell=cell,
            sort=_plain(code, of, factor),
            export=_plain(code, of, factor),
            numeric=True,
            shown=shown,
        )

    found = [
        column("today", "%(name)s", "told"),
        column("yesterday", gettext("%(name)s 上日"), "yesterday", shown=first),
    ]
    if measure.kind == Measure.Kind.FLOW:
        found.append(column("month", gettext("%(name)s 本月累计"), "month", summed=True, shown=first))
        found.append(column("year", gettext("%(name)s 本年累计"), "year", summed=True, shown=first))
    return [_in_unit(one, of_unit) for one in found]


def _unit_words(asked: Asked) -> str:
    """The unit of the form in the reader's language, where it is a base unit."""
    return english_units().get(asked.unit, asked.unit) if get_language() == "en" else asked.unit


def _in_unit(column: Column, unit: str) -> Column:
    """The heading names the unit of the Excel column."""
    return Column(
        column.key,
        f"{column.title}{unit}",
        cell=column.cell,
        sort=column.sort,
        export=column.export,
        numeric=True,
        shown=column.shown,
    )


class DailyList(ListPage):
    """The units of a daily form; the sums stand under them."""

    name = "returns-daily"
    title = _("煤矿生产日报")
    search = Search(("subject.name",))
    export_permission = "returns.export"
    sums = True
    page_size = 200
    keeps_views: ClassVar[bool] = False
    empty = Empty(
        _("这一天没有煤矿要报"), _("列入名录的煤矿，一天过完就开出日报。名录由能源局和调度员维护。")
    )

    def __init__(self, request: HttpRequest, rows: list[MineDay], form: ReturnType) -> None:
        super().__init__(request, rows)
        self.form = form
        measures = {m.code: m for m in Measure.objects.filter(code__in=[a.measure for a in form.asked])}
        self.columns = (  # type: ignore[misc]  # the measures are those of the form
            Column(
                "subject",
                _("煤矿"),
                cell="returns/cells/mine.html",
                sort=lambda r: r.subject.name,
                export=lambda r: r.subject.name,
                card="title",
            ),
            *(
                column
                for place, asked in enumerate(form.asked)
                if asked.measure in measures
                for column in _columns_of(asked, measures[asked.measure], first=place == 0)
            ),
            Column(
                "state",
                _("状态"),
                cell="returns/cells/mine_state.html",
                export=_state_words,
                card="aside",
            ),
        )

    def row_url(self, record: MineDay) -> str:
        return reverse("returns:return", args=[record.row.pk]) if record.row is not None else ""

    def row_light(self, record: MineDay) -> str:
        return "overdue" if record.standing is not None and record.standing.light == "overdue" else ""

    def row_id(self, record: MineDay) -> int:
        return record.subject.pk

    def sum_of(self, records: Iterable[MineDay]) -> MineDay:
        return sum_of(list(records))


def _state_words(row: MineDay) -> str:
    return row.standing.state_words if row.standing is not None else ""


def sum_of(rows: Sequence[MineDay]) -> MineDay:
    """The sums over units; a measure that nobody told has none."""

    def cells(of: str) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for row in rows:
            for code, cell in getattr(row, of).items():
                before = found[code].value if code in found else Decimal(0)
                found[code] = Cell(before + cell.value, cell.period_start, cell.period_end, 0)
        return found

    def sums(of: str) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for row in rows:
            for code, value in getattr(row, of).items():
                found[code] = found.get(code, Decimal(0)) + value
        return found

    return MineDay(
        subject=Subject(name=gettext("合计")),
        row=None,
        told=cells("told"),
        yesterday=cells("yesterday"),
        month=sums("month"),
        year=sums("year"),
        sample=any(row.sample for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """What is promised for the year of the first measure of a form, and how much has been told.

    ``url`` is of the task that promises it, empty for a sum of the units' own targets. ``since``: the first
    day told where that is not the first of the year, so that nobody takes a part of it for the year.
    """

    name: str
    unit: str
    so_far: Decimal
    target: Decimal
    url: str = ""
    since: date | None = None

    @property
    def share(self) -> Decimal:
        """In percent."""
        return 100 * self.so_far / self.target


def planned_of(region: Region | None, form: ReturnType, rows: Sequence[MineDay], day: date) -> Planned | None:
    """The year so far beside the target in the ledger: the county's, else the industry's, else the sum of the
    units' own where each has one. None where there is no target.
    """
    measure = Measure.objects.filter(code=form.asked[0].measure).first()
    if region is None or measure is None or not rows:
        return None
    told = sum((row.year.get(measure.code, Decimal(0)) for row in rows), Decimal(0))
    first = min((row.first for row in rows if row.first is not None), default=None)
    since = first if first is not None and first > date(day.year, 1, 1) else None
    shown = (name_in_language(measure), measure.unit, told)
    target = year_targets(region, day.year, [measure.code], day, sectors=form.sectors).get(measure.code)
    if target is not None and target.value:
        return Planned(*shown, target.value, reverse("ledger:task", args=[target.task_id]), since)
    units = {row.subject.pk for row in rows}
    own = unit_targets(region, day.year, measure.code, units, day)
    promised = sum((each.value for each in own.values()), Decimal(0))
    return Planned(*shown, promised, since=since) if promised and own.keys() == units else None


def daily_context(
    region: Region | None, form: ReturnType, rows: Sequence[MineDay], day: date
) -> dict[str, Any]:
    """What stands above the list of a day: who is missing, the neighbours in time, the year's plan."""
    missing = [row.subject.name for row in rows if row.row is not None and not row.row.is_in]
    return {
        "title": form_title(form),
        "planned": planned_of(region, form, rows, day),
        "day": day,
        "missing": missing,
        "came": len(rows) - len(missing),
        "asked": len(rows),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "nothing": [
            row.subject.name for row in rows if row.row is not None and row.row.state == Return.State.NOTHING
        ],
    }

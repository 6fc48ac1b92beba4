"""Promises kept, as lists: one row a unit, one row a promise, one row a class of chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.projects.promises import Bin, Kept, Tally
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.projects.selectors.promises import Told


def percent(share: float | None) -> str:
    """A share in whole percent."""
    return "" if share is None else f"{round(share * 100)}%"


def share_words(tally: Tally) -> str:
    """A share with its interval: 60%（31%–83%）."""
    if tally.share is None:
        return ""
    told = {"share": percent(tally.share), "low": percent(tally.low), "high": percent(tally.high)}
    return _now("%(share)s（%(low)s–%(high)s）") % told


@dataclass(frozen=True, slots=True)
class UnitRow:
    """The record of one unit. ``small``: too few promises to judge by."""

    name: str
    key: str
    kept: Kept
    small: bool
    sample: bool


def _first(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.kept.first, name)


def _rounded(value: float | None, places: int = 1) -> float | None:
    return None if value is None else round(value, places)


def _quality(name: str) -> Callable[[Any], Any]:
    return lambda row: _rounded(getattr(row.kept.quality, name), 3)


class UnitList(ListPage):
    """One row a unit. By name, never by share: it is a record, not a ranking."""

    name = "project-promises"
    title = _("承诺兑现")
    columns = (
        Column("name", _("单位"), card="title", width="wide"),
        Column("count", _("到期承诺"), export=_first("count"), sort=_first("count"), numeric=True),
        Column("kept", _("按期兑现"), export=_first("kept"), numeric=True),
        Column(
            "share",
            _("兑现率"),
            cell="projects/cells/share.html",
            export=lambda r: share_words(r.kept.first),
            width="medium",
        ),
        Column("late", _("平均晚几天"), export=lambda r: _rounded(r.kept.first.late), numeric=True),
        Column(
            "late_ones",
            _("没兑现的平均晚几天"),
            export=lambda r: _rounded(r.kept.first.late_ones),
            numeric=True,
            shown=False,
        ),
        Column("open", _("仍未办结"), export=_first("open"), numeric=True),
        Column("moved", _("改过期的"), export=lambda r: r.kept.moved, numeric=True),
        Column(
            "last",
            _("按最后承诺"),
            cell="projects/cells/share_last.html",
            export=lambda r: share_words(r.kept.last),
            width="medium",
        ),
        Column(
            "scored",
            _("打分的研判"),
            export=lambda r: r.kept.quality.count or None,
            numeric=True,
            shown=False,
        ),
        Column("brier", _("布赖尔分"), export=_quality("brier"), numeric=True),
        Column("base", _("只报平均的布赖尔分"), export=_quality("base_brier"), numeric=True, shown=False),
        Column("log", _("对数分"), export=_quality("log"), numeric=True, shown=False),
    )
    search = Search(("name",))
    search_hint = _("搜索单位")
    export_permission = "projects.export"
    empty = Empty(
        _("还没有到期的承诺"),
        _("步骤的承诺日过了，才算兑现没兑现。承诺日在步骤页上登记，改期要写原因。"),
        _("例如自然资源局承诺7月31日前供地，8月1日起就计入；7月20日办结的，也到8月1日才计入。"),
    )

    def row_url(self, record: UnitRow) -> str:
        return f"{reverse('projects:promises-each')}?unit={record.key}"

    def row_light(self, record: UnitRow) -> str:
        return ""

    def row_id(self, record: UnitRow) -> int:
        return int(record.key.rpartition("-")[2]) if record.key.rpartition("-")[2].isdecimal() else 0


def unit_key(told: Told) -> str:
    """A unit as an address tells it."""
    return f"{told.unit[0]}-{told.unit[1]}"


def _state(told: Told, day: date) -> str:
    result = told.outcome(day)
    if result is None:
        return "coming"
    return "kept" if result.kept else "open" if result.open else "late"


STATES = {"kept": _("兑现"), "late": _("晚了"), "open": _("仍未办结"), "coming": _("还没到期")}


class PromiseList(ListPage):
    """One row a promise, against its first day."""

    name = "project-promises-each"
    title = _("逐条承诺")
    search = Search(("words",))
    search_hint = _("搜索项目、步骤、单位")
    export_permission = "projects.export"
    empty = Empty(_("还没有承诺"), _("在项目的步骤上登记承诺日，这里就有一行。"))

    def __init__(self, request: HttpRequest, rows: Sequence[Told], day: date) -> None:
        self.day = day
        self.columns = _columns(day)  # type: ignore[misc]
        self.chips = tuple(Chip(key, title, _is(key, day)) for key, title in STATES.items())  # type: ignore[misc]
        super().__init__(request, rows)
        units = {unit_key(told): told.unit_name for told in rows}
        offered = sorted(units.items(), key=lambda pair: pair[1])
        self.choices = (Choice("unit", _("单位"), offered, _of_unit),)

    def row_url(self, record: Told) -> str:
        return reverse("projects:step", args=[record.project.pk, record.step.code])

    def row_id(self, record: Told) -> int:
        return record.project.pk

    def row_light(self, record: Told) -> str:
        return "overdue" if _state(record, self.day) == "open" else ""


def _is(state: str, day: date) -> Callable[[Any], bool]:
    return lambda told: _state(told, day) == state


def _of_unit(key: str) -> Callable[[Any], bool]:
    return lambda told: unit_key(told) == key


def _columns(day: date) -> tuple[Column, ...]:
    def late(told: Told) -> int | None:
        result = told.outcome(day)
        return result.late if result is not None and result.late else None

    def chance(told: Told) -> str:
        made = [each for each in told.promise.forecasts if each.due == told.first]
        return percent(made[-1].chance) if made else ""

    return (
        Column("step", _("步骤"), cell=lambda r: r.step_name, export=lambda r: r.step_name, card="title"),
        Column(
            "project",
            _("项目"),
            cell=lambda r: r.project.subject.name,
            export=lambda r: r.project.subject.name,
            width="wide",
        ),
        Column("unit", _("单位"), export=lambda r: r.unit_name),
        Column("first", _("最初承诺"), width="narrow", export=lambda r: r.first, sort=lambda r: r.first),
        Column("last", _("最后承诺"), width="narrow", export=lambda r: r.last if r.last != r.first else None),
        Column("finished", _("办结日"), width="narrow", export=lambda r: r.promise.finished),
        Column("state", _("结果"), export=lambda r: str(STATES[_state(r, day)]), card="aside"),
        Column("late", _("晚几天"), export=late, numeric=True),
        Column("chance", _("当时的把握"), export=chance, numeric=True),
    )


class BinList(ListPage):
    """One row a class of chance: the figures behind the picture."""

    name = "project-calibration"
    title = _("把握与兑现")
    columns = (
        Column(
            "range",
            _("说的把握"),
            export=lambda r: f"{percent(r.low)}–{percent(r.high)}",
            card="title",
        ),
        Column("count", _("研判"), export=lambda r: r.count, numeric=True),
        Column("mean", _("平均把握"), export=lambda r: percent(r.mean_chance), numeric=True),
        Column("kept", _("兑现"), export=lambda r: r.kept, numeric=True),
        Column("share", _("兑现率"), export=lambda r: percent(r.share), numeric=True),
        Column(
            "interval",
            _("95%区间"),
            export=lambda r: f"{percent(r.interval[0])}–{percent(r.interval[1])}" if r.count else "",
        ),
    )
    export_permission = "projects.export"
    keeps_views = False
    empty = Empty(_("还没有可以打分的研判"), _("要有承诺日之前至少一段时间作出的研判，承诺日过了才打分。"))

    def row_id(self, record: Bin) -> int:
        return round(record.low * 100)

    def row_light(self, record: Bin) -> str:
        return ""

    def is_sample(self, record: Bin) -> bool:
        return False

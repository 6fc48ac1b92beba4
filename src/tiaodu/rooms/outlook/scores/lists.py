"""Outlooks beside their outcomes as a list: where we were wrong, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.outlook.scoring import State
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.lists.sources import source_of
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.scores.words import (
    LIGHTS,
    STATES,
    between_words,
    corrected_words,
    outcome_words,
    score_words,
)
from tiaodu.rooms.outlook.selectors.scores import ScoreRow, narrowed_to


def _range(row: ScoreRow) -> str:
    return f"{row.told.p10} – {row.told.p90}" if row.told.p10 else ""


def _outcome(row: ScoreRow) -> str:
    return f"{STATES[row.outcome.state]} {outcome_words(row.told, row.outcome)}".strip()


class ScoreList(ListPage):
    """One row an outlook that counts; to begin with one a promise."""

    name = "outlook-scores"
    title = _("错在哪里")
    columns = (
        Column("name", _("承诺"), cell="outlook/cells/name.html", export=lambda r: r.told.name, card="title"),
        Column("day", _("研判日"), export=lambda r: r.told.outlook.run.as_of, width="narrow",
               sort=lambda r: r.told.outlook.run.as_of),
        Column("chance", _("当时说"), cell="outlook/cells/told.html", export=lambda r: r.chance,
               sort=lambda r: r.chance, card="aside"),
        Column("range", _("P10 到 P90"), cell="outlook/cells/range.html", export=_range),
        Column("outcome", _("结果"), cell="outlook/cells/outcome.html", width="medium",
               export=_outcome),
        Column("given", _("给这个结果的把握"), cell=lambda r: words.percent(r.given),
               export=lambda r: r.given, numeric=True, sort=lambda r: (r.given is None, r.given or 0.0)),
        Column("drivers", _("当时主要看什么"), export=lambda r: r.told.driver_words, width="medium"),
        Column("between", _("后来怎样变"), export=lambda r: between_words(r.later), width="wide"),
        Column("held", _("范围说中"), export=lambda r: {True: _("是"), False: _("否"), None: ""}[r.held],
               shown=False),
        Column("brier", _("布赖尔分"), export=lambda r: r.brier, cell=lambda r: score_words(r.brier),
               numeric=True, shown=False),
        Column("log", _("对数分"), export=lambda r: score_words(r.surprise) if r.is_judged else "",
               numeric=True, shown=False),
        Column("decided", _("认定日"), export=lambda r: r.outcome.decided, shown=False),
        Column("corrected", _("更正"), export=lambda r: corrected_words(r.told, r.outcome), shown=False),
        Column("basis", _("依据"), export=lambda r: r.told.outlook.get_basis_display(), shown=False),
        Column("lead", _("责任单位"), export=lambda r: r.told.lead, shown=False),
        Column("task", _("工作任务"), export=lambda r: r.task.title, shown=False),
    )  # fmt: skip
    chips = (
        Chip("one", _("每项承诺一次"), lambda row: row.one),
        Chip("wrong", _("说错了"), lambda row: row.is_wrong, light="red"),
        Chip("missed", _("范围没说中"), lambda row: row.held is False, light="amber"),
        Chip("judged", _("有结果"), lambda row: row.is_judged, light="green"),
        Chip("open", _("还没有结果"), lambda row: row.outcome.state in (State.OPEN, State.WAITING)),
        Chip("unjudged", _("无法认定"), lambda row: row.outcome.state is State.UNJUDGED),
    )
    default_filter = "one"
    search = Search(("words",))
    search_hint = _("搜索承诺、任务、单位")
    export_permission = "outlook.export"
    page_size = 25
    empty = Empty(
        _("还没有可以对照的研判"),
        _("每月说过的把握都留着。到期以后和实绩对照，错得最多的排在最前。"),
        _("例如七月说原煤500万吨有一成五，十二月底实绩487万吨：没有兑现，说对了。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[ScoreRow]) -> None:
        months = sorted({row.month for row in rows}, reverse=True)
        self.choices = (
            Choice("month", _("研判月份"), [(m, m) for m in months], lambda m: lambda row: row.month == m),
        )
        super().__init__(request, rows)
        # Which row stands for a promise depends on the month asked for, by the address or by a saved view.
        self.source = source_of(narrowed_to(rows, self.chosen.get("month", "")))

    def row_url(self, record: Any) -> str:
        return str(record.told.url)

    def row_id(self, record: ScoreRow) -> int:
        return record.pk

    def row_light(self, record: ScoreRow) -> str:
        return "red" if record.is_wrong else LIGHTS[record.outcome.state]

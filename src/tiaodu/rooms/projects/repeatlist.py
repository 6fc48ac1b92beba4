"""Pairs of projects that look like one, as a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.projects.likenesses import aside_words, looks_words, reason_words
from tiaodu.rooms.projects.selectors.repeats import ASIDE, DIFFERENT, OPEN, SAME, RepeatRow

STATES = {
    OPEN: _("待核对"),
    SAME: _("认定重复"),
    DIFFERENT: _("认定不重复"),
    ASIDE: _("分期等，不算重复"),
}


def _is(state: str) -> Callable[[Any], bool]:
    return lambda row: bool(row.state == state)


def why(row: RepeatRow) -> str:
    """Why the two may be one, in one line."""
    if row.pair is None:
        return ""
    told = [reason_words(reason) for reason in row.pair.reasons]
    return "；".join([*told, aside_words(row.pair)] if row.pair.aside else told)


def decided(row: RepeatRow) -> str:
    """Who decided what, when and why."""
    told = row.decision
    return f"{told.known_on} {told.by} {told.reason}" if told is not None else ""


class RepeatList(ListPage):
    """The pairs."""

    name = "project-repeats"
    title = _("疑似重复项目")
    columns = (
        Column(
            "pair",
            _("两个项目"),
            cell="projects/cells/pair.html",
            export=lambda r: f"{r.one} / {r.other}",
            card="title",
            width="wide",
        ),
        Column(
            "looks",
            _("像是"),
            export=lambda r: looks_words(r.pair) if r.pair else "",
            card="aside",
            width="medium",
        ),
        Column("score", _("分数"), sort=lambda r: r.score, export=lambda r: r.score or None, numeric=True),
        Column("why", _("依据"), cell="projects/cells/why.html", export=why, width="wide"),
        Column("state", _("状态"), export=lambda r: STATES[r.state], width="medium"),
        Column("decision", _("认定"), export=decided),
    )
    chips = tuple(Chip(state, title, _is(state)) for state, title in STATES.items())
    search = Search(("words",))
    search_hint = _("搜索项目、业主、代码")
    export_permission = "projects.export"
    empty = Empty(
        _("没有像是同一个的项目"),
        _("系统按业主、地点、投资、名称、产品和规模比较全县的项目，够分的列在这里，由人认定，从不自动合并。"),
        _("例如同一企业在同一块地上，先后以“丁腈手套生产线”和“医用手套产业园”签约，投资几乎相等。"),
    )

    def row_url(self, record: RepeatRow) -> str:
        return reverse("projects:repeat", args=[record.one.pk, record.other.pk])

    def row_id(self, record: RepeatRow) -> int:
        return record.one.pk

    def row_light(self, record: RepeatRow) -> str:
        return "amber" if record.state == OPEN else ""

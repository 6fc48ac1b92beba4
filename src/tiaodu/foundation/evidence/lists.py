"""The list of figures: the newest of each subject, measure and series."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import Newest
from tiaodu.foundation.evidence.source import FigureSource
from tiaodu.foundation.evidence.words import period_words
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.registry.measures import name_in_language
from tiaodu.foundation.registry.models import SubjectKind


def history_url(row: Evidence) -> str:
    """The page with every period of a figure's subject, measure and series."""
    return reverse("evidence:history", args=[row.subject_id, row.measure.code, row.series])


class FigureList(ListPage):
    """Figures with where they come from one click away."""

    name = "evidence"
    imports = ("statistics",)
    title = _("实绩")
    columns = (
        Column(
            "subject",
            _("主体"),
            sort=("subject__name", "measure__name"),
            export=lambda row: row.subject.name,
            card="title",
        ),
        Column(
            "measure",
            pgettext_lazy("column", "指标口径"),
            cell=lambda row: name_in_language(row.measure),
            sort=("measure__name", "subject__name"),
            export=lambda row: name_in_language(row.measure),
        ),
        Column(
            "value",
            _("数值"),
            cell="evidence/cells/value.html",
            numeric=True,
            export=lambda row: row.value,
            card="aside",
        ),
        Column("unit", _("单位"), export=lambda row: row.measure.unit, shown=False),
        Column(
            "period",
            _("时期"),
            cell=lambda row: period_words(row.period_start, row.period_end),
            sort=("period_end", "subject__name"),
            export=lambda row: str(row.period),
        ),
        Column(
            "series",
            _("数据口径"),
            cell=lambda row: row.get_series_display(),
            export=lambda row: row.get_series_display(),
        ),
        Column(
            "reporter",
            _("报送单位"),
            cell=lambda row: row.department or row.reporter,
            export=lambda row: row.department or row.reporter,
        ),
        Column(
            "person", _("报送人"), cell=lambda row: row.reporter, export=lambda row: row.reporter, shown=False
        ),
        Column("known_on", _("报送日"), sort=("known_on",), width="narrow"),
        Column("revision", _("版次"), numeric=True, card="hidden", width="narrow"),
        Column("reason", _("更正原因"), shown=False),
        Column(
            "source",
            _("来源"),
            cell=lambda row: sources.title_of(row.source_kind),
            export=lambda row: sources.title_of(row.source_kind),
            shown=False,
        ),
    )
    chips = tuple(Chip(series.value, series.label, Q(series=series.value)) for series in Series)
    default_sort = "-known_on"  # what was reported last comes first
    search = Search(("subject__name", "subject__full_name", "measure__name", "measure__name_en"))
    search_hint = _("搜索主体、指标")
    export_permission = "evidence.export"
    empty = Empty(
        _("还没有实绩"),
        _("实绩是各单位报送的每一个数：说的是谁、哪个时期、什么口径，谁在哪天报的。报一次，处处可用，更正留痕。"),
        _("例如：某煤业 原煤产量 2024年1—4月 18万吨，县能源局 5月8日报送。在台账里报进展并填数，就在这里。"),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, newest: Newest) -> None:
        super().__init__(request, ())
        self.source = FigureSource(newest)
        measures = [(str(row.pk), name_in_language(row)) for row in newest.measures()]
        self.choices = (
            Choice("kind", _("主体类别"), SubjectKind.choices, lambda kind: Q(subject__kind=kind)),
            Choice("measure", pgettext_lazy("column", "指标口径"), measures, lambda pk: Q(measure=int(pk))),
        )

    def row_url(self, record: Evidence) -> str:
        return reverse("evidence:provenance", args=[record.pk])

    def row_light(self, record: Evidence) -> str:
        return ""

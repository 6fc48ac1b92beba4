"""The rows of an import as a list: what each would do, old beside new, mistakes at their cell."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.access import SIGNED_IN
from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.importing.parsers import ImportField
from tiaodu.foundation.lists.importing.spec import ImportSpec
from tiaodu.foundation.lists.models import ImportRow, ImportRun, RowState
from tiaodu.foundation.lists.page import ListPage

LIGHTS = {
    ImportRow.Verdict.NEW: "current",
    ImportRow.Verdict.CHANGED: "amber",
    ImportRow.Verdict.UNCHANGED: "grey",
    ImportRow.Verdict.REFUSED: "red",
}


def cell_of(one: ImportField, row: ImportRow) -> SafeString:
    """A cell of the dry run: what it says, what it replaces, or that it is wrong."""
    text = row.raw.get(one.key, "")
    if one.key in row.reasons:
        return format_html('<span class="cell-wrong">{}</span>', text or "—")
    if one.key in row.changes:
        old, new = row.changes[one.key]
        return (
            format_html("<del>{}</del> → <ins>{}</ins>", old, new)
            if old
            else format_html("<ins>{}</ins>", new)
        )
    return format_html("{}", text) if text else SafeString('<span class="none">—</span>')


def _column(one: ImportField, *, title: bool, shown: bool) -> Column:
    return Column(
        one.key,
        one.title,
        cell=lambda row: cell_of(one, row),
        export=lambda row: row.raw.get(one.key, ""),
        card="title" if title else "line",
        shown=shown,
    )


class ImportRows(ListPage):
    """The rows of one import; :func:`rows_page` gives it the columns of what is imported."""

    name = "import-rows"
    title = _("导入核对")
    chips = (
        Chip("refused", _("有错"), Q(state=RowState.REFUSED), light="red"),
        *(
            Chip(verdict.value, verdict.label, Q(verdict=verdict), light=LIGHTS[verdict])
            for verdict in (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED, ImportRow.Verdict.UNCHANGED)
        ),
    )
    search = Search(("words", "message"))
    search_hint = _("搜索行")
    export_permission = SIGNED_IN
    keeps_views = False
    sample_field = ""

    def row_url(self, record: ImportRow) -> str:
        return ""

    def row_light(self, record: ImportRow) -> str:
        return ""

    def is_sample(self, record: ImportRow) -> bool:
        return False


def rows_page(
    request: HttpRequest, run: ImportRun, rows: QuerySet[ImportRow], spec: ImportSpec
) -> ImportRows:
    """The list of a run's rows: what the file tells of each field, and what is wrong."""
    titles = {one.key: str(one.title) for one in spec.fields}

    class Rows(ImportRows):
        columns = (
            Column("number", _("行号"), sort=("number",), numeric=True, card="aside", width="narrow"),
            Column("verdict", _("结果"), cell="lists/_verdict.html", export=_outcome, width="narrow"),
            *(
                _column(one, title=place == 0, shown=one.key in run.columns)
                for place, one in enumerate(spec.fields)
            ),
            Column(
                "message",
                _("哪里不对"),
                cell=lambda row: _reasons(row, titles),
                export=lambda row: row.message,
                width="wide",
            ),
        )

    return Rows(request, rows)


def _outcome(row: ImportRow) -> str:
    """The verdict, or what became of the row at its turn."""
    if row.state == RowState.REFUSED:
        return str(ImportRow.Verdict.REFUSED.label)
    return str(ImportRow.Verdict(row.verdict).label)


def _reasons(row: ImportRow, titles: Mapping[str, str]) -> str | SafeString:
    """What is wrong, cell by cell, then with the row as a whole."""
    if row.state != RowState.REFUSED:
        return ""
    told = [(titles[key], text) for key, text in row.reasons.items() if key in titles]
    whole = row.reasons.get("", "") if row.reasons else row.message
    lines = format_html_join("", '<span class="cell-reason"><b>{}</b>{}</span>', told)
    return lines + format_html('<span class="cell-reason">{}</span>', whole) if whole else lines


class ImportRuns(ListPage):
    """One's earlier imports of a kind."""

    name = "imports"
    title = _("导入记录")
    columns = (
        Column("file", _("上传的文件"), card="title", export=lambda run: str(run.file), width="wide"),
        Column("uploaded_at", _("上传时间"), cell="lists/_uploaded.html", sort=("id",)),
        Column("state", _("状态"), export=lambda run: run.get_state_display()),
    )
    keeps_views = False
    sample_field = ""
    empty = Empty(_("还没有导入过"))
    page_size = 10

    def row_url(self, record: ImportRun) -> str:
        return reverse("lists:import-run", args=[record.pk])

    def row_light(self, record: ImportRun) -> str:
        return ""

    def is_sample(self, record: ImportRun) -> bool:
        return False

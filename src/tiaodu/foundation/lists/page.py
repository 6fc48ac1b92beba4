"""The one list of the product: chips with counts, search, sort, pages, saved views, print, Excel.

A room declares a subclass and answers with it::

    class TaskList(ListPage):
        name = "ledger-tasks"
        title = _("工作任务")
        columns = (Column("title", _("工作任务"), sort=("title",), card="title"), …)
        chips = (Chip("overdue", _("逾期"), lambda row: row.state == "overdue", light="overdue"), …)
        search = Search(("task.title", "task.subject.name"))
        export_permission = "ledger.export"

    def tasks(request):
        return TaskList(request, rows).respond("ledger/tasks.html", {…})

The template includes ``lists/list.html``. The address holds all (``filter``, ``q``, ``sort``, ``cols``,
``page``, ``view``, the keys of the choices); a parameter that makes no sense is ignored, never an error. An
address that asks for nothing shows the view the person has chosen to begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import access
from tiaodu.foundation.lists import export, printing
from tiaodu.foundation.lists.bulk.actions import BulkAction
from tiaodu.foundation.lists.bulk.answer import BulkAnswer, tick_value
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Label, Search, attribute
from tiaodu.foundation.lists.importing.spec import spec_of
from tiaodu.foundation.lists.rows import Cell, Layout, Row
from tiaodu.foundation.lists.saved.bar import ViewBar, parameters_of
from tiaodu.foundation.lists.sources import ALL, Source, source_of

MANY_WORDS = 8  # more words than this are not a search
FEW_COLUMNS = 4  # beside the title; so few are always shown


class ListPage:
    """One list as one request asks for it. See the module for how to declare one."""

    name: ClassVar[str] = "list"  # in the audit log and as the name of the Excel file's sheet
    title: ClassVar[Label] = _("清单")
    columns: ClassVar[Sequence[Column]] = ()
    chips: ClassVar[Sequence[Chip]] = ()
    choices: Sequence[Choice] = ()  # may be set by __init__ of a subclass: options often depend on the person
    search: ClassVar[Search] = Search()
    search_hint: ClassVar[Label] = _("搜索本页清单")
    default_filter: ClassVar[str] = ""  # the chip it begins with
    default_sort: ClassVar[str] = ""  # a column's key, with - for descending; empty: as the rows come
    page_size: ClassVar[int] = 50
    export_permission: ClassVar[str] = ""  # empty: no Excel
    bulk: ClassVar[Sequence[BulkAction]] = ()
    imports: ClassVar[Sequence[str]] = ()  # names of what can be imported into it; see importing.spec
    keeps_views: ClassVar[bool] = True  # False for a list of one occasion
    empty: ClassVar[Empty] = Empty(_("这里还没有内容"))
    sample_field: ClassVar[str] = "sample"  # attribute that marks a row as 示例
    sums: ClassVar[bool] = False  # whether a row of sums stands under the rows; see sum_of

    def __init__(self, request: HttpRequest, rows: QuerySet[Any] | Sequence[Any]) -> None:
        self.request = request
        self.source = source_of(rows)
        self.saved = ViewBar(self)
        begins_with = None if request.GET else self.saved.default
        self.parameters: QueryDict = parameters_of(begins_with) if begins_with else request.GET

    # What a room may override.

    def row_url(self, record: Any) -> str:
        """Address of a row's record; empty when it has none."""
        url = getattr(record, "get_absolute_url", None)
        return str(url()) if url else ""

    def row_light(self, record: Any) -> str:
        """State of a row that colours the left edge of its phone card; empty for none."""
        return str(attribute(record, "state") or "")

    def is_sample(self, record: Any) -> bool:
        """Whether the row must say 示例."""
        return bool(attribute(record, self.sample_field))

    def sum_of(self, records: Iterable[Any]) -> Any | None:
        """A record whose columns are the sums over all rows under the filter; asked for where ``sums``."""
        return None

    def row_id(self, record: Any) -> int:
        """The id that the services of a bulk act take."""
        return int(record.pk)

    def row_version(self, record: Any) -> int | None:
        """The version a bulk act must still find; None where records have none."""
        version = attribute(record, "version")
        return int(version) if version is not None else None

    def row_label(self, record: Any) -> str:
        """What a row is called where it stands alone."""
        named = next((c for c in self.columns if c.card == "title"), self.columns[0])
        return str(named.value(record))

    # What the address asks for.

    @cached_property
    def words(self) -> list[str]:
        return self.parameters.get("q", "").replace("\x00", "").split()[:MANY_WORDS]

    @cached_property
    def query(self) -> str:
        return " ".join(self.words)

    @cached_property
    def chip(self) -> Chip | None:
        begins_with = "" if self.words else self.default_filter  # a search looks in all rows
        key = self.parameters.get("filter", begins_with)
        return next((c for c in self.chips if c.key == key), None)

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The choices made, by key; only values that are on offer."""
        made = {c.key: self.parameters.get(c.key, "") for c in self.choices}
        offered = {c.key: {str(value) for value, _label in c.options} for c in self.choices}
        return {key: value for key, value in made.items() if value and value in offered[key]}

    @cached_property
    def sort(self) -> tuple[Column, bool] | None:
        """The column sorted by, and whether downwards."""
        for text in (self.parameters.get("sort", ""), self.default_sort):
            found = next((c for c in self.columns if c.sort and c.key == text.removeprefix("-")), None)
            if found:
                return found, text.startswith("-")
        return None

    @cached_property
    def shown(self) -> list[Column]:
        """The columns on screen and paper: those ticked, else those shown by default. Excel has all."""
        ticked = set(self.parameters.getlist("cols"))
        chosen = [c for c in self.columns if c.key in ticked]
        return [c for c in self.columns if c.card == "title" or (c in chosen if chosen else c.shown)]

    # The rows.

    @cached_property
    def layout(self) -> Layout:
        """How a record of this page becomes a row."""
        return Layout(self.shown)

    @cached_property
    def narrowed(self) -> Source:
        """All rows under the search and the choices, before the chip."""
        source = self.source.searched(self.search, self.words)
        for choice in self.choices:
            if value := self.chosen.get(choice.key):
                source = source.narrowed(choice.where(value))
        return source

    @cached_property
    def counts(self) -> dict[str, int]:
        return self.narrowed.counts(self.chips)

    @cached_property
    def total(self) -> int:
        return self.counts[self.chip.key if self.chip else ALL]

    @cached_property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_size))

    @cached_property
    def page(self) -> int:
        text = self.parameters.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
        return min(max(number, 1), self.pages)

    @cached_property
    def chosen_rows(self) -> Source:
        """All rows that the address asks for, in its order."""
        source = self.narrowed.narrowed(self.chip.where) if self.chip else self.narrowed
        return source.sorted(self.sort[0], descending=self.sort[1]) if self.sort else source

    def records(self) -> Sequence[Any]:
        """The records of this page."""
        start = (self.page - 1) * self.page_size
        return self.chosen_rows.slice(start, start + self.page_size)

    def all_records(self) -> Iterator[Any]:
        """The records of all pages, without holding them in memory."""
        return self.chosen_rows.stream()

    def picked_records(self, ids: Sequence[int]) -> Sequence[Any]:
        """The records with these ids among all rows of the list, whatever the filter."""
        return self.source.picked(ids, self.row_id)

    @cached_property
    def bulk_offered(self) -> list[BulkAction]:
        """What this person may do to many rows at once."""
        return [action for action in self.bulk if access.may(self.request.user, action.permission)]

    def has_samples(self) -> bool:
        """Whether any row of all pages must say 示例."""
        return self.chosen_rows.any_marked(self.sample_field, self.is_sample)

    @cached_property
    def rows(self) -> list[Row]:
        return [self.row(record) for record in self.records()]

    @cached_property
    def sum_record(self) -> Any | None:
        """The record of the sums; None for a list without, or without rows."""
        return self.sum_of(self.all_records()) if self.sums and self.total else None

    @cached_property
    def sum_cells(self) -> tuple[Cell, ...]:
        """The cells of the sums under the columns shown."""
        record = self.sum_record
        return () if record is None else self.layout.cells(record)

    @property
    def sum_html(self) -> SafeString:
        """The same as the table shows them."""
        return self.layout.in_table(self.sum_cells)

    def row(self, record: Any) -> Row:
        """A record with its cells rendered."""
        cells = self.layout.cells(record)
        sample, url = self.is_sample(record), self.row_url(record)
        tick = tick_value(self.row_id(record), self.row_version(record)) if self.bulk_offered else ""
        html = self.layout.in_table(cells, url, sample=sample)
        return Row(record, url, cells, sample, self.row_light(record), tick, html)

    # What the template asks for.

    @property
    def any_sample(self) -> bool:
        return any(row.sample for row in self.rows)

    @property
    def may_export(self) -> bool:
        return bool(self.export_permission) and access.may(self.request.user, self.export_permission)

    def address(self, **changed: str | None) -> str:
        """The query string with parameters changed (None: dropped), at page 1 unless a page is given."""
        query = self.parameters.copy()
        for key in ("page", "export", "print"):
            query.pop(key, None)
        for key, value in changed.items():
            query.pop(key, None)
            if value:
                query[key] = value
        # An address that asks for nothing would show the view the person begins with.
        return "?" + query.urlencode() if query or not self.saved.default else self.saved.plain_url

    def own_query(self) -> str:
        """The part of the address that says how the list is filtered, sorted and laid out."""
        own = {"filter", "q", "sort", "cols", *(c.key for c in self.choices)}
        query = self.parameters.copy()
        for key in [key for key in query if key not in own]:
            del query[key]
        return query.urlencode()

    @property
    def clear_url(self) -> str:
        """The whole list, as it is declared."""
        return self.saved.plain_url

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Each column's head: the link that sorts by it and how it is sorted now."""
        current = self.sort
        heads = []
        for column in self.shown:
            mine = current is not None and current[0].key == column.key
            down = mine and current is not None and current[1]
            turned = column.key if not mine or down else f"-{column.key}"
            state = ("descending" if down else "ascending") if mine else "none"
            heads.append(
                {"column": column, "url": self.address(sort=turned) if column.sort else "", "state": state}
            )
        return heads

    @property
    def chip_links(self) -> list[dict[str, Any]]:
        """全部 and each chip: title, count, address, whether it is on. A chip without rows shows its zero."""
        everything = {"title": _("全部"), "light": "", "on": self.chip is None}
        everything |= {
            "count": self.counts[ALL],
            "url": self.address(filter="all" if self.default_filter else None),
        }
        return [everything] + [
            {
                "title": chip.title,
                "light": chip.light,
                "on": chip is self.chip,
                "count": self.counts.get(chip.key, 0),
                "url": self.address(filter=chip.key),
            }
            for chip in self.chips
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the search form carries along besides its own fields."""
        own = {"q", "page", "export", "print", *(c.key for c in self.choices)}
        return [(key, value) for key, values in self.parameters.lists() if key not in own for value in values]

    @property
    def selects(self) -> list[dict[str, Any]]:
        """Each choice with the option that is on."""
        return [{"choice": choice, "value": self.chosen.get(choice.key, "")} for choice in self.choices]

    @property
    def import_links(self) -> list[tuple[Label, str]]:
        """Where rows come in from Excel, as far as this person may: words and address."""
        offered = [
            spec for spec in map(spec_of, self.imports) if access.may(self.request.user, spec.permission)
        ]
        words = [_("导入") if len(offered) == 1 else _("导入%(title)s") % {"title": s.title} for s in offered]
        return [
            (word, reverse("lists:import", args=[s.name])) for word, s in zip(words, offered, strict=True)
        ]

    @property
    def export_url(self) -> str:
        return self.address(export="xlsx")

    @property
    def print_url(self) -> str:
        return self.address(print="1")

    @property
    def column_choice(self) -> list[dict[str, Any]]:
        """Every column with whether it is shown; empty where there is nothing to choose."""
        offered = [c for c in self.columns if c.card != "title"]
        if len(offered) <= FEW_COLUMNS:
            return []
        return [{"column": column, "on": column in self.shown} for column in offered]

    @property
    def kept_beside_columns(self) -> list[tuple[str, str]]:
        """What the form of columns carries along."""
        own = {"cols", "page", "export", "print"}
        return [(key, value) for key, values in self.parameters.lists() if key not in own for value in values]

    @property
    def previous_url(self) -> str:
        return self.address(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.address(page=str(self.page + 1)) if self.page < self.pages else ""

    @property
    def first_number(self) -> int:
        return (self.page - 1) * self.page_size + 1 if self.total else 0

    @property
    def last_number(self) -> int:
        return min(self.page * self.page_size, self.total)

    @property
    def is_narrowed(self) -> bool:
        begun = self.chip is not None and "filter" not in self.parameters and not self.counts[ALL]
        return bool(self.words or self.chosen or (self.chip and not begun))

    # The answer.

    def respond(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        """Excel or paper if asked for, a bulk act if posted, only the list for an htmx request aimed at it,
        else the whole page.
        """
        if self.request.method == "POST":
            return BulkAnswer(self).respond()
        if self.parameters.get("export") == "xlsx":
            access.require(self.request.user, self.export_permission or "lists.export")
            return export.respond(self)
        if self.parameters.get("print"):
            return printing.respond(self)
        aimed = self.request.headers.get("HX-Target") == f"list-{self.name}"
        answer = TemplateResponse(
            self.request, "lists/list.html" if aimed else template, {**(context or {}), "list": self}
        )
        answer["Vary"] = "HX-Target"
        return answer

"""The lists of the room."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Listing, Return
from tiaodu.rooms.returns.selectors.boards import Completeness
from tiaodu.rooms.returns.selectors.rows import ReturnRow, ReturnSource, standing
from tiaodu.rooms.returns.tables import form_title


def of_form(code: str) -> Q:
    return Q(type=code)


class ReturnList(ListPage):
    """Returns of a unit, or of all units of the county."""

    name = "returns"
    title = _("报表")
    columns = (
        Column(
            "title",
            _("报表"),
            sort=("type",),
            export=lambda r: r.title,
            card="title",
            width="wide",
        ),
        Column("subject", _("单位"), sort=("subject__name",), export=lambda r: r.row.subject.name),
        Column("period", _("时期"), sort=("period_end", "period_start"), export=lambda r: str(r.row.period)),
        Column(
            "state",
            _("状态"),
            cell="returns/cells/state.html",
            sort=("state",),
            export=lambda r: r.state_words,
            card="aside",
        ),
        Column("due", _("期限"), cell="returns/cells/due.html", sort=("due",), export=lambda r: r.row.due),
        Column("submitted", _("报出日"), sort=("submitted_on",), export=lambda r: r.row.submitted_on),
        Column("basis", _("依据"), export=lambda r: r.basis_words, shown=False),
    )
    search = Search(("subject__name", "subject__full_name"))
    search_hint = _("搜索单位")
    export_permission = "returns.export"
    empty = Empty(
        _("还没有报表"),
        _("时期一过，系统按报表的名录为每家企业开出一份。"),
        _("例：煤矿生产日报，每天一份，第二天报出。"),
    )

    def __init__(self, request: HttpRequest, rows: QuerySet[Return], forms: dict[str, ReturnType]) -> None:
        super().__init__(request, [])
        self.source = ReturnSource(rows)
        self.choices = (
            Choice("type", _("报表"), [(code, form_title(form)) for code, form in forms.items()], of_form),
        )

    @property
    def chips(self) -> tuple[Chip, ...]:  # type: ignore[override]  # they depend on the day
        where = standing(clock.today())
        return (
            Chip("overdue", _("逾期未报"), where["overdue"], light="overdue"),
            Chip("due", _("待报"), where["due"], light="due_soon"),
            Chip("left", _("未填（自愿）"), where["left"]),
            Chip("back", _("待说明、已退回"), where["back"], light="amber"),
            Chip("in", _("已报"), where["in"], light="green"),
            Chip("late", _("迟报"), where["late"]),
        )

    def row_url(self, record: ReturnRow) -> str:
        return reverse("returns:return", args=[record.pk])

    def row_light(self, record: ReturnRow) -> str:
        return record.dot


def _count(name: str) -> Any:
    return lambda row: getattr(row, name)


class CompletenessList(ListPage):
    """Each form and period: who is due, in, late, missing."""

    name = "returns-board"
    title = _("报送完整和及时")
    columns = (
        Column("title", _("报表"), sort=lambda r: r.title, export=lambda r: r.title, card="title"),
        Column(
            "period", _("时期"), sort=lambda r: (r.period.end, r.period.start), export=lambda r: str(r.period)
        ),
        Column(
            "due",
            _("期限"),
            cell="returns/cells/period_due.html",
            sort=lambda r: r.due,
            export=lambda r: r.due,
        ),
        Column("asked", _("应报"), sort=_count("asked"), export=_count("asked"), numeric=True),
        Column("came", _("已报"), sort=_count("came"), export=_count("came"), numeric=True),
        Column("late", _("迟报"), sort=_count("late"), export=_count("late"), numeric=True),
        Column(
            "missing",
            _("逾期未报"),
            cell="returns/cells/missing.html",
            sort=_count("missing"),
            export=_count("missing"),
            numeric=True,
        ),
        Column("left", _("未填（自愿）"), sort=_count("left"), export=_count("left"), numeric=True),
        Column("waiting", _("未到期"), sort=_count("waiting"), export=_count("waiting"), numeric=True),
        Column("declined", _("不填"), export=_count("declined"), numeric=True, shown=False),
        Column(
            "share",
            _("按时率"),
            cell="returns/cells/share.html",
            sort=_count("share"),
            export=_count("share"),
            numeric=True,
            card="aside",
        ),
        Column(
            "names",
            _("还没有报的"),
            cell="returns/cells/names.html",
            export=lambda r: "、".join(r.names),
            width="wide",
        ),
    )
    chips = (
        Chip("missing", _("有逾期的"), lambda row: row.missing > 0, light="overdue"),
        Chip("waiting", _("未到期"), lambda row: row.waiting > 0, light="due_soon"),
        Chip("back", _("有退回待改的"), lambda row: row.back > 0, light="amber"),
    )
    export_permission = "returns.export"
    search = Search(("title",))
    empty = Empty(_("近期没有报表"), _("列入名录的企业，时期一过就会开出报表。"))

    def __init__(self, request: HttpRequest, rows: list[Completeness]) -> None:
        super().__init__(request, rows)
        titles = {row.form.code: row.title for row in rows}
        self.choices = (
            Choice("type", _("报表"), list(titles.items()), lambda code: lambda row: row.form.code == code),
        )

    def row_url(self, record: Completeness) -> str:
        return reverse("returns:period", args=[record.form.code, str(record.period)])

    def row_light(self, record: Completeness) -> str:
        return "overdue" if record.missing else ""


def _listed_form(row: Listing) -> str:
    form = forms_in(row.subject.region).get(row.type)
    return form_title(form) if form is not None else row.type


class ListingList(ListPage):
    """Who stands on the lists."""

    name = "returns-listings"
    title = _("填报名录")
    columns = (
        Column("subject", _("单位"), sort=("subject__name",), export=lambda r: r.subject.name, card="title"),
        Column("type", _("报表"), sort=("type",), export=_listed_form, width="wide"),
        Column("since", _("从"), sort=("since",), export=lambda r: r.since),
        Column("until", _("到"), sort=("until",), export=lambda r: r.until, card="aside"),
        Column("reason", _("依据"), export=lambda r: r.reason, width="wide"),
    )
    chips = (
        Chip("now", _("在名录"), Q(until__isnull=True)),
        Chip("left", _("已移出"), Q(until__isnull=False)),
    )
    default_filter = "now"
    search = Search(("subject__name",))
    export_permission = "returns.export"
    empty = Empty(_("名录还是空的"), _("把要填报的企业列入名录，时期一过系统就为它开出报表。"))
    sample_field: ClassVar[str] = "sample"

    def __init__(self, request: HttpRequest, rows: QuerySet[Listing], forms: dict[str, ReturnType]) -> None:
        super().__init__(request, rows)
        self.choices = (
            Choice("type", _("报表"), [(code, form_title(form)) for code, form in forms.items()], of_form),
        )

    def row_url(self, record: Listing) -> str:
        return reverse("returns:listing", args=[record.pk]) if record.until is None else ""

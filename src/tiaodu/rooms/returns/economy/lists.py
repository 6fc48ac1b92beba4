"""The lists of the economy: the county's figures, sectors and zones, firms, flags, the way to a target."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.returns.disclosure import TOTAL
from tiaodu.engine.returns.signals import LIGHTS
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.economy.boards import SECTOR, ZONE, Line
from tiaodu.rooms.returns.economy.firms import FirmLine
from tiaodu.rooms.returns.economy.sums import Part
from tiaodu.rooms.returns.economy.ways import WayRow
from tiaodu.rooms.returns.economy.words import DOTS, LIGHT_WORDS, language, measure_words

HIDDEN = _("不显示（家数太少）")
ORDER = (*LIGHTS, "unknown")


def _of(name: str, row: Any) -> Any:
    return getattr(row, name)


def points(value: Decimal | None) -> str:
    """A change of a rate, with its sign."""
    return "" if value is None else f"{value:+}"


def percent(value: Decimal | None) -> str:
    return "" if value is None else f"{value}%"


def _rate(key: str, title: Any, *, shown: bool = True) -> Column:
    return Column(
        key,
        title,
        cell=lambda row: percent(_of(key, row)),
        sort=lambda row: (_of(key, row) is not None, _of(key, row) or 0),
        export=partial(_of, key),
        numeric=True,
        shown=shown,
    )


def _amount(key: str, title: Any, cell: str) -> Column:
    return Column(
        key,
        title,
        cell=cell,
        sort=lambda row: (_of(key, row) is not None, _of(key, row) or 0),
        export=lambda row: HIDDEN if row.hidden else _of(key, row),
        numeric=True,
    )


def _unit(row: Line) -> str:
    return row.measure.unit


def _light(row: Line) -> str:
    word = str(LIGHT_WORDS[row.signal.light])
    return f"{word}：{row.signal.words.in_(language())}" if row.signal.words else word


LIGHT = Column(
    "light",
    _("灯"),
    cell="returns/economy/cells/light.html",
    sort=lambda row: ORDER.index(row.signal.light),
    export=_light,
    card="aside",
)
MONTH = _amount("month_value", _("当月"), "returns/economy/cells/month.html")
SO_FAR = _amount("value", _("本年累计"), "returns/economy/cells/so_far.html")
MONTH_RATE = _rate("month_growth", _("当月同比"), shown=False)
RATES = (
    _rate("month_growth", _("当月同比")),
    _rate("growth", _("累计同比（可比）")),
    Column(
        "change",
        _("比上月（百分点）"),
        cell=lambda row: points(row.change),
        sort=lambda row: (row.change is not None, row.change or 0),
        numeric=True,
    ),
)


def _chip(light: str) -> Chip:
    def where(row: Line) -> bool:
        return row.signal.light == light

    return Chip(light, LIGHT_WORDS[light], where, light=DOTS[light])


CHIPS = tuple(_chip(light) for light in ORDER)


class OverviewList(ListPage):
    """The county's figures of a month."""

    name = "returns-economy"
    title = _("经济运行看板")
    columns = (
        Column(
            "measure",
            _("指标"),
            cell="returns/economy/cells/measure.html",
            sort=lambda row: row.name,
            export=lambda row: measure_words(row.measure),
            card="title",
        ),
        LIGHT,
        Column("unit", _("单位"), export=_unit, shown=False),
        MONTH,
        SO_FAR,
        *RATES[1:],
        MONTH_RATE,
        _rate("published", _("对上年原数"), shown=False),
        Column(
            "target",
            _("年度目标"),
            cell="returns/economy/cells/target.html",
            export=lambda row: row.target.value if row.target else None,
            numeric=True,
        ),
        Column(
            "ahead",
            _("超序时（百分点）"),
            cell=lambda row: points(row.standing.ahead) if row.standing else "",
            export=lambda row: row.standing.ahead if row.standing else None,
            numeric=True,
            shown=False,
        ),
        Column(
            "delivered",
            _("统计局反馈"),
            cell="returns/economy/cells/delivered.html",
            export=lambda row: "；".join(
                f"{e.measure.name} {e.value}{e.measure.unit}" for e in row.delivered
            ),
        ),
        Column("firms", _("报送企业"), numeric=True, shown=False),
    )
    chips = CHIPS
    export_permission = "returns.export"
    empty = Empty(
        _("这个月还没有数"),
        _("企业的月报报出以后，这里按指标、行业、片区汇总，与上年同期比。"),
        _("例：工业总产值1—5月累计、可比增速、比上月快慢、离年度目标的差距。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[Line], months: Sequence[str]) -> None:
        super().__init__(request, rows)
        self.choices = month_choices(months)

    def row_url(self, record: Line) -> str:
        return f"{reverse('returns:economy_measure', args=[record.measure.code])}?{kept(self)}"

    def row_light(self, record: Line) -> str:
        return DOTS[record.signal.light]


def month_choices(months: Sequence[str]) -> tuple[Choice, ...]:
    """The months that can be looked at; the choice narrows nothing, it says which month the rows are of."""
    return (Choice("month", _("月份"), [(m, m) for m in months], lambda value: lambda row: True),)


def kept(page: ListPage) -> str:
    month = page.request.GET.get("month", "")
    return urlencode({"month": month}) if month else ""


class PlaceList(ListPage):
    """A measure by sector or zone, and the county under them."""

    name = "returns-economy-places"
    columns = (
        Column(
            "name",
            _("行业、片区"),
            cell="returns/economy/cells/place.html",
            sort=lambda row: row.name,
            export=lambda row: row.name,
            card="title",
        ),
        LIGHT,
        MONTH,
        SO_FAR,
        Column("bar", "", cell="returns/economy/cells/bar.html", exported=False, card="hidden"),
        *RATES,
        _rate("published", _("对上年原数"), shown=False),
        Column("firms", _("报送企业"), numeric=True),
    )
    chips = CHIPS
    export_permission = "returns.export"
    sums = True
    empty = OverviewList.empty

    def __init__(
        self,
        request: HttpRequest,
        rows: Sequence[Line],
        total: Line | None,
        months: Sequence[str],
        title: str,
    ) -> None:
        super().__init__(request, rows)
        self.__dict__["title"] = title
        self.total_line = total
        by = [(SECTOR, _("按行业")), (ZONE, _("按片区、园区"))]
        self.choices = (*month_choices(months), Choice("by", _("分组"), by, lambda value: lambda row: True))

    def sum_of(self, records: Any) -> Line | None:
        """The county: shown whole even where the rows are filtered, since sums that are hidden are in it."""
        return self.total_line

    def row_url(self, record: Line) -> str:
        place = {"sector": record.place[0]} if record.place[1] == TOTAL else {"zone": record.place[1]}
        month = self.request.GET.get("month", "")
        query = urlencode({**place, **({"month": month} if month else {})})
        return f"{reverse('returns:economy_firms', args=[record.measure.code])}?{query}"

    def row_light(self, record: Line) -> str:
        return DOTS[record.signal.light]


class FirmList(ListPage):
    """The firms behind a sum."""

    name = "returns-economy-firms"
    columns = (
        Column(
            "name",
            _("企业"),
            cell="returns/economy/cells/firm.html",
            sort=lambda row: row.firm.name,
            export=lambda row: row.firm.name,
            card="title",
        ),
        Column("zone", _("片区、园区"), export=lambda row: row.firm.zone),
        Column(
            "month",
            _("当月"),
            cell="returns/economy/cells/firm_month.html",
            sort=lambda row: row.month[0] if row.month else Decimal(-1),
            export=lambda row: row.month[0] if row.month else None,
            numeric=True,
        ),
        Column(
            "month_ago",
            _("上年同月"),
            cell="returns/economy/cells/firm_ago.html",
            export=lambda row: row.month_ago[0] if row.month_ago else None,
            numeric=True,
        ),
        _rate("month_growth", _("当月同比")),
        Column(
            "so_far",
            _("本年累计"),
            cell="returns/economy/cells/firm_so_far.html",
            sort=lambda row: row.so_far if row.so_far is not None else Decimal(-1),
            numeric=True,
        ),
        _rate("growth", _("累计同比（可比）")),
    )
    search = Search(("firm.name", "firm.zone"))
    export_permission = "returns.export"
    empty = Empty(_("没有您能看到的企业"), _("您没有查看单个企业报表的权限，或这里没有企业报数。"))

    def __init__(self, request: HttpRequest, rows: Sequence[FirmLine], title: str) -> None:
        super().__init__(request, rows)
        self.__dict__["title"] = title

    def row_url(self, record: FirmLine) -> str:
        return reverse("evidence:subject", args=[record.firm.pk])


class PartList(ListPage):
    """The figures of a sum."""

    name = "returns-economy-parts"
    columns = (
        Column(
            "name",
            _("企业"),
            cell="returns/economy/cells/firm.html",
            sort=lambda row: row.firm.name,
            export=lambda row: row.firm.name,
            card="title",
        ),
        Column(
            "period",
            _("时期"),
            cell=lambda row: str(row.period),
            sort=lambda row: row.period.start,
            export=lambda row: str(row.period),
        ),
        Column(
            "value",
            _("数"),
            cell="returns/economy/cells/part.html",
            sort=lambda row: row.value,
            numeric=True,
        ),
    )
    search = Search(("firm.name",))
    export_permission = "returns.export"
    keeps_views = False
    empty = FirmList.empty

    def __init__(self, request: HttpRequest, rows: Sequence[Part], title: str) -> None:
        super().__init__(request, rows)
        self.__dict__["title"] = title

    def row_url(self, record: Part) -> str:
        return reverse("evidence:provenance", args=[record.evidence])


class WayList(ListPage):
    """The way to the year's target, month by month."""

    name = "returns-way"
    columns = (
        Column(
            "month",
            _("到月底"),
            cell=lambda row: str(row.month),
            export=lambda row: str(row.month),
            card="title",
        ),
        Column("planned", _("序时应完成"), cell="returns/economy/cells/way_planned.html", numeric=True),
        Column("done", _("实际完成"), cell="returns/economy/cells/way_done.html", numeric=True),
        Column("gap", _("差距"), cell="returns/economy/cells/way_gap.html", numeric=True),
    )
    export_permission = "returns.export"
    keeps_views = False

    def __init__(self, request: HttpRequest, rows: Sequence[WayRow], title: str) -> None:
        super().__init__(request, rows)
        self.__dict__["title"] = title

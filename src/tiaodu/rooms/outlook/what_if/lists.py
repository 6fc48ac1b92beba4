"""The results of a what-if, what-ifs side by side, and those that are kept, as lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.what_if.outcome import Row


class _Asked(ListPage):
    """A list of one occasion: its address says what it was computed from, and clearing keeps that."""

    keeps_views = False
    search = Search(("searched",))
    search_hint = _("搜索承诺、指标")
    export_permission = "outlook.export"
    default_filter = "moved"

    @property
    def clear_url(self) -> str:
        return self.address(q=None, sort=None, filter="all")

    def row_url(self, record: Any) -> str:
        return str(record.url)

    def row_id(self, record: Any) -> int:
        return 0

    def row_light(self, record: Any) -> str:
        return ""


def _figures(side: str, title: Any) -> list[Column]:
    return [
        Column(f"{side}_{name}", _join(title, name.upper()), export=partial(_shown, side, name), shown=False)
        for name in ("p10", "p50", "p90")
    ]


def _join(title: Any, name: str) -> Any:
    return _Joined(title, name)


class _Joined:
    """A title and a name, put together when they are read in the reader's language."""

    def __init__(self, title: Any, name: str) -> None:
        self.title, self.name = title, name

    def __str__(self) -> str:
        return f"{self.title} {self.name}"


def _shown(side: str, name: str, row: Row) -> Any:
    return row.shown(side, name)


def state_words(row: Row) -> str:
    """Whether a figure changed."""
    if row.same:
        return _now("没有变")
    return _now("变了") if row.moved else _now("分不出差别")


class OutcomeList(_Asked):
    """Every figure beside itself, what moved most first."""

    name = "outlook-what-if"
    title = _("如果")
    columns = (
        Column("name", _("承诺、指标"), cell="outlook/what_if/cells/name.html", card="title", width="wide"),
        Column(
            "picture",
            _("现在与改后"),
            cell="outlook/what_if/cells/picture.html",
            exported=False,
            width="medium",
        ),
        Column("base", _("现在"), cell="outlook/what_if/cells/base.html", exported=False, numeric=True),
        Column("other", _("改后"), cell="outlook/what_if/cells/other.html", exported=False, numeric=True),
        Column(
            "mean",
            _("差多少"),
            cell="outlook/what_if/cells/mean.html",
            export=lambda r: r.mean,
            sort=lambda r: r.size,
            numeric=True,
        ),
        Column(
            "chance",
            _("兑现把握"),
            cell="outlook/what_if/cells/chance.html",
            exported=False,
            sort=lambda r: abs(r.gain.chance or 0) if r.gain else 0,
            numeric=True,
        ),
        *_figures("base", _("现在")),
        *_figures("other", _("改后")),
        Column("unit", _("单位"), export=lambda r: r.line.unit, shown=False),
        Column("mean_error", _("差的标准误"), export=lambda r: r.mean_error, shown=False, numeric=True),
        Column("base_chance", _("现在的把握"), export=lambda r: r.base.chance, shown=False, numeric=True),
        Column("other_chance", _("改后的把握"), export=lambda r: r.other.chance, shown=False, numeric=True),
        Column(
            "chance_more",
            _("把握差"),
            export=lambda r: r.gain.chance if r.gain else None,
            shown=False,
            numeric=True,
        ),
        Column(
            "chance_error",
            _("把握差的标准误"),
            export=lambda r: r.gain.chance_error if r.gain else None,
            shown=False,
            numeric=True,
        ),
        Column("sure", _("能否分辨"), export=state_words, shown=False),
    )
    chips = (
        Chip("moved", _("变了"), lambda row: row.moved),
        Chip("unsure", _("分不出"), lambda row: row.unsure),
        Chip("same", _("没有变"), lambda row: row.same),
    )
    empty = Empty(_("没有可以比的量"), _("县域推演模型里还没有您负责的承诺。"))


class CompareRow:
    """One figure as things are and in each what-if."""

    def __init__(self, rows: Sequence[Row], picture: Any) -> None:
        self.rows, self.picture = rows, picture
        first = rows[0]
        self.line, self.name, self.url, self.sample = first.line, first.name, first.url, first.sample
        self.searched = self.name

    @property
    def pk(self) -> str:
        return self.line.name

    @property
    def moved(self) -> bool:
        return any(row.moved for row in self.rows)

    @property
    def size(self) -> tuple[float, float]:
        return max(row.size for row in self.rows)

    @property
    def base(self) -> Row:
        return self.rows[0]


class CompareList(_Asked):
    """What-ifs side by side: a column each."""

    name = "outlook-compare"
    title = _("几种设想相比")
    chips = (
        Chip("moved", _("变了"), lambda row: row.moved),
        Chip("same", _("没有变"), lambda row: not row.moved),
    )
    empty = Empty(_("没有可以比的量"), _("县域推演模型里还没有您负责的承诺。"))

    def __init__(self, request: HttpRequest, rows: Sequence[CompareRow], names: Sequence[str]) -> None:
        self.columns = _side_by_side(names)  # type: ignore[misc]
        super().__init__(request, rows)


def _side_by_side(names: Sequence[str]) -> Sequence[Column]:
    picture = "outlook/what_if/cells/picture.html"
    return (
        Column("name", _("承诺、指标"), cell="outlook/what_if/cells/name.html", card="title", width="wide"),
        Column("picture", _("现在与各设想"), cell=picture, exported=False, width="medium"),
        Column("base", _("现在"), cell=_side_now, export=lambda r: r.base.shown("base", "p50"), numeric=True),
        *(column for place, name in enumerate(names) for column in _of_scenario(place, name)),
    )


def _side_now(row: CompareRow) -> str:
    chance = words.percent(row.base.base.chance)
    figure = row.base.figure("base", "p50")
    return _now("%(figure)s，把握 %(chance)s") % {"figure": figure, "chance": chance} if chance else figure


def _of_scenario(place: int, name: str) -> list[Column]:
    def row_of(record: CompareRow) -> Row:
        return record.rows[place]

    return [
        Column(
            f"s{place}",
            name,
            cell=lambda r: _cell(row_of(r)),
            export=lambda r: row_of(r).shown("other", "p50"),
            numeric=True,
        ),
        Column(
            f"c{place}",
            _Joined(name, str(_now("兑现把握"))),
            export=lambda r: row_of(r).other.chance,
            shown=False,
            numeric=True,
        ),
        Column(
            f"d{place}",
            _Joined(name, str(_now("差多少"))),
            export=lambda r: row_of(r).mean,
            shown=False,
            numeric=True,
        ),
    ]


def _cell(row: Row) -> Any:
    told = get_template("outlook/what_if/cells/compared.html").render({"row": row})
    return mark_safe(told.strip())  # noqa: S308  what the template made, without the space around it


class ScenarioList(ListPage):
    """What-ifs that are kept, the newest first."""

    name = "outlook-scenarios"
    title = _("存下的设想")
    keeps_views = False
    columns = (
        Column("pick", _("相比"), cell="outlook/what_if/cells/pick.html", exported=False, width="narrow"),
        Column("name", _("名称"), card="title", width="medium"),
        Column("said", _("改了什么"), width="wide"),
        Column("by", _("谁"), export=lambda r: str(r.by)),
        Column(
            "made_on", _("保存日"), export=lambda r: r.made_on, sort=lambda r: str(r.made_on), width="narrow"
        ),
    )
    search = Search(("name", "said"))
    search_hint = _("搜索名称、改动")
    empty = Empty(
        _("还没有存下的设想"),
        _("写好要改的，看过结果，起个名字存下来，以后打开、几个放在一起比都行。"),
        _("例如“石港八九月停产”。"),
    )

    def row_url(self, record: Any) -> str:
        return str(record.url)

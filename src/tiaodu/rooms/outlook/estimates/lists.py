"""One's own estimates as a list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.outlook.estimates.own import Own, Record


def off_words(row: Own) -> str:
    """By how much one's last estimate was off, in words; empty while nothing came."""
    if row.off is None:
        return ""
    if not row.promise.is_day:
        return (
            _now("高 %(percent)s%%") % {"percent": f"{row.off * 100:.1f}"}
            if row.off > 0
            else (
                _now("低 %(percent)s%%") % {"percent": f"{-row.off * 100:.1f}"} if row.off else _now("正好")
            )
        )
    days = round(abs(row.off))
    if not days:
        return _now("正好")
    late = ngettext("晚 %(n)d 天", "晚 %(n)d 天", days)
    early = ngettext("早 %(n)d 天", "早 %(n)d 天", days)
    return (late if row.off > 0 else early) % {"n": days}


def record_words(record: Record) -> str:
    """How good one's own estimates were, in one sentence."""
    if not record.promises:
        return _now("您说过的还没有结果。到期以后，这里只对您自己说准不准。")
    told = [
        ngettext("有结果 %(n)d 项", "有结果 %(n)d 项", record.promises) % {"n": record.promises},
        record.figures is not None
        and _now("数字平均差 %(percent)s%%") % {"percent": f"{record.figures * 100:.1f}"},
        record.days is not None
        and ngettext("日子平均差 %(n)d 天", "日子平均差 %(n)d 天", round(record.days))
        % {"n": round(record.days)},
        record.beside
        and _now("%(all)s 项里 %(near)s 项比推演近") % {"all": record.beside, "near": record.nearer},
    ]
    return _now("您自己的：%(what)s。") % {"what": _now("，").join(each for each in told if each)}


class OwnList(ListPage):
    """One row a promise, the one told last first."""

    name = "outlook-estimates"
    title = _("我的估计")
    columns = (
        Column("name", _("承诺"), cell=lambda r: r.promise.name, export=lambda r: r.promise.name,
               card="title", width="wide"),
        Column("said", _("我说"), cell=lambda r: r.said(r.current.value) if r.current else _now("已撤回"),
               export=lambda r: r.said(r.current.value) if r.current else "", card="aside"),
        Column("day", _("哪天说的"), export=lambda r: r.last.day, width="narrow",
               sort=lambda r: str(r.last.day)),
        Column("due", _("时限"), export=lambda r: r.promise.due, width="narrow",
               sort=lambda r: str(r.promise.due)),
        Column("came", _("结果"), export=lambda r: r.said(r.came)),
        Column("off", _("我差多少"), export=off_words),
    )  # fmt: skip
    chips = (
        Chip("open", _("还能改"), lambda row: not row.promise.closed),
        Chip("came", _("有结果"), lambda row: row.came is not None),
    )
    keeps_views = False
    search = Search(("promise.name",))
    search_hint = _("搜索承诺")
    empty = Empty(
        _("您还没有说过"),
        _("在研判页或任务页说一句“我看最可能是多少、哪天”。谁说的不给任何人看，只看合起来的。"),
        _("例如承诺原煤500万吨，您看最可能480万吨。"),
    )

    def row_url(self, record: Own) -> str:
        return record.promise.url

    def row_light(self, record: Any) -> str:
        return ""

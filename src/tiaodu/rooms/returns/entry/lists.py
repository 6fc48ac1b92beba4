"""The lists of units: the pool, a batch, private firms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.returns.channels import Batch
from tiaodu.engine.returns.entering import course, is_listed
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.entry.models import EntryOutlook
from tiaodu.rooms.returns.entry.selectors.private import PrivateLine
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow
from tiaodu.rooms.returns.entry.tables import CHANNEL_WORDS, words_in
from tiaodu.rooms.returns.entry.words import (
    LIGHTS,
    countdown_words,
    percent,
    verdict_words,
    why_absent,
)

ABOUT = EntryOutlook.About
_ORDER = {code: place for place, code in enumerate(course().states)}
_RANK = ("absent", "in_time", "unknown", "not_yet", "listed")


def _amount(row: EntryRow) -> Any:
    return round(row.reached.amount.value, 1) if row.reached.amount else None


def _chance(about: str) -> Callable[[EntryRow], Any]:
    return lambda row: percent(row.outlooks[about].chance) if about in row.outlooks else ""


def _outlook(row: EntryRow, name: str, about: str = ABOUT.REACH) -> Any:
    found = row.outlooks.get(about)
    return getattr(found, name) if found is not None else None


def _is(*verdicts: str) -> Callable[[EntryRow], bool]:
    return lambda row: row.verdict in verdicts


NAME = Column(
    "name",
    _("单位"),
    cell="returns/entry/cells/name.html",
    sort=lambda r: r.name,
    export=lambda r: r.name,
    card="title",
)
CLASS = Column(
    "class",
    _("四上类别"),
    cell=lambda r: words_in(r.of.name) if r.of else "",
    export=lambda r: words_in(r.of.name) if r.of else "",
    shown=False,
)
STATE = Column(
    "state",
    _("阶段"),
    cell=lambda r: words_in(r.state.name),
    sort=lambda r: _ORDER[r.state.code],
    export=lambda r: words_in(r.state.name),
)
VERDICT = Column(
    "verdict",
    _("入库情况"),
    cell="returns/entry/cells/verdict.html",
    sort=lambda r: _RANK.index(r.verdict),
    export=verdict_words,
    card="aside",
    width="narrow",
)
AMOUNT = Column(
    "amount",
    _("收入（万元）"),
    cell="returns/entry/cells/amount.html",
    sort=lambda r: _amount(r) or 0,
    export=_amount,
    numeric=True,
)
THRESHOLD = Column(
    "threshold",
    _("标准（万元）"),
    export=lambda r: r.of.threshold if r.of else None,
    numeric=True,
    shown=False,
)
CHANNEL = Column(
    "channel", _("审核"), export=lambda r: str(CHANNEL_WORDS[r.channel.code]), card="hidden", shown=False
)
COUNTDOWN = Column(
    "countdown",
    _("下一批次"),
    cell=countdown_words,
    sort=lambda r: r.days_left if r.days_left is not None else 9999,
    export=countdown_words,
)
MISSING = Column(
    "missing",
    _("缺材料"),
    cell="returns/entry/cells/missing.html",
    sort=lambda r: -len(r.missing),
    export=lambda r: "、".join(words_in(paper.name) for paper in r.missing),
    width="medium",
)
ALL_MISSING = Column(
    "missing",
    _("缺材料"),
    cell="returns/entry/cells/missing_all.html",
    sort=lambda r: -len(r.missing),
    export=lambda r: "、".join(words_in(paper.name) for paper in r.missing),
    width="wide",
)
WHY = Column(
    "why", _("还差什么"), export=lambda r: why_absent(r) if r.verdict == "absent" else "", shown=False
)
HELPER = Column(
    "helper", _("帮办人"), cell=lambda r: r.helper, sort=lambda r: r.helper, export=lambda r: r.helper
)
FORESEEN = (
    Column(
        "chance",
        _("年内达标可能"),
        cell="returns/entry/cells/chance.html",
        sort=lambda r: -float(_outlook(r, "chance") or 0),
        export=_chance(ABOUT.REACH),
        numeric=True,
    ),
    Column(
        "p50",
        _("大概何时"),
        cell=lambda r: p50.isoformat()[:7] if (p50 := _outlook(r, "p50")) else "",
        sort=lambda r: str(_outlook(r, "p50") or "9999"),
        export=lambda r: _outlook(r, "p50"),
        shown=False,
    ),
    Column(
        "fall",
        _("退规可能"),
        sort=lambda r: -float(_outlook(r, "chance", ABOUT.FALL) or 0),
        export=_chance(ABOUT.FALL),
        numeric=True,
        card="hidden",
    ),
)


class PoolList(ListPage):
    """Every unit in the pool or in the list, what must be done first at the top."""

    name = "entry"
    title = _("入规入统")
    by_class: ClassVar[bool] = True
    columns: ClassVar[Sequence[Column]] = (
        NAME,
        STATE,
        VERDICT,
        AMOUNT,
        THRESHOLD,
        COUNTDOWN,
        MISSING,
        CLASS,
        CHANNEL,
        WHY,
        HELPER,
    )
    chips: ClassVar[Sequence[Chip]] = (
        Chip("absent", _("应入未入"), _is("absent"), light="red"),
        Chip("in_time", _("已达标，批次未截止"), _is("in_time"), light="amber"),
        Chip("missing", _("缺材料"), lambda r: bool(r.missing) and r.verdict in ("absent", "in_time")),
        Chip("pool", _("培育"), lambda r: not is_listed(r.state.code)),
        Chip("listed", _("在库"), _is("listed"), light="green"),
        Chip("unknown", _("缺数"), _is("unknown"), light="grey"),
    )
    search = Search(("name", "helper"))
    export_permission = "returns.export"
    sample_field: ClassVar[str] = "sample"
    empty = Empty(
        _("培育库里还没有单位"),
        _("把接近标准的企业列进来，系统按它自己报的收入判断何时达标、走哪个批次、缺什么材料。"),
        _("例：年收入1800万元的手套厂，标准2000万元，缺利润表和车间照片。"),
    )

    def __init__(self, request: HttpRequest, rows: Iterable[EntryRow]) -> None:
        listed = sorted(rows, key=lambda r: (_RANK.index(r.verdict), _ORDER[r.state.code], r.name))
        super().__init__(request, listed)
        classes = sorted({(r.of.code, words_in(r.of.name)) for r in listed if r.of})
        if self.by_class and len(classes) > 1:
            self.choices = (
                Choice(
                    "class",
                    _("四上类别"),
                    classes,
                    lambda value: lambda r: r.of is not None and r.of.code == value,
                ),
            )

    def row_url(self, record: EntryRow) -> str:
        return reverse("returns:entry-unit", args=[record.unit.pk])

    def row_id(self, record: EntryRow) -> int:
        return record.unit.pk

    def row_light(self, record: EntryRow) -> str:
        return LIGHTS[record.verdict]


class ForeseenPoolList(PoolList):
    """The same with chances, for who may see them."""

    columns = (
        *(NAME, STATE, VERDICT, AMOUNT, THRESHOLD, COUNTDOWN, MISSING),
        *FORESEEN,
        *(CLASS, CHANNEL, WHY, HELPER),
    )


class BatchList(PoolList):
    """The units of one batch: who is ready, which paper is missing."""

    name = "entry-batch"
    by_class = False
    columns = (NAME, STATE, VERDICT, AMOUNT, ALL_MISSING, HELPER)
    chips = (
        Chip("ready", _("材料齐"), lambda r: not r.missing, light="green"),
        Chip("missing", _("缺材料"), lambda r: bool(r.missing), light="red"),
    )
    empty = Empty(
        _("这一批还没有单位"),
        _("预计在这一批达标的单位，或已经为这一批申报的单位，会列在这里。"),
    )

    def __init__(self, request: HttpRequest, rows: Iterable[EntryRow], batch: Batch) -> None:
        super().__init__(request, rows)
        self.__dict__["title"] = words_in(batch.name)

    def row_light(self, record: EntryRow) -> str:
        return "red" if record.missing else "green"


def _counts(*outcomes: str) -> Callable[[PrivateLine], bool]:
    return lambda line: line.outcome in outcomes


class PrivateList(ListPage):
    """Private firms by what they earned in twelve months: those above the county's line, the near misses."""

    name = "entry-private"
    title = _("年收入超500万元民营企业")
    columns = (
        Column(
            "name",
            _("企业"),
            cell="returns/entry/cells/name.html",
            sort=lambda r: r.name,
            export=lambda r: r.name,
            card="title",
            width="wide",
        ),
        Column(
            "outcome",
            _("计数"),
            cell="returns/entry/cells/outcome.html",
            sort=lambda r: ("over", "near", "below", "unknown").index(r.outcome),
            export=lambda r: r.outcome_words,
            card="aside",
        ),
        Column(
            "amount",
            _("近12个月收入（万元）"),
            sort=lambda r: r.amount or 0,
            export=lambda r: r.amount,
            numeric=True,
        ),
        Column("gap", _("还差（万元）"), export=lambda r: r.gap, numeric=True),
        Column("months", _("有数的月份"), export=lambda r: r.months, numeric=True, card="hidden"),
    )
    chips = (
        Chip("over", _("超过"), _counts("over"), light="green"),
        Chip("near", _("接近"), _counts("near"), light="amber"),
        Chip("below", _("未到"), _counts("below")),
        Chip("unknown", _("缺数"), _counts("unknown"), light="grey"),
    )
    search = Search(("name",))
    export_permission = "returns.export"
    sample_field: ClassVar[str] = "sample"
    empty = Empty(
        _("还没有登记为民营的企业"),
        _("在培育库里把企业的经济类型登记为民营，它自己报的收入就按本县口径计数。"),
    )

    def row_url(self, record: PrivateLine) -> str:
        return reverse("returns:entry-unit", args=[record.unit.pk])

    def row_id(self, record: PrivateLine) -> int:
        return record.unit.pk

    def row_light(self, record: PrivateLine) -> str:
        return {"over": "green", "near": "amber", "unknown": "grey"}.get(record.outcome, "not_due")

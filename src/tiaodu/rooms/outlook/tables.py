"""The versioned tables of the room: the county's driver tree, and what a chance means beside its wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import CONFIDENCES, Choice, Flag, Integer, ListOf, Number, Record, Text
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare
from tiaodu.rooms.outlook.modelling import flaws

KIND_NAMES = {
    "evidence": _("实绩"),
    "given": _("给定"),
    "worked": _("开工天数"),
    "noise": _("随机"),
    "arrivals": _("随日期增加"),
    "formula": _("公式"),
    "lag": _("滞后"),
    "running": _("累计"),
    "total": _("合计"),
    "cause": _("共同因素"),
}
ADDS_NAMES = {"sum": _("逐月相加"), "last": _("取期末"), "mean": _("取平均")}
CONFIDENCE_NAMES = {
    "source": _("有出处"),
    "memory-sure": _("有把握"),
    "memory-unsure": _("没有把握"),
    "practice": _("惯例"),
    "derived": _("推算"),
}


def _check(rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for place, column, message in flaws(rows):
        yield Fault(place, column, message)


MODEL = declare(
    Table(
        code="outlook.model",
        title=_("县域推演模型"),
        about=_(
            "每行是一个量：它的单位、怎样算出来、受什么影响、出处。写公式、给数或写分布都行，不用编程；"
            "与实绩同名的量，有实绩的月份用实绩。"
        ),
        packaged="outlook/model.yaml",
        shape=ListOf(
            Record(
                {
                    "key": Text(),
                    "title": Text(),
                    "adds": Choice(list(ADDS_NAMES)),
                    "kind": Choice(list(KIND_NAMES)),
                    "source": Text(),
                    "confidence": Choice(CONFIDENCES),
                },
                {
                    "unit": Text(),
                    "figures": Text(),
                    "rule": Text(),
                    "inputs": Text(),
                    "causes": Text(),
                    "series": Choice(list(Series.values)),
                },
            ),
            empty=True,
        ),
        columns=(
            Column(
                "key",
                _("序列"),
                help=_("主体编号:指标口径，如 shigang:output.coal.raw；共同因素写它的名称。"),
            ),
            Column("title", _("名称")),
            Column("unit", _("单位"), help=_("比例不写单位。")),
            Column("adds", _("几个月合起来"), words=ADDS_NAMES),
            Column("kind", _("怎样得出"), words=KIND_NAMES),
            Column(
                "figures",
                _("数"),
                help=_(
                    "给定的数；随机的分布，如 对数正态 1 0.12；"
                    "随日期增加，如 18 项目编号/A25=36 爬坡 0.3 0.8 1。"
                ),
                wide=True,
            ),
            Column("rule", _("公式"), help=_("用下一栏里的名称写，如 产量 * 价格 * 12%。"), wide=True),
            Column("inputs", _("用到的序列"), help=_("名称=序列，用顿号隔开；合计可写 下级。"), wide=True),
            Column("causes", _("共同因素"), help=_("名称=载荷，如 供汽=0.6。")),
            Column(
                "series",
                _("数据口径"),
                words=dict(Series.choices),
                help=_("取哪种口径的实绩；空着按台账的口径。"),
            ),
            Column("source", _("出处"), wide=True),
            Column("confidence", _("把握"), words=CONFIDENCE_NAMES),
        ),
        key=("key",),
        check=_check,
        supplier=_("工信局调度员"),
        affects=_("研判"),
    )
)


def _check_wording(rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for place, row in enumerate(rows):
        for name in ("red", "yellow", "clash", "timid"):
            if row[name] is not None and not 0 <= row[name] <= 1:
                yield Fault(place, name, _now("把握在 0 与 1 之间。"))
        if None not in (row["red"], row["yellow"]) and row["yellow"] < row["red"]:
            yield Fault(place, "yellow", _now("黄灯线不能低于红灯线。"))


WORDING = declare(
    Table(
        code="outlook.wording",
        title=_("措辞与把握"),
        about=_("同样的把握，写“确保”和写“力争”轻重不同：低于几成亮红灯、黄灯，低于几成算话说得太满。"),
        packaged="outlook/wording.yaml",
        shape=ListOf(
            Record(
                {"strength": Integer(1, 5), "breach": Flag()},
                {"red": Number(), "yellow": Number(), "clash": Number(), "timid": Number()},
            )
        ),
        columns=(
            Column("strength", _("措辞力度"), help=_("5 最硬（确保），1 最软。")),
            Column("red", _("低于此亮红灯")),
            Column("yellow", _("低于此亮黄灯")),
            Column("clash", _("低于此算话说得太满")),
            Column("timid", _("高于此算话说得太轻")),
            Column("breach", _("没做到算失信")),
        ),
        key=("strength",),
        check=_check_wording,
        supplier=_("督查室"),
        affects=_("研判的灯和提醒"),
    )
)
CALIBRATION = declare(
    Table(
        code="outlook.calibration",
        title=_("按过去的准确度校正"),
        about=_("有结果的承诺够多，就按过去说的把握和后来的结果校正新的把握；不够就不校正。"),
        packaged="outlook/calibration.yaml",
        shape=Record(
            {"fewest": Integer(20, 100_000), "fewest_each": Integer(5, 100_000), "years": Integer(1, 20)}
        ),
        columns=(
            Column(
                "fewest", _("至少多少项有结果的承诺"), unit=_("项"), help=_("同一项承诺各月的研判只算一项。")
            ),
            Column("fewest_each", _("其中兑现的、没有兑现的各至少多少项"), unit=_("项")),
            Column("years", _("只看最近几年的研判"), unit=_("年")),
        ),
        supplier=_("工信局调度员"),
        affects=_("研判的把握"),
    )
)

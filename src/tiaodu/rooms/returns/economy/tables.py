"""The versioned tables of the economy: checks, colours, small numbers, figures of the board, sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import CONFIDENCES, Choice, Integer, ListOf, Record, Text
from tiaodu.engine.kernel.expression import Formula
from tiaodu.engine.returns.analysis import faults_in
from tiaodu.engine.returns.checks.model import Kind, Severity
from tiaodu.engine.returns.checks.rules import missing_of, rule_shape, strange_places
from tiaodu.engine.returns.signals import FACTS, LIGHTS
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare
from tiaodu.rooms.returns.economy.words import CONFIDENCE_WORDS, KIND_WORDS, LIGHT_WORDS, SEVERITY_WORDS

_CODE = Text(r"[a-z][a-z0-9_]*")
_MEASURE = Text(r"[a-z_]+(\.[a-z_0-9]+)*")
# What the sentences of a month may tell.
TOLD = (
    "应报",
    "已报",
    "上报率",
    "期末月",
    "月份",
    "增加值增速",
    "产值",
    "产值增速",
    "产值较上月",
    "产值当月",
    "产值当月增速",
    "产值完成",
    "产值超序时",
    "拉动行业",
    "下降行业",
    "收入",
    "收入增速",
    "投资",
    "投资增速",
    "投资完成",
    "投资超序时",
    "税收",
    "税收增速",
    "用电",
    "用电增速",
    "电产差",
    "存疑",
)


def _check_checks(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    for number, row in enumerate(rows):
        for column in missing_of(row):
            yield Fault(number, column, _now("这种规则要有这一项。"))
        for column, place in strange_places(row):
            yield Fault(number, column, _now("说明里的 {%(name)s} 没有数字可填。") % {"name": place})
        if row["severity"] == Severity.HARD and row["kind"] not in (Kind.CUMULATIVE, Kind.FORMULA):
            yield Fault(
                number, "severity", _now("只有恒等关系才能是“不通过”；其他规则只提请核对，不阻止报送。")
            )


def _check_sentences(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    for number, row in enumerate(rows):
        for column in ("zh", "en"):
            for place in faults_in(row[column], TOLD):
                yield Fault(number, column, _now("%(place)s 没有数字可填。") % {"place": place})


CHECKS = declare(
    Table(
        code="returns.checks",
        title=_("企业报表的审核规则"),
        about=_(
            "恒等关系不对的不能报出；其余只提请企业核对，企业写明原因即可，不阻止报送。"
            "说明里的 {名称} 会换成数字。系统只说哪里不像，不给企业提供数字。"
        ),
        packaged="returns/checks.yaml",
        shape=rule_shape(),
        columns=(
            Column("code", _("编号"), brief=True),
            Column("kind", _("怎么判断"), words=KIND_WORDS, brief=True),
            Column("severity", _("轻重"), words=SEVERITY_WORDS, brief=True),
            Column("measures", _("指标口径"), group=_("看什么")),
            Column("against", _("对照的指标"), group=_("看什么")),
            Column("when", _("什么时候"), wide=True, group=_("看什么")),
            Column("far", _("偏离几倍常态波动"), group=_("多远算远")),
            Column("least", _("至少相差几倍"), group=_("多远算远")),
            Column("floor", _("常态波动至少几倍"), group=_("多远算远")),
            Column("factors", _("单位差几倍"), group=_("多远算远")),
            Column("history", _("至少几期历史"), unit=_("期"), group=_("和谁比")),
            Column("peers", _("至少几家同行"), unit=_("家"), group=_("和谁比")),
            Column("merged", _("1—2月合并看"), group=_("和谁比")),
            Column("zh", _("说明"), wide=True, group=_("说什么")),
            Column("en", _("英文说明"), wide=True, group=_("说什么")),
            Column("note", _("备注"), group=_("说什么")),
            Column("confidence", _("把握"), words=CONFIDENCE_WORDS),
        ),
        key=("code",),
        check=_check_checks,
        supplier=_("工信局调度员"),
        affects=_("企业报表的审核"),
    )
)
SIGNALS = declare(
    Table(
        code="returns.signals",
        title=_("经济运行的红黄绿灯规则"),
        about=_("每个指标、行业、片区按最重的一条亮灯；缺数的规则不作判断。"),
        packaged="returns/signals.yaml",
        shape=ListOf(
            Record(
                {
                    "code": _CODE,
                    "light": Choice(LIGHTS),
                    "when": Formula(FACTS, "truth"),
                    "zh": Text(),
                    "en": Text(),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("code", _("编号")),
            Column("light", _("颜色"), words=LIGHT_WORDS),
            Column("when", _("什么时候"), help="、".join(FACTS), wide=True),
            Column("zh", _("说明"), wide=True),
            Column("en", _("英文说明"), wide=True),
            Column("confidence", _("把握"), words=CONFIDENCE_WORDS),
        ),
        key=("code",),
        supplier=_("工信局调度员"),
        affects=_("经济运行看板的颜色"),
    )
)
DISCLOSURE = declare(
    Table(
        code="returns.disclosure",
        title=_("小数保护"),
        about=_("汇总数看得出单个企业时，对不能看该企业数据的人隐藏；连同能把它算出来的其他格一起隐藏。"),
        packaged="returns/disclosure.yaml",
        shape=Record({"least": Integer(2, 50), "within": Integer(1, 50)}),
        columns=(
            Column("least", _("少于几家不显示"), unit=_("家")),
            Column("within", _("不能推算到多少以内"), unit="%"),
        ),
        supplier=_("统计局"),
        affects=_("经济运行看板对外的显示"),
    )
)
BOARD = declare(
    Table(
        code="returns.board",
        title=_("经济运行看板的指标"),
        about=_("看板按这里的次序显示；目标取自台账里全县全年的同口径指标，统计数只用统计局反馈的。"),
        packaged="returns/board.yaml",
        shape=ListOf(
            Record(
                {
                    "measure": _MEASURE,
                    "targets": ListOf(_MEASURE, empty=True),
                    "delivered": ListOf(_MEASURE, empty=True),
                }
            )
        ),
        columns=(
            Column("measure", _("指标口径")),
            Column("targets", _("台账里的目标口径"), wide=True),
            Column("delivered", _("统计局反馈的口径"), wide=True),
        ),
        key=("measure",),
        supplier=_("工信局调度员"),
        affects=_("经济运行看板"),
    )
)
SENTENCES = declare(
    Table(
        code="returns.analysis",
        title=_("月度分析的句子"),
        about=_(
            "按次序写出；句中的数字有一个没有，这句就不写。{名称} 换成数字，{名称:growth} 写成增长或下降。"
        ),
        packaged="returns/analysis.yaml",
        shape=ListOf(Record({"code": _CODE, "zh": Text(), "en": Text()})),
        columns=(
            Column("code", _("编号")),
            Column("zh", _("句子"), wide=True),
            Column("en", _("英文"), wide=True),
        ),
        key=("code",),
        check=_check_sentences,
        supplier=_("工信局调度员"),
        affects=_("月度分析"),
    )
)

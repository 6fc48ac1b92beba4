"""The versioned tables of entry to the statistics: classes, sizes, rules, batches, papers, forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    Day,
    Flag,
    Integer,
    ListOf,
    Number,
    Record,
    Text,
)
from tiaodu.engine.returns.channels import CHANNELS, PURPOSES, Rules
from tiaodu.engine.returns.learned import Prior
from tiaodu.engine.returns.thresholds import BASES, SIZES, UNIT_KINDS
from tiaodu.engine.stages.model import Label
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare
from tiaodu.foundation.tables.models import Confidence
from tiaodu.rooms.returns.entry.models import EntryUnit

CONFIDENCE_WORDS = dict(Confidence.choices)
SURE = Column("confidence", _("可信程度"), words=CONFIDENCE_WORDS)
BASIS_WORDS = {
    "main_revenue": _("主营业务收入"),
    "revenue": _("营业收入"),
    "sales": _("商品销售额（营业额）"),
    "planned_investment": _("计划总投资"),
    "qualified": _("有资质即可"),
    "developing": _("有开发经营活动即可"),
}
SIZE_WORDS = {"large": _("大型"), "medium": _("中型"), "small": _("小型"), "micro": _("微型")}
CHANNEL_WORDS = {"monthly": _("月度审核"), "annual": _("年度审核"), "both": _("都要")}
PURPOSE_WORDS = {"grow": _("规下转规上"), "transfer": _("转专业"), "new": _("新建")}
RULE_WORDS = {
    "new_from_month": _("上年几月以后投产算新建"),
    "monthly_first": _("月度审核从几月报告期起"),
    "monthly_last": _("月度审核到几月报告期止"),
    "cutoff_day": _("月度审核几日截止"),
    "cutoff_offset": _("截止日在报告期后第几个月（0为当月）"),
    "series_months": _("须有多少个月的数"),
    "vat_gap": _("增值税收入与利润表收入相差超过百分之几须说明"),
    "alert_days": _("截止前几个工作日材料不齐就提醒"),
    "fall_chance": _("低于标准的可能达到百分之几就提醒"),
}
PRIOR_WORDS = {
    "least": _("至少要有几期收入"),
    "noise": _("各月增减通常的离散程度（对数）"),
    "noise_weight": _("企业自己的离散程度几期后与同行各半"),
    "mix": _("离散中会留下来的部分"),
    "mix_weight": _("上一项算作几次观察"),
    "growth_spread": _("各企业月增速的差别"),
    "growth_weight": _("上一项算作几家企业"),
    "season_weight": _("几个企业年后季节性按一半计"),
    "companion_least": _("电、税、工资与收入共有几期才采用"),
    "scenarios": _("推演多少次"),
    "months_ahead": _("往后看几期"),
}
_SUPPLIER = _("统计局")
_CODE = Text(r"[a-z][a-z0-9_]*")
_UNIT_WORDS = dict(EntryUnit.Kind.choices)


def words_in(label: Label) -> str:
    """A name in the reader's language."""
    return label.en if get_language() == "en" else label.zh


def _check_batches(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    for number, row in enumerate(rows):
        if row["counts_from"] > row["counts_to"]:
            yield Fault(number, "counts_to", gettext("收入算到的日子不能早于从哪天算起。"))
        elif row["closes_on"] < row["counts_to"]:
            yield Fault(number, "closes_on", gettext("截止日不能早于收入算到的日子。"))


def _check_complete(wanted: Sequence[str]) -> Any:
    def check(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
        missing = [code for code in wanted if code not in {row["code"] for row in rows}]
        if missing:
            yield Fault(None, "code", gettext("缺少：%(codes)s。") % {"codes": "、".join(missing)})

    return check


CLASSES = declare(
    Table(
        code="returns.entry_classes",
        title=_("四上单位的类别和标准"),
        about=_("按行业代码（最长的前缀优先）和单位类别判断属于哪一类、年收入要到多少。国家统计局每年修订。"),
        packaged="returns/entry/classes.yaml",
        shape=ListOf(
            Record(
                {
                    "code": _CODE,
                    "zh": Text(),
                    "en": Text(),
                    "industries": ListOf(Text(r"\d{2,4}"), empty=True),
                    "units": ListOf(Choice(UNIT_KINDS)),
                    "basis": Choice(BASES),
                    "output_too": Flag(),
                    "confidence": Choice(CONFIDENCES),
                },
                {
                    "else_basis": Choice(BASES),
                    "threshold": Number(),
                    "watch": Number(),
                    "watch_confidence": Choice(CONFIDENCES),
                },
            )
        ),
        columns=(
            Column("code", _("编号")),
            Column("zh", _("名称"), wide=True, brief=True),
            Column("en", _("英文名称"), wide=True),
            Column("industries", _("行业代码"), wide=True, help=_("GB/T 4754的前两到四位。")),
            Column("units", _("单位类别"), words=_UNIT_WORDS),
            Column("basis", _("标准看什么"), words=BASIS_WORDS),
            Column("else_basis", _("没有时看什么"), words=BASIS_WORDS),
            Column("threshold", _("标准"), unit=_("万元"), brief=True),
            Column("output_too", _("还要产值达到")),
            Column("watch", _("从多少起重点培育"), unit=_("万元"), brief=True),
            Column("watch_confidence", _("培育线的可信程度"), words=CONFIDENCE_WORDS),
            SURE,
        ),
        key=("code",),
        supplier=_SUPPLIER,
        affects=_("入规入统的测算"),
    )
)
SIZE_TABLE = declare(
    Table(
        code="returns.entry_sizes",
        title=_("大中小微型的标准"),
        about=_("两项都达到才算这一型，缺一项降一型；都达不到为微型。"),
        packaged="returns/entry/sizes.yaml",
        shape=ListOf(
            Record(
                {
                    "class": _CODE,
                    "size": Choice(SIZES[:-1]),
                    "persons": Integer(0, 1_000_000),
                    "revenue": Number(),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("class", _("四上类别编号")),
            Column("size", _("类型"), words=SIZE_WORDS),
            Column("persons", _("从业人员不少于"), unit=_("人")),
            Column("revenue", _("营业收入不少于"), unit=_("万元")),
            SURE,
        ),
        key=("class", "size"),
        supplier=_SUPPLIER,
        affects=_("企业划型"),
    )
)
RULES = declare(
    Table(
        code="returns.entry_rules",
        title=_("入规入统的规则"),
        about=_("月度审核的条件和截止日，年度申报要多少个月的数。各地不同，请按本县统计局的通知改。"),
        packaged="returns/entry/rules.yaml",
        shape=ListOf(
            Record(
                {
                    "code": Choice(list(RULE_WORDS)),
                    "value": Number(),
                    "source": Text(),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("code", _("规则"), words=RULE_WORDS, wide=True),
            Column("value", _("值")),
            Column("source", _("依据"), wide=True),
            SURE,
        ),
        key=("code",),
        check=_check_complete(list(RULE_WORDS)),
        supplier=_SUPPLIER,
        affects=_("入规入统的申报时间和材料"),
    )
)
BATCHES = declare(
    Table(
        code="returns.entry_batches",
        title=_("年度审核的批次"),
        about=_("每年由统计局公布：哪几批、何时截止、收入从哪天算到哪天。普查年合并的批次照通知填一行。"),
        packaged="",
        shape=ListOf(
            Record(
                {
                    "code": Text(r"[A-Za-z0-9-]+"),
                    "zh": Text(),
                    "closes_on": Day(),
                    "counts_from": Day(),
                    "counts_to": Day(),
                    "takes": ListOf(Choice(PURPOSES)),
                    "confidence": Choice(CONFIDENCES),
                },
                {"en": Text()},
            )
        ),
        columns=(
            Column("code", _("批次编号"), help=_("如2024-N1。")),
            Column("zh", _("名称")),
            Column("en", _("英文名称")),
            Column("closes_on", _("截止日")),
            Column("counts_from", _("收入从哪天算")),
            Column("counts_to", _("收入算到哪天")),
            Column("takes", _("受理什么"), words=PURPOSE_WORDS),
            SURE,
        ),
        key=("code",),
        check=_check_batches,
        supplier=_SUPPLIER,
        affects=_("年度审核的批次和倒计时"),
    )
)
PAPERS = declare(
    Table(
        code="returns.entry_papers",
        title=_("入库材料清单"),
        about=_("类别不选表示都要。“当期”的材料每一批重新交。"),
        packaged="returns/entry/papers.yaml",
        shape=ListOf(
            Record(
                {
                    "code": _CODE,
                    "zh": Text(),
                    "en": Text(),
                    "classes": ListOf(_CODE, empty=True),
                    "channel": Choice((*CHANNELS, "both")),
                    "fresh": Flag(),
                    "when": Choice(("always", "vat_gap")),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("code", _("编号")),
            Column("zh", _("材料"), wide=True),
            Column("en", _("英文名称"), wide=True),
            Column("classes", _("四上类别编号")),
            Column("channel", _("哪种审核"), words=CHANNEL_WORDS),
            Column("fresh", _("当期的")),
            Column(
                "when",
                _("什么时候要"),
                words={"always": _("总是"), "vat_gap": _("增值税与利润表收入差得多时")},
            ),
            SURE,
        ),
        key=("code",),
        supplier=_SUPPLIER,
        affects=_("入库材料清单"),
    )
)
PRIVATE = declare(
    Table(
        code="returns.entry_private",
        title=_("年收入超500万元民营企业的口径"),
        about=_(
            "本县自己的目标，不是统计上的规上标准。收入大于（不含等于）这个数才算；口径由本县确定后才计数。"
        ),
        packaged="returns/entry/private.yaml",
        shape=ListOf(
            Record(
                {
                    "code": _CODE,
                    "zh": Text(),
                    "en": Text(),
                    "above": Number(),
                    "near": Number(),
                    "target": Integer(0, 100_000),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("code", _("编号")),
            Column("zh", _("名称")),
            Column("en", _("英文名称")),
            Column("above", _("年收入大于"), unit=_("万元")),
            Column("near", _("从多少起算接近"), unit=_("万元")),
            Column("target", _("目标：多于"), unit=_("户")),
            SURE,
        ),
        key=("code",),
        supplier=_("工信局或民营经济主管部门"),
        affects=_("年收入超500万元民营企业的计数"),
    )
)
OUTLOOK = declare(
    Table(
        code="returns.entry_outlook",
        title=_("入规测算的参数"),
        about=_("企业收入推演时，记录还少的地方按什么估计。记录越多，这里的值影响越小。"),
        packaged="returns/entry/outlook.yaml",
        shape=ListOf(
            Record(
                {
                    "code": Choice(list(PRIOR_WORDS)),
                    "value": Number(),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("code", _("参数"), words=PRIOR_WORDS, wide=True),
            Column("value", _("值")),
            SURE,
        ),
        key=("code",),
        check=_check_complete([*(f.name for f in fields(Prior)), "scenarios", "months_ahead"]),
        supplier=_("工信局"),
        affects=_("入规时间的测算"),
    )
)
RULE_NAMES = tuple(field.name for field in fields(Rules))

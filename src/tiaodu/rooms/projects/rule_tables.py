"""The tables projects are judged by: lights, rule sets, curves of the year, 六未, and pace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import CONFIDENCES, Choice, Integer, ListOf, Number, Record, Text
from tiaodu.engine.kernel.expression import Formula
from tiaodu.engine.projects.curve import MONTHS, Curve, CurveError, curve_of
from tiaodu.engine.projects.facts import names
from tiaodu.engine.projects.lights import DIMENSIONS, LIT, places
from tiaodu.engine.stages.template import package_templates
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare
from tiaodu.rooms.projects.models import Project

LIGHT_WORDS = {
    "red": _("红"),
    "yellow": _("黄"),
    "attention": _("浅黄"),
    "green": _("绿"),
    "unknown": _("缺数"),
    "none": _("不涉及"),
}
DIMENSION_WORDS = {"start": _("开工"), "investment": _("投资进度"), "entry": _("入库")}
CONFIDENCE_WORDS = {
    "source": _("有出处"),
    "memory-sure": _("可信"),
    "memory-unsure": _("待确认"),
    "practice": _("惯例"),
    "derived": _("推算"),
}
_SUPPLIER = _("项目调度部门（发改局或工信局）")
_SURE = Column("confidence", _("可信程度"), words=CONFIDENCE_WORDS)
_WHEN = Formula(names(), "truth")


_MONTHS = [f"m{month:02}" for month in range(1, MONTHS + 1)]


def curve_of_row(row: Mapping[str, Any]) -> Curve:
    """The curve of a row of the table. Raises CurveError."""
    return curve_of(row["code"], [row[month] for month in _MONTHS])


def _places_known(rows: Sequence[Mapping[str, Any]], words: Iterable[str]) -> Iterable[Fault]:
    """A figure in the words must be one that the condition asks for."""
    for number, row in enumerate(rows):
        asked = {fact.name for fact in _WHEN.read(row["when"]).facts}
        for column in words:
            for place in set(places(row[column])) - asked:
                told = _now("“{%(place)s}”不在条件里，不能写进说明。") % {"place": place}
                yield Fault(number, column, told)


def _check_lights(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    yield from _places_known(rows, ("zh", "en"))
    seen = {(row["rule_set"], row["dimension"]) for row in rows}
    green = {(row["rule_set"], row["dimension"]) for row in rows if row["light"] == "green"}
    for rule_set, dimension in sorted(seen - green):
        told = {"set": rule_set, "dimension": DIMENSION_WORDS[dimension]}
        yield Fault(None, "", _now("规则“%(set)s”的%(dimension)s没有写明何时亮绿灯。") % told)


def _check_curves(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    for number, row in enumerate(rows):
        try:
            curve_of_row(row)
        except CurveError as error:
            words = _now("第 %(month)s 个月不对：各月累计只增不减，十二月为 100。")
            yield Fault(number, f"m{max(1, error.month):02}", words % {"month": error.month})


def _check_gaps(rows: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    yield from _places_known(rows, ("words_zh", "words_en"))


LIGHTS = declare(
    Table(
        code="projects.lights",
        title=_("项目红黄绿灯规则"),
        about=_(
            "每个维度按最重的一条亮灯；项目取各维度最重的颜色。说明里的 {名称} 会换成数字。"
            "可用的事实见“什么时候”一栏的提示。"
        ),
        packaged="projects/lights.yaml",
        shape=ListOf(
            Record(
                {
                    "rule_set": Text(r"[a-z][a-z0-9_]*"),
                    "code": Text(r"[a-z][a-z0-9_]*"),
                    "dimension": Choice(DIMENSIONS),
                    "light": Choice([light.value for light in LIT]),
                    "when": _WHEN,
                    "zh": Text(),
                    "en": Text(),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("rule_set", _("规则")),
            Column("code", _("编号")),
            Column("dimension", _("维度"), words=DIMENSION_WORDS),
            Column("light", _("颜色"), words=LIGHT_WORDS),
            Column("when", _("什么时候"), wide=True),
            Column("zh", _("说明"), wide=True),
            Column("en", _("英文说明"), wide=True),
            _SURE,
        ),
        key=("rule_set", "code"),
        check=_check_lights,
        supplier=_SUPPLIER,
        affects=_("项目的红黄绿灯"),
    )
)
RULE_SETS = declare(
    Table(
        code="projects.rule_sets",
        title=_("项目用哪套亮灯规则"),
        about=_("按项目类型和级别选规则和序时曲线；写得越具体的越优先。类型、级别不填表示都适用。"),
        packaged="projects/rule_sets.yaml",
        shape=ListOf(
            Record(
                {"rule_set": Text(r"[a-z][a-z0-9_]*"), "curve": Text(r"[a-z][a-z0-9_]*")},
                {
                    "kind": Choice(list(package_templates())),
                    "level": Choice([level for level in Project.Level.values if level]),
                },
            )
        ),
        columns=(
            Column(
                "kind",
                _("项目类型"),
                words={kind: each.title.zh for kind, each in package_templates().items()},
            ),
            Column(
                "level",
                _("级别"),
                words={level: word for level, word in Project.Level.choices if level},
            ),
            Column("rule_set", _("规则"), help=_("default、yinchuan、wuhan、sanya，或本县自己写的一套。")),
            Column("curve", _("序时曲线"), help=_("“序时进度曲线”里的编号；项目有分月计划的按分月计划。")),
        ),
        key=("kind", "level"),
        supplier=_SUPPLIER,
        affects=_("项目的红黄绿灯"),
    )
)
CURVES = declare(
    Table(
        code="projects.curves",
        title=_("序时进度曲线"),
        about=_("年度计划投资到各月底应完成的百分比（累计）；月内按天数推算。北方冬季施工慢，可不用直线。"),
        packaged="projects/curves.yaml",
        shape=ListOf(
            Record(
                {
                    "code": Text(r"[a-z][a-z0-9_]*"),
                    "zh": Text(),
                    "en": Text(),
                    **dict.fromkeys(_MONTHS, Number()),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column("code", _("编号")),
            Column("zh", _("名称")),
            Column("en", _("英文名称")),
            *(
                Column(f"m{month:02}", _("%(month)s月底") % {"month": month}, unit="%")
                for month in range(1, MONTHS + 1)
            ),
            _SURE,
        ),
        key=("code",),
        check=_check_curves,
        supplier=_SUPPLIER,
        affects=_("项目的序时进度"),
    )
)
GAPS = declare(
    Table(
        code="projects.gaps",
        title=_("六未：类别和宽限天数"),
        about=_(
            "签约未落地、落地未开工、开工未入库、入库未足额投资或在建未竣工、竣工未投产、投产未达产。"
            "按节点日期算，不用填报。这个提法没有找到正式定义，天数由本县确定后才计算。"
        ),
        packaged="projects/gaps.yaml",
        shape=ListOf(
            Record(
                {
                    "number": Integer(1, 9),
                    "code": Text(r"[a-z][a-z0-9_]*"),
                    "zh": Text(),
                    "en": Text(),
                    "days": Integer(0, 3660),
                    "when": _WHEN,
                    "words_zh": Text(),
                    "words_en": Text(),
                }
            )
        ),
        columns=(
            Column("number", _("类别")),
            Column("code", _("编号")),
            Column("zh", _("名称")),
            Column("en", _("英文名称")),
            Column("days", _("宽限天数"), unit=_("天")),
            Column("when", _("什么时候"), wide=True),
            Column("words_zh", _("说明"), wide=True),
            Column("words_en", _("英文说明"), wide=True),
        ),
        key=("code",),
        check=_check_gaps,
        supplier=_SUPPLIER,
        affects=_("六未项目的计算"),
    )
)
PACE = declare(
    Table(
        code="projects.pace",
        title=_("全年投资研判的参数"),
        about=_(
            "年度计划剩下的部分实际能完成多少：本县有足够的完整年度就从中学习，没有时用这里的值；"
            "待确认的值不参与计算。"
        ),
        packaged="projects/pace.yaml",
        shape=ListOf(
            Record(
                {
                    "code": Choice(["enough", "median", "common", "single", "shared"]),
                    "value": Number(),
                    "confidence": Choice(CONFIDENCES),
                }
            )
        ),
        columns=(
            Column(
                "code",
                _("参数"),
                words={
                    "enough": _("至少要有多少个项目年度才从中学习"),
                    "median": _("剩余计划的中间完成程度（%）"),
                    "common": _("各月共同的离散程度（%）"),
                    "single": _("单个月的离散程度（%）"),
                    "shared": _("本县项目同涨同落的程度（%）"),
                },
                wide=True,
            ),
            Column("value", _("值")),
            _SURE,
        ),
        key=("code",),
        supplier=_SUPPLIER,
        affects=_("全年投资的研判"),
    )
)

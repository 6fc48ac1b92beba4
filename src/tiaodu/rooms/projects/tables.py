"""The versioned tables of the room."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import Choice, ListOf, Record, Text
from tiaodu.engine.projects.promises import PROMISES
from tiaodu.engine.projects.repeats.rules import REPEATS
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation.tables.declaring import Column, Table, declare


def _actors() -> dict[str, str]:
    return {code: actor.name.zh for code, actor in load_words().actors.items()}


# Every value of data/projects/repeats.yaml in words: what it is, and what it means.
REPEAT_COLUMNS = (
    ("least", _("起点分"), _("达到才提示；另外至少要有两处相像。")),
    ("developer_same", _("业主相同"), ""),
    ("developer_alike", _("业主名称相同或去掉地名、公司形式后相同"), ""),
    ("place_park", _("同一园区"), _("园区、乡镇、地点文字只算分数最高的一项。")),
    ("place_township", _("同一乡镇"), ""),
    ("place_text", _("建设地点文字相近"), ""),
    ("amount_equal", _("总投资几乎相等"), _("三位以上有效数字，如1.27亿元。")),
    ("amount_round", _("总投资是同一个整数"), _("如都是1亿元，很多项目都这样。")),
    ("amount_near", _("总投资接近"), ""),
    ("name", _("名称相近"), _("去掉业主、地名、期次、规模和套话以后比，乘以相近程度。")),
    ("name_usual", _("名称相近，但这样的名称很常见"), ""),
    ("products", _("产品相同"), ""),
    ("scale", _("规模相同"), _("如都是20MW、58条。")),
    ("land", _("用地相同"), ""),
    ("signed_close", _("签约时间相近"), ""),
    ("doubt_products", _("减：产品不同"), ""),
    ("doubt_scale", _("减：规模不同"), ""),
    ("doubt_amount", _("减：总投资相差很大"), ""),
    ("doubt_developer", _("减：业主不同"), ""),
    ("doubt_ended", _("减：前一个已终止"), ""),
    ("name_from", _("名称相近程度从多少算起"), _("0到1。")),
    ("place_from", _("地点相近程度从多少算起"), _("0到1。")),
    ("amount_equal_within", _("相差多少以内算几乎相等"), _("0.01就是1%。")),
    ("amount_near_within", _("相差多少以内算接近"), ""),
    ("amount_far", _("差几倍算相差很大"), ""),
    ("land_within", _("用地相差多少以内算相同"), ""),
    ("close_months", _("签约相隔几个月以内算相近"), ""),
    ("common_from", _("多少个名称都有的词不算特征"), ""),
    ("block_most", _("一个业主的项目多于多少个时，只比投资接近的"), ""),
    ("commonplaces", _("名称里的套话"), _("比较时去掉。")),
    ("product_words", _("产品词"), _("一行里用顿号隔开的是同一种产品；一段文字里最长的词算。")),
)

ACTORS = declare(
    Table(
        code="projects.actors",
        title=_("项目步骤的责任单位"),
        about=_(
            "步骤由谁办：模板写的是通用名称（如“自然资源局”），系统按登记簿里的名称和别名找到本县的部门。"
            "本县由别的部门办的，在这里写明。"
        ),
        packaged="projects/actors.yaml",
        shape=ListOf(Record({"actor": Choice(list(_actors())), "department": Text()}), empty=True),
        columns=(
            Column("actor", _("模板里的责任方"), words=_actors()),
            Column("department", _("本县的部门"), help=_("登记簿里的名称或别名。"), wide=True),
        ),
        key=("actor",),
        supplier=_("行政审批局"),
        affects=_("步骤的责任单位"),
    )
)


def _step_kinds() -> dict[str, str]:
    """The kinds of steps the package's templates have, by what they are called first."""
    found: dict[str, str] = {}
    for template in package_templates().values():
        for step in template.steps:
            found.setdefault(step.kind, step.name.zh)
    return found


PLATFORM = declare(
    Table(
        code="projects.platform",
        title=_("审批平台事项对照"),
        about=_(
            "在线审批平台导出的事项对应哪一步。事项名称里含有这里的词就算；几个都含的，最长的算。"
            "同一个词可以对应两种步骤，看项目的模板里有哪一种。"
        ),
        packaged="projects/platform.yaml",
        shape=ListOf(Record({"item": Text(), "kind": Text(r"[a-z][a-z0-9_]*")})),
        columns=(
            Column("item", _("事项名称里的词"), wide=True),
            Column("kind", _("步骤种类"), words=_step_kinds()),
        ),
        key=("item", "kind"),
        supplier=_("行政审批局"),
        affects=_("审批平台导出表的导入"),
    )
)
REPEATS_TABLE = declare(
    Table(
        code="projects.repeats",
        title=_("疑似重复项目的判断"),
        about=_(
            "两个项目有哪些相像各记几分，有哪些不像各减几分；达到起点分就提示人来看，从不自动认定。"
            "分期、编号不同、公开申报的扩建技改不算重复，另列。"
        ),
        packaged="projects/repeats.yaml",
        shape=REPEATS,
        columns=tuple(Column(key, title, help=help_) for key, title, help_ in REPEAT_COLUMNS),
        supplier=_("工信局调度员"),
        affects=_("重复签约、重复开工的提示"),
    )
)
PROMISES_TABLE = declare(
    Table(
        code="projects.promises",
        title=_("承诺兑现的算法"),
        about=_("承诺日到了才算数；概率按预测来打分。"),
        packaged="projects/promises.yaml",
        shape=PROMISES,
        columns=(
            Column(
                "lead_days",
                _("提前多少天的研判算数"),
                unit=_("天"),
                help=_("打分用的是承诺日之前至少这么多天作出的最后一次研判。"),
            ),
            Column("small_count", _("少于几个算样本太少"), unit=_("个")),
            Column("bins", _("把握分几档"), unit=_("档")),
            Column(
                "leader_record",
                _("县领导可看本人包联项目的兑现情况"),
                help=_("只给本人看，别人都看不到。默认关闭。"),
            ),
        ),
        supplier=_("督查室"),
        affects=_("承诺兑现页"),
    )
)


def words_in(label: object) -> str:
    """A name of a template in the reader's language."""
    return str(getattr(label, "en" if get_language() == "en" else "zh"))

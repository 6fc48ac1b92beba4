"""The versioned tables of the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tiaodu.engine.ledger.early import EARLY
from tiaodu.engine.ledger.standing import THRESHOLDS
from tiaodu.foundation.tables.declaring import Column, Table, declare

STANDING = declare(
    Table(
        code="ledger.standing",
        title=_("任务亮灯的天数"),
        about=_("任务何时算临期、多久不报进展算未报。没有法规规定，由县里按调度习惯确定。"),
        packaged="ledger/standing.yaml",
        shape=THRESHOLDS,
        columns=(
            Column(
                "due_soon_days",
                _("提前多少天算临期"),
                unit=_("天"),
                help=_("自然日，含截止当天。0 表示只在当天提醒。"),
            ),
            Column(
                "unreported_days",
                _("多少天没有进展算未报"),
                unit=_("天"),
                help=_("自然日，从立项或最近一次报进展算起。"),
            ),
            Column(
                "default_offset_days",
                _("事件发生后几个工作日到期"),
                unit=_("个工作日"),
                help=_("只用于原文没有写天数的，如“待批复后立即开工”。"),
            ),
        ),
        supplier=_("工信局调度员"),
        affects=_("台账的灯（临期、逾期、未报）"),
    )
)
EARLY_RULES = declare(
    Table(
        code="ledger.early",
        title=_("任务提前亮黄灯的规则"),
        about=_(
            "还没有到时限的任务，符合其中一条就按临期提醒。可用：剩余天数、临期天数、完成比例、时间比例、"
            "措辞力度。例：措辞力度 >= 5 且 时间比例 - 完成比例 >= 20%"
        ),
        packaged="ledger/early.yaml",
        shape=EARLY,
        columns=(
            Column("when", _("什么时候"), help=_("成立就亮黄灯；缺数的不判断。"), wide=True),
            Column("words", _("亮灯时写的原因"), help=_("不填就写还剩几天。"), wide=True),
        ),
        supplier=_("工信局调度员"),
        affects=_("台账的灯（临期）"),
    )
)

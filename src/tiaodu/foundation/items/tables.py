"""The versioned tables of items: limits, thresholds, ladders, reasons to wait. Each changes by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.items import vocabulary
from tiaodu.engine.items.clock import Unit
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import TURNS
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare

_CODE = Column("code", gettext_lazy("代码"), help=gettext_lazy("小写字母和下划线；已用过的不要改。"))
_ZH = Column("zh", gettext_lazy("名称"))
_EN = Column("en", gettext_lazy("英文名称"))
_SUPPLIER = gettext_lazy("督查室")
UNITS = {Unit.WORKING: gettext_lazy("工作日"), Unit.CALENDAR: gettext_lazy("自然日")}


def _needed(rows: Any, key: str, codes: Iterable[str]) -> Iterable[Fault]:
    there = {row[key] for row in rows}
    for code in sorted(set(codes) - there):
        yield Fault(None, key, _("不能没有“%(code)s”：有的事项默认用它。") % {"code": code})


def _known_targets(rows: Any) -> Iterable[Fault]:
    ladders = {kind.ladder for kind in rules.kinds().values()}
    for number, row in enumerate(rows):
        if row["target"] not in rules.targets():
            yield Fault(number, "target", _("不知道提级到“%(target)s”是谁。") % {"target": row["target"]})
        if row["ladder"] not in ladders:
            yield Fault(number, "ladder", _("没有“%(ladder)s”这个阶梯。") % {"ladder": row["ladder"]})


def _stops_have_a_basis(rows: Any) -> Iterable[Fault]:
    for number, row in enumerate(rows):
        if row["stops"] and not row["basis"]:
            yield Fault(number, "basis", _("停止计时的原因必须写明依据。"))
    yield from _needed(rows, "code", ["verification"])


LIMITS = declare(
    Table(
        code="items.limits",
        title=gettext_lazy("事项办理时限"),
        about=gettext_lazy("开单时可选的办理时限。开单人可以另定天数或日期。与提级阶梯各管各的。"),
        packaged="items/limits.yaml",
        shape=vocabulary.LIMITS,
        columns=(
            _CODE,
            _ZH,
            _EN,
            Column("days", gettext_lazy("天数")),
            Column("unit", gettext_lazy("按"), words={u.value: w for u, w in UNITS.items()}),
        ),
        key=("code",),
        check=lambda rows: _needed(rows, "code", {kind.limit for kind in rules.kinds().values()}),
        supplier=_SUPPLIER,
        affects=gettext_lazy("交办、督办的期限"),
    )
)
THRESHOLDS = declare(
    Table(
        code="items.thresholds",
        title=gettext_lazy("事项临期与签收的天数"),
        packaged="items/thresholds.yaml",
        shape=vocabulary.THRESHOLDS,
        columns=(
            Column("soon_days", gettext_lazy("剩多少个工作日算临期"), unit=gettext_lazy("个工作日")),
            Column("answer_days", gettext_lazy("几个工作日内应签收或答复"), unit=gettext_lazy("个工作日")),
        ),
        supplier=_SUPPLIER,
        affects=gettext_lazy("事项的灯"),
    )
)
LADDERS = declare(
    Table(
        code="items.ladders",
        title=gettext_lazy("逾期提级阶梯"),
        about=gettext_lazy("逾期满多少个工作日，提级到谁。"),
        packaged="items/ladders.yaml",
        shape=vocabulary.RUNGS,
        columns=(
            Column(
                "ladder",
                gettext_lazy("阶梯"),
                help=gettext_lazy("standard 交办，supervision 督办，request 提请"),
            ),
            Column("after", gettext_lazy("逾期满"), unit=gettext_lazy("个工作日")),
            Column(
                "target",
                gettext_lazy("提级到"),
                help=gettext_lazy("handler department issuer supervision leader_in_charge top_leader"),
            ),
        ),
        key=("ladder", "after"),
        check=_known_targets,
        supplier=_SUPPLIER,
        affects=gettext_lazy("逾期提级"),
    )
)
REASONS = declare(
    Table(
        code="items.waiting",
        title=gettext_lazy("等待原因"),
        about=gettext_lazy("事项可以因何等待、计时停不停、等待时轮到谁。停止计时的必须写明依据。"),
        packaged="items/waiting.yaml",
        shape=vocabulary.REASONS,
        columns=(
            _CODE,
            _ZH,
            _EN,
            Column("stops", gettext_lazy("停止计时")),
            Column("turn", gettext_lazy("轮到谁"), words={t.value: w for t, w in TURNS.items()}),
            Column("basis", gettext_lazy("停止计时的依据"), wide=True),
            Column("by_hand", gettext_lazy("可由人选择")),
        ),
        key=("code",),
        check=_stops_have_a_basis,
        supplier=_SUPPLIER,
        affects=gettext_lazy("事项的等待"),
    )
)

"""The versioned tables of the working calendar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import Day, Flag, Integer, ListOf, Record, Text
from tiaodu.foundation.tables.declaring import Column, Table, declare

OVERRIDES = declare(
    Table(
        code="calendar.overrides",
        title=_("工作日历的调整"),
        about=_(
            "与内置日历不同的日子，以及内置日历还没有的年度通知：放假的工作日、调休上班的周末，一天一行。"
            "一个年度录全以后，再到“已录全的年度”里登记，期限才不再标“暂定”。"
        ),
        packaged="calendar/overrides.yaml",
        shape=ListOf(Record({"day": Day(), "worked": Flag()}, {"note": Text()}), empty=True),
        columns=(
            Column("day", _("日期")),
            Column("worked", _("上班"), help=_("是：调休上班；否：放假。")),
            Column("note", _("说明"), help=_("如 国庆节调休"), wide=True),
        ),
        key=("day",),
        supplier=_("政府办按国务院办公厅通知"),
        affects=_("按工作日计算的期限"),
    )
)
YEARS = declare(
    Table(
        code="calendar.years",
        title=_("工作日历已录全的年度"),
        about=_(
            "国务院办公厅通知已全部录入“工作日历的调整”的年度。不在这里、内置日历也没有的年度，期限标“暂定”，录全后自动重算。"
        ),
        packaged="calendar/years.yaml",
        shape=ListOf(Record({"year": Integer(2000, 2100), "notice": Text()}), empty=True),
        columns=(
            Column("year", _("年度")),
            Column("notice", _("通知"), help=_("名称或文号"), wide=True),
        ),
        key=("year",),
        supplier=_("政府办按国务院办公厅通知"),
        affects=_("期限是否暂定"),
    )
)

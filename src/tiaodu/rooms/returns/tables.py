"""The versioned tables of the room: forms, what they ask, their deadlines, when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

import tiaodu.data
from tiaodu.engine.kernel.datafile import (
    Choice,
    Day,
    Integer,
    ListOf,
    Record,
    Text,
    load_datafile,
    with_head,
)
from tiaodu.engine.returns import types as engine
from tiaodu.foundation.registry.models import SubjectKind
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare
from tiaodu.rooms.returns.held import asked_faults, types_faults

PERIODS = {"day": _("日报"), "month": _("月报"), "quarter": _("季报"), "year": _("年报")}
BASES = {
    "survey": _("统计调查"),
    "administrative": _("法定行政记录"),
    "voluntary": _("自愿填报"),
}
DUE_BY = {
    "working_days": _("期后第几个工作日"),
    "days": _("期后第几天"),
    "calendar": _("按上级每年公布的日历"),
}
JANUARY = {
    "alone": _("单独报"),
    "with_february": _("与2月合报"),
    "skipped": _("不报"),
}
RUNGS = {
    "unit": _("提醒企业"),
    "unit_again": _("再次提醒企业"),
    "dispatcher": _("提醒调度员"),
    "leader": _("提醒分管领导"),
}
_FAULTS = {
    "survey_incomplete": _("统计调查须写明表号、制定机关、批准文件和有效期；写不全的不能作为统计调查。"),
    "administrative_incomplete": _("法定行政记录须写明法律法规或文件依据。"),
    "obligatory_without_basis": _("没有统计调查或法规依据的报表企业可以拒填，不能定为必填。"),
    "due_days_missing": _("请写明期后第几天。"),
    "january_of_months": _("只有月报才有1月怎么报的问题，其他报表请选“单独报”。"),
    "unit_unknown": _("没有这个计量单位。"),
    "use_unknown": _("用途须是报表用途表里有的。"),
    "minutes_positive": _("填一项要几分钟，须大于零。"),
}
_USES = with_head({"uses": ListOf(Record({"use": Text(), "zh": Text(), "en": Text()}))})


def returns_data(name: str) -> Path:
    """A data file of the room."""
    return Path(tiaodu.data.__file__).parent / "returns" / name


@lru_cache(maxsize=1)
def _uses() -> Mapping[str, Mapping[str, str]]:
    rows = load_datafile(returns_data("uses.yaml"), _USES)["uses"]
    return {row["use"]: row for row in rows}


def use_words(use: str) -> str:
    """What a use of answers is called in the reader's language."""
    row = _uses()[use]
    return row["en" if get_language() == "en" else "zh"]


def uses_words() -> dict[str, str]:
    """Every use but statistics, which nothing but the survey itself reads, by its code."""
    return {use: use_words(use) for use in _uses() if use != engine.STATISTICS}


def _checked(
    faults: Callable[[Any], Iterable[engine.Fault]],
) -> Callable[[Any], list[Fault]]:
    return lambda rows: [Fault(f.row, f.column, str(_FAULTS[f.code])) for f in faults(rows)]


def _known_uses(rows: Sequence[Mapping[str, Any]]) -> list[engine.Fault]:
    return engine.faults_of_asked(rows, _uses())


_KINDS = {kind: SubjectKind(kind).label for kind in engine.KINDS}
TYPES = declare(
    Table(
        code="returns.types",
        title=_("报表"),
        about=_(
            "向企业要哪些报表：谁填、多久一次、什么依据、什么时候报。没有统计调查或法规依据的只能自愿填报。"
        ),
        packaged="returns/types.yaml",
        shape=engine.TYPES,
        columns=(
            Column("type", _("代码"), brief=True),
            Column("title", _("名称"), brief=True),
            Column("title_en", _("英文名称")),
            Column("kinds", _("谁填"), words=_KINDS, group=_("谁填")),
            Column("sectors", _("哪些领域"), help=_("空着就是全部领域。"), group=_("谁填")),
            Column("named", _("只由名录里的填"), group=_("谁填")),
            Column("period", _("多久一次"), words=PERIODS, brief=True, group=_("时间")),
            Column("since", _("从哪天起"), group=_("时间")),
            Column("january", _("1月怎么报"), words=JANUARY, group=_("时间")),
            Column("due", _("期限怎么定"), words=DUE_BY, group=_("时间")),
            Column("due_days", _("第几天"), group=_("时间")),
            Column(
                "close_days", _("期后多少天封账"), unit=_("天"), help=_("空着就不封账。"), group=_("时间")
            ),
            Column("basis", _("依据"), words=BASES, brief=True, group=_("依据")),
            Column("obligatory", _("必填"), brief=True, group=_("依据")),
            Column("form", _("表号"), group=_("依据")),
            Column("authority", _("制定机关"), group=_("依据")),
            Column("document", _("文件"), wide=True, group=_("依据")),
            Column("basis_until", _("有效期至"), group=_("依据")),
            Column("note", _("说明"), wide=True),
            Column("note_en", _("英文说明"), wide=True),
        ),
        key=("type",),
        supplier=_("工信局调度员"),
        affects=_("企业报表"),
        check=_checked(engine.faults_of_types),
        check_in=types_faults,
    )
)
ASKED = declare(
    Table(
        code="returns.asked",
        title=_("报表问什么"),
        about=_("每张报表问哪些指标、以什么单位填、填一项要几分钟、用在哪里。没有写明的用途一律不能用。"),
        packaged="returns/asked.yaml",
        shape=engine.ASKED,
        columns=(
            Column("type", _("报表代码")),
            Column("measure", _("指标口径")),
            Column("unit", _("填报单位"), help=_("如万元、吨。")),
            Column("minutes", _("要几分钟"), unit=_("分钟")),
            Column("uses", _("用在哪里"), words={use: row["zh"] for use, row in _uses().items()}),
            Column("needed", _("不能空着")),
            Column("help", _("填报说明"), wide=True),
            Column("help_en", _("英文说明"), wide=True),
            Column("negative", _("可以是负数")),
        ),
        key=("type", "measure"),
        supplier=_("工信局调度员"),
        affects=_("企业报表"),
        check=_checked(_known_uses),
        check_in=asked_faults,
    )
)
DEADLINES = declare(
    Table(
        code="returns.deadlines",
        title=_("报表的报送日历"),
        about=_("期限按上级每年公布的日历来的报表，每一期的最后一天。"),
        packaged="returns/deadlines.yaml",
        shape=ListOf(Record({"type": Text(), "period": Text(), "day": Day()}), empty=True),
        columns=(
            Column("type", _("报表代码")),
            Column("period", _("哪一期"), help=_("写作2024-03、2024Q1或2024-01..2024-02。")),
            Column("day", _("最后一天")),
        ),
        key=("type", "period"),
        supplier=_("统计局"),
        affects=_("报表的期限"),
    )
)
REMINDERS = declare(
    Table(
        code="returns.reminders",
        title=_("催报的日子"),
        about=_("没有报的，从最后一天起过几个工作日提醒谁；0是最后一天当天。"),
        packaged="returns/reminders.yaml",
        shape=ListOf(Record({"rung": Choice(list(RUNGS)), "days": Integer(-10, 60)})),
        columns=(
            Column("rung", _("提醒谁"), words=RUNGS),
            Column("days", _("期限后第几个工作日"), unit=_("个工作日")),
        ),
        key=("rung",),
        supplier=_("工信局调度员"),
        affects=_("报表的催报"),
    )
)

HELD = declare(
    Table(
        code="returns.held",
        title=_("已经取得、不再要的数"),
        about=_(
            "新报表要的数，近期在表外（部门核查、计量、导入等）已经交来的，不再向企业要：多少天之内、"
            "过了多少比例的期数和企业才算已经取得。"
        ),
        packaged="returns/held.yaml",
        shape=Record({"days": Integer(28, 1100), "percent": Integer(1, 100)}),
        columns=(
            Column("days", _("近多少天之内"), unit=_("天")),
            Column("percent", _("期数、企业各占多少才算"), unit="%"),
        ),
        supplier=_("工信局调度员"),
        affects=_("新报表的重复检查"),
    )
)


def form_title(form: engine.ReturnType) -> str:
    """The name of a form in the reader's language."""
    return form.title_en if get_language() == "en" else form.title


def form_note(form: engine.ReturnType) -> str:
    """What is said of a form, in the reader's language where it is there."""
    return form.note_en if get_language() == "en" and form.note_en else form.note


def basis_words(form: engine.ReturnType) -> str:
    """What a form rests on, in one sentence for who fills it."""
    if form.basis is engine.Basis.VOLUNTARY:
        return gettext("自愿填报，可以不填。")
    told = {"document": form.document, "form": form.form, "authority": form.authority}
    if form.basis is engine.Basis.SURVEY:
        return gettext("统计调查：%(form)s，%(authority)s，%(document)s。只用于统计。") % told
    return gettext("法定行政记录：%(document)s。") % told

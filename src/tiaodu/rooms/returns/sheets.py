"""The Excel table of a return: handed out with what is known, read back in any order of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.periods import period_of
from tiaodu.engine.returns.types import ReturnType
from tiaodu.engine.tabular.grid import text_of
from tiaodu.engine.tabular.template import TemplateColumn, TemplateWords, write_template
from tiaodu.engine.tabular.values import half_width
from tiaodu.foundation.lists.importing.parsers import ImportField, Span, Text
from tiaodu.foundation.lists.importing.reading import ReadRow, ReadTable, read_file
from tiaodu.foundation.lists.importing.spec import ImportSpec
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.codes import check_credit_code
from tiaodu.foundation.registry.matching import SubjectMatcher
from tiaodu.foundation.registry.measures import name_in_language
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.rules import in_unit, parser_of
from tiaodu.rooms.returns.tables import form_title

_YEAR = re.compile(r"(20\d{2})年")
_UNIT_NAMES = (
    gettext_lazy("单位名称"),
    "企业名称", "企业", "单位", "填报单位", "矿名", "煤矿", "煤矿名称", "name",
)  # fmt: skip
_CODES = (gettext_lazy("统一社会信用代码"), "信用代码", "社会信用代码", "credit code")
_PERIODS = (gettext_lazy("时期"), "报告期", "期别", "月份", "日期", "period")


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says of one return: cells as typed in the unit of the form, what is wrong with others, and
    what a person must know of how it was read.
    """

    typed: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def spec_for(form: ReturnType) -> ImportSpec:
    """A table of this form: who, when, and a column for each measure in any unit of its kind."""
    measures = {m.code: m for m in Measure.objects.filter(code__in=[a.measure for a in form.asked])}
    asked = [
        ImportField(
            one.measure,
            (f"{name_in_language(measures[one.measure])}（{one.unit}）", *_titles(measures[one.measure])),
            parser_of(one),
            help=one.help,
        )
        for one in form.asked
        if one.measure in measures
    ]
    return ImportSpec(
        name=f"returns.{form.code}",
        title=form_title(form),
        permission="returns.fill",
        fields=(
            ImportField("subject", _UNIT_NAMES, Text(200)),
            ImportField("credit_code", _CODES, Text(40)),
            ImportField("period", _PERIODS, Span()),
            *asked,
        ),
        key=_nothing,
        check=_unused,
        commit=_unused,
        back="returns:list",
    )


def _nothing(_values: Mapping[str, Any]) -> None:
    return None


def _unused(*_given: Any) -> Any:
    raise TypeError("a table of a return is read into its draft, never imported")


def _titles(measure: Measure) -> tuple[str, ...]:
    """A measure's own names, in both languages, and the short ones people use."""
    short = measure.name.removeprefix("工业").removeprefix("煤炭").removeprefix("原煤")
    names = (measure.name, measure.name_en, measure.code, short if len(short) > 1 else "")
    return tuple(dict.fromkeys(name for name in names if name))


def template_for(row: Return, form: ReturnType, typed: Mapping[str, str]) -> bytes:
    """The table to fill for one return, with the unit, the period and what is typed already."""
    spec = spec_for(form)
    known = {
        "subject": row.subject.full_name or row.subject.name,
        "credit_code": row.subject.credit_code,
        "period": str(row.period),
        **typed,
    }
    columns = [
        TemplateColumn(
            title=str(one.title),
            help=str(one.help),
            example=known.get(one.key, ""),
            number=one.parse.kind == "number",
        )
        for one in spec.fields
    ]
    words = TemplateWords(
        fill=_("填写"),
        notes=_("说明"),
        heads=(_("列"), _("必填"), _("怎样填"), _("本表"), _("也认这些列名")),
        yes=_("是"),
        choices=_("选项"),
        remarks=(
            _("填第2行即可，一行一家、一期；列的顺序不限，数可以带单位，如1.2万吨。"),
            _("上传后先填进网页上的表，由您核对后再报出。"),
        ),
    )
    return write_template(str(spec.title), columns, words, rows=[[known.get(f.key, "") for f in spec.fields]])


def read_return(row: Return, form: ReturnType, data: bytes, filename: str) -> Read:
    """The cells of this return in an uploaded table. Invalid, in words, when there is no row for it: nothing
    is lost by that.
    """
    table = read_file(spec_for(form), data, filename)
    if not {asked.measure for asked in form.asked} & table.heading.columns.keys():
        raise Invalid(_("没有认出任何一列指标。没有改动任何内容。请对照模板检查列名，列的顺序不限。"))
    _refuse_other_year(row, table, filename)
    found = _mine(row, form, table)
    typed = {
        asked.measure: in_unit(asked, found.values[asked.measure])
        for asked in form.asked
        if asked.measure in found.values
    }
    wrong = {
        asked.measure: found.reasons[asked.measure] for asked in form.asked if asked.measure in found.reasons
    }
    return Read(typed, wrong, table.notes)


def _refuse_other_year(row: Return, table: ReadTable, filename: str) -> None:
    """Last year's file taken by mistake: its title names another year, and no row its period."""
    if "period" in table.heading.columns:
        return
    above = [text_of(cell) for cells in table.grid.rows[: table.heading.row] for cell in cells]
    years = {int(year) for text in [*above, filename] for year in _YEAR.findall(half_width(text))}
    if years and row.period_end.year not in years:
        raise Invalid(
            _("这个文件写的是 %(year)s 年，这份报表是 %(period)s。没有改动任何内容。请换成本期的文件。")
            % {"year": "、".join(map(str, sorted(years))), "period": row.period}
        )


def _mine(row: Return, form: ReturnType, table: ReadTable) -> ReadRow:
    """The one row that is about this unit and period."""
    matcher = SubjectMatcher(row.region)
    of_unit = [one for one in table.rows if _is_of(row, one, matcher)]
    if not of_unit:
        names = [one.raw.get("subject", "") for one in table.rows[:5]]
        raise Invalid(
            _("表里没有“%(subject)s”的行，只有：%(names)s。没有改动任何内容。")
            % {"subject": row.subject, "names": "、".join(name for name in names if name) or "—"}
        )
    found = [one for one in of_unit if _of_period(row, form, one)]
    if not found:
        told = [one.raw["period"] for one in of_unit if one.raw.get("period")][:5]
        raise Invalid(
            _("表里是 %(told)s 的数，这份报表是 %(period)s。没有改动任何内容。请换成本期的文件。")
            % {"told": "、".join(told), "period": row.period}
        )
    if len(found) > 1:
        raise Invalid(
            _("第 %(rows)s 行都是“%(subject)s”本期的数，不知道用哪一行。没有改动任何内容。请只留一行。")
            % {"rows": "、".join(str(one.number) for one in found), "subject": row.subject}
        )
    _check_code(row, found[0])
    return found[0]


def _is_of(row: Return, one: ReadRow, matcher: SubjectMatcher) -> bool:
    name, code = one.raw.get("subject", ""), one.raw.get("credit_code", "")
    if not name:
        return not code or not row.subject.credit_code or half_width(code).upper() == row.subject.credit_code
    if half_width(name) in (half_width(row.subject.name), half_width(row.subject.full_name)):
        return True
    matched = matcher.match(name)
    return matched is not None and matched.pk == row.subject_id


def _of_period(row: Return, form: ReturnType, one: ReadRow) -> bool:
    told = one.values.get("period")
    if told is None:
        return not one.raw.get("period")
    if not isinstance(told, Period):
        return False
    return told == row.period or (told.days == 1 and period_of(form, told.end) == row.period)


def _check_code(row: Return, one: ReadRow) -> None:
    """A credit code beside the row must be a true one, and this unit's."""
    code = half_width(one.raw.get("credit_code", "")).upper()
    if not code:
        return
    check_credit_code(code)
    if row.subject.credit_code and code != row.subject.credit_code:
        raise Invalid(
            _("第 %(row)s 行的信用代码 %(code)s 与登记的不一致，可能是别的企业的表。没有改动任何内容。")
            % {"row": one.number, "code": code}
        )

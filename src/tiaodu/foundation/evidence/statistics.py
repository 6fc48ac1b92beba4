"""Statistics from a table, as the statistics bureau delivers them: one figure a row, each by its service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.registry.names import plain
from tiaodu.engine.tabular.values import half_width, number_of
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors.figures import Key, figures_latest
from tiaodu.foundation.evidence.services import checking
from tiaodu.foundation.evidence.services.importing import SOURCE
from tiaodu.foundation.evidence.services.recording import evidence_correct, evidence_record
from tiaodu.foundation.evidence.words import reporter_words, value_words
from tiaodu.foundation.lists.importing.parsers import ImportField, Span, Text
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, Values, Verdict, declare
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.measures import refuse_outside
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.foundation.registry.selectors import SubjectMatcher
from tiaodu.foundation.registry.selectors.measures import measures_visible_to
from tiaodu.foundation.registry.services import region_subject_ensure

WHOLE = frozenset({"全县", "全市", "全省", "全区", "合计"})  # the region itself, however a table says it


@dataclass(frozen=True, slots=True)
class Told:
    """A row that was understood: what it is about, and the value in the measure's base unit."""

    subject: Subject | None  # None: the region itself, which no figure was told of yet
    measure: Measure
    period: Period
    value: Decimal

    @property
    def key(self) -> Key | None:
        if self.subject is None:
            return None
        return Key(self.subject.pk, self.measure.pk, Series.STATISTICAL, period=self.period)


def _key(values: Values) -> Hashable | None:
    if not all(values.get(name) for name in ("subject", "measure", "period")):
        return None
    return plain(values["subject"]), half_width(values["measure"]), values["period"]


class _Reader:
    """Understands rows: the register and the measures are read once."""

    def __init__(self, user: User, region: Region) -> None:
        self.region = region
        self.matcher = SubjectMatcher(region)
        self.measures: dict[str, dict[int, Measure]] = defaultdict(dict)
        for measure in measures_visible_to(user):
            for name in (measure.code, measure.name, measure.name_en):
                self.measures[half_width(name).lower()][measure.pk] = measure
        self.whole = next(
            (s for s in self.matcher.subjects() if (s.kind, s.region_id) == (SubjectKind.REGION, region.pk)),
            None,
        )

    def told(self, values: Values, reasons: dict[str, str]) -> Told | None:
        """What a row says; each thing that is not understood is a reason at its field."""
        subject = self._subject(values, reasons)
        measure = self._measure(values, reasons)
        if measure is None or "period" not in values:
            return None
        period = self._period(measure, values["period"], reasons)
        value = self._value(measure, values, reasons)
        return None if reasons or value is None else Told(subject, measure, period, value)

    def _subject(self, values: Values, reasons: dict[str, str]) -> Subject | None:
        text = values.get("subject", "")
        if not text or text in WHOLE or text == self.region.name:
            return self.whole
        found = self.matcher.match(text)
        if found is None:
            reasons["subject"] = _("登记簿里没有地区或产业“%(name)s”，或有几个同名。") % {"name": text}
            return None
        try:
            checking.check_subject(found, Series.STATISTICAL)
        except Invalid as refusal:
            reasons["subject"] = str(refusal.message)
        return found

    def _measure(self, values: Values, reasons: dict[str, str]) -> Measure | None:
        text = values.get("measure", "")
        found = list(self.measures.get(half_width(text).lower(), {}).values())
        if text and len(found) != 1:
            words = (
                _("有几个叫“%(name)s”的指标口径，请填代码。") if found else _("没有“%(name)s”这个指标口径。")
            )
            reasons["measure"] = words % {"name": text}
        return found[0] if len(found) == 1 else None

    def _period(self, measure: Measure, period: Period, reasons: dict[str, str]) -> Period:
        """The period a figure stands under: a level is told for the last day."""
        if measure.kind == Measure.Kind.STOCK:
            period = Period.day(period.end)
        if period.end > clock.today():
            reasons["period"] = _("这个时期还没有结束；只报已经发生的。")
        try:
            refuse_outside(measure, period)
        except Invalid as refusal:
            reasons["period"] = str(refusal.message)
        return period

    def _value(self, measure: Measure, values: Values, reasons: dict[str, str]) -> Decimal | None:
        if "value" not in values:
            return None
        written = _with_unit(values["value"], values.get("unit", ""))
        value = number_of(written, measure.unit, packaged_units())
        if value is None:
            told = {"text": written, "unit": measure.unit}
            reasons["value"] = _("“%(text)s”不是以“%(unit)s”计的数。") % told
            return None
        try:
            return checking.checked_value(value)
        except Invalid as refusal:
            reasons["value"] = str(refusal.message)
            return None


def _with_unit(value: str, unit: str) -> str:
    """The value with the unit of its column, where it does not bear one itself.

    >>> _with_unit("245.3", "万吨"), _with_unit("245.3万吨", "万吨"), _with_unit("3.5万", "吨")
    ('245.3万吨', '245.3万吨', '3.5万吨')
    """
    return value if value.endswith(unit) or number_of(value) is None else value + unit


def _check(user: User, rows: Sequence[StagedRow]) -> list[Verdict]:
    if user.region is None:
        raise Invalid(_("您还没有地区，不能导入。请系统管理员补上地区。"))
    reader = _Reader(user, user.region)
    reasons: list[dict[str, str]] = [{} for _row in rows]
    told = [reader.told(row.values, why) for row, why in zip(rows, reasons, strict=True)]
    there = figures_latest([one.key for one in told if one is not None and one.key is not None])
    return [
        _verdict(user, row, one, there.get(one.key) if one is not None and one.key is not None else None, why)
        for row, one, why in zip(rows, told, reasons, strict=True)
    ]


def _verdict(
    user: User, row: StagedRow, told: Told | None, there: Evidence | None, reasons: dict[str, str]
) -> Verdict:
    if told is None:
        return Verdict(reasons=reasons)
    resolved = {
        "subject": told.subject.pk if told.subject is not None else None,
        "measure": told.measure.pk,
        "period": str(told.period),
        "value": str(told.value),
    }
    if there is None:
        return Verdict(resolved=resolved)
    before = {**row.values}
    if there.value != told.value:
        before["value"] = value_words(there.value, told.measure.unit)
        _may_correct(user, row, there, reasons)
    return Verdict(there.pk, there.revision, before, reasons, resolved=resolved)


def _may_correct(user: User, row: StagedRow, there: Evidence, reasons: dict[str, str]) -> None:
    told = {
        "value": value_words(there.value, there.measure.unit),
        "who": reporter_words(there),
        "day": there.known_on.isoformat(),
    }
    if not checking.is_reporter(user, there):
        reasons["value"] = _("%(who)s已于 %(day)s 报送 %(value)s，只有报送的单位可以更正。") % told
    elif not row.values.get("reason"):
        reasons["reason"] = _("%(day)s 已报送 %(value)s。要更正请写明更正原因。") % told


def _commit(user: User, row: StagedRow) -> Evidence:
    told: Mapping[str, str] = row.resolved
    if row.file is None:
        raise NotFound
    source, value = f"{row.file.pk}:{row.number}", Decimal(told["value"])
    if row.record_id is not None:
        return evidence_correct(
            user=user,
            evidence_id=row.record_id,
            value=value,
            reason=row.values.get("reason", ""),
            file=row.file,
            source_kind=SOURCE,
            source_id=source,
        )
    return evidence_record(
        user=user,
        subject=_subject(user, told),
        measure=Measure.objects.get(pk=told["measure"]),
        series=Series.STATISTICAL,
        period=Period.parse(told["period"]),
        value=value,
        source_kind=SOURCE,
        source_id=source,
        file=row.file,
    )


def _subject(user: User, told: Mapping[str, str]) -> Subject:
    if told["subject"] is not None:
        return Subject.objects.get(pk=told["subject"])
    if user.region is None:
        raise NotFound
    return region_subject_ensure(user=user, region=user.region)


STATISTICS = declare(
    ImportSpec(
        name="statistics",
        title=pgettext_lazy("import", "统计数"),
        permission="evidence.statistics",
        back="evidence:list",
        help=gettext_lazy(
            "只用于统计局提供的地区和行业数据，一行一个数。已报送的数要更正时写明原因；单个企业的统计资料不得导入。"
        ),
        fields=(
            ImportField(
                "measure",
                (gettext_lazy("指标口径"), "指标", "指标名称", "项目名称", "measure"),
                Text(120),
                required=True,
                help=gettext_lazy("系统里的指标名称或代码。"),
                example="原煤产量",
            ),
            ImportField(
                "subject",
                (gettext_lazy("地区或产业"), "地区", "产业", "行业", "区域"),
                Text(120),
                help=gettext_lazy("不填就是全县。"),
                example="全县",
            ),
            ImportField(
                "period",
                (gettext_lazy("时期"), "报告期", "时间", "月份", "期别", "period"),
                Span(),
                required=True,
                help=gettext_lazy("2024年3月、2024年1—6月、2024年；时点数算到最后一天。"),
                example="2024年1—6月",
            ),
            ImportField(
                "value",
                (gettext_lazy("数值"), "本期数", "累计", "本期累计", "数据", "value"),
                Text(60),
                required=True,
                help=gettext_lazy("可以带单位，如 500万吨。"),
                example="245.3万吨",
            ),
            ImportField(
                "unit",
                (gettext_lazy("单位"), "计量单位", "unit"),
                Text(20),
                help=gettext_lazy("数值里没有写单位时填；都不写就按指标的基本单位。"),
            ),
            ImportField("reason", (gettext_lazy("更正原因"), "原因", "说明"), Text(300)),
        ),
        key=_key,
        check=_check,
        commit=_commit,
    )
)

"""What a cell of a form asks for: as a value, as people read it, and whether it may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.returns.forms import GROWTH, REGION, UNITS, VALUE, Labels, Vocabulary, vocabulary
from tiaodu.engine.tabular.values import unit_of
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.measures import name_in_language
from tiaodu.foundation.registry.models import UNIT_KINDS, Measure, Region, Subject, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.rooms.returns.tables import returns_data

SECTOR, ZONE, SUBJECT = "sector:", "zone:", "subject:"
USE = "superior"
# What an office tells of itself, and what is never put into a form: what somebody saw, what a document says.
TOLD_OF_REGIONS = (Series.STATISTICAL, Series.DISPATCH, Series.PAYMENT, Series.METER)
MOST_PLACES = 6
ZONES = (SubjectKind.PARK, SubjectKind.ZONE)


def words() -> Vocabulary:
    """The words forms are understood by."""
    return vocabulary(returns_data("forms.yaml"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A mapped cell. ``who``: ``region``, ``units`` (all units of the region together), ``sector:coal``,
    ``zone:12`` (the units of either together) or ``subject:12``; one series each, so that none are mixed;
    ``partial``: a sum is written although some units have not told theirs; ``take``: the figure itself, or
    its growth on the year before in per cent.
    """

    sheet: str
    cell: str
    measure: str
    who: str
    series: str
    span: str
    unit: str
    places: int = 2
    partial: bool = False
    labels: tuple[str, str] = ("", "")
    take: str = VALUE

    @property
    def at(self) -> str:
        """The place as an address says it."""
        return f"{self.sheet}!{self.cell}"

    @property
    def of_units(self) -> bool:
        """Whether it is a sum over units, read only as their forms allow."""
        return self.who == UNITS or self.who.startswith((SECTOR, ZONE))

    @property
    def kept(self) -> dict[str, Any]:
        return {**asdict(self), "labels": list(self.labels)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Asked:
        return cls(**{**kept, "labels": tuple(kept.get("labels", ("", "")))})

    @property
    def told_labels(self) -> Labels:
        return Labels(*self.labels)

    def counted_in(self) -> Unit:
        """The unit of the form; a unit nobody knows counts as itself."""
        return unit_of(self.unit, packaged_units()) or Unit(self.unit, self.unit)


def series_words(series: str) -> str:
    return str(Series(series).label)


TAKES = {VALUE: gettext_lazy("数值"), GROWTH: gettext_lazy("比上年同期增长（%）")}


def span_words(code: str) -> str:
    """A span in the reader's language."""
    english = get_language() == "en"
    return next((s.en if english else s.zh for s in words().spans if s.code == code), code)


def meant_words(asked: Asked) -> str:
    """The span a cell speaks of, and that it takes the growth where it does."""
    if asked.take == GROWTH:
        return _("%(span)s比上年同期增长") % {"span": span_words(asked.span)}
    return span_words(asked.span)


class Naming:
    """Measures and subjects of a region by code and key: read once for a page."""

    def __init__(self, region: Region) -> None:
        self.region = region

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {measure.code: measure for measure in Measure.objects.all()}

    @cached_property
    def subjects(self) -> dict[int, Subject]:
        found = Subject.objects.filter(
            region__path__startswith=self.region.path, merged_into=None, active=True
        )
        return {subject.pk: subject for subject in found.defer("keywords")}

    @cached_property
    def sectors(self) -> list[str]:
        """The fields of work of the region's units."""
        return sorted({s.sector for s in self.subjects.values() if s.kind in UNIT_KINDS and s.sector})

    def measure(self, code: str) -> str:
        found = self.measures.get(code)
        return name_in_language(found) if found else code

    def who(self, who: str) -> str:
        """Whom a cell is about, in words."""
        kind, _colon, key = who.partition(":")
        if who == REGION:
            return str(self.region)
        if who == UNITS:
            return _("全部填报企业合计")
        if kind == "sector":
            return _("%(sector)s企业合计") % {"sector": sector_name(key)}
        found = self.subjects.get(int(key)) if key.isdecimal() else None
        name = found.name if found else who
        return _("%(zone)s企业合计") % {"zone": name} if kind == "zone" else name

    def choices(self) -> list[tuple[str, str]]:
        """Whom a cell may be about."""
        zones = [f"{ZONE}{s.pk}" for s in self.subjects.values() if s.kind in ZONES]
        others = [
            f"{SUBJECT}{s.pk}"
            for s in self.subjects.values()
            if s.kind not in UNIT_KINDS and s.kind not in (SubjectKind.DEPARTMENT, SubjectKind.REGION)
        ]
        found = [REGION, UNITS, *(f"{SECTOR}{sector}" for sector in self.sectors), *zones, *others]
        return [(who, self.who(who)) for who in found]


def check(asked: Asked, naming: Naming) -> None:
    """Invalid where a cell cannot be asked like this: the series is not that of the subject, a firm would be
    told alone, the unit is not one of the measure.
    """
    told = {"cell": asked.cell, "who": naming.who(asked.who), "measure": naming.measure(asked.measure)}
    measure = naming.measures.get(asked.measure)
    if measure is None:
        raise Invalid(_("%(cell)s：没有“%(measure)s”这个指标口径。") % told)
    if asked.take not in TAKES:
        raise Invalid(_("%(cell)s：请选取数值还是增长。") % told)
    if asked.span not in {span.code for span in words().spans}:
        raise Invalid(_("%(cell)s：请选是哪个时期的数。") % told)
    if asked.who not in dict(naming.choices()):
        raise Invalid(
            _("%(cell)s：“%(who)s”不能单独上报。企业的数只作合计上报，单个企业的请由企业自己报。") % told
        )
    if asked.of_units and asked.series != Series.DISPATCH:
        raise Invalid(
            _(
                "%(cell)s：企业合计用的是企业报表的调度数；统计数只有统计局提供的地区和行业数，两种口径不能混。"
            )
            % told
        )
    if asked.series not in TOLD_OF_REGIONS:
        raise Invalid(_("%(cell)s：现场核查和文件所载的数不上报。") % told)
    if asked.take == GROWTH:
        _check_growth(asked, measure, told)
    elif asked.counted_in().base != measure.unit:
        told |= {"unit": asked.unit, "base": measure.unit}
        raise Invalid(_("%(cell)s：“%(measure)s”以%(base)s计，不能写成“%(unit)s”。") % told)
    if not 0 <= asked.places <= MOST_PLACES:
        raise Invalid(_("%(cell)s：小数位数在 0 到 6 之间。") % told)


def _check_growth(asked: Asked, measure: Measure, told: dict[str, Any]) -> None:
    """Growth is in per cent, of what can grow, and not of what grows at constant prices."""
    if measure.kind == Measure.Kind.RATIO:
        raise Invalid(_("%(cell)s：“%(measure)s”本身是比率，不算增长；请取数值。") % told)
    if measure.code.split(".")[0] in words().as_delivered:
        raise Invalid(
            _("%(cell)s：“%(measure)s”的增速按可比价格，只用统计局提供的增速指标，不由两年的数相除。") % told
        )
    if asked.unit != "%":
        raise Invalid(_("%(cell)s：增长的单位是 %%。") % told)

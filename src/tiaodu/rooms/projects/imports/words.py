"""How cells of a table of projects are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import ListOf, MappingOf, Number, Text, load_datafile, with_head
from tiaodu.engine.kernel.quantity import plain
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.tabular.grid import Cell
from tiaodu.engine.tabular.values import period_of
from tiaodu.foundation.lists.importing import parsers
from tiaodu.foundation.registry.sectors import sector_name, sectors
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.proofs import projects_data
from tiaodu.rooms.projects.tables import words_in

WAN = Decimal(10_000)
_OTHER = MappingOf(ListOf(Text()))
_SHAPE = with_head(
    {
        "least_total": Number(),
        "most_total": Number(),
        "kinds": _OTHER,
        "levels": _OTHER,
        "natures": _OTHER,
        "refused_states": ListOf(Text()),
    }
)
Offer = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Amounts in 元 between which a total investment is believed."""

    least: Decimal
    most: Decimal


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = load_datafile(projects_data("imports.yaml"), _SHAPE)
    return found


def limits() -> Limits:
    """The limits of data/projects/imports.yaml."""
    return Limits(_data()["least_total"], _data()["most_total"])


def refused_states() -> Sequence[str]:
    """Words of a state in which the approval platform has not decided for an applicant."""
    found: Sequence[str] = _data()["refused_states"]
    return found


def kinds() -> Offer:
    """The kinds of templates, with what tables call them."""
    other = _data()["kinds"]
    return [(kind, words_in(t.title), *other.get(kind, ())) for kind, t in package_templates().items()]


def levels() -> Offer:
    """The levels of projects; the usual one is written 一般."""
    return [(value, label, *_data()["levels"].get(value, ())) for value, label in Project.Level.choices]


def natures() -> Offer:
    """The kinds of building."""
    return [(value, label, *_data()["natures"].get(value, ())) for value, label in Project.Nature.choices]


def sector_offer() -> Offer:
    """The fields of work."""
    return [(code, sector_name(code)) for code in sectors()]


@dataclass(frozen=True, slots=True)
class Money(parsers.Number):
    """An amount in 元; figures alone are 万元, unless the heading says another unit. Shown in 万元."""

    unit: str = "元"
    places: int = 2
    written: str = "万元"

    def shown(self, value: Any) -> str:
        return "" if value is None else _("%(amount)s 万元") % {"amount": f"{plain(value / WAN):,f}"}


@dataclass(frozen=True, slots=True)
class PlannedDay(parsers.Day):
    """A day that is planned; of a month or a year its last day, as an office means it."""

    def read(self, cell: Cell) -> date:
        period = period_of(cell)
        if period is not None:
            return period.end
        return parsers.Day.read(self, cell)

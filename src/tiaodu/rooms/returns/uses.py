"""What figures of returns may be used for: the uses that their form states, and nothing of a survey."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation.evidence import uses
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import SOURCE, SURVEY, Return
from tiaodu.rooms.returns.tables import uses_words


def stated(use: str, rows: Collection[Evidence]) -> set[int]:
    """The keys of those figures whose form states ``use`` for the measure. Two queries, and each region's
    tables.
    """
    keys = {int(row.source_id) for row in rows if row.source_id.isdecimal()}
    types = dict(Return.objects.filter(pk__in=keys).values_list("pk", "type"))
    forms: dict[int, Mapping[str, ReturnType]] = {
        region.pk: forms_in(region)
        for region in Region.objects.filter(pk__in={row.region_id for row in rows})
    }
    return {row.pk for row in rows if _states(forms[row.region_id].get(_type_of(row, types)), row, use)}


def _type_of(row: Evidence, types: Mapping[int, str]) -> str:
    return types.get(int(row.source_id), "") if row.source_id.isdecimal() else ""


def _states(form: ReturnType | None, row: Evidence, use: str) -> bool:
    asked = form.of(row.measure.code) if form is not None else None
    return asked is not None and use in asked.uses


def none_stated(_use: str, _rows: Collection[Evidence]) -> frozenset[int]:
    """Answers to a survey are for statistics alone: never handed on."""
    return frozenset()


uses.register(SOURCE, words=uses_words, stated=stated)
uses.register(SURVEY, words=dict, stated=none_stated)

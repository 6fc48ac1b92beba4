"""Measures: those of the reader's vocabulary, what a county's own may be made of, and where one is used."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import load_plain
from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Measure, MeasureVersion

# Column of the register: field of data/vocabulary/measures.yaml.
_FIELDS = {"code": "key", "name": "name_zh", "name_en": "name_en", "unit": "unit", "kind": "kind"}


def measure_rows() -> list[dict[str, str]]:
    """Every measure of data/vocabulary/measures.yaml with the columns of :class:`Measure`."""
    return [_row(entry) for entry in _vocabulary("measures")["measures"]]


@lru_cache
def _vocabulary(name: str) -> dict[str, Any]:
    source = resources.files("tiaodu.data") / "vocabulary" / f"{name}.yaml"
    loaded: dict[str, Any] = load_plain(source.read_text(encoding="utf-8"))
    return loaded


def _row(entry: dict[str, Any]) -> dict[str, str]:
    row = {column: str(entry[field] or "") for column, field in _FIELDS.items()}
    return row | {"definition": str(entry["zh"]), "definition_en": str(entry["en"])}


def vocabulary_words() -> dict[str, str]:
    """The words that tell a measure in a text, with its code."""
    rows = _vocabulary("measures")["measures"]
    return {str(word): str(row["key"]) for row in rows for word in (row["name_zh"], *row.get("words", ()))}


def measures_missing() -> list[str]:
    """Codes of the vocabulary that the register does not have."""
    known = set(Measure.objects.values_list("code", flat=True))
    return [row["code"] for row in measure_rows() if row["code"] not in known]


@lru_cache(maxsize=1)
def first_words() -> dict[str, str]:
    """The closed list a measure's code begins with: word, and the name of the measure that is just it."""
    found: dict[str, str] = {}
    for row in measure_rows():
        word = row["code"].partition(".")[0]
        if word not in found or row["code"] == word:
            found[word] = row["name"] if row["code"] == word else ""
    return found


@lru_cache(maxsize=1)
def base_units() -> tuple[str, ...]:
    """The units a figure may be counted in: base units of the vocabulary, then its counting words."""
    units = [str(entry["base"]) for entry in _vocabulary("units")["units"]]
    return tuple(dict.fromkeys([*units, *_vocabulary("classifiers")["arabic"]]))


def uses_of(measure: Measure, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """How many rows of each table name the measure, by the table's label, whatever room it is in."""
    found: Counter[str] = Counter()
    for field in references():
        if count := field.model._base_manager.using(using).filter(**{field.name: measure}).count():
            found[field.model._meta.label_lower] += count
    return found


def references() -> list[Any]:
    """Every foreign key to a measure, except that of its own versions."""
    fields = (field for model in apps.get_models() for field in model._meta.get_fields())
    return [
        field
        for field in fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is Measure
        and field.model is not MeasureVersion
    ]


def measure_holds(measure: Measure, period: Period) -> bool:
    """Whether a figure of ``measure`` may be given for ``period``: the whole of it lies in the validity."""
    begins = measure.valid_from is None or measure.valid_from <= period.start
    ends = measure.valid_to is None or period.end <= measure.valid_to
    return begins and ends


def refuse_outside(measure: Measure, period: Period) -> None:
    """Invalid when :func:`measure_holds` does not: says from when to when the measure holds."""
    if measure_holds(measure, period):
        return
    raise Invalid(
        _("指标口径“%(name)s”在 %(span)s 有效，%(period)s 不在其内，不能填报。请改用当时有效的口径。")
        % {"name": measure.name, "span": validity_words(measure), "period": period}
    )


def validity_words(measure: Measure) -> str:
    """From when to when a measure holds, in words."""
    begin = measure.valid_from.isoformat() if measure.valid_from else ""
    end = measure.valid_to.isoformat() if measure.valid_to else ""
    if begin and end:
        return _("%(begin)s 至 %(end)s") % {"begin": begin, "end": end}
    if begin:
        return _("%(begin)s 起") % {"begin": begin}
    return _("%(end)s 止") % {"end": end} if end else _("长期")


def name_in_language(row: Measure | MeasureVersion) -> str:
    """The name of a measure, or of a version of it, in the reader's language."""
    english = (get_language() or "").startswith("en")
    return str(row.name_en if english and row.name_en else row.name)


def definition_in_language(row: Measure | MeasureVersion) -> str:
    """The definition in the reader's language."""
    english = (get_language() or "").startswith("en")
    return str(row.definition_en if english and row.definition_en else row.definition)


def version_on(versions: list[MeasureVersion], day: date) -> MeasureVersion:
    """Of all versions of a measure the one that holds on ``day``, as known then; the first always did."""
    first, *later = sorted(versions, key=lambda version: version.revision)
    holding = [v for v in later if v.known_on <= day and (v.valid_from is None or v.valid_from <= day)]
    return holding[-1] if holding else first

"""The page of one return: its cells with what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.returns.states import Verb
from tiaodu.engine.returns.types import Asked, ReturnType
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.registry.measures import name_in_language
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.models import BroughtFile, Return
from tiaodu.rooms.returns.rules import in_unit, read_typed
from tiaodu.rooms.returns.selectors.checking import Found, found_in
from tiaodu.rooms.returns.selectors.told import Beside, beside, course_of, figures_in
from tiaodu.rooms.returns.tables import RUNGS, basis_words, form_note, form_title, use_words


@dataclass(frozen=True)
class Cell:
    """One question of a form: what was typed or told, what stood there before, what is said to it."""

    number: int
    asked: Asked
    measure: Measure
    text: str = ""
    told: Evidence | None = None
    held: bool = False  # told by another return: shown, not asked
    before: Beside = field(default_factory=Beside)
    said: tuple[Found, ...] = ()
    wrong: str = ""

    @property
    def name(self) -> str:
        return f"v-{self.number}"

    @property
    def title(self) -> str:
        return name_in_language(self.measure)

    @property
    def help(self) -> str:
        return self.asked.help_en if get_language() == "en" else self.asked.help

    @property
    def uses(self) -> str:
        return "、".join(use_words(use) for use in self.asked.uses)


def typed_of(form: ReturnType, posted: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a form that was posted, by measure."""
    return {
        asked.measure: str(posted[f"v-{number}"])
        for number, asked in enumerate(form.asked)
        if f"v-{number}" in posted
    }


def cells_of(
    row: Return,
    form: ReturnType,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    for_firm: bool,
) -> list[Cell]:
    """The cells of a return, in the order of the form, in a fixed number of queries.

    ``typed`` takes the place of the draft; ``wrong`` adds what a service refused.
    """
    course = course_of(row, form)
    there = figures_in(row, form)
    measures = {m.code: m for m in Measure.objects.filter(code__in=[a.measure for a in form.asked])}
    texts = _texts(row, form, there, typed)
    read = read_typed(form, texts)
    values = {**{code: told.value for code, told in there.items() if told.value is not None}, **read.values}
    said = found_in(row, form, values, for_firm=for_firm, course=course) if values else []
    around = beside(form, row.period, course)
    faults = {**read.wrong, **(wrong or {})}
    return [
        Cell(
            number=number,
            asked=asked,
            measure=measures[asked.measure],
            text=texts.get(asked.measure, ""),
            told=there.get(asked.measure),
            held=_is_held(row, there.get(asked.measure)),
            before=around[asked.measure],
            said=tuple(flag for flag in said if flag.measure == asked.measure),
            wrong=faults.get(asked.measure, ""),
        )
        for number, asked in enumerate(form.asked)
        if asked.measure in measures
    ]


def _texts(
    row: Return, form: ReturnType, there: Mapping[str, Evidence], typed: Mapping[str, str] | None
) -> dict[str, str]:
    """What stands in the cells: what was typed, the draft, else what was told."""
    told = {
        code: in_unit(asked, figure.value)
        for code, figure in there.items()
        if (asked := form.of(code)) is not None and figure.value is not None
    }
    return {**told, **(row.draft if typed is None else typed)}


def _is_held(row: Return, told: Evidence | None) -> bool:
    return told is not None and told.source_id != str(row.pk)


def minutes_words(minutes: Decimal) -> str:
    """About how long it takes."""
    return _("约 %(minutes)s 分钟") % {"minutes": f"{minutes.normalize():f}"}


def context_of(row: Return, form: ReturnType, cells: list[Cell], *, unit: bool) -> dict[str, Any]:
    """What the pages of one return have in common."""
    entries = log_of(row, cells)
    asked = (one for one in entries if one.entry.verb in (Verb.QUESTIONED, Verb.SENT_BACK))
    return {
        "form": form,
        "asked": next(asked, None),
        "title": form_title(form),
        "basis": basis_words(form),
        "note": form_note(form),
        "minutes": minutes_words(form.minutes),
        "cells": cells,
        "entries": entries,
        "brought": _pending(row),
        "closes": form.closes(row.period),
        "unit": unit,
    }


def _pending(row: Return) -> list[BroughtFile]:
    """Files handed in by officials that nobody of the firm has decided on."""
    return list(row.brought.filter(decision__isnull=True).select_related("file", "by"))


@dataclass(frozen=True)
class Logged:
    """An entry of the log in words: who, what, and the figures a correction changed."""

    entry: Any
    text: str
    measures: str
    changes: tuple[tuple[str, Decimal | None, Decimal | None, str], ...]


def log_of(row: Return, cells: list[Cell]) -> list[Logged]:
    """The whole log of a return, the newest first."""
    named = {cell.asked.measure: cell for cell in cells}
    entries = row.entries.select_related("by", "department").order_by("-pk")
    return [
        Logged(
            entry,
            str(RUNGS.get(entry.text, entry.text)) if entry.verb == Verb.ESCALATED else entry.text,
            "、".join(named[code].title for code in entry.measures if code in named and not entry.changes),
            tuple(
                (named[code].title, _number(old), _number(new), named[code].measure.unit)
                for code, (old, new) in entry.changes.items()
                if code in named
            ),
        )
        for entry in entries
    ]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

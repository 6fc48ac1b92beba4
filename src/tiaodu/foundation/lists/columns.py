"""What a list is declared with. One declaration serves the table, the phone card and Excel."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.db.models import Q
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Label = Any  # a str or a lazily translated one


def attribute(row: Any, path: str) -> Any:
    """The value at ``task.subject.name`` or ``task__subject__name``; None where the path breaks."""
    for name in path.replace("__", ".").split("."):
        row = row.get(name) if isinstance(row, dict) else getattr(row, name, None)
        if callable(row):
            row = row()
        if row is None:
            return None
    return row


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a row.

    ``cell`` is a template (``…/cell.html``, given ``row``), a function of the row, or None for Excel's value.
    ``sort`` names ORM fields of a queryset, or is a key function for a sequence; empty: unsorted.
    ``export`` gives the Excel value, None the attribute ``key``; ``exported`` False leaves the column out.
    ``card`` says where it stands on a phone: ``title``, ``line``, ``aside`` (beside the title) or ``hidden``.
    ``width`` is a css class: ``narrow``, ``medium``, ``wide``, or empty. ``shown`` False keeps it off screen
    and paper until a person ticks it.
    """

    key: str
    title: Label
    cell: str | Callable[[Any], Any] | None = None
    sort: Sequence[str] | Callable[[Any], Any] = ()
    numeric: bool = False
    export: Callable[[Any], Any] | None = None
    exported: bool = True
    card: str = "line"
    width: str = ""
    shown: bool = True

    def render(self, row: Any) -> SafeString:
        """The cell as safe HTML; nothing is shown as a dash."""
        if isinstance(self.cell, str):
            return mark_safe(get_template(self.cell).render({"row": row}).strip())  # noqa: S308
        value = self.cell(row) if self.cell else self.value(row)
        if value is None or value == "":
            return mark_safe('<span class="none">—</span>')
        return SafeString(conditional_escape(value))

    def value(self, row: Any) -> Any:
        """The value for Excel."""
        return self.export(row) if self.export else attribute(row, self.key)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with a count. ``where``: a Q for querysets, a predicate for sequences; ``light``: its dot."""

    key: str
    title: Label
    where: Q | Callable[[Any], bool]
    light: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A drop-down filter. ``options`` are (value, label); ``where`` makes a Q or a predicate of the value."""

    key: str
    title: Label
    options: Sequence[tuple[str, Label]]
    where: Callable[[str], Q | Callable[[Any], bool]]


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list teaches: what this is, one example, the button to begin."""

    title: Label
    text: Label = ""
    example: Label = ""
    url: str = ""
    button: Label = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Fields searched by every word of ``q``."""

    fields: Sequence[str] = field(default_factory=tuple)

    def condition(self, words: Sequence[str]) -> Q:
        """Each word in any of the fields."""
        each = (reduce(operator.or_, (Q(**{f"{f}__icontains": w}) for f in self.fields)) for w in words)
        return reduce(operator.and_, each, Q())

    def matches(self, row: Any, words: Sequence[str]) -> bool:
        """The same for a row of a sequence."""
        text = "\n".join(str(attribute(row, f) or "") for f in self.fields).casefold()
        return all(word.casefold() in text for word in words)

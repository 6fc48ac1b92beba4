"""The rows of a what-if: one change each, chosen from the county's tree of the day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.outlook.model import Adds, Arrivals, Node
from tiaodu.engine.outlook.months import month_of, month_text
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.outlook.what_if.base import Base, leading_to
from tiaodu.rooms.outlook.what_if.changes import (
    FIELDS,
    KINDS,
    MOST,
    ChangeError,
    Wish,
    as_data,
    is_stop,
    wish_of,
)
from tiaodu.rooms.outlook.what_if.lines import Line

Options = list[tuple[str, list[tuple[str, str]]]]
_KIND = re.compile(r"(\d{1,4})-kind")
_LABELS: Mapping[str, Any] = {
    "days": gettext_lazy("晚几天（早写负数）"),
    "day": gettext_lazy("哪一天"),
    "count": gettext_lazy("增加几个"),
    "first": gettext_lazy("从哪个月"),
    "last": gettext_lazy("到哪个月"),
    "left": gettext_lazy("还剩多少"),
    "percent": gettext_lazy("按原来的"),
    "amount": gettext_lazy("每月加（减写负数）"),
}
_ON: Mapping[str, Any] = {
    "move": gettext_lazy("哪一步"),
    "fix": gettext_lazy("哪一步"),
    "add": gettext_lazy("加在哪里"),
    "stop": gettext_lazy("停哪一处"),
    "scale": gettext_lazy("哪个量"),
    "plus": gettext_lazy("哪个量"),
}
ABOUT: Mapping[str, Any] = {
    "move": gettext_lazy("项目的一步晚几天或提前几天"),
    "fix": gettext_lazy("项目的一步就在这一天办结"),
    "add": gettext_lazy("从某天起多一条线、一座矿"),
    "stop": gettext_lazy("一座矿、一条线停几个月"),
    "scale": gettext_lazy("价格、产量按几成算"),
    "plus": gettext_lazy("每个月多出或少掉多少"),
}
UNITS: Mapping[str, Any] = {"days": gettext_lazy("天"), "left": "%", "percent": "%"}


@dataclass(frozen=True)
class Choices:
    """What may be changed, by kind of change and in groups, as far as it moves the lines a person sees."""

    of: Mapping[str, Options]
    units: Mapping[str, str]

    @property
    def kinds(self) -> list[str]:
        """The kinds for which there is something to choose."""
        return [kind for kind in KINDS if self.of[kind]]


def choices_of(base: Base, lines: Iterable[Line]) -> Choices:
    """Nodes that ``lines`` hang on, by subject, and the open steps that lead to them, by project."""
    tree, seen = base.case.tree, list(lines)
    nodes = [tree.nodes[key] for key in tree.needed(dict.fromkeys(x.node for x in seen if not x.is_day))]
    steps = [*tree.dates([node.key for node in nodes]), *(line.node for line in seen if line.is_day)]
    dated = _stepped(base, leading_to(base.county.steps, steps))
    flows = _grouped(base, nodes, lambda node: node.adds is Adds.SUM or is_stop(base.case, node.key))
    every = _grouped(base, nodes, lambda _node: True)
    added = _grouped(base, nodes, lambda node: isinstance(node.kind, Arrivals))
    by_kind = {"move": dated, "fix": dated, "add": added, "stop": flows, "scale": every, "plus": every}
    return Choices(by_kind, {node.key: node.unit for node in nodes})


def _stepped(base: Base, keys: Iterable[str]) -> Options:
    """Steps that are not finished, each project a group."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key in keys:
        step = base.county.steps.get(key)
        if step is None or step.finished is not None or key not in base.case.inputs.dates:
            continue
        title = step.title
        if step.promised is not None:
            title = _("%(step)s（承诺 %(day)s）") % {"step": title, "day": step.promised}
        found.setdefault(step.about.label, []).append((key, title))
    return list(found.items())


def _grouped(base: Base, nodes: Sequence[Node], wanted: Callable[[Node], bool]) -> Options:
    """Nodes by the subject they speak of, those of a subject in the order of their titles."""
    found: dict[str, list[tuple[str, str]]] = {}
    for node in nodes:
        if not wanted(node):
            continue
        subject = base.county.places.subjects.get(node.key.partition(":")[0])
        group = subject.name if subject is not None else _("其他")
        title = node.title or node.key
        title = f"{title}（{node.unit}）" if node.unit else title
        found.setdefault(group, []).append((node.key, title))
    return [(group, found[group]) for group in sorted(found, key=lambda name: (name == _("其他"), name))]


class ChangeForm(forms.Form):
    """One change; what it says is ``wish`` once it is valid."""

    use_required_attribute = False

    def __init__(self, kind: str, choices: Choices, base: Base, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kind, self.base, self.wish = kind, base, None
        blank = [("", _("请选择"))]
        self.fields["on"] = forms.ChoiceField(label=_ON[kind], choices=[*blank, *choices.of[kind]])
        unknown = _("这一项不在 %(day)s 的推演模型里，请另选。") % {"day": base.day}
        self.fields["on"].error_messages |= {"invalid_choice": unknown, "required": _("请选要改的是什么。")}
        for name in FIELDS[kind]:
            self.fields[name] = _field(name, base)
            self.fields[name].error_messages["required"] = _("请填这一项。")

    wish: Wish | None

    @property
    def title(self) -> Any:
        return KINDS[self.kind]

    @property
    def number(self) -> str:
        return str(self.prefix)

    @property
    def bound_fields(self) -> list[tuple[Any, Any]]:
        """Each field with the unit that stands beside it."""
        return [(self[name], UNITS.get(name, "")) for name in self.fields]

    def clean(self) -> dict[str, Any]:
        told = dict(super().clean() or {})
        if self.errors:
            return told
        data = {name: _plain(told[name]) for name in ("on", *FIELDS[self.kind])}
        try:
            wish = wish_of({"kind": self.kind, **data})
        except ChangeError as error:
            self.add_error(error.field if error.field in self.fields else None, error.message)
            return told
        for name in ("first", "last"):
            month = getattr(wish, name)
            if month is not None and month not in self.base.months:
                words = _("推演的月份是 %(months)s。") % {
                    "months": str(self.base.months).replace("..", " – ")
                }
                self.add_error(name, words)
        if wish.day is not None and wish.day < self.base.day:
            self.add_error("day", _("不能早于研判日 %(day)s。") % {"day": self.base.day})
        self.wish = wish
        return told


def _field(name: str, base: Base) -> forms.Field:
    label = _LABELS[name]
    if name == "day":
        return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    if name in ("first", "last"):
        first, last = (month_text(month) for month in (base.months.first, [*base.months][-1]))
        shown = forms.TextInput({"type": "month", "min": first, "max": last, "placeholder": first})
        return forms.CharField(label=label, max_length=7, widget=shown)
    whole = name == "days"
    number = forms.NumberInput({"step": "1" if whole else "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, widget=number)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def rows_of(query: QueryDict, choices: Choices, base: Base) -> list[ChangeForm]:
    """The rows an address asks for, in its order. Raises Invalid for too many."""
    numbers = sorted({int(found[1]) for key in query if (found := _KIND.fullmatch(key))})
    if len(numbers) > MOST:
        told = {"most": MOST, "count": len(numbers)}
        raise Invalid(_("一次最多改 %(most)s 项，现在有 %(count)s 项。") % told)
    dropped, rows = query.get("drop", ""), []
    for number in numbers:
        kind = query.get(f"{number}-kind", "")
        if str(number) == dropped or kind not in KINDS:
            continue
        written = any(query.get(f"{number}-{name}") for name in FIELDS[kind])
        prefilled = {**first_guess(kind, base), "on": query.get(f"{number}-on", "")}
        bound: dict[str, Any] = {"data": query} if written else {"initial": prefilled}
        rows.append(ChangeForm(kind, choices, base, prefix=str(number), **bound))
    about = query.get("about", "")
    added, on = (_natural(about, choices), about) if about else (query.get("add", ""), query.get("on", ""))
    if added in choices.kinds and len(rows) < MOST:
        begin = {**first_guess(added, base), "on": on}
        number = max(numbers, default=0) + 1
        rows.append(ChangeForm(added, choices, base, prefix=str(number), initial=begin))
    return rows


def _natural(on: str, choices: Choices) -> str:
    """The kind of change one thinks of first for a step or a node; empty for what cannot be changed."""
    offered = {kind: {key for _group, each in choices.of[kind] for key, _title in each} for kind in KINDS}
    return next((kind for kind in ("move", "add", "stop", "scale") if on in offered[kind]), "")


def first_guess(kind: str, base: Base) -> dict[str, Any]:
    """What a new row begins with: the month after the day to the end of the run, a tenth, a month later."""
    last = [*base.months][-1]
    first = min(month_of(base.day) + 1, last)
    months = {"first": month_text(first), "last": month_text(last)}
    guesses: Mapping[str, dict[str, Any]] = {
        "move": {"days": 30},
        "fix": {"day": base.day + timedelta(days=30)},
        "add": {"count": 1, "day": base.day + timedelta(days=31)},
        "stop": {**months, "last": month_text(min(first + 1, last)), "left": 0},
        "scale": {**months, "percent": 90},
        "plus": months,
    }
    return guesses[kind]


def filled(wishes: Sequence[Wish]) -> QueryDict:
    """The address that asks for ``wishes``."""
    query = QueryDict(mutable=True)
    for number, wish in enumerate(wishes, 1):
        for name, value in as_data(wish).items():
            query[f"{number}-{name}"] = f"{value:.12g}" if isinstance(value, float) else str(value)
    return query

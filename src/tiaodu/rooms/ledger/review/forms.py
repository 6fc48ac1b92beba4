"""What a person corrects or answers about a statement."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.kernel.numerals import parse_number
from tiaodu.engine.kernel.quantity import Quantity, Unit, plain
from tiaodu.engine.reading import load_vocabulary
from tiaodu.rooms.documents.models import Statement
from tiaodu.rooms.documents.services.statements import due_typed
from tiaodu.rooms.documents.words import COMPARATORS, KINDS
from tiaodu.rooms.ledger.review.measures import measure_choices, shown_value

_SCALES = (("百万", Decimal(10**6)), ("亿", Decimal(10**8)), ("万", Decimal(10**4)))


def base_quantity(number: str, unit: str) -> tuple[Decimal | None, str]:
    """A figure as it is typed (500 and 万吨, 18.88亿 and 元) in its base unit. Raises ValidationError."""
    text = number.replace("，", "").replace(",", "").replace(" ", "")
    if not text:
        return None, unit.strip()
    value = parse_number(text.lstrip("-"))
    if value is None:
        raise forms.ValidationError(
            _("“%(typed)s”不是数字。可以写 500、18.88、500万。") % {"typed": number[:20]}
        )
    value = -value if text.startswith("-") else value
    scale, rest = _scaled(unit.strip())
    known = load_vocabulary().units.words.get(rest)
    if known is None:
        return plain(value * scale), unit.strip() if scale == 1 else rest
    found = Quantity.of(value * scale, Unit(known.written, known.base, Decimal(str(known.factor))))
    return found.value, found.unit


def _scaled(unit: str) -> tuple[Decimal, str]:
    """万吨 is ten thousand 吨."""
    for word, scale in _SCALES:
        if unit.startswith(word) and len(unit) > len(word):
            return scale, unit[len(word) :]
    return Decimal(1), unit


class StatementForm(forms.Form):
    """Every part of a statement that can be corrected. ``asks_year``: a time limit far from the plan year
    is to be confirmed.
    """

    asks_year = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("类别"), choices=[(key, words) for key, words in KINDS.items()]
    )
    subject = forms.CharField(label=gettext_lazy("主体"), max_length=200, required=False)
    action = forms.CharField(label=gettext_lazy("做什么"), max_length=300, required=False)
    measure_key = forms.ChoiceField(label=gettext_lazy("指标口径"), required=False)
    comparator = forms.ChoiceField(
        label=gettext_lazy("比较"), choices=[(key, words) for key, words in COMPARATORS.items()]
    )
    value = forms.CharField(label=gettext_lazy("数值"), max_length=40, required=False)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=20, required=False)
    increment = forms.BooleanField(label=gettext_lazy("增量（在原有基础上新增）"), required=False)
    due_text = forms.CharField(label=gettext_lazy("时限"), max_length=40, required=False)
    year_confirmed = forms.BooleanField(label=gettext_lazy("年份无误"), required=False)
    settled = forms.BooleanField(label=gettext_lazy("待问的事项都已核实"), required=False)
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def __init__(self, statement: Statement, data: Mapping[str, Any] | None = None) -> None:
        names = ("version", "kind", "subject", "action", "measure_key", "comparator", "unit", "increment")
        initial = {name: getattr(statement, name) for name in names}
        initial |= {"value": shown_value(statement.value), "due_text": due_typed(statement)}
        super().__init__(data, initial=initial)
        choices = [("", _("（不选）")), *measure_choices()]
        if statement.measure_key and statement.measure_key not in dict(choices):
            choices.append((statement.measure_key, statement.measure_key))
        field = self.fields["measure_key"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = choices
        self.fields["due_text"].widget.attrs["placeholder"] = _("6月底、2024-06-30、批复后5个工作日")

    def clean(self) -> dict[str, Any]:
        """The figure in its base unit."""
        return _with_base_quantity(self, super().clean() or {})

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        apart = {"version", "settled", "reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


class AnswerForm(forms.Form):
    """The answer to what is asked: a date, a figure, or nothing where what was read is right as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    due_text = forms.CharField(max_length=40, required=False)
    value = forms.CharField(max_length=40, required=False)
    unit = forms.CharField(max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        return _with_base_quantity(self, super().clean() or {})

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("due_text", "value", "unit")}


def _with_base_quantity(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    try:
        value, unit = base_quantity(cleaned.get("value", ""), cleaned.get("unit", ""))
    except forms.ValidationError as error:
        form.add_error("value", error)
        return cleaned
    return cleaned | {"value": value, "unit": unit}


def cuts_in(clause: str, typed: str, *, start: int) -> list[int]:
    """Offsets at which ``typed`` breaks ``clause`` into lines; ValidationError when more than line breaks
    changed.

    >>> cuts_in("建成22条、建成36条", "建成22条、\\n建成36条", start=10)
    [16]
    """
    lines = [line for line in typed.replace("\r\n", "\n").split("\n") if line.strip()]
    if "".join("".join(lines).split()) != "".join(clause.split()):
        raise forms.ValidationError(_("只能换行，不能改字：请在要断开的地方按回车。"))
    cuts, position = [], 0
    for line in lines[:-1]:
        for character in "".join(line.split()):
            position = clause.index(character, position) + 1
        cuts.append(start + position)
    return cuts

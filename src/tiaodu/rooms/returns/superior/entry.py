"""What is asked of a person: a blank, a cell, a month."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.forms import GROWTH, VALUE, labels_of, place_of
from tiaodu.foundation import clock
from tiaodu.rooms.returns.superior.blanks import Sheet
from tiaodu.rooms.returns.superior.cells import (
    MOST_PLACES,
    TAKES,
    TOLD_OF_REGIONS,
    Asked,
    Naming,
    series_words,
    span_words,
    words,
)

MONTH = forms.TextInput(attrs={"type": "month"})


class NewForm(forms.Form):
    """A blank for the first time."""

    title = forms.CharField(label=_("表名"), max_length=120)
    issuer = forms.CharField(
        label=_("哪个上级单位要的"), max_length=80, help_text=_("例如：市工业和信息化局。")
    )
    file = forms.FileField(label=_("空白表（xlsx）"), help_text=_("格式、合并格、公式都会保留。"))


class BlankForm(forms.Form):
    """A new blank of the same form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(label=_("新的空白表（xlsx）"))


class VersionForm(forms.Form):
    """The form as it was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MonthForm(forms.Form):
    """A month of the form."""

    month = forms.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", label=_("月份"), widget=MONTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = clock.today().replace(day=1)
        last = (
            first.replace(year=first.year - 1, month=12)
            if first.month == 1
            else first.replace(month=first.month - 1)
        )
        self.fields["month"].initial = f"{last:%Y-%m}"

    def clean_month(self) -> Period:
        return Period.parse(self.cleaned_data["month"])


class ReadForm(MonthForm):
    """A filled form of another platform."""

    file = forms.FileField(label=_("填好的表（Excel）"))


class CellForm(forms.Form):
    """What a cell asks for."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    measure = forms.ChoiceField(label=_("指标口径"))
    who = forms.ChoiceField(label=_("谁的数"))
    series = forms.ChoiceField(label=_("数据口径"), help_text=_("一格只用一种口径，不混。"))
    span = forms.ChoiceField(label=_("哪个时期"))
    take = forms.ChoiceField(
        label=_("取什么"),
        choices=list(TAKES.items()),
        required=False,
        help_text=_("增长用本期和上年同期两个数算；1月不单独算，2月算1—2月。"),
    )
    unit = forms.CharField(
        label=_("单位"), max_length=20, required=False, help_text=_("例如：万吨、万元、亿元；增长是 %。")
    )
    places = forms.IntegerField(label=_("小数位数"), min_value=0, max_value=MOST_PLACES)
    partial = forms.BooleanField(
        label=_("有企业没报也先填"), required=False, help_text=_("不勾：报齐才填；勾了会注明缺哪些。")
    )
    until = forms.IntegerField(
        label=_("这一列一直到第几行"),
        required=False,
        min_value=1,
        help_text=_("不填就是这一格。填了的话，下面各行按行名换指标或主体，时期、单位照这一格。"),
    )

    def __init__(self, *args: Any, naming: Naming, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = sorted((naming.measure(code), code) for code in naming.measures)
        self._choose("measure", [(code, name) for name, code in measures])
        self._choose("who", naming.choices())
        self._choose("series", [(series.value, series_words(series)) for series in TOLD_OF_REGIONS])
        self._choose("span", [(span.code, span_words(span.code)) for span in words().spans])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Growth is in per cent whatever stood in the field; a figure needs its unit."""
        told = super().clean() or {}
        told["take"] = told.get("take") or VALUE
        if told["take"] == GROWTH:
            told["unit"] = "%"
        elif not told.get("unit"):
            self.add_error("unit", _("请写单位。"))
        return told

    def asked(self, sheet: Sheet, cell: str, suggested: dict[str, Asked]) -> list[Asked]:
        """The cell, and those below it down to ``until`` that wait for a figure and are understood."""
        told = {k: v for k, v in self.cleaned_data.items() if k not in ("version", "until")}
        labels = sheet.labels(cell)
        first = Asked(sheet=sheet.name, cell=cell, labels=(labels.row, labels.column), **told)
        found, place = [first], place_of(cell)
        if place is None or not self.cleaned_data["until"]:
            return found
        for row in range(place[0] + 1, min(self.cleaned_data["until"], len(sheet.grid.rows))):
            below = f"{cell.rstrip('0123456789')}{row + 1}"
            like = suggested.get(f"{sheet.name}!{below}")
            if like is not None and sheet.open_at(below):
                around = labels_of(sheet.grid, row, place[1])
                kept = first.kept | {
                    "cell": below,
                    "measure": like.measure,
                    "who": like.who,
                    "series": like.series,
                }
                found.append(
                    Asked.read(kept | {"unit": _fitting(first, like), "labels": [around.row, around.column]})
                )
        return found


def _fitting(first: Asked, like: Asked) -> str:
    """The unit of the first cell where it fits the measure of a row below, else that which stands there."""
    if first.take == GROWTH:
        return first.unit
    return first.unit if first.counted_in().base == like.counted_in().base else like.unit

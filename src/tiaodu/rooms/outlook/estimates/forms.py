"""The form of an estimate: one figure in the unit people say it in, or one day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.registry.forms import day_input
from tiaodu.rooms.outlook.estimates.own import Own


class EstimateForm(forms.Form):
    """What one thinks is most likely; ``version`` is what it was filled in to."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, own: Own, data: Any = None) -> None:
        current, self.factor = own.current, own.promise.scale[0]
        self.is_day, self.unit = own.promise.is_day, "" if own.promise.is_day else own.promise.scale[1]
        super().__init__(data, initial={"version": own.version}, auto_id="estimate-%s")
        value = current.value if current is not None else None
        self.fields["value"] = _day(value) if self.is_day else _figure(value, self.factor, own)

    @property
    def told(self) -> float:
        """What was filled in, as estimates keep it."""
        value = self.cleaned_data["value"]
        return float(value.toordinal()) if self.is_day else float(value * self.factor)


def _day(value: float | None) -> forms.DateField:
    initial = date.fromordinal(int(value)) if value is not None else None
    return forms.DateField(label=_("您看最可能哪天办成"), widget=day_input(), initial=initial)


def _figure(value: float | None, factor: int, own: Own) -> forms.DecimalField:
    label = _now("您看到 %(due)s 最可能是多少") % {"due": own.promise.due}
    initial = None if value is None else (Decimal(repr(value)) / factor).normalize()
    return forms.DecimalField(
        label=label,
        max_digits=16,
        decimal_places=6,
        initial=None if initial is None else f"{initial:f}",
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "autocomplete": "off"}),
    )

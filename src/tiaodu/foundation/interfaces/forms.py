"""What is asked for when a token is given out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.evidence import uses
from tiaodu.foundation.interfaces import scopes
from tiaodu.foundation.registry.models import UNIT_KINDS, Region, Subject

USUAL = timedelta(days=180)


class TokenForm(forms.Form):
    """A token: for which system, what it may do, until when; of a firm or of the county."""

    system = forms.CharField(
        label=_("哪个系统"), max_length=60, help_text=_("写它的名称，例如：市工业运行监测平台。")
    )
    firm = forms.ModelChoiceField(
        label=_("企业"),
        queryset=Subject.objects.none(),
        required=False,
        empty_label=_("不是企业的系统"),
        help_text=_("企业自己的系统选本企业：令牌由企业的人领取，您看不到。"),
    )
    region = forms.ModelChoiceField(label=_("地区"), queryset=Region.objects.none(), empty_label=None)
    scopes = forms.MultipleChoiceField(
        label=_("可以做什么"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("填报只给企业自己的系统。"),
    )
    use = forms.ChoiceField(
        label=_("企业报表的数用于"),
        required=False,
        help_text=_("不选就取不到企业在报表里报的数；企业报数时写明了这项用途的才给。"),
    )
    until = forms.DateField(
        label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    per_minute = forms.IntegerField(label=_("每分钟次数"), min_value=1)
    purpose = forms.CharField(
        label=_("用途说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, administrator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + USUAL
        self.fields["per_minute"].initial = scopes.usual_per_minute()
        path = scope_of(administrator).region_path
        regions = Region.objects.filter(path__startswith=path) if path else Region.objects.none()
        firms = Subject.objects.filter(region__in=regions, kind__in=UNIT_KINDS, active=True)
        for name, rows in (("region", regions), ("firm", firms.filter(merged_into=None))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
            field.queryset = rows
        self.fields["region"].initial = administrator.region
        every = dict.fromkeys((*scopes.scopes_of(scopes.OFFICIAL), *scopes.scopes_of(scopes.FIRM)))
        self._choose("scopes", [(code, scopes.scope_words(code)) for code in every])
        self._choose("use", [("", "—"), *uses.words().items()])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices


class RevokeForm(forms.Form):
    """Why a token ends."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("停用原因"), max_length=300)


class FetchForm(forms.Form):
    """The token as it was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)

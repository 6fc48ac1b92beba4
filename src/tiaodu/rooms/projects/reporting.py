"""What is filled in about a month's investment, an agreement's figure, an input. Amounts of money in 万元."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.rooms.projects.forms import amount_field

WAN = Decimal(10_000)


class ReportForm(forms.Form):
    """A month of a project: done and paid since January, and words."""

    done = amount_field(_("本年累计完成投资"), required=False)
    paid = amount_field(_("本年累计资金支付"), required=False)
    next_month = amount_field(_("下月计划投资"), required=False)
    text = forms.CharField(
        label=_("形象进度"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("现场到了哪一步，如“二号车间主体封顶，设备到货六成”。"),
    )
    problem = forms.CharField(
        label=_("存在问题"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("更正或核减原因"), max_length=300, required=False, help_text=_("改已报的数、累计变小时必填。")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def amounts(self) -> dict[str, Any]:
        """What the service takes, money in 元."""
        told = dict(self.cleaned_data)
        for name in ("done", "paid", "next_month"):
            told[name] = _yuan(told[name])
        return told


def _yuan(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount * WAN

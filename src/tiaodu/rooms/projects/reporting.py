"""What is filled in about a month's investment, an agreement's figure, an input. Amounts of money in 万元."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.forms import SubjectChoice, choose, day_input
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.foundation.registry.selectors import measures_valid, subjects_visible_to
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


class ContractForm(forms.Form):
    """A figure the agreement promises, in the measure's own unit."""

    measure: forms.ModelChoiceField[Measure] = forms.ModelChoiceField(
        label=_("指标口径"), queryset=Measure.objects.none()
    )
    value = forms.DecimalField(
        label=_("约定值"),
        min_value=Decimal(0),
        max_digits=24,
        decimal_places=6,
        required=False,
        help_text=_("按指标口径的单位填（如元、吨）；不填表示取消这一项。"),
    )
    per_mu = forms.BooleanField(label=_("这是亩均数"), required=False)
    due = forms.DateField(
        label=_("约定期限"), required=False, widget=day_input(), help_text=_("不填表示达产以后都要达到。")
    )
    source = forms.CharField(
        label=_("依据"), max_length=300, required=False, help_text=_("如“投资协议第八条”。")
    )
    reason = forms.CharField(label=_("调整原因"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["measure"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared so
        field.queryset = measures_valid(user).exclude(kind="stage")


class InputForm(forms.Form):
    """How much of an input is needed and assured, in the input's unit."""

    needed = amount_field(_("需要量"), required=False)
    secured = amount_field(_("已落实"), required=False)
    provider = SubjectChoice(label=_("保障单位"), queryset=Subject.objects.none(), required=False)
    due = forms.DateField(label=_("需要日期"), required=False, widget=day_input())
    text = forms.CharField(label=_("说明"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, user: User, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = subjects_visible_to(user).filter(region=region, active=True, merged_into=None)
        providing = [SubjectKind.DEPARTMENT, SubjectKind.FIRM, SubjectKind.PARK]
        choose(self, "provider", known.filter(kind__in=providing))

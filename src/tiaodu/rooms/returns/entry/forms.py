"""What is filled in about a unit, a step, a paper, an authorisation. Whether it fits the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.returns.channels import Batch
from tiaodu.engine.returns.entering import Step, course
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.evidence.selectors import own_units
from tiaodu.foundation.registry.forms import SubjectChoice, choose, day_input
from tiaodu.foundation.registry.models import Measure, Subject, SubjectKind
from tiaodu.foundation.registry.selectors import subjects_visible_to
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.rooms.returns.entry.services.allowing import OFFERED, SERIES
from tiaodu.rooms.returns.entry.tables import words_in
from tiaodu.rooms.returns.entry.words import batch_words

PAPER_FILES = frozenset({"pdf", "png", "jpg", "docx", "xlsx", "doc", "xls"})
_YES_NO = (("", _("不清楚")), ("true", _("是")), ("false", _("否")))


def _yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=_YES_NO,
        required=False,
        coerce=lambda value: value == "true",
        empty_value=None,
    )


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=14,
        decimal_places=4,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


class FactsForm(forms.Form):
    """What decides class and channel."""

    opened_on = forms.DateField(label=_("开业或投产日"), required=False, widget=day_input())
    first_sales_on = forms.DateField(label=_("首次有销售的日子"), required=False, widget=day_input())
    newly_built = _yes_no(_("立项的建设性质是新建"))
    qualified = _yes_no(_("有施工总承包或专业承包资质"))
    developing = _yes_no(_("有房地产开发经营活动"))
    source = forms.CharField(
        label=_("依据"), max_length=300, required=False, help_text=_("如“备案证2311-140722-04-01-123456”。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class UnitForm(FactsForm):
    """The same, and what only who keeps the pool says."""

    kind = forms.ChoiceField(label=_("单位类别"), choices=EntryUnit.Kind.choices)
    ownership = forms.ChoiceField(label=_("经济类型"), choices=EntryUnit.Ownership.choices, required=False)
    transfer = forms.BooleanField(label=_("已在库，要转专业"), required=False)


class NewUnitForm(UnitForm):
    """Which firm is taken in."""

    subject = SubjectChoice(label=_("企业"), queryset=Subject.objects.none())

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = subjects_visible_to(user).filter(
            region=user.region, active=True, merged_into=None, entry_unit=None
        )
        choose(self, "subject", known.filter(kind__in=[SubjectKind.FIRM, SubjectKind.MINE]))


class StepForm(forms.Form):
    """A step: its day, and what it asks for."""

    day = forms.DateField(label=_("日期"), widget=day_input())
    batch = forms.ChoiceField(label=_("批次"), required=False)
    exit = forms.ChoiceField(label=_("退库的类别"), required=False)
    reason = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    proof = forms.FileField(label=_("佐证文件"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, step: Step, batches: list[Batch], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()
        for name, asked in (("batch", step.batch), ("exit", step.code == "left"), ("proof", step.proof)):
            if not asked:
                del self.fields[name]
        if step.batch:
            self._options("batch", [(batch.code, batch_words(batch)) for batch in batches])
        if step.code == "left":
            self._options("exit", [(code, words_in(name)) for code, name in course().exits.items()])

    def _options(self, name: str, options: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so
        field.choices = options
        field.required = True


class PaperForm(forms.Form):
    """A paper of the list."""

    file = forms.FileField(
        label=_("文件"), help_text=_("盖章扫描件、照片或表格；PDF、JPG、PNG、Word、Excel。")
    )
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class SendBackForm(forms.Form):
    """Why a paper goes back."""

    reason = forms.CharField(
        label=_("退回原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写清缺什么、怎么补，一次说完。"),
    )


class DeclareForm(forms.Form):
    """The unit's year so far, 万元."""

    through = forms.DateField(
        label=_("累计到哪个月"), widget=day_input(), help_text=_("选那个月的任意一天，从1月累计到月底。")
    )
    revenue = _amount(_("营业收入（利润表）"))
    main_revenue = _amount(_("其中：主营业务收入"))
    sales = _amount(_("商品销售额或营业额"))
    vat = _amount(_("增值税申报收入"))
    output = _amount(_("工业总产值"))
    explanation = forms.CharField(
        label=_("增值税与利润表差异说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("相差较大时请说明，如预收款开票、跨期确认。"),
    )
    reason = forms.CharField(
        label=_("更正原因"), max_length=300, required=False, help_text=_("与上次填的不同时必填。")
    )

    def amounts(self) -> dict[str, Any]:
        """By basis."""
        return {
            name: self.cleaned_data[name]
            for name in ("revenue", "main_revenue", "sales", "vat", "output")
            if self.cleaned_data[name] is not None
        }


class AuthorisationForm(forms.Form):
    """Which series the firm lets be looked at, and until when."""

    subject = SubjectChoice(label=_("企业"), queryset=Subject.objects.none())
    measure: forms.ModelChoiceField[Measure] = forms.ModelChoiceField(
        label=_("授权看什么"), queryset=Measure.objects.none(), empty_label="—"
    )
    series = forms.ChoiceField(
        label=_("数据口径"),
        choices=[(each.value, each.label) for each in map(Series, SERIES)],
        help_text=_("计量：电表等表计的读数；调度数：本企业自己在报表里填的数。"),
    )
    until = forms.DateField(label=_("授权到"), widget=day_input())

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Subject.objects.filter(pk__in=own_units(user), merged_into=None)
        choose(self, "subject", own.filter(kind__in=[SubjectKind.FIRM, SubjectKind.MINE]))
        field = self.fields["measure"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared so
        field.queryset = Measure.objects.filter(code__in=OFFERED)

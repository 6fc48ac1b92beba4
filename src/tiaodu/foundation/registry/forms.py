"""Forms of the register. Whether what is entered fits is for the services to say."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.measures import base_units, first_words
from tiaodu.foundation.registry.models import Liaison, Measure, Region, Subject, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name, sectors
from tiaodu.foundation.registry.selectors import departments_of, officials_of, subjects_visible_to


def day_input() -> forms.DateInput:
    """A day as browsers choose it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SubjectChoice(forms.ModelChoiceField[Subject]):
    """Subjects by name; what is not fact says so."""

    def label_from_instance(self, obj: Subject) -> str:
        return f"{obj.name}{_('（示例）')}" if obj.sample else obj.name


def choose(form: forms.Form, name: str, rows: Any) -> None:
    """Let a field choose among ``rows``."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared so
    field.queryset = rows
    field.empty_label = "—"


class SubjectForm(forms.Form):
    """A subject: names, kind, codes and place."""

    name = forms.CharField(label=_("名称"), max_length=120)
    full_name = forms.CharField(
        label=_("全称"), max_length=200, required=False, help_text=_("营业执照或批复上的名称。")
    )
    kind = forms.ChoiceField(label=_("类别"), choices=[("", "—"), *SubjectKind.choices])
    sector = forms.ChoiceField(label=_("领域"), required=False)
    parent = SubjectChoice(label=_("上级"), queryset=Subject.objects.none(), required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("18 位，末位为校验码；可直接粘贴，空格和全角字符会去掉。"),
    )
    industry_code = forms.CharField(
        label=_("行业代码"),
        max_length=20,
        required=False,
        help_text=_("GB/T 4754-2017；可在下面按名称查找。"),
    )
    source = forms.CharField(label=_("来源"), max_length=300, required=False)
    keywords = forms.CharField(
        label=_("职责关键词"),
        max_length=300,
        required=False,
        help_text=_("只用于部门：计划没有点名时，按这些词建议责任单位，用顿号分开。"),
    )
    sample = forms.BooleanField(
        label=_("示例"), required=False, help_text=_("不是事实；它的任务、数据和导出都标“示例”。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: User, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sector = self.fields["sector"]
        assert isinstance(sector, forms.ChoiceField)  # noqa: S101  declared above
        sector.choices = [("", "—"), *((code, sector_name(code)) for code in sectors())]
        choose(self, "parent", subjects_visible_to(user).filter(region=region, active=True))

    def clean_keywords(self) -> list[str]:
        return [word for word in re.split(r"[、,，;；\s]+", self.cleaned_data["keywords"]) if word]

    @classmethod
    def initial_of(cls, subject: Subject) -> dict[str, Any]:
        """The form of a subject as it stands."""
        told = {name: getattr(subject, name) for name in cls.base_fields}
        return told | {"keywords": "、".join(subject.keywords)}


class MergeForm(forms.Form):
    """Another record of the same subject, and why they are one."""

    gone = SubjectChoice(label=_("并入本主体的记录"), queryset=Subject.objects.none())
    reason = forms.CharField(label=_("原因"), max_length=300, required=False)

    def __init__(self, user: User, subject: Subject, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = subjects_visible_to(user).filter(region=subject.region, active=True, merged_into=None)
        choose(self, "gone", others.exclude(pk=subject.pk))


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class WhoForm(forms.Form):
    """Who looks after a subject: an account, a department or a name, from which day on."""

    user = forms.ModelChoiceField(
        label=_("账号"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("选了账号，本人登录后首页就会显示所包联的主体。"),
    )
    name = forms.CharField(
        label=_("姓名"), max_length=60, required=False, help_text=_("没有账号的人只填姓名。")
    )
    post = forms.CharField(label=_("职务"), max_length=60, required=False)
    department = SubjectChoice(label=_("包联单位"), queryset=Subject.objects.none(), required=False)
    valid_from = forms.DateField(label=_("开始日期"), widget=day_input())
    source = forms.CharField(label=_("依据"), max_length=300, required=False, help_text=_("文号或会议纪要。"))

    def __init__(self, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "user", officials_of(region))
        choose(self, "department", departments_of(region))

    def who(self, role: str) -> Person:
        """The person of a role: of a department only the department counts, else the person."""
        told = self.cleaned_data
        if role == Liaison.Role.DEPARTMENT:
            return Person(department=told["department"])
        return Person(user=told["user"], name=told["name"], post=told["post"])


class AssignForm(WhoForm):
    """The same with the role."""

    role = forms.ChoiceField(label=_("包联角色"), choices=Liaison.Role.choices)


class TransferForm(WhoForm):
    """Handing on: the same, with the reason."""

    reason = forms.CharField(label=_("移交原因"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    """The last day of a liaison."""

    last_day = forms.DateField(label=_("结束日期"), widget=day_input())
    reason = forms.CharField(label=_("结束原因"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class RetractForm(ReasonForm):
    """Why a row was a mistake."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RegionForm(forms.Form):
    """A division below the county."""

    code = forms.CharField(label=_("代码"), max_length=30)
    name = forms.CharField(label=_("名称"), max_length=60)


class RenameForm(forms.Form):
    """Another name of a division."""

    name = forms.CharField(label=_("名称"), max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput)


class WordsForm(forms.Form):
    """Name and definition of a measure, in both languages."""

    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    definition = forms.CharField(
        label=_("定义"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("算什么、不算什么、由谁提供。")
    )
    definition_en = forms.CharField(
        label=_("英文定义"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_from = forms.DateField(label=_("启用日期"), widget=day_input())


class MeasureForm(WordsForm):
    """A county's own measure."""

    code = forms.CharField(
        label=_("代码"),
        max_length=80,
        help_text=_("小写字母，用点分开，如 output.walnut。第一段从旁边的列表里选。"),
    )
    unit = forms.ChoiceField(label=_("基本单位"), required=False)
    kind = forms.ChoiceField(label=_("性质"), choices=Measure.Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)  # noqa: S101  declared above
        unit.choices = [("", "—"), *((unit, unit) for unit in base_units())]

    @property
    def first_words(self) -> dict[str, str]:
        """What a code may begin with."""
        return first_words()


class RedefineForm(WordsForm):
    """Another meaning from a day on."""

    reason = forms.CharField(label=_("调整原因"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)


class MeasureEndForm(forms.Form):
    """The last day of a measure; none lets it go on."""

    valid_to = forms.DateField(
        label=_("停用日期"), widget=day_input(), required=False, help_text=_("最后一天；留空则继续使用。")
    )
    reason = forms.CharField(label=_("原因"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

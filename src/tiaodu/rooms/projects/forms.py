"""What a person fills in about a project or a step. Whether it fits is for the services to say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.stages.model import Step
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.forms import SubjectChoice, choose, day_input
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name, sectors
from tiaodu.foundation.registry.selectors import subjects_visible_to
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.proofs import proof_kinds
from tiaodu.rooms.projects.selectors.rows import wait_words
from tiaodu.rooms.projects.services.steps import Proof
from tiaodu.rooms.projects.tables import words_in

PROOF_FILES = frozenset({"pdf", "png", "jpg", "docx", "xlsx", "doc", "xls"})


def _select(form: forms.Form, name: str, options: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so
    field.choices = options


def _day(label: Any, *, required: bool = True, initial: Any = None) -> forms.DateField:
    return forms.DateField(label=label, required=required, initial=initial, widget=day_input())


def amount_field(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        required=required,
    )


class ProjectForm(forms.Form):
    """What is known of a project beside its steps."""

    code = forms.CharField(
        label=gettext_lazy("项目编号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("县里自己的编号；不填就自动编。"),
    )
    platform_code = forms.CharField(
        label=gettext_lazy("项目代码"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("在线审批平台赋的24位代码；还没有就不填。"),
    )
    developer = SubjectChoice(label=gettext_lazy("业主"), queryset=Subject.objects.none(), required=False)
    nature = forms.ChoiceField(label=gettext_lazy("建设性质"), choices=Project.Nature.choices)
    level = forms.ChoiceField(label=gettext_lazy("级别"), choices=Project.Level.choices, required=False)
    zone = SubjectChoice(label=gettext_lazy("片区"), queryset=Subject.objects.none(), required=False)
    park = SubjectChoice(label=gettext_lazy("园区"), queryset=Subject.objects.none(), required=False)
    township: forms.ModelChoiceField[Region] = forms.ModelChoiceField(
        label=gettext_lazy("乡镇"), queryset=Region.objects.none(), required=False
    )
    place = forms.CharField(label=gettext_lazy("建设地点"), max_length=200, required=False)
    content = forms.CharField(
        label=gettext_lazy("建设内容及规模"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    land_mu = amount_field(gettext_lazy("用地"), required=False)
    signed_on = _day(gettext_lazy("签约日"), required=False)
    question = forms.CharField(label=gettext_lazy("待问"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: User, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = subjects_visible_to(user).filter(region=region, active=True, merged_into=None)
        choose(self, "developer", known.filter(kind__in=[SubjectKind.FIRM, SubjectKind.MINE]))
        choose(self, "zone", known.filter(kind=SubjectKind.ZONE))
        choose(self, "park", known.filter(kind=SubjectKind.PARK))
        choose(self, "township", Region.objects.filter(parent=region))

    def values(self) -> dict[str, Any]:
        """The fields of a project as the services take them."""
        kept = dict(self.cleaned_data)
        kept.pop("version", None)
        return kept


class NewProjectForm(ProjectForm):
    """A project with its name and the template it goes by; the register's record where there is one."""

    subject = SubjectChoice(
        label=gettext_lazy("登记簿里已有的项目"),
        queryset=Subject.objects.none(),
        required=False,
        help_text=gettext_lazy("计划里点过名的项目已在登记簿里，选它，任务和项目就连上了。"),
    )
    name = forms.CharField(
        label=gettext_lazy("项目名称"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("登记簿里没有时填写。"),
    )
    sector = forms.ChoiceField(label=gettext_lazy("领域"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("项目类型"), help_text=gettext_lazy("决定有哪些步骤、谁办、几天、要什么材料。")
    )

    def __init__(self, user: User, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, region, *args, **kwargs)
        known = subjects_visible_to(user).filter(region=region, active=True, merged_into=None)
        choose(self, "subject", known.filter(kind=SubjectKind.PROJECT, project=None))
        _select(self, "sector", [("", "—"), *((code, sector_name(code)) for code in sectors())])
        _select(self, "kind", [(kind, words_in(t.title)) for kind, t in package_templates().items()])
        del self.fields["version"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("subject") and not cleaned.get("name", "").strip():
            raise forms.ValidationError(_("请选择登记簿里的项目，或填写项目名称。"))
        return cleaned


class PlanForm(forms.Form):
    """What the project is to cost and to invest this year, in 万元; by month, cumulative, if one likes."""

    total = amount_field(gettext_lazy("总投资"))
    planned = amount_field(gettext_lazy("年度计划投资"))
    reason = forms.CharField(label=gettext_lazy("调整原因"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for month in range(1, 13):
            label = _("%(month)s 月底") % {"month": month}
            self.fields[f"month_{month}"] = amount_field(label, required=False)

    @property
    def month_fields(self) -> list[forms.BoundField]:
        """The twelve months."""
        return [self[f"month_{month}"] for month in range(1, 13)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        told = [cleaned.get(f"month_{month}") for month in range(1, 13)]
        if any(amount is not None for amount in told) and None in told:
            raise forms.ValidationError(_("分月计划要填满十二个月，或者都不填。"))
        return cleaned

    def months(self) -> list[Decimal]:
        """The twelve amounts in 万元, or none."""
        told = [self.cleaned_data.get(f"month_{month}") for month in range(1, 13)]
        return [amount for amount in told if amount is not None]


class EndForm(forms.Form):
    """Why a project ends."""

    reason = forms.CharField(label=gettext_lazy("终止原因"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(forms.Form):
    """The parts every act on a step has: a remark, proof, and the revision that was seen."""

    text = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    proof_kind = forms.ChoiceField(label=gettext_lazy("佐证类别"), required=False)
    file = forms.FileField(label=gettext_lazy("佐证文件"), required=False)
    number = forms.CharField(label=gettext_lazy("文号或证号"), max_length=80, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    asked: tuple[str, ...] = ()
    takes_proof = False

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        if self.takes_proof:
            kinds = [(kind.code, words_in(kind.name)) for kind in proof_kinds().values()]
            _select(self, "proof_kind", [("", "—"), *kinds])
        else:
            for name in ("proof_kind", "file", "number"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        backed = cleaned.get("file") or cleaned.get("number", "").strip()
        if backed and not cleaned.get("proof_kind"):
            self.add_error("proof_kind", _("请选择佐证的类别。"))
        if cleaned.get("proof_kind") and not backed:
            self.add_error("file", _("请附上文件，或填写文号、证号。"))
        return cleaned

    def proof(self, file: Any) -> list[Proof]:
        """The proof as the services take it; ``file`` is the stored one."""
        kind = self.cleaned_data.get("proof_kind")
        if not kind:
            return []
        told = self.cleaned_data
        return [
            Proof(
                kind,
                file,
                told.get("number", ""),
                told.get("taken_on"),
                told.get("latitude"),
                told.get("longitude"),
            )
        ]

    def values(self) -> dict[str, Any]:
        """What the service of the act asks for."""
        return {name: self.cleaned_data[name] for name in self.asked}


class StartForm(StepForm):
    """A step begins."""

    day = _day(gettext_lazy("开始日"), initial=clock.today)
    parallel = forms.CharField(
        label=gettext_lazy("并联说明"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("早于通常的前置步骤开始时，写明为什么可以并联。"),
    )
    asked = ("day", "parallel")
    takes_proof = True


class FinishForm(StepForm):
    """A step is finished."""

    started = _day(gettext_lazy("开始日"), required=False)
    day = _day(gettext_lazy("办结日"), initial=clock.today)
    asked: tuple[str, ...] = ("day", "started")
    takes_proof = True

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(step, *args, **kwargs)
        if step.milestone:
            del self.fields["started"]
            self.asked = ("day",)


class WaitForm(StepForm):
    """A step stands still."""

    reason = forms.ChoiceField(label=gettext_lazy("等待原因"))
    day = _day(gettext_lazy("从哪天起"), initial=clock.today)
    asked = ("reason", "day")

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(step, *args, **kwargs)
        options = [(code, wait_words(code)) for code in step.waits]
        options += [(code, _("%(pause)s（停表）") % {"pause": wait_words(code)}) for code in step.pauses]
        _select(self, "reason", options)


class ResumeForm(StepForm):
    """A wait ends."""

    day = _day(gettext_lazy("恢复日"), initial=clock.today)
    asked = ("day",)


class SkipForm(StepForm):
    """A step is not done."""

    reason = forms.ChoiceField(label=gettext_lazy("不办理由"))
    asked = ("reason",)
    takes_proof = True

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(step, *args, **kwargs)
        _select(self, "reason", [(code, words_in(name)) for code, name in load_words().skips.items()])


class AnswerForm(StepForm):
    """Whether a step is needed."""

    needed = forms.TypedChoiceField(
        label=gettext_lazy("本项目需要办这一步吗"),
        choices=[("1", gettext_lazy("需要")), ("0", gettext_lazy("不需要"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    asked = ("needed",)


class PromiseForm(StepForm):
    """The day a step is promised for."""

    day = _day(gettext_lazy("承诺日"))
    asked = ("day",)


class RangeForm(StepForm):
    """How many days it may take, by somebody who knows."""

    low = forms.IntegerField(label=gettext_lazy("最快"), min_value=0, max_value=7320)
    likely = forms.IntegerField(label=gettext_lazy("通常"), min_value=0, max_value=7320)
    high = forms.IntegerField(label=gettext_lazy("最慢"), min_value=0, max_value=7320)
    asked = ("low", "likely", "high")


class ProveForm(StepForm):
    """Further proof; the place may be left out."""

    taken_on = _day(gettext_lazy("取得日"), required=False)
    latitude = forms.DecimalField(
        label=gettext_lazy("纬度"),
        required=False,
        max_digits=8,
        decimal_places=5,
        min_value=-90,
        max_value=90,
    )
    longitude = forms.DecimalField(
        label=gettext_lazy("经度"),
        required=False,
        max_digits=8,
        decimal_places=5,
        min_value=-180,
        max_value=180,
    )
    takes_proof = True


class CorrectForm(StepForm):
    """Other dates than were recorded."""

    started = _day(gettext_lazy("开始日"), required=False)
    finished = _day(gettext_lazy("办结日"), required=False)
    asked = ("started", "finished")

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(step, *args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].label = _("更正原因")

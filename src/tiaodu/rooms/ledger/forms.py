"""What a person fills in about a task. Little is asked; what is known is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.forms import SubjectChoice, choose
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name, sectors
from tiaodu.foundation.registry.selectors import departments_of, measures_valid, subjects_visible_to
from tiaodu.rooms.ledger.entry import entry_unit
from tiaodu.rooms.ledger.models import Task, TaskDepartment
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow

PROOF_KINDS = frozenset({"pdf", "png", "jpg", "docx", "xlsx", "doc", "xls"})


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _area(rows: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attributes})


def part_label(row: PartRow) -> str:
    """A part in one line for a choice."""
    return f"{row.name}（{row.due_display}）" if row.due_display else row.name


class ProgressForm(forms.Form):
    """What was done, with a figure for each indicator, problem and proof."""

    text = forms.CharField(
        label=gettext_lazy("进展"),
        widget=_area(4),
        help_text=gettext_lazy("做了什么，到哪一步。一两句话即可。"),
        error_messages={"required": gettext_lazy("请写一句进展：做了什么，到哪一步。")},
    )
    period_end = forms.DateField(label=gettext_lazy("截至"), widget=_day_input())
    problem = forms.CharField(
        label=gettext_lazy("存在问题"),
        widget=_area(2),
        required=False,
        help_text=gettext_lazy("需要谁协调什么。没有就不填。"),
    )
    proof = forms.FileField(
        label=gettext_lazy("佐证"), required=False, help_text=gettext_lazy("文件、照片或签章材料；可以不附。")
    )

    def __init__(self, row: TaskRow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_end"].initial = clock.today()
        self.indicators = [part for part in row.parts if part.is_indicator]
        for part in self.indicators:
            _factor, unit = entry_unit(part.term.value, part.part.unit)
            self.fields[f"value_{part.part.pk}"] = forms.DecimalField(
                label=part_label(part),
                required=False,
                min_value=Decimal(0),
                max_digits=18,
                decimal_places=6,
                help_text=_told(part),
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "data-unit": unit}),
            )

    @property
    def figure_fields(self) -> Sequence[tuple[forms.BoundField, str]]:
        """The fields of figures with their units."""
        units = [entry_unit(part.term.value, part.part.unit)[1] for part in self.indicators]
        return [(self[f"value_{p.part.pk}"], unit) for p, unit in zip(self.indicators, units, strict=True)]

    def figures(self) -> dict[int, Decimal]:
        """The figures typed, in base units, by indicator."""
        found = {}
        for part in self.indicators:
            typed = self.cleaned_data.get(f"value_{part.part.pk}")
            if typed is not None:
                found[part.part.pk] = typed * entry_unit(part.term.value, part.part.unit)[0]
        return found


def _told(part: PartRow) -> str:
    """What the system holds already, so that nobody looks it up."""
    factor, unit = entry_unit(part.term.value, part.part.unit)
    target = f"{(part.term.value or Decimal(0)) / factor:f}".rstrip("0").rstrip(".")
    if part.latest is None or part.value is None:
        return _("目标 %(target)s%(unit)s，还没有报过") % {"target": target, "unit": unit}
    last = f"{part.value / factor:f}".rstrip("0").rstrip(".")
    words = _("目标 %(target)s%(unit)s，上次 %(last)s%(unit)s（截至 %(day)s）")
    return words % {"target": target, "unit": unit, "last": last, "day": part.latest.period_end.isoformat()}


class CorrectionForm(forms.Form):
    """A correction of one report."""

    text = forms.CharField(label=gettext_lazy("进展"), widget=_area(4))
    value = forms.DecimalField(
        label=gettext_lazy("数值"), required=False, min_value=Decimal(0), max_digits=18, decimal_places=6
    )
    period_end = forms.DateField(label=gettext_lazy("截至"), widget=_day_input())
    withdraw = forms.BooleanField(
        label=gettext_lazy("撤回这个数，不报别的数代替"),
        required=False,
        help_text=gettext_lazy("报错了指标时用。撤回的数留在记录里，写明原因。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("更正原因"),
        max_length=300,
        error_messages={"required": gettext_lazy("请写明更正原因。")},
    )


class ClaimForm(forms.Form):
    """A report that something is done."""

    part = forms.ChoiceField(label=gettext_lazy("完成的是"), required=False)
    happened_on = forms.DateField(label=gettext_lazy("完成日期"), widget=_day_input())
    text = forms.CharField(label=gettext_lazy("说明"), widget=_area(3), required=False)
    proof = forms.FileField(
        label=gettext_lazy("佐证"),
        required=False,
        help_text=gettext_lazy("文件、照片或签章材料。进展里已附过佐证的可以不再附。"),
    )

    def __init__(self, row: TaskRow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = clock.today()
        field = self.fields["part"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        open_parts = [p for p in row.parts if p.state not in ("claimed", "struck_off")]
        field.choices = [("", _("整项任务")), *((part_key(p), part_label(p)) for p in open_parts)]


def part_key(part: PartRow) -> str:
    """A part in a form: i12 or m7."""
    return f"{'i' if part.is_indicator else 'm'}{part.part.pk}"


def part_ids(key: str) -> dict[str, Any]:
    """The ids that a service takes for a part of a form; none for the whole task."""
    if not key or key[0] not in "im" or not key[1:].isdecimal():
        return {}
    return {"indicator_id" if key[0] == "i" else "milestone_id": int(key[1:])}


class VerifyForm(forms.Form):
    """The word of who verifies."""

    part = forms.CharField(required=False, widget=forms.HiddenInput)
    verb = forms.ChoiceField(choices=[("strike_off", ""), ("send_back", ""), ("reopen", "")])
    text = forms.CharField(label=gettext_lazy("核实意见"), widget=_area(2), required=False)


class EventForm(forms.Form):
    """That what a due waits for has happened."""

    happened_on = forms.DateField(label=gettext_lazy("发生日期"), widget=_day_input())
    text = forms.CharField(
        label=gettext_lazy("依据"),
        widget=_area(2),
        required=False,
        help_text=gettext_lazy("批文号、会议或通知。"),
    )


class TermForm(forms.Form):
    """Another value or due, with the reason."""

    value = forms.DecimalField(
        label=gettext_lazy("目标值"), required=False, min_value=Decimal(0), max_digits=18, decimal_places=6
    )
    due_end = forms.DateField(label=gettext_lazy("截止日期"), required=False, widget=_day_input())
    reason = forms.CharField(
        label=gettext_lazy("调整原因"),
        max_length=300,
        help_text=gettext_lazy("谁同意的，为什么。原来的目标和时限会保留在记录里。"),
        error_messages={"required": gettext_lazy("请写明调整原因：谁同意的，为什么。")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TaskForm(forms.Form):
    """A task's title, subject, people and departments."""

    title = forms.CharField(label=gettext_lazy("工作任务"), max_length=300, widget=_area(2))
    subject = SubjectChoice(label=gettext_lazy("主体"), queryset=Subject.objects.none(), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("领域"), required=False)
    leader = forms.CharField(label=gettext_lazy("牵头领导"), max_length=60, required=False)
    contact = forms.CharField(label=gettext_lazy("联系人"), max_length=60, required=False)
    lead: forms.ModelMultipleChoiceField[Subject]
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: User, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = subjects_visible_to(user).filter(region=region, active=True)
        choose(self, "subject", subjects.exclude(kind=SubjectKind.DEPARTMENT))
        sector = self.fields["sector"]
        assert isinstance(sector, forms.ChoiceField)  # noqa: S101  declared above
        sector.choices = [("", "—"), *((code, sector_name(code)) for code in sectors())]
        departments = departments_of(region)
        for part in TaskDepartment.Part:
            self.fields[part.value] = forms.ModelMultipleChoiceField(
                label=part.label,
                queryset=departments,
                required=False,
                widget=forms.SelectMultiple(attrs={"size": 6}),
            )

    def departments(self) -> dict[str, list[Subject]]:
        """The departments chosen, by part."""
        return {part.value: list(self.cleaned_data[part.value]) for part in TaskDepartment.Part}

    def values(self) -> dict[str, Any]:
        """The other fields, as the services take them."""
        return {name: self.cleaned_data[name] for name in ("title", "subject", "sector", "leader", "contact")}


def task_initial(task: Task, row: TaskRow) -> dict[str, Any]:
    """The form of a task as it stands."""
    initial: dict[str, Any] = {
        name: getattr(task, name) for name in ("title", "subject", "sector", "leader", "contact", "version")
    }
    for part in TaskDepartment.Part:
        initial[part.value] = [d.department_id for d in row.departments if d.part == part]
    return initial


class NewTaskForm(TaskForm):
    """A task by hand: the same with plan year, due and perhaps a figure."""

    plan_year = forms.IntegerField(label=gettext_lazy("计划年度"), min_value=2000, max_value=2100)
    due = forms.DateField(label=gettext_lazy("完成时限"), required=False, widget=_day_input())
    measure: forms.ModelChoiceField[Measure] = forms.ModelChoiceField(
        label=gettext_lazy("指标口径"), queryset=Measure.objects.none(), required=False
    )
    value = forms.DecimalField(
        label=gettext_lazy("目标值"), required=False, min_value=Decimal(0), max_digits=18, decimal_places=6,
        help_text=gettext_lazy("按口径的基本单位填写，如 吨、条、千瓦、元。"),
    )  # fmt: skip

    def __init__(self, user: User, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, region, *args, **kwargs)
        choose(self, "measure", measures_valid(user))

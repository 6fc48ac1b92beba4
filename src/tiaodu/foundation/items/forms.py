"""What a person fills in about an item. Little is asked; what is known is filled in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.items.clock import LONGEST
from tiaodu.engine.items.vocabulary import Kind
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items import rules, words
from tiaodu.foundation.items.about import About
from tiaodu.foundation.items.models import ItemEntry
from tiaodu.foundation.items.selectors.people import absences_on, officers_of
from tiaodu.foundation.items.services import Basis
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.registry.selectors import departments_of

PROOF_HELP = gettext_lazy("文件、照片或签章材料。")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ActForm(forms.Form):
    """Every form of an act knows which state of the item it was opened on, and what it is by a key of its
    own: sent twice it is done once.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["version"].initial = now.item.version
        self.fields["key"].initial = str(uuid.uuid4())


class TextForm(ActForm):
    """Perhaps a word."""

    text = forms.CharField(label=gettext_lazy("说明"), widget=_area(3), required=False)


class ReleaseForm(ActForm):
    """Nothing to fill in."""


class ReasonForm(ActForm):
    """A reason, in words."""

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        widget=_area(3),
        error_messages={"required": gettext_lazy("请写明原因。")},
    )


class NoteForm(ActForm):
    """Words for the log."""

    text = forms.CharField(
        label=gettext_lazy("说明"),
        widget=_area(4),
        error_messages={"required": gettext_lazy("请写下要说明的内容。")},
    )
    inside = forms.TypedChoiceField(
        label=gettext_lazy("给谁看"),
        choices=[("1", gettext_lazy("只给县内人员看")), ("0", gettext_lazy("企业也能看到"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    file = forms.FileField(label=gettext_lazy("附件"), required=False, help_text=PROOF_HELP)

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        if now.item.subject_id is None:
            del self.fields["inside"]


class WaitForm(ActForm):
    """A coded reason to wait."""

    reason = forms.ChoiceField(label=gettext_lazy("等待原因"))
    until = forms.DateField(label=gettext_lazy("预计恢复"), required=False, widget=_day())
    text = forms.CharField(
        label=gettext_lazy("说明"),
        widget=_area(3),
        required=False,
        help_text=gettext_lazy("只给县内人员看；企业看到的是上面选的原因。"),
    )

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        english = words.english()
        reasons = [r for r in rules.reasons(now.item.region, clock.today()).values() if r.by_hand]
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        stopping = [(r.code, r.said(english=english)) for r in reasons if r.stops]
        running = [(r.code, r.said(english=english)) for r in reasons if not r.stops]
        field.choices = [(_("计时暂停"), stopping), (_("计时不停"), running)]


class ClaimForm(ActForm):
    """What was done, with proof."""

    text = forms.CharField(
        label=gettext_lazy("办理结果"),
        widget=_area(4),
        error_messages={"required": gettext_lazy("请写明办理结果：办成了什么。")},
    )
    happened_on = forms.DateField(label=gettext_lazy("办结日期"), widget=_day())
    proof = forms.FileField(label=gettext_lazy("佐证"), required=False, help_text=PROOF_HELP)

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        self.fields["happened_on"].initial = clock.today()
        self.fields["proof"].required = rules.kinds()[now.item.kind].proof
        self.fields["proof"].error_messages["required"] = _("报完成要有佐证：请附文件、照片或签章材料。")


class AskForm(ActForm):
    """More time, with a reason."""

    until = forms.DateField(label=gettext_lazy("延至"), widget=_day())
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        widget=_area(3),
        help_text=gettext_lazy("为什么需要延期，办到哪一步。"),
        error_messages={"required": gettext_lazy("请写明为什么需要延期、办到哪一步。")},
    )


class ExtendForm(ActForm):
    """A later due."""

    until = forms.DateField(label=gettext_lazy("新的期限"), widget=_day())
    reason = forms.CharField(label=gettext_lazy("说明"), widget=_area(3), required=False)

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        self.fields["until"].initial = now.asked_due


class ReopenForm(ActForm):
    """A reason and a new limit."""

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        widget=_area(3),
        error_messages={"required": gettext_lazy("请写明重新打开的原因。")},
    )
    days = forms.IntegerField(
        label=gettext_lazy("重新计时"),
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"data-unit": "1"}),
    )

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        limit = rules.limits(now.item.region, clock.today()).get(rules.kinds()[now.item.kind].limit)
        self.fields["days"].initial = limit.days if limit else 5


class OfficerField(forms.ChoiceField):
    """A choice of officers by department; who is away is shown so."""

    def offer(self, region: Region, *, empty: str, but: int | None = None) -> None:
        """Offer the officers of a region."""
        self.people = {str(person.pk): person for person in officers_of(region) if person.pk != but}
        away = absences_on((person.pk for person in self.people.values()), clock.today())
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, person in self.people.items():
            name = str(person)
            if absence := away.get(person.pk):
                name = _("%(name)s（不在岗，至 %(end)s）") % {"name": name, "end": absence.end.isoformat()}
            groups.setdefault(str(person.department or _("未分部门")), []).append((key, name))
        self.choices = [("", empty), *groups.items()]

    def clean(self, value: Any) -> Any:
        """The person chosen; None for nobody."""
        chosen = super().clean(value)
        return self.people.get(str(chosen)) if chosen else None


class HandOverForm(ActForm):
    """To whom, and why."""

    to = OfficerField(
        label=gettext_lazy("移交给"), error_messages={"required": gettext_lazy("请选择移交给谁。")}
    )
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        widget=_area(3),
        help_text=gettext_lazy("为什么由对方接着办，办到哪一步。"),
        error_messages={"required": gettext_lazy("请写明移交原因。")},
    )

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, OfficerField)  # noqa: S101  declared above
        to.offer(now.item.region, empty=_("请选择"), but=now.responsible_id)


class AssignForm(ActForm):
    """Another department, perhaps an officer of it."""

    department: forms.ModelChoiceField[Subject] = forms.ModelChoiceField(
        label=gettext_lazy("承办单位"), queryset=Subject.objects.none()
    )
    responsible = OfficerField(
        label=gettext_lazy("指定人员"),
        required=False,
        help_text=gettext_lazy("不指定的，由该单位任一人员签收。"),
    )
    text = forms.CharField(label=gettext_lazy("说明"), widget=_area(2), required=False)

    def __init__(self, now: ItemEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(now, *args, **kwargs)
        _offer_departments(self, now.item.region)


def _offer_departments(form: forms.Form, region: Region) -> None:
    department, responsible = form.fields["department"], form.fields["responsible"]
    assert isinstance(department, forms.ModelChoiceField)  # noqa: S101  declared by the forms that call this
    assert isinstance(responsible, OfficerField)  # noqa: S101
    department.queryset = departments_of(region)
    department.empty_label = _("请选择")
    responsible.offer(region, empty=_("由单位安排"))


class OpenForm(forms.Form):
    """A new item: what, under whose authority, on what basis, for whom, until when."""

    title = forms.CharField(
        label=gettext_lazy("要办什么"),
        max_length=300,
        widget=_area(2),
        error_messages={"required": gettext_lazy("请写明要办什么事。")},
    )
    authority: forms.ModelChoiceField[Subject] = forms.ModelChoiceField(
        label=gettext_lazy("以谁的名义"), queryset=Subject.objects.none(), empty_label=None
    )
    basis = forms.ChoiceField(label=gettext_lazy("依据"), required=False)
    basis_text = forms.CharField(
        label=gettext_lazy("依据内容"),
        max_length=300,
        required=False,
        widget=_area(2),
        help_text=gettext_lazy("谁的批示、哪次会议、哪份文件，文号和要点。"),
    )
    basis_day = forms.DateField(label=gettext_lazy("依据日期"), required=False, widget=_day())
    department: forms.ModelChoiceField[Subject] = forms.ModelChoiceField(
        label=gettext_lazy("承办单位"),
        queryset=Subject.objects.none(),
        error_messages={"required": gettext_lazy("请选择承办单位。")},
    )
    responsible = OfficerField(
        label=gettext_lazy("指定人员"),
        required=False,
        help_text=gettext_lazy("不指定的，由该单位任一人员签收。"),
    )
    limit = forms.ChoiceField(label=gettext_lazy("办理时限"))
    days = forms.IntegerField(label=gettext_lazy("工作日数"), required=False, min_value=1, max_value=LONGEST)
    due = forms.DateField(label=gettext_lazy("办结日期"), required=False, widget=_day())
    text = forms.CharField(label=gettext_lazy("要求"), required=False, widget=_area(3))
    released = forms.BooleanField(label=gettext_lazy("让企业看到期限和进度"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    DAYS, DAY = "days", "day"

    def __init__(
        self,
        kind: Kind,
        authorities: Sequence[Subject],
        about: About | None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.about = kind, about
        region = authorities[0].region
        english = words.english()
        self.fields["key"].initial = str(uuid.uuid4())
        authority = self.fields["authority"]
        assert isinstance(authority, forms.ModelChoiceField)  # noqa: S101  declared above
        authority.queryset = departments_of(region).filter(pk__in=[body.pk for body in authorities])
        _offer_departments(self, region)
        self._offer(
            "basis", [("", "—"), *((w.code, w.said(english=english)) for w in rules.bases().values())]
        )
        limits = rules.limits(region, clock.today())
        offered = [(limit.code, words.limit_words(limit)) for limit in limits.values()]
        self._offer("limit", [*offered, (self.DAYS, _("另定工作日数")), (self.DAY, _("另定日期"))])
        self.fields["limit"].initial = kind.limit
        for name in ("basis", "basis_text"):
            self.fields[name].required = kind.basis
        self.fields["basis_text"].error_messages["required"] = _(
            "必须写明依据：是谁的批示、哪次会议、哪份文件。"
        )
        if about is None or about.subject is None:
            del self.fields["released"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A limit of one's own needs its figure."""
        told = super().clean() or {}
        if told.get("limit") == self.DAYS and not told.get("days"):
            self.add_error("days", _("请填写工作日数。"))
        if told.get("limit") == self.DAY and not told.get("due"):
            self.add_error("due", _("请填写办结日期。"))
        return told

    def term(self) -> dict[str, Any]:
        """The time chosen, as the service takes it."""
        told = self.cleaned_data
        if told["limit"] == self.DAYS:
            return {"days": told["days"]}
        return {"due": told["due"]} if told["limit"] == self.DAY else {"limit": told["limit"]}

    def basis_told(self) -> Basis | None:
        """The basis, when one was given."""
        told = self.cleaned_data
        return Basis(told["basis"], told["basis_text"], told["basis_day"]) if told["basis"] else None


class AbsenceForm(forms.Form):
    """From when to when, why, and who stands in."""

    start = forms.DateField(label=gettext_lazy("从"), widget=_day())
    end = forms.DateField(label=gettext_lazy("到"), widget=_day())
    reason = forms.ChoiceField(label=gettext_lazy("事由"))
    deputy = OfficerField(label=gettext_lazy("代理人"), required=False)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = words.english()
        reason, deputy = self.fields["reason"], self.fields["deputy"]
        assert isinstance(reason, forms.ChoiceField)  # noqa: S101  declared above
        reason.choices = [(w.code, w.said(english=english)) for w in rules.absence_reasons().values()]
        assert isinstance(deputy, OfficerField)  # noqa: S101
        if user.region is not None:
            deputy.offer(user.region, empty=_("不指定"), but=user.pk)
        self.fields["start"].initial = clock.today()


def term_asked(told: Any) -> dict[str, Any]:
    """The time asked for by a form that is still being filled in; empty when it makes no sense yet."""
    limit, days, due = told.get("limit", ""), told.get("days", ""), told.get("due", "")
    if limit == OpenForm.DAYS:
        return {"days": int(days)} if days.isascii() and days.isdigit() and len(days) < 5 else {}
    if limit == OpenForm.DAY:
        try:
            return {"due": date.fromisoformat(due)}
        except ValueError:
            return {}
    return {"limit": limit} if limit else {}

"""The small forms of the room; the cells of a return are read by :mod:`tiaodu.rooms.returns.rules`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.selectors import subjects_visible_to
from tiaodu.rooms.returns.tables import form_title

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WordsForm(forms.Form):
    """Words to the other side, and the measures they are about."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    measures = forms.MultipleChoiceField(
        label=_("关于哪些指标"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].choices = offered  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A table."""

    file = forms.FileField(label=_("Excel 文件"))


class ListingForm(forms.Form):
    """A subject for the list of a form."""

    form = forms.ChoiceField(label=_("报表"))
    subject = forms.ModelChoiceField(label=_("单位"), queryset=Subject.objects.none())
    since = forms.DateField(label=_("从哪天起"), widget=_DAY)
    reason = forms.CharField(label=_("依据"), max_length=300, required=False)

    def __init__(
        self, user: User, types: dict[str, ReturnType], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial={"since": clock.today().replace(day=1), **(initial or {})})
        self.fields["form"].choices = [(c, form_title(f)) for c, f in types.items() if f.named]  # type: ignore[attr-defined]
        kinds = {kind for form in types.values() for kind in form.kinds}
        found = subjects_visible_to(user).filter(kind__in=kinds, active=True, merged_into=None)
        self.fields["subject"].queryset = found.order_by("name")  # type: ignore[attr-defined]


class ListingEndForm(forms.Form):
    """Taking a subject off a list."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.DateField(label=_("到哪天止"), widget=_DAY)
    reason = forms.CharField(label=_("原因"), max_length=300)

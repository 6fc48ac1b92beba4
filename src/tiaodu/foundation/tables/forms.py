"""What is asked beside the cells: since when, whence, how sure, why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.tables.models import Confidence
from tiaodu.foundation.tables.services import OFFERED

_MEANINGS = {
    Confidence.SOURCE: _("有据：有文件规定"),
    Confidence.PRACTICE: _("经验：没有文件，历来这样办"),
    Confidence.DERIVED: _("推算：由已知数算出"),
}


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ProposalForm(forms.Form):
    """The head of a proposed version."""

    valid_from = forms.DateField(
        label=_("生效日"),
        widget=_day_input(),
        help_text=_("从这一天起按新内容算；最早也要等另一人确认。"),
        error_messages={"required": _("请填写生效日。"), "invalid": _("请按 2024-03-31 填写生效日。")},
    )
    valid_to = forms.DateField(
        label=_("失效日"), widget=_day_input(), required=False, help_text=_("最后一天；长期有效就不填。")
    )
    earlier_reason = forms.CharField(
        label=_("追溯生效的理由"),
        max_length=500,
        required=False,
        help_text=_("只有生效日早于今天才要写；确认的人和历史里都会看到。"),
    )
    source = forms.CharField(
        label=_("依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("文件名称和文号、会议，或谁的经验。"),
        error_messages={"required": _("请写明依据：文件名称和文号、会议，或谁的经验。")},
    )
    confidence = forms.ChoiceField(
        label=_("可信程度"),
        choices=[("", _("请选择")), *((code.value, _MEANINGS[code]) for code in OFFERED)],
        error_messages={"required": _("请选择可信程度。")},
    )
    reason = forms.CharField(
        label=_("修改理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明修改理由。")},
    )
    # The version that was changed; empty for the package's.
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A day that has passed asks for a reason."""
        told = super().clean() or self.cleaned_data
        day = told.get("valid_from")
        if day is not None and day < clock.today():
            self.fields["earlier_reason"].required = True
            if not told.get("earlier_reason"):
                words = _("%(day)s 已经过去：请写明为什么从那天算起。")
                self.add_error("earlier_reason", words % {"day": day.isoformat()})
        return told

    @property
    def reaches_back(self) -> bool:
        """Whether a reason is asked for because the first day has passed."""
        return self.fields["earlier_reason"].required or bool(self["earlier_reason"].value())

    def told(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return dict(self.cleaned_data)

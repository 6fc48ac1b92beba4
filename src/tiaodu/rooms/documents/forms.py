"""What a person fills in about a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.guesses import TITLE_LENGTH
from tiaodu.rooms.documents.models import Document, Secrecy

FIRST_YEAR, LAST_YEAR = 1990, 2100


class KnownForm(forms.Form):
    """What is known about a document: title, day, plan year, secrecy, readers."""

    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=TITLE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    document_date = forms.DateField(
        label=gettext_lazy("成文日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    plan_year = forms.IntegerField(
        label=gettext_lazy("计划年度"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    secrecy = forms.ChoiceField(
        label=gettext_lazy("密级"),
        choices=Secrecy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择密级：公开或内部。")},
    )
    readers: forms.ModelMultipleChoiceField[Subject] = forms.ModelMultipleChoiceField(
        label=gettext_lazy("可看的部门"),
        queryset=Subject.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["readers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  declared above
        field.queryset = selectors.readers_to_choose(user)


class TryForm(KnownForm):
    """A file or a pasted text to be read."""

    file = forms.FileField(label=gettext_lazy("文件"), required=False, allow_empty_file=True, max_length=255)
    text = forms.CharField(
        label=gettext_lazy("粘贴的文字"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse what is too large before it is read into memory."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        limit = settings.TIAODU_UPLOAD_LIMIT
        if file is not None and (file.size or 0) > limit:
            raise forms.ValidationError(
                _(
                    "文件有 %(size)s MB，超过上限 %(limit)s MB，没有保存，原件不受影响。"
                    "请删去图片或附件后另存，或把正文分成几个文件。"
                )
                % {"size": f"{(file.size or 0) / 1e6:.1f}", "limit": f"{limit / 1e6:g}"}
            )
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two: a file or a text."""
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "").strip()
        if "file" not in self.errors:
            if file is None and not text:
                raise forms.ValidationError(_("请选择一个文件，或粘贴一段文字。"))
            if file is not None and text:
                raise forms.ValidationError(_("文件和粘贴的文字只能选一样：请清空文字，或不选文件。"))
        return cleaned


class EditForm(KnownForm):
    """The same for a document that is here already."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, user: User, document: Document, *args: Any, **kwargs: Any) -> None:
        names = ("title", "document_date", "plan_year", "secrecy", "version")
        initial = {name: getattr(document, name) for name in names}
        initial["readers"] = list(document.readers.all())
        super().__init__(user, *args, initial=initial, **kwargs)
        for name in ("title", "plan_year"):
            self.fields[name].required = True

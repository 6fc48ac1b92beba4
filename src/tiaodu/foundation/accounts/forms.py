"""Forms of logging in, of one's own account, and of looking after people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name, sectors


def role_names() -> list[tuple[str, str]]:
    """The roles with their names in the language of the page."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return [(code, str(role[language])) for code, role in access.roles().items()]


def sector_choices() -> list[tuple[str, str]]:
    """The fields of work with their names, in the order of their file."""
    return [(code, sector_name(code)) for code in sectors()]


class LoginForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": _("用户名或密码不对，请重新输入。连续输错多次，账号会暂时锁定。"),
        "inactive": _("这个账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")


class PasswordForm(forms.Form):
    """One's own new password. Whether it is strong enough is for the service to say."""

    old = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(lambda: " ".join(password_validation.password_validators_help_texts()), str)(),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("两次输入的新密码不一样。"))
        return str(self.cleaned_data["again"])


class ProfileForm(forms.Form):
    """What a person may change of herself."""

    phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES)


class UserForm(forms.Form):
    """A person as the administrator sees her. Choices are those of his own part of the tree."""

    username = forms.CharField(label=_("用户名"), max_length=150)
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=role_names,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以有几个角色。"),
    )
    region = forms.ModelChoiceField(label=_("地区"), queryset=Region.objects.none(), required=False)
    department = forms.ModelChoiceField(label=_("部门"), queryset=Subject.objects.none(), required=False)
    sectors = forms.MultipleChoiceField(
        label=_("分管领域"),
        choices=sector_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选，就是全部领域。"),
    )
    subjects = forms.ModelMultipleChoiceField(
        label=_("所属或包联主体"),
        queryset=Subject.objects.none(),
        required=False,
        help_text=_("企业选本企业；包联干部选包联的企业和项目。按住 Ctrl 可多选。"),
    )
    phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, administrator: User, edited: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        path = administrator.region.path if administrator.region else ""
        subjects = Subject.objects.filter(region__path__startswith=path, active=True)
        self._choose("region", Region.objects.filter(path__startswith=path))
        self._choose("department", subjects.filter(kind=SubjectKind.DEPARTMENT))
        self._choose("subjects", subjects.exclude(kind__in=[SubjectKind.DEPARTMENT, SubjectKind.REGION]))
        if edited is not None:
            del self.fields["username"]
            self._keep_sectors(edited.sectors)

    def _choose(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = queryset
        field.empty_label = "—"

    def _keep_sectors(self, codes: list[str]) -> None:
        """A code that the list no longer names stays a choice: saving must not take it away unseen."""
        field = self.fields["sectors"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        known = sector_choices()
        named = {code for code, _name in known}
        field.choices = [*known, *((code, code) for code in codes if code not in named)]

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, as the services take it."""
        taken = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return taken | {"subjects": list(taken["subjects"])}

    @staticmethod
    def initial_of(edited: User) -> dict[str, Any]:
        """The form filled with what stands now."""
        names = ("display_name", "roles", "region", "department", "sectors", "phone", "language", "version")
        return {name: getattr(edited, name) for name in names} | {"subjects": edited.subjects.all()}

"""What is entered of leading firms and followers. Whether it fits the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.forms import SubjectChoice, choose, day_input
from tiaodu.foundation.registry.models import UNIT_KINDS, Subject
from tiaodu.foundation.registry.selectors import subjects_visible_to
from tiaodu.rooms.returns.leading.models import Follower


class _Relation(forms.Form):
    """A firm, since when, and how that is known."""

    subject = SubjectChoice(label=_("企业"), queryset=Subject.objects.none())
    since = forms.DateField(label=_("从哪天起"), widget=day_input())
    source = forms.CharField(
        label=_("依据"), max_length=300, help_text=_("认定文件，或企业哪天来的说明、合同。")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today()
        known = subjects_visible_to(user).filter(region=user.region, active=True, merged_into=None)
        choose(self, "subject", known.filter(kind__in=UNIT_KINDS).order_by("name"))


class LeadingForm(_Relation):
    """A leading firm of a chain."""

    chain = forms.CharField(label=_("产业链"), max_length=60)


class FollowerForm(_Relation):
    """A follower."""

    role = forms.ChoiceField(label=_("关系"), choices=Follower.Role.choices)
    what = forms.CharField(label=_("配套什么"), max_length=120, required=False)


class EndForm(forms.Form):
    """The end of a relation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.DateField(label=_("到哪天止"), widget=day_input())
    reason = forms.CharField(label=_("原因"), max_length=300)

"""What is entered of platform firms. Whether it fits the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.forms import SubjectChoice, choose, day_input
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.foundation.registry.selectors import subjects_visible_to
from tiaodu.rooms.returns.platforms.models import PlatformFact
from tiaodu.rooms.returns.platforms.tables import Offered, words_of

Kind = PlatformFact.Kind


class PlatformForm(forms.Form):
    """A firm for the register."""

    subject = SubjectChoice(label=_("企业"), queryset=Subject.objects.none())
    source = forms.CharField(label=_("依据"), max_length=300)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = subjects_visible_to(user).filter(
            region=user.region, active=True, merged_into=None, platform=None, kind=SubjectKind.FIRM
        )
        choose(self, "subject", known.order_by("name"))


class FactForm(forms.Form):
    """A brand, a licence or a state of tax compliance."""

    name = forms.CharField(label=_("品牌名称"), max_length=120)
    code = forms.ChoiceField(label=_("哪一种"))
    number = forms.CharField(label=_("证号"), max_length=80)
    authority = forms.CharField(label=_("发证机关"), max_length=120)
    until = forms.DateField(
        label=_("有效期至"), required=False, widget=day_input(), help_text=_("长期有效的空着。")
    )
    day = forms.DateField(label=_("从哪天起如此"), widget=day_input())
    source = forms.CharField(label=_("来源"), max_length=300, help_text=_("哪份证照，或哪个部门哪天提供。"))
    proof = forms.FileField(label=_("佐证文件"), required=False)
    gone = forms.BooleanField(label=_("已失效（注销、吊销、停用）"), required=False)

    def __init__(self, kind: str, offered: Offered, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()
        wanted = {
            Kind.BRAND.value: {"name", "gone"},
            Kind.LICENCE.value: {"code", "number", "authority", "until", "gone"},
            Kind.TAX.value: {"code"},
        }[kind] | {"day", "source", "proof"}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        code = self.fields.get("code")
        if isinstance(code, forms.ChoiceField):
            code.choices = [(c, words_of(offered, k, c)) for k, c in offered if k == kind]

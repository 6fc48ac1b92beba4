"""Other names of subjects, as every service of the register gives them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Alias, Region, Subject


def aliases_put(region: Region, named: Iterable[tuple[Subject, str]]) -> None:
    """Further names of many subjects of a region, as :func:`alias_put` gives them one by one."""
    held = {alias.text: alias.subject_id for alias in Alias.objects.filter(region=region)}
    for subject, text in named:
        if held.get(text.strip()) != subject.pk:
            held[text.strip()] = alias_put(subject, text).subject_id


def alias_put(subject: Subject, text: str) -> Alias:
    """The alias, made if it is not there. Invalid when it is empty or another subject's already."""
    text = text.strip()
    if not text:
        raise Invalid(_("请填写别名。"))
    alias, _made = Alias.objects.get_or_create(
        region=subject.region, text=text, defaults={"subject": subject}
    )
    if alias.subject_id != subject.pk:
        raise Invalid(_("“%(text)s”已经是“%(subject)s”的别名。") % {"text": text, "subject": alias.subject})
    return alias

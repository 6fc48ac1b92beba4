"""Other names of subjects, as every service of the register gives them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Alias, Subject


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

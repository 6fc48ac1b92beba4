"""How a figure of a return says where it comes from."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.sources import Described
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import SOURCE, SURVEY
from tiaodu.rooms.returns.selectors.scope import return_for
from tiaodu.rooms.returns.tables import form_title


def return_source(user: User, source_id: str) -> Described | None:
    """The return a figure was told in, for who may see it."""
    if not source_id.isdecimal():
        return None
    found = return_for(user, int(source_id))
    form = forms_in(found.region).get(found.type)
    label = gettext("%(form)s（%(period)s）") % {
        "form": form_title(form) if form else found.type,
        "period": found.period,
    }
    return Described(label, reverse("returns:return", args=[found.pk]))


sources.register(SOURCE, title=_("企业报表"), describe=return_source)
sources.register(SURVEY, title=_("统计调查表"), describe=return_source, survey=True)

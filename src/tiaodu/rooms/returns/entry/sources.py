"""How a figure that a unit told when it filed says where it comes from."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.sources import Described
from tiaodu.rooms.returns.entry.models import DECLARED, EntryDeclaration
from tiaodu.rooms.returns.entry.selectors.scope import unit_for


def declared_source(user: User, source_id: str) -> Described | None:
    """What the unit told, for who may see the unit."""
    found = EntryDeclaration.objects.filter(pk=source_id).first() if source_id.isdecimal() else None
    if found is None:
        return None
    unit = unit_for(user, found.unit_id)
    label = gettext("%(unit)s 入规申报（%(day)s）") % {"unit": unit, "day": found.known_on.isoformat()}
    return Described(label, reverse("returns:entry-unit", args=[unit.pk]))


sources.register(DECLARED, title=_("入规申报"), describe=declared_source)

"""What firms have allowed."""

from __future__ import annotations

from django.db.models import QuerySet

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.selectors import own_units
from tiaodu.rooms.returns.entry.models import Authorisation


def authorisations_of(user: User) -> QuerySet[Authorisation]:
    """Those of the person's own firm."""
    found = Authorisation.objects.filter(subject__in=own_units(user))
    return found.select_related("subject", "measure", "granted_by")

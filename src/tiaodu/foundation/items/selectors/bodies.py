"""In whose name a person may open which kinds of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tiaodu.engine.items.vocabulary import ANY, Kind
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items import rules
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.foundation.registry.selectors import departments_of


def may_issue(user: User, kind: Kind, authority: Subject) -> bool:
    """Whether a body may issue items of a kind, and this person for it: of the body itself, or, for a body
    that lends its name, anybody with the permission.
    """
    if authority.kind != SubjectKind.DEPARTMENT or not access.may(user, "items.issue"):
        return False
    sort = rules.body_sort(authority)
    own = user.department_id == authority.pk and (ANY in kind.authorities or sort in kind.authorities)
    return own or (sort in kind.on_behalf and access.may(user, "items.issue_for"))


def authorities_by_kind(user: User) -> Mapping[str, Sequence[Subject]]:
    """The bodies in whose name the person may open each kind; kinds without any are left out. One query."""
    if user.region is None or not access.may(user, "items.issue"):
        return {}
    departments = list(departments_of(user.region))
    found = {
        code: [body for body in departments if may_issue(user, kind, body)]
        for code, kind in rules.kinds().items()
    }
    return {code: bodies for code, bodies in found.items() if bodies}

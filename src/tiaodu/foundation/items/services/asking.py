"""Who may be asked to take an item: an officer in service who is there to answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items import rules, words
from tiaodu.foundation.items.models import Absence
from tiaodu.foundation.items.selectors.people import absence_of
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Subject


class Away(Invalid):
    """The person asked is away; ``absence`` says until when and who stands in for her."""

    code = "away"

    def __init__(self, absence: Absence) -> None:
        super().__init__(away_words(absence))
        self.absence = absence


def away_words(absence: Absence) -> str:
    """That somebody is away, until when, who stands in, and what to do."""
    told: dict[str, Any] = {
        "person": absence.person,
        "reason": words.said(rules.absence_reasons(), absence.reason),
        "start": absence.start.isoformat(),
        "end": absence.end.isoformat(),
        "deputy": absence.deputy,
    }
    away = _("%(person)s%(reason)s（%(start)s 至 %(end)s），") % told
    if absence.deputy is not None:
        return away + _("代理人是%(deputy)s。请交给代理人，或等其回来再交。") % told
    return away + _("没有指定代理人。请交给其他人，或等其回来再交。")


def require_can_be_asked(person: User, department: Subject | None) -> None:
    """Refuse unless the person is of the department, in service, may handle items and is not away."""
    if department is not None and person.department_id != department.pk:
        told = {"person": person, "department": department}
        raise Invalid(_("%(person)s不是“%(department)s”的人。请选择该单位的人员。") % told)
    if not access.may(person, "items.handle"):
        raise Invalid(_("%(person)s的账号已停用或不能承办事项。请选择其他人。") % {"person": person})
    away = absence_of(person, clock.today())
    if away is not None:
        raise Away(away)

"""What an official does: remind, ask, send back. None of it touches or suggests a figure."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.returns.states import Verb
from tiaodu.engine.returns.suggesting import suggested
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.services.filling import form_of
from tiaodu.rooms.returns.services.moving import locked, needed_text, write


@transaction.atomic
def return_remind(*, user: User, return_id: int, text: str = "") -> Return:
    """Remind a unit of a return that is not in, or that was asked about; the unit sees it in the log."""
    row = locked(user, return_id, Verb.REMINDED, None)
    write(row, user, Verb.REMINDED, text=_words(text))
    return row


@transaction.atomic
def return_question(
    *, user: User, return_id: int, version: int, text: str, measures: Sequence[str] = ()
) -> Return:
    """Ask the unit about its figures, or some of them. They stand meanwhile."""
    row = locked(user, return_id, Verb.QUESTIONED, version)
    asked = {question.measure for question in form_of(row).asked}
    text = needed_text(_words(text), _("请写明要问什么。"))
    write(row, user, Verb.QUESTIONED, text=text, measures=[code for code in measures if code in asked])
    return row


@transaction.atomic
def return_send_back(
    *, user: User, return_id: int, version: int, reason: str, measures: Sequence[str] = ()
) -> Return:
    """Send a return back with the reason. Its figures stand until the unit corrects or confirms them."""
    row = locked(user, return_id, Verb.SENT_BACK, version)
    asked = {question.measure for question in form_of(row).asked}
    reason = needed_text(_words(reason), _("退回须写明原因。"))
    write(row, user, Verb.SENT_BACK, text=reason, measures=[code for code in measures if code in asked])
    return row


def _words(text: str) -> str:
    """The words as they are sent. Invalid where they suggest a figure to the unit."""
    if found := suggested(text):
        raise Invalid(
            _(
                "这里不能写数字（“%(figure)s”）：对企业的数只能询问和退回，不能提出应该是多少。"
                "勾选要问的指标，系统会把企业自己报的数列在旁边。您写的话还在。"
            )
            % {"figure": found}
        )
    return text

"""What every act on a return has in common: the lock, the side, the state, the entry of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.returns import states
from tiaodu.engine.returns.states import Side, State, Verb
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.selectors import own_units
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.returns.models import Return, ReturnEntry
from tiaodu.rooms.returns.selectors.scope import is_official, returns_visible_to

_PERMISSIONS = {Side.UNIT: "returns.fill", Side.OFFICIAL: "returns.question"}
LONGEST = 500


def locked(user: User, return_id: int, verb: Verb, version: int | None) -> Return:
    """The return, held for an act of this person's side.

    NotFound out of reach, NotAllowed on the other side of the firewall, Stale when it moved on since
    ``version`` (None: whatever it is now), Invalid where the verb cannot happen in its state.
    """
    _check_side(user, states.SIDES[verb])
    found = returns_visible_to(user).filter(pk=return_id).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    row = Return.objects.select_for_update(of=("self",)).select_related("region", "subject").get(pk=found)
    if states.SIDES[verb] is Side.UNIT and row.subject_id not in own_units(user):
        raise NotAllowed(_("只有企业自己可以填报和更正。"))
    if version is not None and row.version != version:
        raise Stale(_since(row, version))
    if states.after(State(row.state), verb) is None:
        raise Invalid(_("这份报表现在是“%(state)s”，不能再做这一步。") % {"state": row.get_state_display()})
    return row


def _check_side(user: User, side: Side) -> None:
    access.require(user, _PERMISSIONS[side])
    if side is Side.OFFICIAL and not is_official(user):
        raise NotAllowed


def _since(row: Return, version: int) -> dict[str, dict[str, Any]]:
    """What stands now: who did what since the page was opened."""
    newest = row.entries.select_related("by").exclude(verb=Verb.SEEN).last()
    told = {"state": {"now": row.get_state_display(), "yours": _("第 %(n)s 版") % {"n": version}}}
    if newest is not None:
        done = f"{newest.get_verb_display()} {newest.known_on.isoformat()}"
        told["reporter"] = {"now": f"{newest.by or ''} {done}".strip(), "yours": ""}
    return told


def write(
    row: Return,
    user: User | None,
    verb: Verb,
    *,
    text: str = "",
    measures: Sequence[str] = (),
    changes: Mapping[str, Any] | None = None,
    fields: Sequence[str] = (),
) -> ReturnEntry:
    """Move a locked return on and log it. ``fields`` are further ones that were changed."""
    old = row.state
    row.state = states.after(State(old), verb) or old
    row.version += verb not in states.QUIET
    row.save(update_fields=["state", "version", *fields])
    entry = ReturnEntry.objects.create(
        of=row,
        verb=verb.value,
        text=text.strip()[:LONGEST],
        measures=list(measures),
        changes=dict(changes or {}),
        known_on=clock.today(),
        by=user,
        department=user.department if user is not None else None,
    )
    after = {"state": row.state, "text": entry.text, "what": entry.measures, **dict(changes or {})}
    audit.record(
        action=f"returns.{verb.value}",
        actor=user,
        obj=row,
        before={"state": old},
        after=after,
        region_code=row.region.code,
    )
    return entry


def needed_text(text: str, message: str) -> str:
    """Words that must be there."""
    text = text.strip()
    if not text:
        raise Invalid(message)
    if len(text) > LONGEST:
        raise Invalid(_("太长，最多 %(count)s 字。") % {"count": LONGEST})
    return text

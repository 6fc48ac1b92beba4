"""Writes of versioned tables: one person proposes, another confirms or rejects, the proposer may withdraw.

Nothing is edited: a proposal is a row, what became of it is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables import heads
from tiaodu.foundation.tables.bodies import read_body, to_keep
from tiaodu.foundation.tables.declaring import Body, Fault, Table, find
from tiaodu.foundation.tables.difference import Difference, difference
from tiaodu.foundation.tables.models import Confidence, Decision, Version
from tiaodu.foundation.tables.selectors import TableData
from tiaodu.foundation.tables.versions import body_of, open_version_for, replaced_by

# What a person may say of a value she proposes: one who is not sure does not propose it.
OFFERED = (Confidence.SOURCE, Confidence.PRACTICE, Confidence.DERIVED)


class Faulty(Invalid):
    """Cells that cannot be accepted; ``faults`` names each with what is accepted."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = {"count": len(faults), "first": _told(faults[0])}
        super().__init__(_("表里有 %(count)s 处要改：%(first)s") % told)
        self.faults = list(faults)


def _told(fault: Fault) -> str:
    if fault.row is None:
        return fault.message
    return _("第 %(row)s 行：%(message)s") % {"row": fault.row + 1, "message": fault.message}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be proposed: the body read, what holds now, what changes, the head."""

    table: Table
    body: Body
    now: TableData | None
    changed: Difference
    head: dict[str, Any]


def proposal_check(
    *,
    user: User,
    code: str,
    region: Region,
    body: Any,
    valid_from: date,
    source: str,
    confidence: str,
    reason: str,
    based_on: int | None,
    valid_to: date | None = None,
    earlier_reason: str = "",
) -> Proposal:
    """All that :func:`version_propose` looks at, without writing: for the difference shown before."""
    table = _table_for(user, code, "propose")
    if not scope_of(user).covers(region):
        raise NotFound
    read, faults = read_body(table, body)
    if faults:
        raise Faulty(faults)
    _fits(table, region, valid_from, read)
    head = {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "source": source.strip(),
        "confidence": confidence,
        "reason": reason.strip(),
        "earlier_reason": earlier_reason.strip() if valid_from < clock.today() else "",
    }
    _check(head)
    now = replaced_by(table, region, valid_from)
    changed = difference(table, body_of(now), read)
    if (now.version_id if now else None) != based_on:
        raise Stale(_apart(changed))
    if now is not None and not changed.any and _same_head(now, head):
        raise Invalid(_("与现在的内容完全一样，不用提议。"))
    return Proposal(table, read, now, changed, head)


def _fits(table: Table, region: Region, day: date, body: Body) -> None:
    """Refuse what the county's other tables or figures do not allow."""
    faults = list(table.check_in(region, day, body)) if table.check_in is not None else []
    if faults:
        raise Faulty(faults)


def _same_head(now: TableData, head: dict[str, Any]) -> bool:
    told = (head["source"], head["confidence"], head["valid_to"])
    return (now.source, now.confidence, now.valid_to) == told


@transaction.atomic
def version_propose(
    *,
    user: User,
    code: str,
    region: Region,
    body: Any,
    valid_from: date,
    source: str,
    confidence: str,
    reason: str,
    based_on: int | None,
    valid_to: date | None = None,
    earlier_reason: str = "",
) -> Version:
    """Propose what a table is to be in ``region`` from ``valid_from`` on (up to ``valid_to``, included).

    ``based_on`` is the version that held on ``valid_from`` when the form was opened, None for the package's:
    Stale, naming each difference, when another one holds by now. ``body`` is raw cells or values. Raises
    Faulty for cells that cannot be accepted, Invalid for the rest.
    """
    access.require(user, "tables.propose")
    Region.objects.select_for_update().filter(pk=region.pk).first()
    made = proposal_check(
        user=user,
        code=code,
        region=region,
        body=body,
        valid_from=valid_from,
        source=source,
        confidence=confidence,
        reason=reason,
        based_on=based_on,
        valid_to=valid_to,
        earlier_reason=earlier_reason,
    )
    version = Version.objects.create(
        code=code,
        region=region,
        number=_next_number(code, region),
        unit=made.now.unit if made.now else "",
        body=to_keep(made.body),
        based_on_id=based_on,
        proposed_on=clock.today(),
        proposed_by=user,
        **made.head,
    )
    before, after = _for_the_log(made.changed)
    audit.record(
        action="tables.version_propose",
        actor=user,
        obj=version,
        region_code=region.code,
        before=before,
        after={**after, **made.head},
    )
    return version


@transaction.atomic
def version_confirm(*, user: User, version_id: int) -> Version:
    """A second person lets a proposal hold from its ``valid_from`` on.

    Refused to the proposer; Invalid when somebody decided already; Stale when what it changes is no longer
    what held when it was proposed.
    """
    version, table = _open_for(user, version_id)
    now = replaced_by(table, version.region, version.valid_from)
    if (now.version_id if now else None) != version.based_on_id:
        proposed, _faults = read_body(table, version.body)
        raise Stale(_apart(difference(table, body_of(now), proposed)))
    proposed, faults = read_body(table, version.body)
    if faults:
        raise Faulty(faults)
    _fits(table, version.region, version.valid_from, proposed)
    _decide(user, version, Decision.Verb.CONFIRMED)
    heads.forget()
    return version


@transaction.atomic
def version_reject(*, user: User, version_id: int, reason: str) -> Version:
    """A second person turns a proposal down, and says why."""
    version, _table = _open_for(user, version_id)
    if not reason.strip():
        raise Invalid(_("请写明驳回的理由，提议人要照着改。"))
    _decide(user, version, Decision.Verb.REJECTED, reason)
    return version


@transaction.atomic
def version_withdraw(*, user: User, version_id: int, reason: str = "") -> Version:
    """The proposer takes a proposal back before anybody decided."""
    access.require(user, "tables.propose")
    version = open_version_for(user, version_id)
    if version.proposed_by_id != user.pk:
        raise NotAllowed(_("只有提议人能撤回自己的提议；如不同意，请驳回并写明理由。"))
    _decide(user, version, Decision.Verb.WITHDRAWN, reason)
    return version


def _table_for(user: User, code: str, verb: str) -> Table:
    """The table, for who may ``propose`` or ``confirm`` it."""
    access.require(user, f"tables.{verb}")
    table = find(code)
    if table is None:
        raise NotFound
    access.require(user, getattr(table, verb))
    return table


def _open_for(user: User, version_id: int) -> tuple[Version, Table]:
    """An undecided version, locked, for a second person to decide."""
    access.require(user, "tables.confirm")
    version = open_version_for(user, version_id)
    table = _table_for(user, version.code, "confirm")
    if version.proposed_by_id == user.pk:
        raise NotAllowed(_("这是您自己提议的，须由另一个人确认或驳回。您可以撤回它。"))
    return version, table


def _check(told: dict[str, Any]) -> None:
    if told["confidence"] not in OFFERED:
        words = "、".join(str(confidence.label) for confidence in OFFERED)
        raise Invalid(_("请选择可信程度：%(words)s。拿不准的内容请先核实再提议。") % {"words": words})
    if not told["source"]:
        raise Invalid(_("请写明依据：文件名称和文号、会议，或谁的经验。"))
    if not told["reason"]:
        raise Invalid(_("请写明修改理由。"))
    if told["valid_to"] is not None and told["valid_to"] < told["valid_from"]:
        raise Invalid(_("失效日不能早于生效日。"))
    if told["valid_from"] < clock.today() and not told["earlier_reason"]:
        raise Invalid(
            _("生效日 %(day)s 已经过去：请写明为什么追溯生效，确认的人和历史里都会看到。")
            % {"day": told["valid_from"].isoformat()}
        )


def _next_number(code: str, region: Region) -> int:
    last = Version.objects.filter(code=code, region=region).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _decide(user: User, version: Version, verb: Decision.Verb, reason: str = "") -> None:
    Decision.objects.create(
        version=version, verb=verb, reason=reason.strip(), decided_on=clock.today(), decided_by=user
    )
    done = {Decision.Verb.CONFIRMED: "confirm", Decision.Verb.REJECTED: "reject"}.get(verb, "withdraw")
    audit.record(
        action=f"tables.version_{done}",
        actor=user,
        obj=version,
        region_code=version.region.code,
        after={"valid_from": version.valid_from, "reason": reason.strip()},
    )


def _cells(changed: Difference) -> list[tuple[str, str, str]]:
    """(name, old, new) of every cell that differs."""
    found = []
    for row in changed.changed_rows:
        for cell in row.changed_cells:
            name = f"{row.name} {cell.column.title}".strip()
            found.append((name, cell.old, cell.new))
    return found


def _apart(changed: Difference) -> dict[str, Any]:
    """A difference as a stale form is told of it: what holds now beside what was proposed."""
    return {
        f"{number} {name}": {"label": name, "theirs": old, "yours": new}
        for number, (name, old, new) in enumerate(_cells(changed))
    }


def _for_the_log(changed: Difference) -> tuple[dict[str, str], dict[str, str]]:
    cells = _cells(changed)
    return {name: old for name, old, _new in cells}, {name: new for name, _old, new in cells}

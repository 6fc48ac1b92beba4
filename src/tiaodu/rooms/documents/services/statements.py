"""What people decide about single statements. Each decision is a row that is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.reading import Kind, load_vocabulary
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.dues import due_fields
from tiaodu.rooms.documents.models import Decision, Document, Statement, StatementState
from tiaodu.rooms.documents.words import COMPARATORS, FIELDS, VERBS

EDITABLE = ("kind", "subject", "action", "measure_key", "value", "unit", "comparator", "increment")
_STATES = {
    "accept": StatementState.ACCEPTED,
    "reject": StatementState.REJECTED,
    "reopen": StatementState.OPEN,
    "merge": StatementState.REPLACED,
    "split": StatementState.REPLACED,
}
# Which questions an answer settles, by code of data/vocabulary/questions.yaml.
_ABOUT_DUE = frozenset({"when", "which_year", "which_day", "before_literal", "after_event"})
_ABOUT_EITHER = frozenset({"when_and_measured_how"})
_ABOUT_MEASURE = frozenset({"measured_how"})


@transaction.atomic
def statement_decide(
    *,
    user: User,
    statement: Statement,
    verb: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
) -> Decision:
    """Write one decision with its audit entry, and bring the statement into the state the decision gives
     it.

    The caller holds the lock. ``after["state"]`` names the state when it does not follow from ``verb``.
    """
    access.require(user, "documents.review")
    statement.state = after.get("state", _STATES.get(verb, statement.state))
    statement.version += 1
    statement.save(update_fields=["state", "version"])
    decision = Decision.objects.create(
        statement=statement,
        verb=verb,
        before=plain(before),
        after=plain(after),
        reason=reason[:300],
        decided_by=user,
        decided_on=clock.today(),
    )
    audit.record(
        action=f"documents.statement_{verb}",
        actor=user,
        obj=statement,
        before=decision.before,
        after=decision.after | ({"reason": decision.reason} if decision.reason else {}),
    )
    return decision


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them."""

    def one(value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return value.isoformat() if isinstance(value, date) else value

    return {name: one(value) for name, value in values.items()}


def lock(user: User, statement_id: int, version: int, yours: Mapping[str, Any] | None = None) -> Statement:
    """The statement for writing. NotFound out of reach; Stale, telling what was done, when it changed
    since ``version``.
    """
    access.require(user, "documents.review")
    selectors.statement_for(user, statement_id)
    statement = Statement.objects.select_for_update().get(pk=statement_id)
    if statement.version != version:
        raise Stale(changes_of(statement, yours or {}))
    return statement


def changes_of(statement: Statement, yours: Mapping[str, Any]) -> dict[str, Any]:
    """The last act on the statement, and each field in which what was typed and what stands there differ."""
    found: dict[str, Any] = {}
    last = selectors.decisions_of(statement).last()
    if last is not None:
        words = f"{last.decided_by} · {VERBS.get(last.verb, last.verb)} · {last.decided_on}"
        found["last"] = {"label": _("最近一次操作"), "yours": None, "theirs": words}
    found["state"] = {"label": str(FIELDS["state"]), "yours": None, "theirs": statement.get_state_display()}
    for name, value in yours.items():
        current = getattr(statement, name, None)
        if name in FIELDS and str(plain({name: value})[name] or "") != str(
            plain({name: current})[name] or ""
        ):
            found[name] = {"label": str(FIELDS[name]), "yours": value, "theirs": current}
    return found


def require_open(statement: Statement) -> None:
    """Only what waits for review can be corrected: an accepted statement is taken back first."""
    if statement.state != StatementState.OPEN:
        raise Invalid(
            _("这一条现在是“%(state)s”，不能直接修改。请先撤销，再修改。")
            % {"state": statement.get_state_display()}
        )


@transaction.atomic
def statement_edit(
    *,
    user: User,
    statement_id: int,
    version: int,
    values: Mapping[str, Any],
    settled: bool = False,
    reason: str = "",
) -> Statement:
    """Correct an open statement.

    ``values``: any of kind, subject, action, measure_key, value (in the base unit), unit, comparator,
    increment, and ``due_text`` as a person types it (with ``year_confirmed`` when its year is far from
    the plan's). A question that the correction answers is gone;
    ``settled`` clears the others. A duty that gets a figure becomes a target, one that gets a date a
    milestone.
    """
    access.require(user, "documents.review")
    statement = lock(user, statement_id, version, values)
    require_open(statement)
    return _edit(user, statement, values, settled=settled, reason=reason)


def _edit(
    user: User, statement: Statement, values: Mapping[str, Any], *, settled: bool, reason: str
) -> Statement:
    wanted = {name: values[name] for name in EDITABLE if name in values}
    if "due_text" in values and values["due_text"].strip() != due_typed(statement):
        document = Document.objects.only("plan_year", "document_date").get(pk=statement.document_id)
        wanted |= due_fields(
            values["due_text"],
            plan_year=document.plan_year,
            document_date=document.document_date,
            year_confirmed=bool(values.get("year_confirmed")),
        )
    wanted = _completed(statement, wanted)
    _validate(statement, wanted)
    before, after = audit.changes(statement, wanted)
    questions = _still_asked(statement, after, settled=settled)
    if questions != statement.questions:
        before["questions"], after["questions"] = statement.questions, questions
    if not after:
        return statement
    for name, value in after.items():
        setattr(statement, name, value)
    statement.edited = True
    statement.save(update_fields=[*after, "edited"])
    statement_decide(user=user, statement=statement, verb="edit", before=before, after=after, reason=reason)
    return statement


def due_typed(statement: Statement) -> str:
    """A statement's time limit as a person would type it."""
    if statement.due_event:
        offset = statement.due_offset
        return f"{statement.due_event}后{offset}个工作日" if offset else f"{statement.due_event}后"
    return statement.due_text


def _completed(statement: Statement, wanted: dict[str, Any]) -> dict[str, Any]:
    """What follows from a correction: the coarse measure, and what a duty became."""
    completed = dict(wanted)
    if "measure_key" in wanted:
        completed["measure"] = wanted["measure_key"].partition(".")[0]
    kind = completed.get("kind", statement.kind)
    if kind == Kind.DUTY:
        dated = any(completed.get(name, getattr(statement, name)) for name in ("due_end", "due_event"))
        if completed.get("value", statement.value) is not None:
            completed["kind"] = Kind.TARGET.value
        elif dated and not statement.due_event:
            completed["kind"] = Kind.MILESTONE.value
    return completed


def _validate(statement: Statement, wanted: Mapping[str, Any]) -> None:
    now = {name: wanted.get(name, getattr(statement, name)) for name in EDITABLE}
    if now["kind"] not in list(Kind):
        raise Invalid(_("没有这个类别。"))
    if now["kind"] in (Kind.TARGET, Kind.ACTUAL) and now["value"] is None:
        raise Invalid(_("指标要有数值。没有数值的，请把类别改为节点或举措。"))
    if now["comparator"] not in COMPARATORS:
        raise Invalid(_("没有这种比较。"))
    if now["value"] is not None and abs(now["value"]) >= Decimal(10) ** 18:
        raise Invalid(_("数值太大，请检查单位。"))
    if "measure_key" in wanted and wanted["measure_key"] and wanted["measure_key"] != statement.measure_key:
        known = {entry.key for entry in load_vocabulary().measures}
        if wanted["measure_key"] not in known:
            raise Invalid(_("没有这个指标口径，请从列表中选择。"))


def _still_asked(statement: Statement, after: Mapping[str, Any], *, settled: bool) -> list[dict[str, Any]]:
    if settled:
        return []
    answered: set[str] = set()
    dated = after.get("due_end") or after.get("due_event")
    if dated:
        answered |= _ABOUT_DUE | _ABOUT_EITHER
    if after.get("value") is not None:
        answered |= _ABOUT_EITHER | _ABOUT_MEASURE
    if "value" in after or "unit" in after:
        answered.add("unit")
    if after.get("subject"):
        answered.add("who")
    return [question for question in statement.questions if question["code"] not in answered]


@transaction.atomic
def statement_answer(
    *, user: User, statement_id: int, version: int, values: Mapping[str, Any], reason: str = ""
) -> Statement:
    """Answer what is asked about a statement: with a due or a figure, or, without either, by confirming
    what was read.
    """
    access.require(user, "documents.review")
    statement = lock(user, statement_id, version, values)
    require_open(statement)
    if not statement.questions:
        raise Invalid(_("这一条没有待问的事项。"))
    given = {name: value for name, value in values.items() if value not in ("", None)}
    return _edit(user, statement, given, settled=not given, reason=reason)


@transaction.atomic
def statement_reject(*, user: User, statement_id: int, version: int, reason: str = "") -> Statement:
    """Leave an open statement out of the ledger; it stays in the document and can be reopened."""
    access.require(user, "documents.review")
    statement = lock(user, statement_id, version)
    require_open(statement)
    before = {"state": statement.state}
    after = {"state": StatementState.REJECTED.value}
    statement_decide(user=user, statement=statement, verb="reject", before=before, after=after, reason=reason)
    return statement


@transaction.atomic
def statement_reopen(*, user: User, statement_id: int, version: int, reason: str = "") -> list[Statement]:
    """Take back a rejection, a merging or a splitting; every statement that changed is returned.

    A merging or splitting is undone as a whole: what went in is open again, what came out is replaced. An
    acceptance is taken back in the ledger (``ledger.services.statement_withdraw``), which knows what was
    reported on it.
    """
    access.require(user, "documents.review")
    statement = lock(user, statement_id, version)
    if statement.state == StatementState.REPLACED:
        return _undo_reshaping(user, statement, reason)
    if statement.state != StatementState.REJECTED:
        raise Invalid(_("这一条现在是“%(state)s”，不用恢复。") % {"state": statement.get_state_display()})
    _turn(user, statement, StatementState.OPEN, reason)
    return [statement]


def _turn(user: User, statement: Statement, state: StatementState, reason: str) -> None:
    before = {"state": statement.state}
    statement_decide(
        user=user,
        statement=statement,
        verb="reopen",
        before=before,
        after={"state": state.value},
        reason=reason,
    )


def _undo_reshaping(user: User, statement: Statement, reason: str) -> list[Statement]:
    last = Decision.objects.filter(statement=statement, verb__in=("merge", "split")).last()
    if last is None or "into" not in last.after:
        raise Invalid(_("这一条已由他人继续处理，不能恢复。"))
    keys = [*last.after["from"], *last.after["into"]]
    found = {s.pk: s for s in Statement.objects.select_for_update().filter(pk__in=keys)}
    came_out = [found[pk] for pk in last.after["into"]]
    if any(s.state not in (StatementState.OPEN, StatementState.REJECTED) for s in came_out):
        raise Invalid(_("合并或拆分后的条目已被接受或继续处理，请先撤销那一步。"))
    for each in came_out:
        _turn(user, each, StatementState.REPLACED, reason)
    went_in = [found[pk] for pk in last.after["from"]]
    for each in went_in:
        _turn(user, each, StatementState.OPEN, reason)
    return went_in + came_out

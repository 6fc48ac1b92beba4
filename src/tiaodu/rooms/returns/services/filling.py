"""What the unit does: look, draft, send, say that there is nothing, decline, correct, confirm, explain.

Every figure of a return is written here, and only for a person of the unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.returns.states import Verb
from tiaodu.engine.returns.types import Basis, ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services import Row
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.catalogue import form_in
from tiaodu.rooms.returns.models import SOURCE, SURVEY, Return, ReturnEntry, ReturnFigure
from tiaodu.rooms.returns.rules import Typed, evidence_period, read_typed, refuse_outside_time
from tiaodu.rooms.returns.selectors.checking import broken_identities
from tiaodu.rooms.returns.selectors.told import figures_in, held_elsewhere
from tiaodu.rooms.returns.services.moving import locked, needed_text, write

TOO_LONG = 40  # characters of a cell


def form_of(row: Return) -> ReturnType:
    """The form as it was when the return was opened."""
    return form_in(row.region, row.type, row.opened_on)


@transaction.atomic
def return_see(*, user: User, return_id: int) -> Return:
    """Log that a person of the unit has opened it, once for each person."""
    row = locked(user, return_id, Verb.SEEN, None)
    if not row.entries.filter(verb=Verb.SEEN, by=user).exists():
        ReturnEntry.objects.create(of=row, verb=Verb.SEEN.value, known_on=clock.today(), by=user)
        audit.record(action="returns.seen", actor=user, obj=row)
    return row


@transaction.atomic
def return_draft(*, user: User, return_id: int, typed: Mapping[str, str]) -> Return:
    """Keep what was typed so far, as it was typed; an empty text takes a cell out again.

    Cells that are not given stay as somebody else of the unit left them.
    """
    row = locked(user, return_id, Verb.DRAFTED, None)
    known = {asked.measure for asked in form_of(row).asked}
    cells = {code: text.strip()[:TOO_LONG] for code, text in typed.items() if code in known}
    row.draft = {code: text for code, text in {**row.draft, **cells}.items() if text}
    row.drafted_by = user
    if row.state == Return.State.DRAFT:
        row.save(update_fields=["draft", "drafted_by"])
    elif row.draft:
        write(row, user, Verb.DRAFTED, fields=("draft", "drafted_by"))
    return row


@transaction.atomic
def return_submit(
    *,
    user: User,
    return_id: int,
    version: int,
    typed: Mapping[str, str],
    text: str = "",
) -> Return:
    """Send a return: its figures become evidence, all or none.

    ``typed`` are the cells by measure as they were typed. Invalid, with the reason of each cell in
    ``details``, where one cannot be read, a needed one is empty, or an identity is broken; nothing that looks
    strange keeps it from being sent. Stale when somebody else of the unit was first.
    """
    row = locked(user, return_id, Verb.SUBMITTED, version)
    form = form_of(row)
    refuse_outside_time(form, row, clock.today())
    held = held_elsewhere(row, form)
    told = _told(row, form, typed, held)
    row.draft, row.drafted_by = {}, None
    row.submitted_on = row.submitted_on or clock.today()
    entry = write(
        row,
        user,
        Verb.SUBMITTED,
        text=text,
        measures=list(told),
        fields=("draft", "drafted_by", "submitted_on"),
    )
    _record(user, row, form, entry, told)
    return row


def _told(
    row: Return, form: ReturnType, typed: Mapping[str, str], held: Mapping[str, Evidence]
) -> dict[str, Decimal]:
    """The values to record, of what is not held already."""
    read = read_typed(form, typed)
    wrong = dict(read.wrong)
    for asked in form.asked:
        if asked.needed and asked.measure not in read.values and asked.measure not in {*held, *wrong}:
            wrong[asked.measure] = _("还没有填。没有发生的填0；全部没有的，请选“本期无数据”。")
    told = {code: value for code, value in read.values.items() if code not in held}
    _refuse_wrong(wrong)
    _refuse_wrong(broken_identities(row, form, told))
    if not told and not held:
        raise Invalid(_("一个数也没有填。没有数据的，请选“本期无数据”。"))
    return told


def _refuse_wrong(wrong: Mapping[str, str]) -> None:
    if wrong:
        words = _("有 %(count)s 处要改，没有报出；您填的内容都在。") % {"count": len(wrong)}
        raise Invalid(words, details=dict(wrong))


def _record(
    user: User, row: Return, form: ReturnType, entry: ReturnEntry, told: Mapping[str, Decimal]
) -> None:
    measures = measures_of(told)
    rows = [
        Row(row.subject, measures[code], form.series, evidence_period(measures[code].kind, row.period), value)
        for code, value in told.items()
    ]
    source = SURVEY if form.basis is Basis.SURVEY else SOURCE
    found = evidence.evidence_record_together(user=user, rows=rows, source_kind=source, source_id=str(row.pk))
    _point(row, entry, found)


def _point(row: Return, entry: ReturnEntry, found: Sequence[Evidence]) -> None:
    """A figure that was there already with the same value stays with the return that told it."""
    ids = [told.pk for told in found]
    there = set(ReturnFigure.objects.filter(evidence__in=ids).values_list("evidence_id", flat=True))
    ReturnFigure.objects.bulk_create(
        ReturnFigure(of=row, entry=entry, measure_id=told.measure_id, evidence=told)
        for told in found
        if told.pk not in there
    )


def measures_of(codes: Mapping[str, object]) -> dict[str, Measure]:
    """The measures of a form. Invalid where the register does not have one."""
    found = {measure.code: measure for measure in Measure.objects.filter(code__in=list(codes))}
    missing = [code for code in codes if code not in found]
    if missing:
        raise Invalid(_("指标口径“%(code)s”还没有载入，请系统管理员先载入指标口径。") % {"code": missing[0]})
    return found


@transaction.atomic
def return_nothing(*, user: User, return_id: int, version: int, reason: str) -> Return:
    """Say that there is nothing to report, with the reason (停产)."""
    row = locked(user, return_id, Verb.NOTHING, version)
    refuse_outside_time(form_of(row), row, clock.today())
    reason = needed_text(reason, _("请写明为什么没有数据，如停产检修。"))
    row.draft, row.drafted_by = {}, None
    row.submitted_on = row.submitted_on or clock.today()
    write(row, user, Verb.NOTHING, text=reason, fields=("draft", "drafted_by", "submitted_on"))
    return row


@transaction.atomic
def return_decline(*, user: User, return_id: int, version: int, reason: str = "") -> Return:
    """Leave a form that may be refused unanswered; a reason is welcome and not asked for."""
    row = locked(user, return_id, Verb.DECLINED, version)
    if row.binds(clock.today()):
        raise Invalid(_("这是有依据的必填报表，不能不填；没有数据的，请选“本期无数据”。"))
    write(row, user, Verb.DECLINED, text=reason)
    return row


@transaction.atomic
def return_correct(
    *, user: User, return_id: int, version: int, typed: Mapping[str, str], reason: str
) -> Return:
    """Correct figures of a return with the reason; the old values stay in the evidence.

    A cell that is empty takes its figure back. Invalid where nothing changes or no reason is given.
    """
    row = locked(user, return_id, Verb.CORRECTED, version)
    form = form_of(row)
    refuse_outside_time(form, row, clock.today())
    reason = needed_text(reason, _("请写明更正原因。"))
    held = held_elsewhere(row, form)
    read = read_typed(form, typed)
    _refuse_wrong(read.wrong)
    there = figures_in(row, form)
    changes = _changes(form, read, there, held)
    if not changes:
        raise Invalid(_("没有改动任何数。"))
    _refuse_wrong(broken_identities(row, form, read.values))
    shown = {
        code: [None if old is None else str(old), None if new is None else str(new)]
        for code, (old, new) in changes.items()
    }
    entry = write(row, user, Verb.CORRECTED, text=reason, measures=list(changes), changes=shown)
    _apply(user, row, form, entry, changes, there, reason)
    return row


Change = tuple[Decimal | None, Decimal | None]


def _changes(
    form: ReturnType, read: Typed, there: Mapping[str, Evidence], held: Mapping[str, Evidence]
) -> dict[str, Change]:
    """Old and new value of each figure that differs."""
    found: dict[str, Change] = {}
    for asked in form.asked:
        if asked.measure in held:
            continue
        figure = there.get(asked.measure)
        old, new = figure.value if figure else None, read.values.get(asked.measure)
        if old != new:
            found[asked.measure] = (old, new)
    empty = [a.measure for a in form.asked if a.needed and found.get(a.measure, (0, 0))[1] is None]
    _refuse_wrong({code: _("这一项不能空着。") for code in empty})
    return found


def _apply(
    user: User,
    row: Return,
    form: ReturnType,
    entry: ReturnEntry,
    changes: Mapping[str, Change],
    there: Mapping[str, Evidence],
    reason: str,
) -> None:
    new = {code: value for code, (old, value) in changes.items() if old is None and value is not None}
    _record(user, row, form, entry, new)
    for code, (old, value) in changes.items():
        if old is None:
            continue
        pk = there[code].pk
        if value is None:
            found = evidence.evidence_withdraw(user=user, evidence_id=pk, reason=reason[:300])
        else:
            found = evidence.evidence_correct(user=user, evidence_id=pk, value=value, reason=reason[:300])
        _point(row, entry, [found])


@transaction.atomic
def return_confirm(
    *, user: User, return_id: int, version: int, reason: str, measures: tuple[str, ...] = ()
) -> Return:
    """Stand by figures that were asked about or look strange, with the reason: nothing changes."""
    row = locked(user, return_id, Verb.CONFIRMED, version)
    reason = needed_text(reason, _("请写明为什么没有错。"))
    write(row, user, Verb.CONFIRMED, text=reason, measures=measures)
    return row


@transaction.atomic
def return_answer(*, user: User, return_id: int, version: int, text: str) -> Return:
    """Explain to the official who asked; the figures stay as they are."""
    row = locked(user, return_id, Verb.ANSWERED, version)
    write(row, user, Verb.ANSWERED, text=needed_text(text, _("请写几句说明。")))
    return row

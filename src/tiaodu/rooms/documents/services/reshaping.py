"""Several statements become one, or one becomes several. What went in is kept and can be brought back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.reading import Kind, load_vocabulary, read
from tiaodu.engine.reading import Statement as Read
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.models import Document, Statement, StatementState
from tiaodu.rooms.documents.records import DUE_FIELDS, as_read, values_of
from tiaodu.rooms.documents.services.statements import lock, require_open, statement_decide

_RANK = (Kind.TARGET, Kind.MILESTONE, Kind.DUTY, Kind.ACTUAL, Kind.STATUS, Kind.CONTEXT)
_SPANS = ("start", "clause_start", "sentence_start")
_FIGURE = ("measure", "measure_key", "value", "unit", "comparator", "increment")


@transaction.atomic
def statement_merge(*, user: User, document_id: int, versions: Mapping[int, int]) -> Statement:
    """Make one statement out of several open ones of a document; ``versions`` is their versions by id.

    Subject, figure and date are taken from whichever has them. Two different figures or two different dates
    are refused: merging must not lose one.
    """
    access.require(user, "documents.review")
    document = selectors.document_for(user, document_id)
    if len(versions) < 2:
        raise Invalid(_("请勾选两条以上再合并。"))
    parts = [lock(user, pk, version) for pk, version in sorted(versions.items())]
    if any(part.document_id != document.pk for part in parts):
        raise NotFound
    for part in parts:
        require_open(part)
    parts.sort(key=lambda s: (s.start, s.end, s.pk))
    merged = Statement(
        document=document,
        origin=parts[0],
        since=document.readings,
        reading=document.readings,
        edited=True,
        **_joined(document, parts),
    )
    merged.fingerprint = _made_by_people("merge", [part.pk for part in parts], merged.quote)
    merged.save()
    _replace(user, "merge", parts, [merged])
    return merged


def _joined(document: Document, parts: Sequence[Statement]) -> dict[str, Any]:
    figures = [part for part in parts if part.value is not None]
    dates = [part for part in parts if part.due_text or part.due_end or part.due_event]
    if len({(part.value, part.unit, part.comparator) for part in figures}) > 1:
        raise Invalid(_("勾选的条目有不同的数值，合并会丢掉一个。请只合并同一件事的条目。"))
    if len({(part.due_end, part.due_event) for part in dates}) > 1:
        raise Invalid(_("勾选的条目有不同的时限，合并会丢掉一个。请只合并同一件事的条目。"))
    values = values_of(as_read(parts[0]))
    for name in _SPANS:
        end = name.replace("start", "end")
        values[name] = min(getattr(part, name) for part in parts)
        values[end] = max(getattr(part, end) for part in parts)
    values["quote"] = document.text[values["start"] : values["end"]]
    values["kind"] = min((part.kind for part in parts), key=lambda kind: _RANK.index(Kind(kind)))
    for name in ("subject", "action", "act"):
        values[name] = next((getattr(part, name) for part in parts if getattr(part, name)), "")
    for names, givers in ((_FIGURE, figures), (DUE_FIELDS, dates)):
        values |= {name: getattr(givers[0], name) for name in names} if givers else {}
    strongest = max(parts, key=lambda part: part.strength or 0)
    values |= {"strength": strongest.strength, "commitment": strongest.commitment}
    values["questions"] = _asked(parts, dated=bool(dates), measured=bool(figures))
    return values


def _asked(parts: Iterable[Statement], *, dated: bool, measured: bool) -> list[dict[str, Any]]:
    """The questions of the parts, each once, without those another part answers."""
    answered = {"when", "when_and_measured_how"} if dated else set()
    answered |= {"when_and_measured_how", "measured_how"} if measured else set()
    found: list[dict[str, Any]] = []
    for question in (q for part in parts for q in part.questions):
        if question["code"] not in answered and question not in found:
            found.append(question)
    return found


@transaction.atomic
def statement_split(*, user: User, statement_id: int, version: int, at: Sequence[int]) -> list[Statement]:
    """Cut the clause of an open statement at the offsets ``at`` (of the document's text) and read each
     part by itself.

    A part keeps subject, date and wording of the whole where it has none of its own.
    """
    access.require(user, "documents.review")
    whole = lock(user, statement_id, version)
    require_open(whole)
    document = selectors.document_for(user, whole.document_id)
    cuts = sorted(set(at))
    if not cuts or cuts[0] <= whole.clause_start or cuts[-1] >= whole.clause_end:
        raise Invalid(_("请在句子中间断开。"))
    bounds = [whole.clause_start, *cuts, whole.clause_end]
    spans = [_trimmed(document.text, a, b) for a, b in pairwise(bounds)]
    if any(start >= end for start, end in spans):
        raise Invalid(_("断开后有一段没有文字。"))
    others = selectors.statements_of(document).filter(state__in=selectors.LIVE).exclude(pk=whole.pk)
    taken = set(others.values_list("start", "end"))
    made = [_part(document, whole, span, taken) for span in spans]
    for number, statement in enumerate(made):
        statement.fingerprint = _made_by_people("split", [whole.pk, number], statement.quote)
        statement.save()
    _replace(user, "split", [whole], made)
    return made


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip(" ，,、；;\n\t")), start + len(piece.rstrip())


def _part(
    document: Document, whole: Statement, span: tuple[int, int], taken: set[tuple[int, int]]
) -> Statement:
    start, end = span
    found = read(
        document.text[start:end],
        document_date=document.document_date,
        plan_year=document.plan_year,
        vocabulary=load_vocabulary(),
    )
    own = [_moved(s, start) for s in found.statements if s.kind is not Kind.CONTEXT]
    free = [s for s in own if (s.start, s.end) not in taken]
    values = values_of(free[0]) if free else _bare(document, whole, span)
    for name in ("subject", "commitment", "strength"):
        values[name] = values[name] or getattr(whole, name)
    if not (values["due_text"] or values["due_event"]) and values["kind"] in (Kind.TARGET, Kind.MILESTONE):
        values |= {name: getattr(whole, name) for name in DUE_FIELDS}
    values |= {"headings": whole.headings, "row": whole.row}
    values |= {"clause_start": start, "clause_end": end}
    values |= {"sentence_start": whole.sentence_start, "sentence_end": whole.sentence_end}
    return Statement(
        document=document,
        origin=whole,
        since=document.readings,
        reading=document.readings,
        edited=True,
        **values,
    )


def _moved(statement: Read, by: int) -> Read:
    return replace(statement, start=statement.start + by, end=statement.end + by)


def _bare(document: Document, whole: Statement, span: tuple[int, int]) -> dict[str, Any]:
    """A part in which the reader finds nothing is a duty in its own words."""
    quote = document.text[span[0] : span[1]]
    values = values_of(as_read(whole)) | {"start": span[0], "end": span[1], "quote": quote}
    values |= {
        "kind": Kind.DUTY.value,
        "action": quote[:300],
        "value": None,
        "increment": False,
        "comparator": "=",
    }
    values |= dict.fromkeys(("measure", "measure_key", "unit", "act", "due_text", "due_event"), "")
    values |= dict.fromkeys(("due_start", "due_end", "due_offset"))
    return values | {"questions": [{"code": "when_and_measured_how", "params": {}}]}


def _made_by_people(verb: str, keys: Iterable[int], quote: str) -> str:
    """A fingerprint no reading gives."""
    return hashlib.sha256(f"{verb}:{list(keys)}:{quote}".encode()).hexdigest()


def _replace(user: User, verb: str, went_in: Sequence[Statement], came_out: Sequence[Statement]) -> None:
    """Each statement tells in its own log what it became, or what it came from."""
    keys = {"from": [s.pk for s in went_in], "into": [s.pk for s in came_out]}
    for each in went_in:
        statement_decide(
            user=user,
            statement=each,
            verb=verb,
            before={"state": each.state},
            after={"state": StatementState.REPLACED.value, **keys},
        )
    for each in came_out:
        after = {"state": StatementState.OPEN.value, **keys, "quote": each.quote}
        statement_decide(user=user, statement=each, verb=verb, before={}, after=after)

"""Statements as the engine gives them and as the database keeps them, and how one is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Any

from tiaodu.engine.reading import Due, Finding, Kind, Question, TableSpan, load_vocabulary
from tiaodu.engine.reading import Statement as Read
from tiaodu.rooms.documents.models import Document, Statement

_PLACE = ("start", "end", "quote", "clause_start", "clause_end", "sentence_start", "sentence_end")
_WORDS = ("subject", "measure", "measure_key", "unit", "action", "act", "commitment")
_PLAIN = ("value", "comparator", "strength", "increment", "purpose", "row")
DUE_FIELDS = ("due_text", "due_start", "due_end", "due_event", "due_offset")


def values_of(read: Read) -> dict[str, Any]:
    """The fields of a record that hold ``read``."""
    due = read.due or Due()
    values = {name: getattr(read, name) for name in (*_PLACE, *_PLAIN)}
    values |= {name: getattr(read, name) or "" for name in _WORDS}
    return values | {
        "kind": read.kind.value,
        "due_text": due.text or "",
        "due_start": due.start,
        "due_end": due.end,
        "due_event": due.event or "",
        "due_offset": due.offset,
        "questions": [{"code": q.code, "params": dict(q.params)} for q in read.questions],
        "headings": list(read.headings),
    }


def as_read(statement: Statement) -> Read:
    """A record as the engine takes it."""
    values: dict[str, Any] = {name: getattr(statement, name) for name in (*_PLACE, *_PLAIN)}
    values |= {name: getattr(statement, name) or None for name in _WORDS}
    return Read(
        **values,
        kind=Kind(statement.kind),
        due=_due_of(statement),
        questions=tuple(Question(q["code"], q.get("params", {})) for q in statement.questions),
        headings=tuple(statement.headings),
    )


def _due_of(statement: Statement) -> Due | None:
    if not (statement.due_text or statement.due_end or statement.due_event):
        return None
    return Due(
        statement.due_text or None,
        statement.due_start,
        statement.due_end,
        statement.due_event or None,
        statement.due_offset,
    )


def fingerprints(statements: Iterable[Read]) -> Iterator[tuple[str, Read]]:
    """Each statement with what it is known by when the same text is read again: its place and what it
     says.

    Questions, headings and wording are left out: they may improve without the statement being another one.
    """
    seen: dict[str, int] = {}
    for read in statements:
        due = read.due or Due()
        said = (
            read.start, read.end, read.kind.value, read.subject, read.measure_key, str(read.value), read.unit,
            read.comparator, due.text, due.event, due.offset, read.action, read.increment, read.row,
        )  # fmt: skip
        digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
        seen[digest] = seen.get(digest, 0) + 1
        yield (digest if seen[digest] == 1 else f"{digest[:58]}-{seen[digest]:05}"), read


def findings_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as a document keeps them."""
    return [
        {
            "code": f.code,
            "severity": f.severity,
            "spans": [list(s) for s in f.spans],
            "params": dict(f.params),
        }
        for f in findings
    ]


def tables_of(document: Document) -> tuple[TableSpan, ...]:
    """Where tables stand in the text of a document."""
    return tuple(TableSpan(start, end) for start, end in document.tables)


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Names the reader with its vocabulary: another name may read something else out of the same text."""
    digest = hashlib.sha256(
        json.dumps(load_vocabulary().raw, ensure_ascii=False, sort_keys=True, default=str).encode()
    )
    programs = (p for p in resources.files("tiaodu.engine.reading").iterdir() if p.name.endswith(".py"))
    for program in sorted(programs, key=lambda p: p.name):
        digest.update(program.read_bytes())
    return digest.hexdigest()[:12]

"""A statement as one line of JSON, in the form the labelled passages have."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tiaodu.engine.reading.model import Statement


def statement_to_json(statement: Statement) -> dict[str, Any]:
    """``statement`` as plain values: the value as a number, the due in its compact text form."""
    due = statement.due
    return {
        "start": statement.start,
        "end": statement.end,
        "quote": statement.quote,
        "kind": statement.kind.value,
        "subject": statement.subject,
        "measure": statement.measure,
        "value": _number(statement.value),
        "unit": statement.unit,
        "comparator": statement.comparator,
        "due": due.text if due else None,
        "action": statement.action,
        "strength": statement.strength,
        "questions": [
            {"code": q.code, **({"params": dict(q.params)} if q.params else {})} for q in statement.questions
        ],
        "measure_key": statement.measure_key,
        "increment": statement.increment,
        "purpose": statement.purpose,
        "act": statement.act,
        "commitment": statement.commitment,
        "headings": list(statement.headings),
        "clause_start": statement.clause_start,
        "clause_end": statement.clause_end,
        "row": statement.row,
        "due_event": due.event if due else None,
        "due_offset": due.offset if due else None,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

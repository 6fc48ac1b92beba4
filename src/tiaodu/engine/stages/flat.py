"""The steps of a template as the rows of a table, and back: nothing is lost on the way.

A row has a column for every value, so that steps can be edited in a form or in Excel. Papers and proofs are
lines of a text, Chinese and English parted by a bar; an English name equal to the Chinese one is left out.

>>> raw = {"start": ["T1"], "goal": "T2", "steps": [
...     {"code": "T1", "name": {"zh": "申请", "en": "Apply"}, "stage": "procedures", "by": "developer",
...      "documents": [{"zh": "申请表", "en": "Form"}, {"zh": "章程", "en": "章程"}]},
...     {"code": "T2", "name": {"zh": "批复", "en": "Decide"}, "stage": "procedures", "by": "approval",
...      "gates": ["T1"]}]}
>>> rows = rows_of(raw)
>>> rows[0]["documents"], rows[1]["gates"], rows[1]["goal"]
('申请表 | Form\\n章程', ['T1'], True)
>>> body_of(rows) == raw
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from tiaodu.engine.stages.checks import Flaw, check
from tiaodu.engine.stages.model import LimitKind
from tiaodu.engine.stages.template import template_from
from tiaodu.engine.stages.words import Words

Row = Mapping[str, Any]
_LABELS: Final = ("name", "when", "note")
_LINES: Final = ("documents", "proof")
_TOLD: Final = ("source", "confidence")
# The columns of one value made of several: those that must be there, and those that may.
GROUPS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        "law": (("days", "unit", *_TOLD), ("extension",)),
        "committed": (("days", "unit", *_TOLD), ()),
        "least": (("days", "unit", *_TOLD), ()),
        "usual": (("low", "likely", "high", "unit", *_TOLD), ()),
        "lapse": (("months", "before", *_TOLD), ()),
    }
)
LIMITS: Final = tuple(kind.value for kind in LimitKind)
_PLAIN: Final = ("code", "stage", "by", "kind", "milestone", "assumed", "choice", *_TOLD)
_CODES: Final = ("after", "gates", "pauses", "waits")
COLUMNS: Final = (
    *("code", "name_zh", "name_en", "stage", "by", "kind", "start", "goal", "milestone", "after", "gates"),
    *(f"{group}_{field}" for group in (*LIMITS, "usual") for fields in GROUPS[group] for field in fields),
    *("pauses", "waits", "documents", "proof", "when_zh", "when_en", "assumed", "choice"),
    *(f"lapse_{field}" for fields in GROUPS["lapse"] for field in fields),
    *("source", "confidence", "note_zh", "note_en"),
)
_BAR: Final = re.compile(r"\s*[|｜]\s*")


class FlatError(ValueError):
    """A template that rows cannot hold; the message names the step and why."""


def rows_of(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a template's fields as its data file has them. Raises FlatError for what they cannot hold:
    two limits of one kind, an extension of another limit than the law's, a bar or a line end in a name.
    """
    starts, goal = frozenset(raw["start"]), raw["goal"]
    rows = [_row(step) for step in raw["steps"]]
    for row in rows:
        row["start"] = True if row["code"] in starts else None
        row["goal"] = True if row["code"] == goal else None
    return rows


def body_of(rows: Sequence[Row]) -> dict[str, Any]:
    """``start``, ``goal`` and ``steps`` of rows; they must be whole (see :func:`flaws_of`)."""
    return {
        "start": [row["code"] for row in rows if row["start"]],
        "goal": next((row["code"] for row in rows if row["goal"]), ""),
        "steps": [_step(row) for row in rows],
    }


def _row(step: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {key: step[key] for key in _PLAIN if key in step}
    row |= {key: list(step[key]) for key in _CODES if step.get(key)}
    for key in _LABELS:
        if key in step:
            row |= _pair(key, step[key])
    for key in _LINES:
        if step.get(key):
            row[key] = "\n".join(_line(label, step["code"]) for label in step[key])
    for limit in step.get("limits", ()):
        row |= _limit(limit, row)
    for key in ("usual", "lapse"):
        row |= {f"{key}_{field}": value for field, value in step.get(key, {}).items()}
    return row


def _pair(key: str, label: Mapping[str, str]) -> dict[str, str | None]:
    return {f"{key}_zh": label["zh"], f"{key}_en": label["en"] if label["en"] != label["zh"] else None}


def _line(label: Mapping[str, str], code: str) -> str:
    zh, en = label["zh"], label["en"]
    if "\n" in zh + en or _BAR.search(zh) or zh != zh.strip() or en != en.strip():
        raise FlatError(f"{code}: a bar or a line end in “{zh}”")
    return zh if zh == en else f"{zh} | {en}"


def _limit(limit: Mapping[str, Any], row: Row) -> dict[str, Any]:
    kind = limit["kind"]
    found = {f"{kind}_{field}": value for field, value in limit.items() if field != "kind"}
    strange = found.keys() - set(COLUMNS)
    if strange or row[f"{kind}_days"] is not None:
        raise FlatError(f"{row['code']}: {', '.join(sorted(strange)) or f'two limits of kind {kind}'}")
    return found


def _step(row: Row) -> dict[str, Any]:
    step: dict[str, Any] = {key: row[key] for key in _PLAIN if row[key] is not None}
    step |= {key: list(row[key]) for key in _CODES if row[key]}
    step |= {key: _label(row, key) for key in _LABELS if row[f"{key}_zh"] is not None}
    step |= {key: labels_of(row[key]) for key in _LINES if row[key]}
    limits = [{"kind": kind, **_group(row, kind)} for kind in LIMITS if row[f"{kind}_days"] is not None]
    if limits:
        step["limits"] = limits
    step |= {key: found for key in ("usual", "lapse") if (found := _group(row, key))}
    return step


def _label(row: Row, key: str) -> dict[str, str]:
    return {"zh": row[f"{key}_zh"], "en": row[f"{key}_en"] or row[f"{key}_zh"]}


def labels_of(text: str) -> list[dict[str, str]]:
    """The names of a text of lines, Chinese and English parted by a bar; empty lines say nothing."""
    pairs = (_BAR.split(line.strip(), maxsplit=1) for line in text.splitlines() if line.strip())
    return [{"zh": pair[0], "en": pair[-1]} for pair in pairs]


def _group(row: Row, group: str) -> dict[str, Any]:
    required, optional = GROUPS[group]
    values = {field: row[f"{group}_{field}"] for field in (*required, *optional)}
    return {field: value for field, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a flaw stands: the number of the row from 0 (None: the whole), the column (empty: the row)."""

    row: int | None
    column: str
    flaw: Flaw


def flaws_of(rows: Sequence[Row], words: Words) -> Iterator[Place]:
    """What is wrong with rows whose cells are right: values half given, no start, and every flaw of the
    network they make.
    """
    found = [place for number, row in enumerate(rows) for place in _half(number, row)]
    found += _ends(rows)
    if found or not rows:
        yield from found
        return
    head = {"code": "stages.rows", "kind": "rows", "title": {"zh": "", "en": ""}, "source": ""}
    template = template_from(
        {**head, "valid_from": date.min, "confidence": "practice", **body_of(rows)},
    )
    numbers = {row["code"]: number for number, row in enumerate(rows)}
    for flaw in _causes(check(template, words)):
        number = numbers.get(flaw.steps[0])
        yield Place(number, _column(flaw, rows[number]) if number is not None else "", flaw)


def _causes(flaws: Sequence[Flaw]) -> Iterator[Flaw]:
    """The flaws without those that follow from others: nothing reaches a step of a ring or behind a gap."""
    broken = any(flaw.code in ("ring", "no_such_step", "needs_itself") for flaw in flaws)
    return (flaw for flaw in flaws if not (broken and flaw.code in ("unreachable", "lapse_unrelated")))


def _half(number: int, row: Row) -> Iterator[Place]:
    """A value made of several of which some are missing."""
    wanted = [(f"{group}_", *GROUPS[group]) for group in GROUPS]
    wanted += [("when_", ("zh",), ("en",)), ("note_", ("zh",), ("en",))]
    for before, required, optional in wanted:
        if any(row[before + field] is not None for field in (*required, *optional)):
            for field in required:
                if row[before + field] is None:
                    yield _told(number, before + field, "half", row)
    if row["assumed"] is not None and row["when_zh"] is None:
        yield _told(number, "when_zh", "half", row)
    for key in _LINES:
        for label in labels_of(row[key] or ""):
            if not (label["zh"] and label["en"]):
                yield _told(number, key, "half_line", row)


def _told(number: int, column: str, code: str, row: Row) -> Place:
    return Place(number, column, Flaw(code, (row["code"],), {"step": row["code"]}))


def _ends(rows: Sequence[Row]) -> list[Place]:
    """A network begins somewhere and has one goal."""
    goals = [row["code"] for row in rows if row["goal"]]
    found = [] if any(row["start"] for row in rows) else [Place(None, "start", Flaw("no_start", (), {}))]
    if len(goals) != 1:
        found.append(Place(None, "goal", Flaw("not_one_goal", tuple(goals), {"steps": "、".join(goals)})))
    return found


_COLUMNS_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unreachable": "after",
        "no_such_stage": "stage",
        "no_such_actor": "by",
        "no_such_wait": "waits",
        "no_such_pause": "pauses",
        "lapse_unrelated": "lapse_before",
        "committed_above_law": "committed_days",
        "least_above_committed": "least_days",
        "least_above_law": "least_days",
        "range_order": "usual_likely",
        "milestone_takes_time": "milestone",
        "choice_incomplete": "choice",
        "choice_assumed": "assumed",
        "goal_not_assumed": "assumed",
        "repeated": "code",
    }
)


def _column(flaw: Flaw, row: Row) -> str:
    """The column a flaw is about: for a prerequisite the one that names it."""
    if flaw.code in _COLUMNS_OF:
        return _COLUMNS_OF[flaw.code]
    other = flaw.steps[-1] if flaw.code == "ring" else flaw.params.get("other", row["code"])
    if other in (row["gates"] or ()):
        return "gates"
    return "lapse_before" if other == row["lapse_before"] and other not in (row["after"] or ()) else "after"

"""Findings of a text as a whole: sums, restatements, conflicts, promises without a date, words without a
meaning.

Only plain arithmetic: nothing is guessed, and a list introduced by 其中 may be partial, so it is wrong only
when it exceeds
its total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tiaodu.engine.reading.model import Finding, Kind, Statement
from tiaodu.engine.reading.vocabulary import Vocabulary

FACTS = (Kind.TARGET, Kind.ACTUAL)
SUMMED = frozenset(
    {"facility_count", "project_count", "enterprise_count", "area", "length", "people", "households"}
)
_LARGE = (Decimal(10**8), "亿"), (Decimal(10**4), "万")


def check(text: str, statements: Sequence[Statement], vocabulary: Vocabulary) -> Iterator[Finding]:
    """All findings: first what concerns figures, then what concerns wording."""
    facts = [s for s in statements if s.kind in FACTS and s.value is not None]
    yield from _level_sums(facts)
    yield from _part_sums(text, facts)
    yield from _restated(facts)
    yield from _conflicts(facts)
    yield from _undated(statements)
    yield from _vague(text, statements, vocabulary)


def written(value: Decimal, unit: str | None) -> str:
    """A value as officials write it, in 万 or 亿 when large.

    >>> written(Decimal(5787000000), "元"), written(Decimal(58), "条")
    ('57.87亿元', '58条')
    """
    for size, name in _LARGE:
        if abs(value) >= size:
            return f"{(value / size).normalize():f}{name}{unit or ''}"
    return f"{value.normalize():f}{unit or ''}"


def _span(statement: Statement) -> tuple[int, int]:
    return statement.start, statement.end


def _level_sums(facts: Sequence[Statement]) -> Iterator[Finding]:
    """Increments of one sentence and the level they lead to: 22 and 36 make 58."""
    parts: list[Statement] = []
    for fact in facts:
        if fact.measure not in SUMMED:
            continue
        if parts and not _same_series(parts[-1], fact):
            parts = []
        if fact.increment:
            parts.append(fact)
        elif len(parts) > 1:
            yield _sum_finding(parts, fact)
            parts = []
        else:
            parts = []


def _same_series(one: Statement, other: Statement) -> bool:
    same = (one.subject, one.measure, one.unit) == (other.subject, other.measure, other.unit)
    return same and one.sentence_start == other.sentence_start


def _sum_finding(parts: Sequence[Statement], total: Statement) -> Finding:
    added = sum((part.value or Decimal(0) for part in parts), Decimal(0))
    value = total.value or Decimal(0)
    params = {
        "subject": total.subject or "",
        "parts": " + ".join(written(part.value or Decimal(0), part.unit) for part in parts),
        "total": written(value, total.unit),
    }
    spans = (*(_span(part) for part in parts), _span(total))
    if added == value:
        return Finding("sum_fits", "note", spans, params)
    more = {"sum": written(added, total.unit), "difference": written(abs(added - value), total.unit)}
    return Finding("sum_differs", "error", spans, {**params, **more})


def _part_sums(text: str, facts: Sequence[Statement]) -> Iterator[Finding]:
    """A total followed by 其中 and at least two parts of the same measure and unit."""
    for index, total in enumerate(facts):
        if total.increment and total.measure not in SUMMED:
            continue
        following = [
            f for f in facts[index + 1 : index + 7] if (f.measure, f.unit) == (total.measure, total.unit)
        ]
        if (
            not following
            or "其中" not in text[total.end : following[0].start]
            or len(text[total.end : following[0].start]) > 60
        ):
            continue
        parts = _run(text, following)
        if len(parts) < 2 or total.measure in ("growth_rate", "ratio", "rank", "duration", "price"):
            continue
        added = sum((part.value or Decimal(0) for part in parts), Decimal(0))
        if added >= (total.value or Decimal(0)):
            yield _sum_finding(parts, total)


def _run(text: str, candidates: Sequence[Statement]) -> list[Statement]:
    """The parts that stand in one sentence, close to each other."""
    run = [candidates[0]]
    for candidate in candidates[1:]:
        if candidate.sentence_start != run[0].sentence_start or candidate.start - run[-1].end > 40:
            break
        if "其中" in text[run[-1].end : candidate.start]:
            break
        run.append(candidate)
    return run


def _restated(facts: Sequence[Statement]) -> Iterator[Finding]:
    """The same figure of the same subject and measure told again."""
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for fact in facts:
        if fact.subject and fact.measure not in ("growth_rate", "ratio", "duration", "rank", "other"):
            groups[(fact.subject, fact.measure_key, fact.value, fact.unit)].append(fact)
    for (subject, _, value, unit), told in groups.items():
        places = sorted({_span(fact) for fact in told})
        if len(places) > 1 and isinstance(value, Decimal):
            params = {"subject": str(subject), "value": written(value, str(unit)), "count": str(len(places))}
            yield Finding("restated", "note", tuple(places), params)


def _conflicts(facts: Sequence[Statement]) -> Iterator[Finding]:
    """Two values for the same subject, measure and due."""
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for fact in facts:
        due = fact.due.text if fact.due else None
        if (
            not fact.subject
            or fact.increment
            or fact.comparator in (">=", "<=", "<", ">")
            or fact.measure == "other"
        ):
            continue
        if due is None and fact.measure != "investment_total":
            continue
        groups[(fact.subject, fact.measure_key, fact.unit, due, fact.kind)].append(fact)
    for (subject, *_), told in groups.items():
        values = list(dict.fromkeys(fact.value for fact in told))
        apart = len({fact.sentence_start for fact in told}) > 1
        if len(values) > 1 and apart:
            texts = "、".join(written(value or Decimal(0), told[0].unit) for value in values)
            yield Finding(
                "conflict", "warning", tuple(map(_span, told)), {"subject": str(subject), "values": texts}
            )


def _undated(statements: Sequence[Statement]) -> Iterator[Finding]:
    for statement in statements:
        if statement.kind == Kind.DUTY and statement.due is None:
            yield Finding("undated", "note", (_span(statement),), {"quote": statement.quote})


def _vague(text: str, statements: Sequence[Statement], vocabulary: Vocabulary) -> Iterator[Finding]:
    for statement in statements:
        if statement.kind != Kind.DUTY:
            continue
        for token in vocabulary.open_words.find(text, statement.start, statement.end):
            yield Finding("vague_word", "note", ((token.start, token.end),), {"word": token.word})

"""Text to statements and findings: the one entry of the reading room."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tiaodu.engine.reading.checks import check
from tiaodu.engine.reading.contexts import Contexts
from tiaodu.engine.reading.dates import DatePhrase
from tiaodu.engine.reading.dues import Dues
from tiaodu.engine.reading.duties import Duties, Plain
from tiaodu.engine.reading.figures import Figure, Figures
from tiaodu.engine.reading.kinds import Kinds
from tiaodu.engine.reading.measures import measure_key
from tiaodu.engine.reading.milestones import Milestones, Step
from tiaodu.engine.reading.model import Due, Kind, Question, Reading, Statement, TableSpan
from tiaodu.engine.reading.modes import Modes
from tiaodu.engine.reading.page import Page, build_page
from tiaodu.engine.reading.tables import RowReader, find_tables, parse_tables
from tiaodu.engine.reading.titles import dated_tails, tail_pattern
from tiaodu.engine.reading.vocabulary import Vocabulary

_YEAR = re.compile(r"(?<!\d)(20\d\d|19[89]\d)年")
_LEVEL_DAY = re.compile(r"(?:年底|年末|月底)前?[^，。；、]{0,6}建成[^，。；、]{0,8}$")
_STOCK = re.compile(r"(?:达到?|总数|累计|保有|增至|扩大到|发展到|共)[^，。；、]{0,8}$")
_RESULT = 4  # strength of 完成, 达到: behind a number they are an act, not a promise
_ADDED = re.compile(
    r"(?:新增|新建|增加(?![到至])|净增|建成|再建|新开工|新上|新发展|新培育|引进|招引|新认定|续建)[^，。；、]{0,14}$"
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every statement is built from."""

    text: str
    page: Page
    dues: Dues


def read(
    text: str,
    *,
    document_date: date | None,
    plan_year: int | None,
    vocabulary: Vocabulary,
    tables: Sequence[TableSpan] = (),
) -> Reading:
    """Read ``text`` into statements and findings; offsets index exactly ``text``.

    ``plan_year`` is the year the text plans, its review year the one before; without it the document's year
    counts, and
    without that the first year the text names. Never raises on any text.
    """
    year = plan_year or (document_date.year if document_date else _first_year(text))
    found = parse_tables(text, find_tables(text, tables), vocabulary)
    statements = _read_prose(text, [span for span, _ in found], year, vocabulary)
    if found:
        rows = RowReader(text, year, vocabulary, lambda cell: _read_prose(cell, (), year, vocabulary))
        for _, table in found:
            statements.extend(rows.read(table))
        statements.sort(key=_place)
    return Reading(tuple(statements), tuple(check(text, statements, vocabulary)))


def _place(statement: Statement) -> tuple[int, int, bool]:
    return statement.start, statement.end, statement.comparator == "<="


def _read_prose(
    text: str, tables: Sequence[TableSpan], year: int | None, vocabulary: Vocabulary
) -> list[Statement]:
    """Statements of everything that stands outside ``tables``."""
    roles = tuple(vocabulary.raw["headings"]["tails"])
    brackets = [TableSpan(*match.span()) for match in tail_pattern(roles).finditer(text)]
    page = build_page(_without(text, sorted([*tables, *brackets], key=_start)), vocabulary)
    modes = Modes(page, year)
    steps = Milestones(page, modes).find()
    dues = Dues(page, modes, year, {step.phrase.start for step in steps})
    desk = _Desk(text, page, dues)
    figures = list(Figures(page, Kinds(page, modes), dues, Contexts(page)).read())
    _carry_subjects(page, steps, figures)
    statements = [_of_step(desk, step) for step in steps]
    statements += _with_shared_keys(figures, [_of_figure(desk, figure) for figure in figures])
    used = [(s.start, s.end) for s in statements if s.kind != Kind.CONTEXT]
    used += [(step.phrase.start, step.clause_end) for step in steps]
    statements += [_of_plain(desk, plain) for plain in Duties(page, modes).find(used)]
    limits = dated_tails(text, brackets, vocabulary) if brackets else []
    statements = [_answered(page, s, statements, limits) for s in statements] if limits else statements
    statements.sort(key=_place)
    return statements


def _answered(
    page: Page, statement: Statement, statements: Sequence[Statement], limits: Sequence[int]
) -> Statement:
    """``statement`` without the questions that the time limit behind its measure answers."""
    following = bisect_left(limits, statement.end)
    dated = following < len(limits) and limits[following] <= page.line(statement.end)[1]
    if not dated or statement.due is not None or not statement.questions:
        return statement
    codes = [q for q in statement.questions if not q.code.startswith("when")]
    beside = any(s.kind == Kind.TARGET and s.sentence_start == statement.sentence_start for s in statements)
    if statement.kind == Kind.DUTY and not beside and not statement.purpose:
        codes.append(Question("measured_how"))
    return replace(statement, questions=tuple(codes))


def _carry_subjects(page: Page, steps: Sequence[Step], figures: Sequence[Figure]) -> None:
    """A step without a subject of its own has that of the named figure before it in its sentence."""
    starts = [figure.start for figure in figures]
    for step in steps:
        if not step.carried:
            continue
        floor = page.sentence(step.phrase.start)[0]
        for figure in reversed(figures[bisect_left(starts, floor) : bisect_left(starts, step.phrase.start)]):
            if figure.found.named and figure.found.text and figure.kind != Kind.CONTEXT:
                step.subject = figure.found.text
                break


def _start(span: TableSpan) -> int:
    return span.start


def _with_shared_keys(figures: Sequence[Figure], statements: Sequence[Statement]) -> list[Statement]:
    """上半年建成生产线22条，下半年再建成36条: a count without a noun counts what its neighbour counts."""
    found = list(statements)
    for index, (figure, statement) in enumerate(zip(figures, statements, strict=True)):
        if (
            statement.measure != "facility_count"
            or figure.found.noun
            or statement.measure_key != statement.measure
        ):
            continue
        near = [s for s in statements if _same_count(s, statement)]
        if near:
            nearest = min(near, key=lambda s: abs(s.start - statement.start))
            found[index] = replace(statement, measure_key=nearest.measure_key)
    return found


def _same_count(one: Statement, other: Statement) -> bool:
    """Whether ``one`` tells finely what ``other`` counts: same sentence, subject, measure, counting word."""
    return (
        one.sentence_start == other.sentence_start
        and one.measure == other.measure != one.measure_key
        and one.unit == other.unit
        and one.subject == other.subject
    )


def _first_year(text: str) -> int | None:
    found = _YEAR.search(text, 0, 2000)
    return int(found.group(1)) if found else None


def _without(text: str, spans: Sequence[TableSpan]) -> str:
    """``text`` with ``spans`` (rows of tables, brackets that name who is responsible) blanked, so that prose
    rules leave them alone.
    """
    parts, last = [], 0
    for span in spans:
        if span.start < last:
            continue
        parts.append(text[last : span.start])
        parts.append("".join("\n" if c == "\n" else " " for c in text[span.start : span.end]))
        last = span.end
    parts.append(text[last:])
    return "".join(parts)


def _headings(page: Page, position: int) -> tuple[str, ...]:
    return tuple(heading.title for heading in page.outline.path(position))


def _commitment(page: Page, start: int, position: int) -> tuple[int | None, str | None]:
    """The strongest commitment word of the clause before ``position``, the nearest of equals."""
    best: tuple[int, str] | None = None
    for token in page.commitments.within(start, position):
        if best is None or token.value >= best[0]:
            best = token.value, token.word
    hedge = [t for t in page.commitments.within(start, position) if t.value == 2]
    if hedge and best is not None and best[0] < 5:
        best = hedge[-1].value, hedge[-1].word
    return best if best else (None, None)


def _of_figure(desk: _Desk, figure: Figure) -> Statement:
    page = desk.page
    clause = page.clause(figure.start)
    sentence = page.sentence(figure.start)
    context = figure.kind == Kind.CONTEXT
    reach = _reach(page, figure.number.end, clause[1])
    strength, word = (None, None) if context else _commitment(page, clause[0], figure.start)
    if word is None and not context:
        strength, word = _commitment(page, figure.number.end, reach)
        strength, word = (None, None) if strength == _RESULT else (strength, word)
    wide = page.text[sentence[0] : sentence[1]] + "".join(_headings(page, figure.start))
    key = (
        figure.measured.code
        if context
        else measure_key(page, figure.measured.code, figure.number, _named(figure), wide)
    )
    act = page.acts.before(figure.start, clause[0])
    return Statement(
        start=figure.start,
        end=figure.number.end,
        quote=desk.text[figure.start : figure.number.end],
        clause_start=min(clause[0], figure.start),
        clause_end=max(clause[1], figure.number.end),
        sentence_start=min(sentence[0], figure.start),
        sentence_end=max(sentence[1], figure.number.end),
        kind=figure.kind,
        subject=figure.found.text,
        measure=figure.measured.code,
        measure_key=key,
        value=figure.value,
        unit=figure.unit,
        comparator=figure.comparator,
        due=figure.due,
        act=act.value.act if act else None,
        strength=strength,
        commitment=word,
        increment=not context and _is_increment(page, figure, clause),
        questions=_questions(desk, figure, (clause[0], reach)),
        headings=_headings(page, figure.start),
    )


def _named(figure: Figure) -> str:
    return f"{figure.found.text or ''} {figure.found.noun or ''}"


def _is_increment(page: Page, figure: Figure, clause: tuple[int, int]) -> bool:
    before = page.text[clause[0] : figure.start]
    if not (
        figure.measured.code.endswith("_count")
        or figure.measured.code in ("area", "length", "people", "capacity")
    ):
        return False
    if _STOCK.search(before) or (_LEVEL_DAY.search(before) and "新" not in before):
        return False
    return bool(_ADDED.search(before)) or (figure.measured.code == "facility_count" and "期" in before[-4:])


def _reach(page: Page, position: int, end: int) -> int:
    """Up to where the words behind a number speak of it: 200MW光伏项目力争近期全容量并网."""
    following = [n.start for n in page.numbers_within(position, end) if n.unit is not None]
    return min([end, *following])


def _questions(desk: _Desk, figure: Figure, clause: tuple[int, int]) -> tuple[Question, ...]:
    if figure.kind != Kind.TARGET:
        return ()
    start, end = clause
    found = _open_question(desk, start, figure.start) if figure.due is None else []
    if figure.due is None and not found:
        found = _open_question(desk, figure.number.end, end)
    if figure.borrowed:
        quote = desk.text[figure.start : figure.number.end]
        found.append(Question("unit", {"quote": quote, "unit": figure.unit or ""}))
    return tuple(found)


def _open_question(desk: _Desk, start: int, end: int) -> list[Question]:
    for token in desk.page.open_words.within(start, end):
        if token.value == "soon":
            return [Question("when", {"word": token.word})]
    return []


def _of_step(desk: _Desk, step: Step) -> Statement:
    page, phrase = desk.page, step.phrase
    sentence = page.sentence(phrase.start)
    due = desk.dues.resolve(phrase, Kind.MILESTONE)
    strength, word = _commitment(page, step.clause_start, step.clause_end)
    return Statement(
        start=phrase.start,
        end=phrase.end,
        quote=desk.text[phrase.start : phrase.end],
        clause_start=step.clause_start,
        clause_end=max(step.clause_end, phrase.end),
        sentence_start=sentence[0],
        sentence_end=max(sentence[1], phrase.end),
        kind=Kind.MILESTONE,
        subject=step.subject,
        due=due,
        action=step.action,
        act=step.act,
        strength=strength,
        commitment=word,
        questions=_date_questions(phrase, due),
        headings=_headings(page, phrase.start),
    )


def _date_questions(phrase: DatePhrase, due: Due | None) -> tuple[Question, ...]:
    if due is None:
        return (Question("which_day" if phrase.moving else "which_year", {"phrase": phrase.text}),)
    if phrase.before:
        return (Question("before_literal", {"phrase": phrase.text, "due": due.text or ""}),)
    return ()


def _of_plain(desk: _Desk, plain: Plain) -> Statement:
    page = desk.page
    clause = page.clause(plain.start)
    sentence = page.sentence(plain.start)
    strength, word = _commitment(page, plain.start, plain.promise_end or plain.end)
    due = Due(event=plain.event, offset=plain.offset) if plain.event else None
    questions: list[Question] = []
    if plain.kind == Kind.DUTY:
        questions = _open_question(desk, plain.start, plain.end)
        if plain.event:
            questions.append(Question("after_event", {"event": plain.event, "offset": str(plain.offset)}))
        else:
            questions.append(Question("when_and_measured_how"))
    return Statement(
        start=plain.start,
        end=plain.end,
        quote=desk.text[plain.start : plain.end],
        clause_start=min(clause[0], plain.start),
        clause_end=max(clause[1], plain.end),
        sentence_start=sentence[0],
        sentence_end=max(sentence[1], plain.end),
        kind=plain.kind,
        subject=plain.subject,
        due=due,
        action=desk.text[plain.start : plain.end],
        purpose=plain.purpose,
        act=plain.act,
        strength=strength,
        commitment=word,
        questions=tuple(questions),
        headings=_headings(page, plain.start),
    )

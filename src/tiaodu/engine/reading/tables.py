"""Project lists and task breakdown tables: every row becomes statements about the thing it names.

A table is a part of the text whose lines are rows and whose cells are parted by tabs. Its header row is
known by the
vocabulary; a part without one is left to the prose rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tiaodu.engine.kernel.quantity import Unit, plain
from tiaodu.engine.reading.columns import BRACKETED, Cell, Column, cells, goes_on, header, unit_line
from tiaodu.engine.reading.dates import DatePhrase, DateReader
from tiaodu.engine.reading.model import Due, Kind, Question, Statement, TableSpan
from tiaodu.engine.reading.numbers import NumberReader
from tiaodu.engine.reading.segments import half_width
from tiaodu.engine.reading.vocabulary import MULTIPLIED_MEASURES, Vocabulary

ABOVE = 80  # characters above a table in which its unit is told
HEADER_WITHIN = 4  # rows from the top in which a header is looked for
ACTS = {
    "start": "start",
    "finish": "finish",
    "operate": "operate",
    "level": "level",
    "deadline": "finish",
    "span": "finish",
}
_TOLD = ("content", "goal")  # columns whose cells tell what is done
_MONEY = frozenset(
    ("investment_total", "investment_period", "investment_done", "output_value", "tax", "revenue")
)
_NUMERIC_DAY = re.compile(r"(20\d\d)[.\-/](\d{1,2})(?:[.\-/](\d{1,2}))?")
_NUMERIC_SPAN = re.compile(r"(20\d\d)年?\s?[-—–~至]+\s?(20\d\d)年?")
_BARE = re.compile(r"-?\d+(\.\d+)?")
_VALUE = re.compile(r"[约近超]?\d")
_SENTENCE = re.compile("[。；;]")
_Told = tuple[Cell, Column, list[Statement]]
ReadText = Callable[[str], Sequence[Statement]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns: the line number and offsets of each row below the header."""

    columns: list[Column]
    rows: list[tuple[int, int, int]]
    told: tuple[Unit, int] | None  # the unit told above it: 单位：万元


def find_tables(text: str, given: Sequence[TableSpan]) -> list[TableSpan]:
    """The given tables; without any, runs of at least two lines with two tabs or more (a pasted table)."""
    if given:
        return [
            TableSpan(max(0, s.start), min(len(text), s.end)) for s in sorted(given, key=lambda s: s.start)
        ]
    spans: list[TableSpan] = []
    position, first, last, count = 0, 0, 0, 0
    for line in text.split("\n"):
        end = position + len(line)
        if line.count("\t") >= 2:
            first, last, count = (first if count else position), end, count + 1
        else:
            spans.extend([TableSpan(first, last)] if count > 1 else [])
            count = 0
        position = end + 1
    spans.extend([TableSpan(first, last)] if count > 1 else [])
    return spans


def parse_tables(
    text: str, spans: Sequence[TableSpan], vocabulary: Vocabulary
) -> list[tuple[TableSpan, Table]]:
    """The spans whose header is known, with their rows."""
    found = []
    for span in spans:
        table = _table(text, span, vocabulary)
        if table is not None:
            found.append((span, table))
    return found


def _table(text: str, span: TableSpan, vocabulary: Vocabulary) -> Table | None:
    rows, position = [], span.start
    number = text.count("\n", 0, span.start)
    for line in text[span.start : span.end].split("\n"):
        rows.append((number, position, position + len(line)))
        position, number = position + len(line) + 1, number + 1
    parts = [cells(text, start, end) for _, start, end in rows]
    for index, part in enumerate(parts[:HEADER_WITHIN]):
        depth = index + 1
        while depth < len(parts) and goes_on(part, parts[depth]):
            depth += 1
        columns = header(part, vocabulary, parts[index + 1 : depth])
        if columns:
            unit = unit_line(text[max(0, span.start - ABOVE) : rows[depth - 1][2]], vocabulary)
            return Table(columns, rows[depth:], unit)
    return None


def _above(table: Table, column: Column) -> tuple[Unit, int] | None:
    """The unit told above the table: a unit of money counts for columns of money alone."""
    if table.told is None or (table.told[0].base == "元") != (column.role in _MONEY):
        return None
    return table.told


def _whole_year(year: int | None) -> Due | None:
    return DatePhrase(0, 0, "", year, None, (1, 1), (12, 31), whole=True).resolve(None) if year else None


class RowReader:
    """Reads the rows of tables; ``read_text`` is the prose reader, used for cells that tell what is built."""

    def __init__(self, text: str, year: int | None, vocabulary: Vocabulary, read_text: ReadText) -> None:
        raw = vocabulary.raw
        self._text, self._year, self._vocabulary, self._read_text = text, year, vocabulary, read_text
        self._dates = DateReader(raw["periods"], raw["contexts"]["plans"])
        self._numbers = NumberReader(vocabulary)
        self._tasks, self._done = tuple(raw["tables"]["tasks"]), tuple(raw["tables"]["done"])
        self._totals: list[str] = raw["tables"]["totals"]
        self._steps: dict[str, str] = raw["tables"]["steps"]
        self._none = frozenset(raw["tables"]["no_value"])

    def read(self, table: Table) -> Iterator[Statement]:
        """Statements of every row, in the order of the cells."""
        for number, start, end in table.rows:
            row = cells(self._text, start, end)
            if sum(1 for cell in row if cell.text) >= 2:
                yield from self._row(table, row, number)

    def _row(self, table: Table, row: list[Cell], number: int) -> Iterator[Statement]:
        pairs = [
            (c, k)
            for c, k in zip(row, table.columns, strict=False)
            if c.text and c.text not in self._none and k.role
        ]
        named = next((c for c, k in pairs if k.role == "name"), None) or next(
            (c for c, k in pairs if k.role in _TOLD), None
        )
        if named is None or named.text in self._totals:
            return
        department = next((c.text for c, k in pairs if k.role == "department"), None)
        leader = next((c.text for c, k in pairs if k.role == "leader"), None)
        told = [(c, k, list(self._cell(table, c, k, named, row))) for c, k in pairs]
        found = self._by_deadline(told)
        if not any(s.kind in (Kind.TARGET, Kind.ACTUAL, Kind.MILESTONE) for s in found):
            own = [s for s in found if s.kind != Kind.DUTY]
            found = own + ([self._duty(named, row)] if self._promises(pairs, found) else [])
        for statement in found:
            yield replace(statement, row=number, department=department, leader=leader)

    def _by_deadline(self, told: Sequence[_Told]) -> list[Statement]:
        """The statements of a row; its deadline is the day of what its aim says, and of the figures there.

        Where a row has a column of aims (年度目标), what is built (建设内容) is not due by the deadline.
        """
        steps = [s for _, k, found in told if k.role == "deadline" for s in found]
        due = next((s.due for s in steps if s.kind == Kind.MILESTONE), None)
        aims = ("goal",) if any(k.role == "goal" for _, k, _ in told) else ("name", "content")
        aim = self._aim(told) if due else None
        statements: list[Statement] = []
        for cell, column, found in told:
            for statement in found:
                if column.role in aims and statement.kind == Kind.TARGET and statement.due is None:
                    statements.append(replace(statement, due=due or _whole_year(column.year)))
                elif aim and statement in steps and statement.action == self._steps["deadline"]:
                    statements.append(replace(statement, action=_SENTENCE.split(aim.text)[0]))
                elif cell is not aim:
                    statements.append(statement)
        return statements

    def _aim(self, told: Sequence[_Told]) -> Cell | None:
        """The cell that says in words what is done by the deadline: an aim before what is built."""
        counted = (Kind.TARGET, Kind.ACTUAL, Kind.MILESTONE, Kind.STATUS)
        worded = [
            (k.role == "goal", c)
            for c, k, found in told
            if k.role in _TOLD
            and k.header.endswith(self._tasks)
            and not any(s.kind in counted for s in found)
        ]
        return max(worded, key=lambda pair: pair[0], default=(False, None))[1]

    def _promises(self, pairs: list[tuple[Cell, Column]], found: Sequence[Statement]) -> bool:
        """Whether a row without figure or date tells anything to be done: it names a task, says what is
        built or bears a date in words; a name alone (示例片区一) is a row of a list.
        """
        if any(k.role in ("name", *_TOLD) and k.header.endswith(self._tasks) for _, k in pairs):
            return True
        return any(s.kind == Kind.DUTY for s in found) or any(
            k.role in self._steps or k.role in _TOLD for _, k in pairs
        )

    def _base(self, cell: Cell, row: list[Cell], kind: Kind, start: int, end: int) -> Statement:
        return Statement(
            start=start,
            end=end,
            quote=self._text[start:end],
            clause_start=cell.start,
            clause_end=cell.end,
            sentence_start=row[0].start,
            sentence_end=row[-1].end,
            kind=kind,
        )

    def _duty(self, named: Cell, row: list[Cell]) -> Statement:
        base = self._base(named, row, Kind.DUTY, named.start, named.end)
        return replace(
            base, subject=named.text, action=named.text, questions=(Question("when_and_measured_how"),)
        )

    def _cell(
        self, table: Table, cell: Cell, column: Column, named: Cell, row: list[Cell]
    ) -> Iterator[Statement]:
        if column.role in self._steps:
            yield from self._step(cell, column, named, row)
        elif column.role in MULTIPLIED_MEASURES:
            yield from self._value(table, cell, column, named, row)
        elif column.role in ("level_value", "growth") or (
            column.role == "goal" and _BARE.fullmatch(cell.text)
        ):
            yield from self._indicator(cell, column, named, row)
        elif column.role in ("name", *_TOLD):
            yield from self._prose(cell, named)

    def _value(
        self, table: Table, cell: Cell, column: Column, named: Cell, row: list[Cell]
    ) -> Iterator[Statement]:
        text = half_width(cell.text)
        number = next(iter(self._numbers.find(text, [])), None) if _VALUE.match(text) else None
        if number is None:
            return
        unit, multiplier = number.unit, 1
        if unit is None:
            default = (column.unit, column.multiplier) if column.unit else _above(table, column)
            unit, multiplier = default if default else (None, 1)
        kind = Kind.ACTUAL if column.role == "investment_done" else Kind.TARGET
        due = _whole_year(column.year or (self._year if column.role == "investment_period" else None))
        value = plain(number.value * multiplier * (unit.factor if unit else 1))
        base = self._base(cell, row, kind, cell.start + number.start, cell.start + number.end)
        yield replace(
            base,
            subject=named.text,
            measure=column.role,
            measure_key=column.role,
            value=value,
            unit=unit.base if unit else None,
            due=due,
            questions=() if unit else (Question("unit", {"quote": cell.text, "unit": "元"}),),
        )

    def _indicator(self, cell: Cell, column: Column, named: Cell, row: list[Cell]) -> Iterator[Statement]:
        """A figure of the indicator that the row names, as the sentence says it: 地区生产总值增速6%."""
        number = next(iter(self._numbers.find(half_width(cell.text), [])), None)
        if number is None or not _VALUE.match(half_width(cell.text)):
            return
        shown = BRACKETED.sub("", named.text) + (column.header if column.role == "growth" else "")
        unit = "" if number.unit else column.unit_words
        told = next((s for s in self._read_text(f"{shown}{cell.text}{unit}") if s.value is not None), None)
        base = self._base(cell, row, Kind.TARGET, cell.start, cell.end)
        if told is None:
            asked = (Question("unit", {"quote": cell.text, "unit": "元"}),)
            yield replace(base, subject=named.text, value=plain(number.value), questions=asked)
            return
        yield replace(
            told,
            start=base.start,
            end=base.end,
            quote=base.quote,
            clause_start=base.clause_start,
            clause_end=base.clause_end,
            sentence_start=base.sentence_start,
            sentence_end=base.sentence_end,
            kind=Kind.TARGET,
            due=told.due or _whole_year(column.year),
            headings=(),
        )

    def _step(self, cell: Cell, column: Column, named: Cell, row: list[Cell]) -> Iterator[Statement]:
        phrase = self._phrase(half_width(cell.text))
        role = column.role or "deadline"
        if phrase is None or cell.text.startswith(self._done):
            reached = cell.text.startswith(self._done)
            base = self._base(cell, row, Kind.STATUS if reached else Kind.DUTY, cell.start, cell.end)
            if reached:
                yield replace(base, subject=named.text, action=cell.text, act=ACTS[role])
                return
            asked = (Question("when", {"word": cell.text}),)
            yield replace(base, subject=named.text, action=named.text, act=ACTS[role], questions=asked)
            return
        due: Due | None = phrase.resolve(
            phrase.year if phrase.year is not None else column.year or self._year
        )
        base = self._base(cell, row, Kind.MILESTONE, cell.start + phrase.start, cell.start + phrase.end)
        action = self._steps[role]
        rest = cell.text[phrase.end :].strip("，。；前 ")
        if role == "deadline" and len(rest) > 2:
            action = rest
        questions: tuple[Question, ...] = () if due else (Question("which_year", {"phrase": cell.text}),)
        yield replace(base, subject=named.text, action=action, act=ACTS[role], due=due, questions=questions)

    def _phrase(self, text: str) -> DatePhrase | None:
        """The date of a cell; 2024.3, 2024-03-15 and 2023-2025 as well."""
        span = _NUMERIC_SPAN.search(text)
        if span and not re.match(r"\d{1,2}$", span.group(2)):
            first, last = int(span.group(1)), int(span.group(2))
            return DatePhrase(
                span.start(), span.end(), text, first, None, (1, 1), (12, 31), whole=True, until=last
            )
        day = _NUMERIC_DAY.search(text)
        if day and 1 <= int(day.group(2)) <= 12 and 1 <= int(day.group(3) or 1) <= 31:
            month = int(day.group(2))
            first_day, last_day = (int(day.group(3)),) * 2 if day.group(3) else (1, 31)
            return DatePhrase(
                day.start(),
                day.end(),
                text,
                int(day.group(1)),
                None,
                (month, min(first_day, 28)),
                (month, last_day),
            )
        found = self._dates.find(text)
        if found:
            return found[-1]
        year = re.fullmatch(r"(20\d\d)年?", text)
        return (
            DatePhrase(0, len(text), text, int(year.group(1)), None, (1, 1), (12, 31), whole=True)
            if year
            else None
        )

    def _prose(self, cell: Cell, named: Cell) -> Iterator[Statement]:
        """Figures and steps told in a cell are about the thing the row names."""
        name = cell is named
        for statement in self._read_text(cell.text):
            if name and statement.kind not in (Kind.TARGET, Kind.ACTUAL, Kind.CONTEXT):
                continue
            yield replace(
                statement,
                start=statement.start + cell.start,
                end=statement.end + cell.start,
                clause_start=statement.clause_start + cell.start,
                clause_end=statement.clause_end + cell.start,
                sentence_start=statement.sentence_start + cell.start,
                sentence_end=statement.sentence_end + cell.start,
                subject=named.text,
                headings=(),
            )

"""``tiaodu read``: reads a plan on the command line, without the web part and its database."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import MappingOf, Record, Text, load_datafile, with_head
from tiaodu.engine.kernel.display import display
from tiaodu.engine.ledger.breakdown import BreakdownRow, breakdown
from tiaodu.engine.ledger.departments import usual_departments
from tiaodu.engine.ledger.remarks import finding_words, question_words
from tiaodu.engine.ledger.wording import Wording, due_words, figure_name
from tiaodu.engine.reading import Finding, Kind, Reading, Statement, load_vocabulary, read
from tiaodu.engine.reading.intake import Intake, IntakeError, open_document
from tiaodu.engine.reading.jsonl import statement_to_json

BAD_INPUT = 2
_YEARS = range(1949, 2100)
_READABLE = (
    "docx", "docm", "doc", "wps", "rtf", "odt", "ofd", "pdf", "xlsx", "xlsm", "xls", "et", "html", "htm",
    "txt",
)  # fmt: skip
_FORMATS = ("table", "jsonl", "xlsx", "docx")
_MOST = 5  # findings of one kind shown
_FACTS = (Kind.ACTUAL, Kind.STATUS)
_WIDTHS = {"line": 4, "kind": 9, "subject": 22, "content": 40, "figure": 18, "due": 14, "word": 10}


class BadInputError(ValueError):
    """What a person gave cannot be used; the message says why, in the person's language."""


@dataclass(frozen=True, slots=True)
class _Source:
    name: str  # as shown
    stem: str  # for the names of files written
    path: Path | None  # None: standard input


@dataclass(frozen=True, slots=True)
class _Plan:
    """A document that was read, with the year it plans."""

    source: _Source
    intake: Intake
    reading: Reading
    year: int


def build_parser() -> argparse.ArgumentParser:
    """The parser of ``tiaodu read``."""
    parser = argparse.ArgumentParser(
        prog="tiaodu read",
        description="读一份计划，列出谁、做什么、多少、何时完成。 Read a plan: who, what, how much, by when.",
    )
    add = parser.add_argument
    add(
        "files",
        nargs="+",
        metavar="FILE",
        help="文件、文件夹，或 - 表示标准输入 file, folder, or - for standard input",
    )
    add(
        "--year",
        metavar="YEAR",
        help="计划年度，如 2024 year of the plan",
    )
    add("--date", help="文件日期，如 2024-01-15 day of the document")
    add("--format", choices=_FORMATS, default="table", help="输出格式 format of the output (table)")
    add("--output", type=Path, metavar="DIR", help="写到这个文件夹 folder to write to")
    add("--force", action="store_true", help="覆盖已有的输出文件 replace an output file that is there")
    add("--lang", choices=("zh", "en"), help="提示语言 language of the messages (LANG)")
    return parser


def read_command(arguments: Sequence[str]) -> int:
    """Run ``tiaodu read``; gives the exit code: 0, or 2 when something given could not be used."""
    options = build_parser().parse_args(arguments)
    lang = options.lang or language(os.environ)
    failed = False
    try:
        day, year = _day(options.date, lang), _year(options.year, lang)
        sources = list(_sources(options.files, lang))
    except BadInputError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    names = _output_names(sources)
    for number, source in enumerate(sources):
        try:
            plan = _read_plan(source, year, day, lang)
            _give(plan, options, names[number], day, lang, single=len(sources) == 1)
        except BadInputError as error:
            failed = True
            print(error, file=sys.stderr)
    return BAD_INPUT if failed else 0


def language(environment: Any) -> str:
    """The language of messages by LC_ALL, LC_MESSAGES or LANG; Chinese unless one of them is English.

    >>> language({"LANG": "en_GB.UTF-8"}), language({"LANG": "C"}), language({})
    ('en', 'zh', 'zh')
    """
    chosen = next((environment[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(n)), "")
    return "en" if chosen.lower().startswith("en") else "zh"


@lru_cache(maxsize=1)
def _wording() -> dict[str, Any]:
    both = MappingOf(Record({"zh": Text(), "en": Text()}))
    path = Path(str(files("tiaodu.data").joinpath("cli", "messages.yaml")))
    loaded: dict[str, Any] = load_datafile(
        path, with_head({"messages": both, "columns": both, "kinds": both})
    )
    return loaded


def say(code: str, lang: str, group: str = "messages", **params: object) -> str:
    """A message of data/cli/messages.yaml in a language."""
    return str(_wording()[group][code][lang]).format_map(params)


def _day(text: str | None, lang: str) -> date | None:
    if text is None:
        return None
    try:
        return date(*map(int, re.split("[-/.年月]", text.strip().removesuffix("日"))))
    except (ValueError, TypeError):
        raise BadInputError(say("bad_date", lang, value=text)) from None


def _year(text: str | None, lang: str) -> int | None:
    if text is None:
        return None
    bare = text.strip().removesuffix("年")
    if not (bare.isdecimal() and int(bare) in _YEARS):
        raise BadInputError(say("bad_year", lang, value=text, first=_YEARS[0], last=_YEARS[-1]))
    return int(bare)


def _sources(names: Sequence[str], lang: str) -> Iterator[_Source]:
    for name in names:
        path = Path(name)
        if name == "-":
            yield _Source("-", "stdin", None)
        elif path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix[1:].lower() in _READABLE and p.is_file())
            if not inside:
                raise BadInputError(say("empty_folder", lang, name=name))
            yield from (_Source(p.name, p.stem, p) for p in inside)
        elif path.exists():
            yield _Source(path.name, path.stem, path)
        else:
            raise BadInputError(say("not_found", lang, name=name))


def _output_names(sources: Sequence[_Source]) -> list[str]:
    """A name for each file written: the stem; the whole name where files share a stem; the folder before
    it where they share that too, and a number behind it where even this leaves two alike.
    """
    names = [source.stem for source in sources]
    for longer in (lambda s: s.name, lambda s: f"{_folder(s)}-{s.name}"):
        taken = Counter(names)
        names = [longer(s) if taken[n] > 1 else n for n, s in zip(names, sources, strict=True)]
    seen: Counter[str] = Counter()
    for place, name in enumerate(names):
        seen[name] += 1
        names[place] = name if seen[name] == 1 else f"{name}({seen[name]})"
    return names


def _folder(source: _Source) -> str:
    return source.path.resolve().parent.name if source.path else source.stem


def _read_plan(source: _Source, year: int | None, day: date | None, lang: str) -> _Plan:
    try:
        data = source.path.read_bytes() if source.path else sys.stdin.buffer.read()
    except OSError as error:
        raise BadInputError(say("not_readable", lang, name=source.name, reason=error.strerror)) from None
    from tiaodu.foundation.files.convert import find_converter  # noqa: PLC0415

    try:
        intake = open_document(data, filename=source.name, convert=find_converter())
    except IntakeError as error:
        raise BadInputError(error.message(lang)) from None
    for warning in intake.warnings:
        print(f"{source.name}: {warning.message(lang)}", file=sys.stderr)
    reading = read(
        intake.text, document_date=day, plan_year=year, vocabulary=load_vocabulary(), tables=intake.tables
    )
    return _Plan(source, intake, reading, year or (day.year if day else _year_of(reading)))


def _year_of(reading: Reading) -> int:
    """The year most dues of a plan lie in; this year's, when it names none."""
    years = [s.due.end.year for s in reading.statements if s.due and s.due.end and s.kind not in _FACTS]
    return max(sorted(set(years)), key=years.count) if years else datetime.now(tz=UTC).year


def _give(
    plan: _Plan, options: argparse.Namespace, name: str, day: date | None, lang: str, *, single: bool
) -> None:
    if options.format == "table":
        print("\n".join(_table(plan, lang, headed=not single)))
        return
    if options.format == "jsonl":
        lines = "".join(
            json.dumps(statement_to_json(s), ensure_ascii=False) + "\n" for s in plan.reading.statements
        )
        if single and options.output is None:
            sys.stdout.write(lines)
            return
        content = lines.encode()
    else:
        content = _office_file(plan, options.format, day)
    suffix = "" if options.format == "jsonl" else say("breakdown", "zh")
    path = (options.output or Path()) / f"{name}{suffix}.{options.format}"
    office = options.format != "jsonl"  # no plan is a jsonl: one written before is no loss
    if (
        office
        and path.exists()
        and (not options.force or (plan.source.path and path.samefile(plan.source.path)))
    ):
        raise BadInputError(say("exists", lang, name=path))
    _write(path, content, lang)


def _write(path: Path, content: bytes, lang: str) -> None:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise BadInputError(say("no_output", lang, name=path, reason=error.strerror)) from None
    print(say("written", lang, path=path))


def _rows(plan: _Plan) -> tuple[BreakdownRow, ...]:
    return breakdown(
        plan.reading.statements, text=plan.intake.text, departments=usual_departments(), plan_year=plan.year
    )


def _office_file(plan: _Plan, kind: str, day: date | None) -> bytes:
    # The writers are loaded only when a file is asked for: a table in the terminal must not wait for them.
    moment = datetime.combine(day or datetime.now(tz=UTC).date(), time())
    title = _title(plan)
    if kind == "xlsx":
        from tiaodu.engine.ledger.breakdown_sheet import breakdown_workbook  # noqa: PLC0415

        return breakdown_workbook(_rows(plan), title=title, author="", moment=moment)
    from tiaodu.engine.ledger.breakdown_word import breakdown_document  # noqa: PLC0415

    return breakdown_document(_rows(plan), title=title, author="", moment=moment)


def _title(plan: _Plan) -> str:
    """The first line of a document when it looks like a title, else the name of its file."""
    first = plan.intake.text.lstrip().split("\n", 1)[0].strip()
    return first if 4 <= len(first) <= 40 and "。" not in first and "\t" not in first else plan.source.stem


def _table(plan: _Plan, lang: str, *, headed: bool) -> Iterator[str]:
    if headed:
        yield f"== {plan.source.name}"
    shown = [s for s in plan.reading.statements if s.kind is not Kind.CONTEXT]
    if not shown:
        yield say("nothing", lang)
        return
    yield _summary(shown, lang)
    widths = _fitted(shutil.get_terminal_size((120, 24)).columns)
    yield _aligned([say(column, lang, "columns") for column in widths], widths)
    yield "-" * (sum(widths.values()) + 2 * (len(widths) - 1))
    for statement in shown:
        yield _aligned(_cells(statement, plan, lang), widths)
    if plan.reading.findings:
        yield "\n" + say("findings", lang)
        yield from _findings(plan.reading.findings, lang)
    yield from _questions(shown, plan, lang)


def _findings(found: Sequence[Finding], lang: str) -> Iterator[str]:
    """Each finding once; of one kind the first few, the rest counted."""
    by_code: dict[str, list[str]] = {}
    for finding in found:
        by_code.setdefault(finding.code, []).append(finding_words(finding, lang))
    for words in by_code.values():
        told = list(dict.fromkeys(words))
        yield from (f"  · {line}" for line in told[:_MOST])
        if len(told) > _MOST:
            yield "    " + say("more", lang, count=len(told) - _MOST)


def _questions(shown: Sequence[Statement], plan: _Plan, lang: str) -> Iterator[str]:
    """Each question once, with the lines it is asked of."""
    asked: dict[str, list[int]] = {}
    for statement in shown:
        for question in statement.questions:
            asked.setdefault(question_words(question, lang), []).append(_line(plan, statement))
    if asked:
        yield "\n" + say("questions", lang)
    for words, lines in asked.items():
        places = "、".join(map(str, dict.fromkeys(lines)))
        yield f"  ? {words}（{say('line', lang, 'columns')} {places}）"


def _summary(shown: Sequence[Statement], lang: str) -> str:
    kinds = [s.kind for s in shown]
    return say(
        "summary",
        lang,
        total=len(shown),
        target=kinds.count(Kind.TARGET),
        milestone=kinds.count(Kind.MILESTONE),
        duty=kinds.count(Kind.DUTY),
        facts=sum(kind in _FACTS for kind in kinds),
        asked=sum(bool(s.questions) for s in shown),
    )


def _line(plan: _Plan, statement: Statement) -> int:
    return plan.intake.text.count("\n", 0, statement.start) + 1


def _cells(statement: Statement, plan: _Plan, lang: str) -> list[str]:
    figure = display(statement.value, statement.unit) if statement.value is not None else ""
    sign = "" if statement.comparator == "=" or not figure else statement.comparator
    content = statement.action or ""
    if statement.measure and not content:
        content = figure_name(statement, plan.intake.text, Wording.standard())
    if statement.kind in (Kind.DUTY, Kind.STATUS):
        content = plan.intake.text[statement.clause_start : statement.clause_end].strip("，。；\n\t ")
    due = due_words(statement.due, plan_year=plan.year) if lang == "zh" else _due_en(statement)
    return [
        str(_line(plan, statement)),
        say(statement.kind.value, lang, "kinds"),
        statement.subject or "",
        content.replace("\n", " "),
        sign + ("+" if statement.increment else "") + figure,
        due,
        (statement.commitment or "") + ("?" if statement.questions else ""),
    ]


def _due_en(statement: Statement) -> str:
    due = statement.due
    if due is None:
        return ""
    return f"{due.event} + {due.offset or 0} d" if due.event else due.text or ""


def _fitted(columns: int) -> dict[str, int]:
    """Column widths for a terminal: what is left over goes to, or is taken from, the content."""
    fixed = sum(_WIDTHS.values()) - _WIDTHS["content"] + 2 * (len(_WIDTHS) - 1)
    return {**_WIDTHS, "content": max(16, min(80, columns - fixed))}


def _aligned(cells: Sequence[str], widths: dict[str, int]) -> str:
    return "  ".join(
        _padded(cell, width) for cell, width in zip(cells, widths.values(), strict=True)
    ).rstrip()


def _padded(text: str, width: int) -> str:
    """``text`` in exactly ``width`` terminal columns; a Chinese character takes two."""
    shown, used = "", 0
    for character in text:
        size = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used + size > width - (used + size < _columns(text)):
            return shown + "…" + " " * (width - used - 1)
        shown, used = shown + character, used + size
    return shown + " " * (width - used)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

"""A PDF → text: lines joined to paragraphs, running heads and page numbers left out, tables row by row."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from tiaodu.engine.reading.intake.model import (
    DamagedError,
    EncryptedError,
    IntakeWarning,
    Limits,
    PdfScannedError,
    PdfTruncatedError,
    TooManyPagesError,
)
from tiaodu.engine.reading.intake.writing import TextWriter
from tiaodu.engine.reading.model import TableSpan

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·★"
_GAP = re.compile(rf"(?<=[{_WIDE}])[ \u3000\n]+(?=\S)|(?<=\S)[ \u3000\n]+(?=[{_WIDE}])")
_NEXT_ITEM = re.compile(
    r"(?<=[。！？；：!?;:])\s*\n\s*(?=\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]{1,3}[）)])"
)
_PAGE_NUMBER = re.compile(r"[-—–－·•\s]*(第?\s*\d{1,4}\s*页?)([/／]|\s*共?\s*)?(\d{1,4}\s*页)?[-—–－·•\s]*")
_DIGITS = re.compile(r"\d+")
_HEAD_OF_LIST = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|第[一二三四五六七八九十]{1,3}[章节条]|——|附件"
)
_SENTENCE_END = "。！？；：”）!?;:"
# What the PDF library raises on broken objects: it checks little by itself.
_BROKEN = (
    PDFException, MalformedPDFException, struct.error, zlib.error, ValueError, KeyError, TypeError,
    IndexError, AttributeError, AssertionError, OverflowError, RecursionError, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


@dataclass(slots=True)
class _PageText:
    height: float
    lines: list[_Line]
    tables: list[tuple[float, list[list[str]]]]  # top of the table, its rows
    pictures: bool
    running: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.lines and not self.tables


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF, where its tables stand, and the lines left out as running heads."""

    text: str
    tables: tuple[TableSpan, ...]
    warnings: tuple[IntakeWarning, ...]
    pages: int
    margins: str


def read_pdf(data: bytes, *, limits: Limits, filename: str) -> PdfText:
    """Read a PDF. Raises Encrypted-, PdfTruncated-, Damaged-, PdfScanned- or TooManyPagesError."""
    if b"%%EOF" not in data[-2048:]:
        raise PdfTruncatedError(name=filename)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            count = len(pdf.pages)
            if count > limits.max_pages:
                raise TooManyPagesError(name=filename, pages=str(count), limit=str(limits.max_pages))
            pages = [_page(page) for page in pdf.pages]
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise EncryptedError(name=filename) from None
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        failed = (
            EncryptedError if isinstance(cause, (PDFPasswordIncorrect, PDFEncryptionError)) else DamagedError
        )
        raise failed(name=filename) from None
    except TooManyPagesError:
        raise
    except _BROKEN:
        raise DamagedError(name=filename) from None
    if not pages:
        raise DamagedError(name=filename)
    if all(page.empty for page in pages) and any(page.pictures for page in pages):
        raise PdfScannedError(name=filename, pages=str(count))
    return _joined(pages)


def _page(page: Any) -> _PageText:
    whole = page.dedupe_chars(tolerance=1)
    tables, rest = [], whole
    for table in whole.find_tables():
        rows = [[_tight(cell or "") for cell in row] for row in table.extract()]
        if rows and max(len(row) for row in rows) > 1 and any(any(row) for row in rows):
            tables.append((float(table.bbox[1]), rows))
            rest = rest.filter(_outside(table.bbox))
    lines = [_line(line) for line in rest.extract_text_lines(return_chars=True)] if rest.chars else []
    text = _PageText(float(page.height), [x for x in lines if x.text], tables, bool(page.images))
    page.close()
    return text


def _outside(box: Sequence[float]) -> Callable[[dict[str, Any]], bool]:
    """Whether the middle of a character lies outside ``box``: a line close below a table is not in it."""
    x0, top, x1, bottom = box

    def outside(thing: dict[str, Any]) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not (x0 <= x <= x1 and top <= y <= bottom)

    return outside


def _line(line: dict[str, Any]) -> _Line:
    size = Counter(round(float(c["size"]), 1) for c in line["chars"]).most_common(1)[0][0]
    return _Line(_spelled(line["chars"], size), line["x0"], line["x1"], line["top"], line["bottom"], size)


def _spelled(characters: Sequence[dict[str, Any]], size: float) -> str:
    """The characters of a line with blanks where a person sees them.

    Word processors set a fine gap between Chinese and digits, and some layouts spread characters: neither is
    a blank. A gap as wide as a character is one, and between Latin letters a fine one too.
    """
    words, before = "", None
    for character in sorted((c for c in characters if c["text"].strip()), key=lambda c: float(c["x0"])):
        gap = 0.0 if before is None else (character["x0"] - before["x1"]) / size
        latin = words[-1:].isascii() and character["text"].isascii()
        if words and (gap > 0.8 or (latin and gap > 0.15)):
            words += " "
        words += character["text"]
        before = character
    return words


def _tight(text: str) -> str:
    """The text of a table cell without the blanks and line ends that a layout put beside Chinese characters;
    items of a list stay apart.

    >>> _tight("左 权 县 2024 年 PPP project")
    '左权县2024年PPP project'
    >>> _tight("2026年10\\n月底建成；\\n2.污水\\n处理厂")
    '2026年10月底建成； 2.污水处理厂'
    """
    items = _NEXT_ITEM.split(text)
    return " ".join(_GAP.sub("", item).strip() for item in items)


def _joined(pages: list[_PageText]) -> PdfText:
    margins = _drop_running_lines(pages)
    bare = [number for number, page in enumerate(pages, 1) if page.empty and page.pictures]
    writer = TextWriter()
    _write(writer, pages)
    text, tables = writer.finish()
    warnings = []
    if bare:
        warnings.append(IntakeWarning("pages_without_text", {"pages": "、".join(map(str, bare))}))
    if margins:
        warnings.append(IntakeWarning("repeated_lines"))
    return PdfText(text, tables, tuple(warnings), len(pages), "\n".join(margins))


def _drop_running_lines(pages: list[_PageText]) -> list[str]:
    """Take page numbers and lines told on most pages out of the margins; give what was taken."""
    seen = Counter(key for page in pages for key in {_key(line) for line in _edge_lines(page)})
    repeated = {key for key, count in seen.items() if count > 1 and count >= 0.5 * len(pages)}
    dropped: dict[str, None] = {}
    for page in pages:
        edge = _edge_lines(page)
        gone = [x for x in edge if _PAGE_NUMBER.fullmatch(x.text) or _key(x) in repeated]
        page.lines = [line for line in page.lines if line not in gone]
        dropped.update({line.text: None for line in gone if not _PAGE_NUMBER.fullmatch(line.text)})
    return list(dropped)


def _edge_lines(page: _PageText) -> list[_Line]:
    return [x for x in page.lines if x.bottom < 0.1 * page.height or x.top > 0.88 * page.height]


def _key(line: _Line) -> str:
    return _DIGITS.sub("#", line.text)


def _write(writer: TextWriter, pages: list[_PageText]) -> None:
    """Paragraphs and tables in order; a table that goes on after a page break is written as one."""
    paragraph, table = "", list[list[str]]()
    previous: _Line | None = None
    left, right = _column([line for page in pages for line in page.lines])
    for top, block in _blocks(pages):
        if isinstance(block, list):
            writer.paragraph(paragraph)
            paragraph, previous = "", None
            if table and top >= 0 and len(block[0]) != len(table[0]):
                writer.table(table)
                table = []
            table.extend(block[1:] if table and block[0] == table[0] else block)
            continue
        writer.table(table)
        table = []
        if previous is not None and _goes_on(previous, block, left, right):
            paragraph += _between(paragraph, block.text) + block.text
        else:
            writer.paragraph(paragraph)
            paragraph = block.text
        previous = block
    writer.paragraph(paragraph)
    writer.table(table)


def _blocks(pages: list[_PageText]) -> Iterator[tuple[float, _Line | list[list[str]]]]:
    for page in pages:
        blocks: list[tuple[float, _Line | list[list[str]]]] = [(line.top, line) for line in page.lines]
        blocks.extend(page.tables)
        yield from sorted(blocks, key=lambda block: block[0])


def _column(lines: list[_Line]) -> tuple[float, float]:
    """Left and right edge of the text column: where most lines begin and the long ones end."""
    if not lines:
        return 0.0, 0.0
    left = Counter(round(line.x0) for line in lines).most_common(1)[0][0]
    ends = sorted(line.x1 for line in lines)
    return float(left), ends[int(0.9 * (len(ends) - 1))]


def _goes_on(previous: _Line, line: _Line, left: float, right: float) -> bool:
    """Whether ``line`` continues the paragraph: the line before was full, this one is not indented."""
    full = previous.x1 > right - 2.2 * previous.size
    indented = line.x0 > left + 1.4 * line.size
    same_size = abs(previous.size - line.size) < 0.6
    starts_anew = bool(_HEAD_OF_LIST.match(line.text)) and previous.text[-1:] in _SENTENCE_END
    centred_title = (
        indented and previous.x0 > left + 1.4 * previous.size and previous.x1 < right - previous.size
    )
    return same_size and full and not indented and not starts_anew and not centred_title


def _between(before: str, after: str) -> str:
    return (
        " "
        if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
        else ""
    )

"""A web page, or a table saved as one → text and tables. Scripts, styles and navigation are left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tiaodu.engine.reading.intake.plain import decode
from tiaodu.engine.reading.intake.writing import TextWriter
from tiaodu.engine.reading.model import TableSpan

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article main header blockquote pre hr "
        "address figure figcaption caption center tbody thead tfoot title body html br",
    )
)
_SKIPPED = frozenset(
    re.findall(r"\w+", "script style noscript template nav footer aside select button svg iframe object head")
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_SPACE = re.compile(r"[ \t\r\n\xa0]+")
_BREAK = "\x1e"  # stands for the end of a block until the blanks of the source are squeezed


def _squeeze(words: list[str]) -> str:
    lines = _SPACE.sub(" ", "".join(words)).split(_BREAK)
    return "\n".join(line.strip(" ") for line in lines).strip("\n")


def read_webpage(data: bytes, *, filename: str) -> tuple[str, tuple[TableSpan, ...], str]:
    """Text, tables and encoding of a page."""
    text, encoding = _decode(data, filename)
    parser = _Page()
    parser.feed(text)
    parser.close()
    parser.flush()
    return *parser.writer.finish(), encoding


def _decode(data: bytes, filename: str) -> tuple[str, str]:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode("ascii").lower()
        encoding = "gb18030" if name.startswith("gb") else name
        try:
            return data.decode(encoding), name.upper()
        except (LookupError, UnicodeDecodeError):
            pass  # a page that lies about its encoding is read like a plain text
    return decode(data, filename=filename)


class _Table:
    """A table under way: rows of (text, colspan, rowspan); ``layout`` once a table stands inside a cell."""

    def __init__(self) -> None:
        self.rows: list[list[tuple[str, int, int]]] = []
        self.cell: list[str] | None = None
        self.spans = (1, 1)
        self.layout = False

    def end_cell(self) -> None:
        if self.cell is not None:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append((_squeeze(self.cell), *self.spans))
            self.cell = None

    def grid(self) -> list[list[str]]:
        """Rows of equal columns, merged cells filled with their text."""
        filled: list[list[str]] = []
        hanging: dict[int, tuple[int, str]] = {}
        for row in self.rows:
            line: list[str] = []
            for text, columns, depth in row:
                self._hang(line, hanging)
                for _ in range(columns):
                    if depth > 1:
                        hanging[len(line)] = (depth, text)
                    line.append(text)
            self._hang(line, hanging)
            hanging = {at: (left - 1, text) for at, (left, text) in hanging.items() if left > 1}
            filled.append(line[:1] if len(row) == 1 and row[0][1] == len(line) else line)
        return filled

    @staticmethod
    def _hang(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
        while len(line) in hanging:
            line.append(hanging[len(line)][1])


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.writer = TextWriter()
        self._skipping: list[str] = []
        self._words: list[str] = []
        self._tables: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping.append(tag)
        if self._skipping:
            return
        if tag == "table":
            self._open_table()
        elif tag == "tr" and self._tables:
            self._tables[-1].end_cell()
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            table = self._tables[-1]
            table.end_cell()
            table.cell, table.spans = [], _spans(dict(attrs))
        elif tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            while self._skipping.pop() != tag:
                pass
        elif self._skipping:
            return
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].end_cell()
        elif tag == "table" and self._tables:
            self._close_table()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._target().append(data)

    def _target(self) -> list[str]:
        for table in reversed(self._tables):
            if table.cell is not None:
                return table.cell
        return self._words

    def _break(self) -> None:
        if self._target() is self._words:
            self.flush()
        else:
            self._target().append(_BREAK)

    def flush(self) -> None:
        """Write the words collected so far as a paragraph; close tables a broken page left open."""
        while self._tables and self._target() is not self._words:
            self._close_table()
        self.writer.paragraph(_squeeze(self._words))
        self._words.clear()

    def _open_table(self) -> None:
        for table in self._tables:
            table.layout = True
        if not self._tables:
            self.flush()
        self._tables.append(_Table())

    def _close_table(self) -> None:
        table = self._tables.pop()
        table.end_cell()
        grid = table.grid()
        is_table = not table.layout and len(grid) > 1 and max((len(row) for row in grid), default=0) > 1
        if self._tables and self._target() is not self._words and not is_table:
            self._target().append(_BREAK + _BREAK.join(" ".join(row) for row in grid) + _BREAK)
        elif is_table:
            self._write_outer_words()
            self.writer.table(grid)
        else:
            for row in table.rows:
                for text, _, _ in row:
                    self.writer.paragraph(text)

    def _write_outer_words(self) -> None:
        """Words of an outer layout cell that stand before an inner table come first."""
        for table in self._tables:
            if table.cell:
                self.writer.paragraph(_squeeze(table.cell))
                table.cell.clear()


def _spans(attrs: dict[str, str | None]) -> tuple[int, int]:
    def number(name: str) -> int:
        value = attrs.get(name) or "1"
        return min(100, max(1, int(value))) if value.isdigit() and len(value) < 5 else 1

    return number("colspan"), number("rowspan")

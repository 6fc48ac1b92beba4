"""A source cut into words, numbers, texts and signs, each with the characters it was typed with.

Full-width signs, 且 或 非 属于 and a number with its unit (500万元, 3.5%, 2024-06-30) are understood here, so
that what is handed to Python's parser holds nothing but place-holders, operators and brackets.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.limits import MAX_DIGITS, MAX_LENGTH, MAX_TOKENS
from tiaodu.engine.kernel.expression.units import UnitTable

# Full-width ASCII, and signs that stand for one of ASCII: the length stays, so that positions do.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(typed): plain for typed, plain in zip("　“”„‘’、×÷−–≧≦﹪", ' """\'\',*/--≥≤%', strict=True)
}
# A sign as Python writes it.
SIGNS = {
    **{sign: sign for sign in ("+", "-", "*", "/", "(", ")", ",", "<", "<=", ">", ">=", "==", "!=")},
    **{"=": "==", "<>": "!=", "≥": ">=", "≤": "<=", "≠": "!="},
}
WORDS = {
    "and": "and",
    "且": "and",
    "并且": "and",
    "or": "or",
    "或": "or",
    "或者": "or",
    "not": "not",
    "非": "not",
    "in": "in",
    "属于": "in",
    "不属于": "not in",
}
TRUTHS = {"True": True, "true": True, "真": True, "False": False, "false": False, "假": False}
_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<day>\d{4}-\d\d-\d\d(?!\d)|\d{4}年\d{1,2}月\d{1,2}日)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<sign>>=|<=|==|!=|<>|[-+*/()<>=,≥≤≠])""",
    re.VERBOSE,
)
_UNIT = re.compile(r"[%‰]|(?:[^\W\d_]|[㎡℃])(?:[\w·㎡℃])*")
_BLANK = re.compile(r"[ \t]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, text, day, truth or sign, and where it stands in the source.

    ``value`` is the number, text, day or truth; ``unit`` the unit written behind a number; ``text`` the name
    or the sign as Python writes it.
    """

    kind: str
    start: int
    end: int
    text: str
    value: Decimal | str | date | bool | None = None
    unit: str = ""


def tokens(source: str, table: UnitTable, names: Container[str]) -> list[Token]:
    """All tokens of ``source``; raises :class:`ExpressionError` at the first character that is none."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(
            "too_long", source, MAX_LENGTH, MAX_LENGTH + 1, length=len(source), limit=MAX_LENGTH
        )
    found: list[Token] = []
    for token in _Scanner(source, table, names):
        if len(found) == MAX_TOKENS:
            raise ExpressionError("too_many", source, token.start, token.end, limit=MAX_TOKENS)
        found.append(token)
    return found


def is_name(text: str) -> bool:
    """Whether ``text`` as a whole is one name."""
    match = _TOKEN.fullmatch(text)
    return match is not None and match.lastgroup == "name" and text not in WORDS and text not in TRUTHS


class _Scanner:
    def __init__(self, source: str, table: UnitTable, names: Container[str]) -> None:
        self.source, self.table, self.names = source, table, names
        self.plain = source.translate(_PLAIN)

    def __iter__(self) -> Iterator[Token]:
        position, length = 0, len(self.plain)
        while position < length:
            match = _TOKEN.match(self.plain, position)
            if match is None:
                quote = self.plain[position] in "\"'"
                raise self._error("unclosed_text" if quote else "bad_character", position, position + 1)
            kind = str(match.lastgroup)
            if kind == "blank":
                position = match.end()
                continue
            token = self._token(kind, position, match.end())
            position = token.end
            yield token

    def _token(self, kind: str, start: int, end: int) -> Token:
        text = self.plain[start:end]
        if kind == "number":
            return self._number(start, end)
        if kind == "day":
            return Token("day", start, end, text, self._day(start, end))
        if kind == "text":
            return Token("text", start, end, text, self.source[start + 1 : end - 1])
        if kind == "sign":
            return Token("sign", start, end, SIGNS[text])
        if text in TRUTHS:
            return Token("truth", start, end, text, TRUTHS[text])
        return Token("sign", start, end, WORDS[text]) if text in WORDS else Token("name", start, end, text)

    def _number(self, start: int, end: int) -> Token:
        digits = self.plain[start:end]
        if len(digits) > MAX_DIGITS:
            raise self._error("number_too_long", start, end, limit=MAX_DIGITS)
        if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
            raise self._error("leading_zero", start, end)
        after = self._unit_end(end)
        return Token("number", start, after, digits, Decimal(digits), self.plain[end:after].strip())

    def _unit_end(self, end: int) -> int:
        """Where the unit of a number that ends at ``end`` ends; a blank may stand before it."""
        match = _UNIT.match(self.plain, end)
        apart = None if match else _BLANK.match(self.plain, end)
        match = match or (apart and _UNIT.match(self.plain, apart.end()))
        if match is None or (apart and match[0] in self.names):
            return end
        ends = [match.end(), *self._rates(match.end())]
        known = [after for after in ends if self.table.find(self.plain[match.start() : after]) is not None]
        if known:
            return known[-1]
        if apart:
            return end
        near = tuple(get_close_matches(match[0], self.table.words, n=3))
        raise self._error("unknown_unit", match.start(), match.end(), near=near)

    def _rates(self, end: int) -> Iterator[int]:
        """Ends of what may belong to a unit behind a stroke: 元/吨, 公斤/人/年."""
        while self.plain[end : end + 1] == "/":
            below = _UNIT.match(self.plain, end + 1)
            if below is None or below[0] in self.names:
                return
            end = below.end()
            yield end

    def _day(self, start: int, end: int) -> date:
        try:
            return date(*(int(part) for part in _DIGITS.findall(self.plain, start, end)))
        except ValueError:
            raise self._error("bad_day", start, end) from None

    def _error(self, code: str, start: int, end: int, **params: object) -> ExpressionError:
        return ExpressionError(code, self.source, start, end, found=self.source[start:end], **params)

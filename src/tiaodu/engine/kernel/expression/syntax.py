"""From tokens to the tree of Python's own parser.

The parser sees place-holders, operators and brackets only. What it would word badly, or would need depth
for, is found before: a missing value or operator, an open bracket, nesting.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.limits import MAX_DEPTH
from tiaodu.engine.kernel.expression.tokens import Token

_MARK = "_"


@dataclass(frozen=True, slots=True)
class Syntax:
    """A parsed source: its tree, and which token stands where.

    ``starts`` and ``ends`` go by the columns of what Python's parser saw, ``first`` and ``last`` by the
    characters of the source.
    """

    source: str
    tokens: Sequence[Token]
    tree: ast.expr
    starts: dict[int, int] = field(repr=False)
    ends: dict[int, int] = field(repr=False)
    first: dict[int, int] = field(repr=False)
    last: dict[int, int] = field(repr=False)

    def token(self, node: ast.Name) -> Token:
        """The word, number, text, day or truth a place-holder stands for."""
        return self.tokens[int(node.id.removeprefix(_MARK))]

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The characters of the source from which ``node`` was parsed."""
        first, last = self.starts[node.col_offset], self.ends[node.end_col_offset or 0]
        return self.tokens[first].start, self.tokens[last].end

    def around(self, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
        """The characters of two operands and all between, the brackets of each included."""
        return self._bracketed(left)[0], self._bracketed(right)[1]

    def _bracketed(self, span: tuple[int, int]) -> tuple[int, int]:
        first, last = self.first[span[0]], self.last[span[1]]
        while first > 0 and last + 1 < len(self.tokens):
            if (self.tokens[first - 1].text, self.tokens[last + 1].text) != ("(", ")"):
                break
            first, last = first - 1, last + 1
        return self.tokens[first].start, self.tokens[last].end


def parsed(source: str, tokens: Sequence[Token]) -> Syntax:
    """The tree of ``tokens``; raises :class:`ExpressionError` at the token that does not fit."""
    if not tokens:
        raise ExpressionError("empty", source, 0, len(source))
    _check_order(source, tokens)
    starts, ends, column, pieces = {}, {}, 0, []
    for index, token in enumerate(tokens):
        piece = token.text if token.kind == "sign" else f"{_MARK}{index}"
        starts[column], ends[column + len(piece)] = index, index
        pieces.append(piece)
        column += len(piece) + 1
    try:
        tree = ast.parse(" ".join(pieces), mode="eval").body
    except SyntaxError as error:
        index = starts.get((error.offset or 1) - 1, len(tokens) - 1)
        raise _at("out_of_place", source, tokens[index]) from None
    except (RecursionError, MemoryError):
        raise _too_deep(source, tokens[0]) from None
    first = {token.start: index for index, token in enumerate(tokens)}
    last = {token.end: index for index, token in enumerate(tokens)}
    found = Syntax(source, tokens, tree, starts, ends, first, last)
    _check_depth(found)
    return found


def _at(code: str, source: str, token: Token, **params: object) -> ExpressionError:
    shown = source[token.start : token.end]
    return ExpressionError(code, source, token.start, token.end, found=shown, **params)


def _too_deep(source: str, token: Token) -> ExpressionError:
    return _at("too_deep", source, token, limit=MAX_DEPTH)


class _Order:
    """Whether a value or an operator may come next, and which brackets are open."""

    def __init__(self, source: str) -> None:
        self.source, self.open, self.prefixes = source, list[Token](), 0
        self.wants_value, self.last = True, ""

    def take(self, token: Token) -> None:
        """Check ``token`` against what may stand here."""
        sign = token.text if token.kind == "sign" else ""
        if sign == ")":
            self._close(token)
        elif self.wants_value:
            self._value(token, sign)
        elif sign == "(" and self.last == "name":
            self._open(token)
        elif not sign or sign == "(":
            raise _at("operator_expected", self.source, token)
        else:
            self.wants_value = sign != "not"  # "not" behind a value begins "not in"
            self.prefixes = 0
        self.last = sign or token.kind

    def _value(self, token: Token, sign: str) -> None:
        if sign == "(":
            self._open(token)
        elif sign in ("-", "+", "not"):
            self.prefixes += 1
            if self.prefixes > MAX_DEPTH:
                raise _too_deep(self.source, token)
        elif sign:
            raise _at("value_expected", self.source, token)
        else:
            self.wants_value, self.prefixes = False, 0

    def _open(self, token: Token) -> None:
        self.open.append(token)
        self.wants_value, self.prefixes = True, 0
        if len(self.open) > MAX_DEPTH:
            raise _too_deep(self.source, token)

    def _close(self, token: Token) -> None:
        if not self.open:
            raise _at("unopened_bracket", self.source, token)
        if self.wants_value and self.last not in (",", "("):
            raise _at("value_expected", self.source, token)
        self.open.pop()
        self.wants_value = False


def _check_order(source: str, tokens: Sequence[Token]) -> None:
    order = _Order(source)
    for token in tokens:
        order.take(token)
    if order.open:
        raise _at("unclosed_bracket", source, order.open[-1])
    if order.wants_value:
        raise ExpressionError("value_expected_at_end", source, tokens[-1].start, tokens[-1].end)


def _check_depth(syntax: Syntax) -> None:
    """Refuse what would need too much of the stack later on, without going down by it."""
    level: list[ast.expr] = [syntax.tree]
    for _ in range(MAX_DEPTH):
        level = [below for node in level for below in _below(node)]
        if not level:
            return
    start, end = syntax.span(level[0])
    raise ExpressionError("too_deep", syntax.source, start, end, limit=MAX_DEPTH)


def _below(node: ast.expr) -> Iterator[ast.expr]:
    return (below for below in ast.iter_child_nodes(node) if isinstance(below, ast.expr))

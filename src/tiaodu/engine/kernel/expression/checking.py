"""From Python's tree to the checked tree: what the language has, known names, right types and units."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from typing import NoReturn

from tiaodu.engine.kernel.expression import calls
from tiaodu.engine.kernel.expression.algebra import Algebra, comparison, divides
from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.functions import BY_WORD
from tiaodu.engine.kernel.expression.limits import MAX_CHOICES
from tiaodu.engine.kernel.expression.nodes import (
    All,
    Any,
    Arithmetic,
    Call,
    Constant,
    Fact,
    Member,
    Name,
    Negated,
    Node,
    Not,
)
from tiaodu.engine.kernel.expression.periods import RELATIVE, period_key
from tiaodu.engine.kernel.expression.syntax import Syntax
from tiaodu.engine.kernel.expression.tokens import Token
from tiaodu.engine.kernel.expression.units import DAYS, MULTIPLES, PURE, UnitTable

_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class Checker:
    """Checks one parsed source. ``names`` None leaves facts undeclared: of any type, in base units."""

    def __init__(
        self, syntax: Syntax, names: Mapping[str, Name] | None, table: UnitTable, rounded: frozenset[str]
    ) -> None:
        self.syntax, self.names, self.rounded = syntax, names, rounded
        self.algebra, self.table = Algebra(syntax, table), table
        self._kinds: Mapping[type[ast.AST], Callable[..., Node]] = {
            ast.Name: self._word,
            ast.Call: self._call,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.BoolOp: self._junction,
            ast.Compare: self._chain,
        }

    def check(self, node: ast.expr) -> Node:
        """The checked node of ``node``; raises :class:`ExpressionError`."""
        kind = self._kinds.get(type(node))
        if kind is None:
            code = "list_only_after_in" if isinstance(node, ast.Tuple) else "out_of_place"
            self.fail(code, *self._span(node))
        return kind(node)

    def want(self, node: Node, wanted: str) -> Node:
        """``node`` if it is of the type ``wanted``; a name that was not declared becomes so."""
        if node.type not in (wanted, "any"):
            self.fail("wrong_type", node.start, node.end, wanted=wanted, got=node.type)
        return _narrowed(node, wanted)

    def fail(self, code: str, start: int, end: int, **params: object) -> NoReturn:
        """Refuse the characters from ``start`` to ``end``."""
        source = self.syntax.source
        raise ExpressionError(code, source, start, end, **{"found": source[start:end], **params})

    def _span(self, node: ast.expr) -> tuple[int, int]:
        if isinstance(node, ast.Tuple) and not node.elts:
            return 0, len(self.syntax.source)
        return self.syntax.span(node)

    # ------------------------------------------------------------ words

    def _word(self, node: ast.Name) -> Node:
        token = self.syntax.token(node)
        if token.kind == "name":
            return self._fact(token, "")
        if token.kind == "number":
            return self._number(token)
        return Constant(token.start, token.end, token.kind, PURE, token.value)  # type: ignore[arg-type]

    def _number(self, token: Token) -> Node:
        unit = self.table.find(token.unit) or PURE
        bare = token.unit in MULTIPLES  # 500 and 500万, not 5% or 3倍
        number = Constant(token.start, token.end, "number", unit, token.value, bare)  # type: ignore[arg-type]
        return self.algebra.counted(number, PURE) if bare else number

    def _fact(self, token: Token, period: str, end: int = 0) -> Node:
        start, end = token.start, end or token.end
        key = f"{token.text}({period})" if period else token.text
        if self.names is None and token.text not in BY_WORD:
            return Fact(start, end, "any", None, token.text, period, key)
        declared = (self.names or {}).get(token.text)
        if declared is None:
            self._unknown(token)
        if period and declared.type != "number":
            self.fail("period_needs_number", token.start, token.end)
        unit = self.table.find(declared.unit) if declared.type == "number" else PURE
        return Fact(start, end, declared.type, unit, token.text, period, key)

    def _unknown(self, token: Token) -> NoReturn:
        if token.text in ("None", "null", "空"):
            self.fail("no_none", token.start, token.end)
        function = BY_WORD.get(token.text)
        if function is not None:
            self.fail("function_without_arguments", token.start, token.end, signature=function.signature)
        self.fail("unknown_name", token.start, token.end, near=self._near_names(token.text))

    def _near_names(self, text: str) -> tuple[str, ...]:
        names = self.names or {}
        labelled = tuple(name for name, entry in names.items() if entry.label and entry.label == text)
        return labelled or self.near(text, tuple(names))

    @staticmethod
    def near(text: str, words: Sequence[str]) -> tuple[str, ...]:
        """The words most like ``text``."""
        return tuple(get_close_matches(text[:100], words, n=3, cutoff=0.5))

    # ------------------------------------------------------------ calls

    def _call(self, node: ast.Call) -> Node:
        start, end = self.syntax.span(node)
        token = self.syntax.token(node.func) if isinstance(node.func, ast.Name) else None
        if token is None or token.kind != "name" or node.keywords:
            self.fail("out_of_place", start, end)
        function = BY_WORD.get(token.text)
        if function is not None and token.text not in (self.names or {}):
            arguments = tuple(self.check(argument) for argument in node.args)
            return calls.call(self, function, arguments, start, end)
        if self.names is not None and token.text not in self.names:
            near = self.near(token.text, (*BY_WORD, *self.names))
            self.fail("unknown_function", token.start, token.end, near=near)
        return self._fact(token, self._period(node, token, end), end)

    def _period(self, node: ast.Call, name: Token, end: int) -> str:
        words = "、".join(entry.zh for entry in RELATIVE.values())
        argument = node.args[0] if len(node.args) == 1 else None
        token = self.syntax.token(argument) if isinstance(argument, ast.Name) else None
        if token is None or token.kind != "text":
            if self.names is None:
                self.fail("unknown_function", name.start, name.end, near=self.near(name.text, tuple(BY_WORD)))
            self.fail("bad_period", name.end, end, words=words)
        try:
            return period_key(str(token.value).strip())
        except ValueError:
            self.fail("bad_period", token.start, token.end, words=words)

    # ------------------------------------------------------------ operators

    def _unary(self, node: ast.UnaryOp) -> Node:
        inner = self.check(node.operand)
        start, end = self.syntax.span(node)
        if isinstance(node.op, ast.Not):
            return Not(start, end, "truth", PURE, self.want(inner, "truth"))
        inner = self.want(inner, "number")
        if isinstance(node.op, ast.UAdd):
            return inner
        if isinstance(inner, Constant) and isinstance(inner.value, Decimal):
            return Constant(start, end, "number", inner.unit, -inner.value, inner.bare)
        return Negated(start, end, "number", inner.unit, inner)

    def _binary(self, node: ast.BinOp) -> Node:
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            self.fail("out_of_place", *self.syntax.span(node))
        left, right = self.check(node.left), self.check(node.right)
        if left.type == "day" and sign in "+-":
            return self._days(
                sign, left, self.want(right, "day") if sign == "-" and right.type == "any" else right
            )
        left, right = self.want(left, "number"), self.want(right, "number")
        if sign in "*/":
            return self.algebra.product(sign, left, right)
        one, other = self.algebra.aligned(left, right)
        start, end = self.algebra.around(left, right)
        return Arithmetic(start, end, "number", one.unit or other.unit, sign, one, other)

    def _days(self, sign: str, left: Node, right: Node) -> Node:
        start, end = self.algebra.around(left, right)
        if sign == "-" and right.type == "day":
            return Arithmetic(start, end, "number", DAYS, sign, left, right)
        days = Constant(left.start, left.end, "number", DAYS, Decimal(0))
        shift = self.algebra.aligned(self.want(right, "number"), days)[0]
        return Arithmetic(start, end, "day", PURE, sign, left, shift)

    def _junction(self, node: ast.BoolOp) -> Node:
        parts = tuple(self.want(self.check(part), "truth") for part in node.values)
        kind = All if isinstance(node.op, ast.And) else Any
        return kind(*self.syntax.span(node), "truth", PURE, parts)

    def _chain(self, node: ast.Compare) -> Node:
        operands = [node.left, *node.comparators]
        links = [self._link(operator, operands[at], operands[at + 1]) for at, operator in enumerate(node.ops)]
        if len(links) == 1:
            return links[0]
        return All(*self.syntax.span(node), "truth", PURE, tuple(links))

    def _link(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        one = self.check(left)
        if isinstance(operator, ast.In | ast.NotIn):
            member = self._member(one, right)
            turned = isinstance(operator, ast.NotIn)
            return Not(member.start, member.end, "truth", PURE, member) if turned else member
        other = self.check(right)
        return self.compared(_SIGNS[type(operator)], one, other, *self.algebra.around(one, other))

    def compared(self, sign: str, left: Node, right: Node, start: int, end: int) -> Node:
        """The comparison of two values of one type and kind of unit."""
        left, right = self.alike(left, right)
        kind = left.type if left.type != "any" else right.type
        if sign not in ("==", "!=") and kind in ("text", "truth"):
            self.fail("no_order", start, end, got=kind)
        return comparison(sign, left, right, (start, end), self.rounded)

    def alike(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Two values of one type, numbers in one unit."""
        if "any" not in (left.type, right.type) and left.type != right.type:
            source = self.algebra.text
            self.fail(
                "different_types",
                *self.algebra.around(left, right),
                left=source(left),
                left_type=left.type,
                right=source(right),
                right_type=right.type,
            )
        left, right = _narrowed(left, right.type), _narrowed(right, left.type)
        if {left.type, right.type} <= {"number", "any"}:
            return self.algebra.comparable(left, right)
        return left, right

    def _member(self, inner: Node, right: ast.expr) -> Node:
        choices = right.elts if isinstance(right, ast.Tuple) else [right]
        start, end = self._span(right)
        if not choices:
            self.fail("constant_expected", start, end)
        if len(choices) > MAX_CHOICES:
            self.fail("too_many_choices", start, end, limit=MAX_CHOICES)
        found = []
        for choice in choices:
            node = self.check(choice)
            if not isinstance(node, Constant):
                self.fail("constant_expected", node.start, node.end)
            inner_again, constant = self.alike(inner, node)
            assert isinstance(constant, Constant)  # noqa: S101  a constant follows the unit of the other side
            found.append(constant.value)
            inner = inner_again
        start, end = self.syntax.around((inner.start, inner.end), (start, end))
        rounded = inner.type == "number" and divides(inner, self.rounded)
        return Member(start, end, "truth", PURE, inner, tuple(found), rounded)


def _narrowed(node: Node, kind: str) -> Node:
    """``node``, if nothing is known of its type, as one of ``kind``."""
    if node.type != "any" or kind == "any":
        return node
    if isinstance(node, Call):
        values = node.inner if node.function != "if_else" else node.inner[1:]
        rest = node.inner[: len(node.inner) - len(values)]
        node = replace(node, inner=(*rest, *(_narrowed(value, kind) for value in values)))
    return replace(node, type=kind)

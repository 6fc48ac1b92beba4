"""An expression as a value of a data file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.engine.kernel.expression.errors import ExpressionError
from tiaodu.engine.kernel.expression.model import Expression
from tiaodu.engine.kernel.expression.nodes import Name
from tiaodu.engine.kernel.expression.parsing import parse

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True, slots=True)
class Formula:
    """A text that is an expression over ``names``, of ``type`` where one is asked for (truth, number …).

    Its value is the text as it is written; :meth:`read` makes the expression of it.

    >>> from tiaodu.engine.kernel.datafile import Record, parse_datafile
    >>> shape = Record({"when": Formula({"投资": Name("number", "万元")}, "truth")})
    >>> parse_datafile("when: 投资 >= 500万元", shape, name="x.yaml")
    {'when': '投资 >= 500万元'}
    >>> parse_datafile("when: 投入 >= 500万元", shape, name="x.yaml")
    Traceback (most recent call last):
    ...
    tiaodu.engine.kernel.datafile.DataFileError: x.yaml, line 1, when: got '投入 >= 500万元'; accepted: an \
expression (characters 1 to 2: The name “投入” is not known. Did you mean 投资?)
    """

    names: Mapping[str, Name]
    type: str = ""

    def read(self, source: str) -> Expression:
        """The expression of a value. Raises ExpressionError, which names the characters."""
        found = parse(source, names=self.names)
        if self.type and found.type != self.type:
            told = {"wanted": self.type, "found": source, "got": found.type}
            raise ExpressionError("wrong_type", source, 0, len(source), **told)
        return found

    def take(self, node: yaml.Node, place: str, file: str) -> str:
        source = str(node.value)
        try:
            self.read(source)
        except ExpressionError as error:
            line = node.start_mark.line + 1
            raise DataFileError(file, line, place, repr(source), f"an expression ({error})") from None
        return source

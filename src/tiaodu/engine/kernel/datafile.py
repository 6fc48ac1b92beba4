"""Read a YAML data file against a declared shape; a bad file is refused with its name, the line and what is
accepted.

Every vocabulary, threshold and rule of the product is such a file. Its shape is declared beside the code
that uses it:

>>> shape = Record({"code": Text(), "rows": ListOf(Record({"word": Text(), "strength": Integer(1, 5)}))})
>>> parse_datafile("code: x\\nrows:\\n- {word: 确保, strength: 5}\\n", shape, name="x.yaml")
{'code': 'x', 'rows': [{'word': '确保', 'strength': 5}]}
>>> parse_datafile("code: x\\nrows:\\n- {word: 确保, strength: 7}\\n", shape, name="x.yaml")
Traceback (most recent call last):
...
tiaodu.engine.kernel.datafile.DataFileError: x.yaml, line 3, rows[0].strength: got 7; accepted: 1 to 5
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import yaml

CONFIDENCES = ("source", "memory-sure", "memory-unsure", "practice", "derived")


class DataFileError(ValueError):
    """A data file does not have its declared shape. ``file``, ``line`` (from 1) and ``accepted`` say where
    and why.
    """

    def __init__(self, file: str, line: int, place: str, got: str, accepted: str) -> None:
        self.file, self.line, self.place, self.accepted = file, line, place, accepted
        where = f"{file}, line {line}" + (f", {place}" if place else "")
        super().__init__(f"{where}: got {got}; accepted: {accepted}")


class Shape(Protocol):
    """What a place of a data file may hold."""

    def take(self, node: yaml.Node, place: str, file: str) -> Any:
        """Give the value of ``node``; raise :class:`DataFileError` when it has another shape."""


def _fail(node: yaml.Node, place: str, file: str, got: str, accepted: str) -> DataFileError:
    return DataFileError(file, node.start_mark.line + 1, place, got, accepted)


def _form(node: yaml.Node) -> str:
    """scalar, sequence or mapping."""
    return type(node).__name__.removesuffix("Node").lower()


def _scalar(node: yaml.Node, place: str, file: str, accepted: str) -> str:
    if _form(node) != "scalar":
        raise _fail(node, place, file, f"a {_form(node)}", accepted)
    return str(node.value)


@dataclass(frozen=True, slots=True)
class Text:
    """A text; ``pattern`` limits it, ``empty`` allows none."""

    pattern: str | None = None
    empty: bool = False

    def take(self, node: yaml.Node, place: str, file: str) -> str:
        accepted = f"a text like {self.pattern}" if self.pattern else "a text that is not empty"
        value = _scalar(node, place, file, accepted)
        if (not value and not self.empty) or (self.pattern and not re.fullmatch(self.pattern, value)):
            raise _fail(node, place, file, repr(value), accepted)
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list of texts."""

    values: Sequence[str]

    def take(self, node: yaml.Node, place: str, file: str) -> str:
        accepted = "one of " + ", ".join(self.values)
        value = _scalar(node, place, file, accepted)
        if value not in self.values:
            raise _fail(node, place, file, repr(value), accepted)
        return value


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between two bounds, both included."""

    low: int
    high: int

    def take(self, node: yaml.Node, place: str, file: str) -> int:
        accepted = f"{self.low} to {self.high}"
        value = _scalar(node, place, file, accepted)
        if not re.fullmatch(r"-?\d{1,18}", value) or not self.low <= int(value) <= self.high:
            raise _fail(node, place, file, value, accepted)
        return int(value)


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal number."""

    def take(self, node: yaml.Node, place: str, file: str) -> Decimal:
        value = _scalar(node, place, file, "a number")
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise _fail(node, place, file, repr(value), "a number") from None
        if not number.is_finite():
            raise _fail(node, place, file, repr(value), "a finite number")
        return number


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def take(self, node: yaml.Node, place: str, file: str) -> bool:
        value = _scalar(node, place, file, "true or false")
        if value not in ("true", "false"):
            raise _fail(node, place, file, repr(value), "true or false")
        return value == "true"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, written 2024-03-31."""

    def take(self, node: yaml.Node, place: str, file: str) -> date:
        value = _scalar(node, place, file, "a day like 2024-03-31")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _fail(node, place, file, repr(value), "a day like 2024-03-31") from None


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape; an empty one only if ``empty``."""

    item: Shape
    empty: bool = False

    def take(self, node: yaml.Node, place: str, file: str) -> list[Any]:
        if _form(node) != "sequence":
            raise _fail(node, place, file, f"a {_form(node)}", "a list")
        if not node.value and not self.empty:
            raise _fail(node, place, file, "an empty list", "a list with at least one entry")
        return [self.item.take(child, f"{place}[{i}]", file) for i, child in enumerate(node.value)]


@dataclass(frozen=True, slots=True)
class MappingOf:
    """Free keys, values of one shape; a key written twice is refused."""

    value: Shape
    key: Shape = field(default_factory=Text)

    def take(self, node: yaml.Node, place: str, file: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in _pairs(node, place, file):
            key = self.key.take(key_node, place, file)
            if key in found:
                raise _fail(key_node, place, file, f"{key} twice", "each key once")
            found[key] = self.value.take(child, f"{place}.{key}".lstrip("."), file)
        return found


@dataclass(frozen=True, slots=True)
class Record:
    """Named fields; ``optional`` ones may be absent, no other name is accepted."""

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def take(self, node: yaml.Node, place: str, file: str) -> dict[str, Any]:
        shapes = {**self.required, **self.optional}
        found: dict[str, Any] = {}
        for key_node, child in _pairs(node, place, file):
            key = str(key_node.value)
            if key not in shapes or key in found:
                got = f"{key} twice" if key in found else f"the field {key}"
                raise _fail(key_node, place, file, got, "the fields " + ", ".join(shapes))
            found[key] = shapes[key].take(child, f"{place}.{key}".lstrip("."), file)
        missing = [key for key in self.required if key not in found]
        if missing:
            raise _fail(node, place, file, "no " + ", ".join(missing), "the fields " + ", ".join(shapes))
        return found


def _pairs(node: yaml.Node, place: str, file: str) -> list[tuple[yaml.Node, yaml.Node]]:
    if _form(node) != "mapping":
        raise _fail(node, place, file, f"a {_form(node)}", "named fields")
    return list(node.value)


HEAD: Mapping[str, Shape] = {
    "code": Text(r"[a-z][a-z0-9_.]*"),
    "valid_from": Day(),
    "source": Text(),
    "confidence": Choice(CONFIDENCES),
}


def with_head(body: Mapping[str, Shape]) -> Record:
    """The shape of a data file with the head every one bears: code, valid_from, source, confidence."""
    return Record({**HEAD, **body}, {"valid_to": Day(), "unit": Text()})


def parse_datafile(content: str, shape: Shape, *, name: str) -> Any:
    """Parse YAML text against ``shape``; ``name`` stands in messages. Raises :class:`DataFileError`."""
    import yaml  # noqa: PLC0415  a program that reads no data file does not pay for its parser

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(content, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataFileError(name, line, "", error.problem or "broken text", "well-formed YAML") from None
    except yaml.YAMLError as error:
        raise DataFileError(name, 1, "", str(error).splitlines()[0], "well-formed YAML") from None
    if node is None:
        raise DataFileError(name, 1, "", "nothing", "a data file that is not empty")
    return shape.take(node, "", name)


def load_plain(content: str) -> Any:
    """YAML text as plain values, without a declared shape: for files whose reader checks them.

    >>> load_plain("rows: [{code: a}]")
    {'rows': [{'code': 'a'}]}
    """
    import yaml  # noqa: PLC0415  as above

    # The parser in C takes a tenth of the time; both read the same language and make plain values only.
    return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def load_datafile(path: Path, shape: Shape) -> Any:
    """Read the UTF-8 file ``path`` against ``shape``. Raises :class:`DataFileError`, OSError when it cannot
    be opened.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DataFileError(path.name, 1, "", "bytes that are not UTF-8", "a text in UTF-8") from None
    return parse_datafile(content, shape, name=path.name)

"""The columns a program reads: facts of many rows, unknown where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from tiaodu.engine.kernel.expression.lowering import FIRST_DAY
from tiaodu.engine.kernel.expression.nodes import Value
from tiaodu.engine.kernel.expression.opcodes import TRUE, UNKNOWN

Array = npt.NDArray[Any]
_WHOLE = 2**53  # beyond, floats skip whole numbers


class ColumnError(TypeError):
    """A column is missing, or holds something else than its fact was declared with; ``key`` names it."""

    def __init__(self, key: str, what: str) -> None:
        self.key = key
        super().__init__(f"{key}: {what}")


@dataclass(frozen=True)
class Coded:
    """A text column: the place of each row's text in ``words``, -1 where it is unknown."""

    codes: Array
    words: Sequence[str]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Coded:
        """Code ``texts``.

        >>> coded = Coded.of(["coal", None, "iron", "coal"])
        >>> coded.codes.tolist(), coded.words
        ([0, -1, 1, 0], ('coal', 'iron'))
        """
        words: dict[str, int] = {}
        codes = [-1 if text is None else words.setdefault(text, len(words)) for text in texts]
        return cls(np.array(codes, np.int32), tuple(words))


@dataclass(frozen=True)
class Column:
    """A column as the machine reads it: floats (NaN unknown), truths (0, 1, 2) or codes of ``words``."""

    type: str
    data: Array
    words: tuple[str, ...] = ()

    def value(self, row: int) -> Value | None:
        """What row ``row`` holds, as ``evaluate`` takes it."""
        found = self.data[row]
        if self.type == "text":
            return self.words[found] if found >= 0 else None
        if self.type == "truth":
            return None if found == UNKNOWN else bool(found == TRUE)
        if not np.isfinite(found):
            return None
        if self.type == "day":
            return date.fromordinal(int(found) + FIRST_DAY)
        return Decimal(repr(float(found)))


def prepared(key: str, kind: str, given: object) -> Column:
    """``given`` as the machine reads it; a column of floats is taken as it is, without a copy.

    Numbers: any array of numbers, NaN unknown. Truths: booleans. Days: datetime64, NaT unknown. Texts:
    :class:`Coded`. A masked array (numpy.ma) is unknown where it is masked. Raises ColumnError.
    """
    if isinstance(given, Coded):
        if kind != "text":
            raise ColumnError(key, f"is {kind}, and texts were given")
        return _texts(key, given)
    array = np.asanyarray(given)
    if array.ndim != 1:
        raise ColumnError(key, "a column has one dimension")
    makers = {"number": _numbers, "truth": _truths, "day": _days}
    if kind not in makers:
        raise ColumnError(key, "a text column is given as Coded")
    hidden = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    return makers[kind](key, np.asarray(array), hidden)


def _texts(key: str, given: Coded) -> Column:
    codes = np.ascontiguousarray(given.codes, np.int32)
    if codes.ndim != 1 or (codes.size and not -1 <= codes.min() <= codes.max() < len(given.words)):
        raise ColumnError(key, "a code is the place of a word, or -1")
    return Column("text", codes, tuple(given.words))


def _numbers(key: str, array: Array, hidden: Array | None) -> Column:
    if array.dtype.kind not in "iuf":
        raise ColumnError(key, f"is a number, and {array.dtype} was given")
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8 and array.size and np.abs(array).max() > _WHOLE:
        raise ColumnError(key, "holds whole numbers beyond 2⁵³, which a column cannot tell apart")
    data = np.ascontiguousarray(array, np.float64)
    if np.isinf(data).any():
        data = np.where(np.isinf(data), np.nan, data)
    return Column("number", data if hidden is None else np.where(hidden, np.nan, data))


def _truths(key: str, array: Array, hidden: Array | None) -> Column:
    if array.dtype != np.bool_:
        raise ColumnError(key, f"is true or false, and {array.dtype} was given")
    data = array.astype(np.uint8) * np.uint8(TRUE)
    return Column("truth", data if hidden is None else np.where(hidden, np.uint8(UNKNOWN), data))


def _days(key: str, array: Array, hidden: Array | None) -> Column:
    if array.dtype.kind != "M":
        raise ColumnError(key, f"is a day, and {array.dtype} was given")
    days = array.astype("datetime64[D]")
    nothing = np.isnat(days) if hidden is None else np.isnat(days) | hidden
    return Column("day", np.where(nothing, np.nan, days.astype(np.int64).astype(np.float64)))


def all_prepared(kinds: Mapping[str, str], given: Mapping[str, object]) -> dict[str, Column]:
    """The columns of every fact in ``kinds``, all of one length."""
    missing = [key for key in kinds if key not in given]
    if missing:
        raise ColumnError(missing[0], "there is no such column")
    found = {}
    for key, kind in kinds.items():
        one = given[key]
        found[key] = one if isinstance(one, Column) and one.type == kind else prepared(key, kind, one)
    lengths = {column.data.size for column in found.values()}
    if len(lengths) > 1:
        raise ColumnError(next(iter(found)), "the columns differ in length")
    return found

"""Numbers, days and periods as people type them into tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from tiaodu.engine.kernel.numerals import parse_number
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.tabular.grid import Cell, text_of

_SPACE = re.compile(r"[\s\u3000]+")
_NUMBER = re.compile(r"(?P<sign>[-+−]?)(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<rest>.*)")
_POWER = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,3}")
_DAY = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}(?::\d{2})?)?"
)
_PLAIN_DAY = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_LONGEST = 30  # characters; more is a code, not a number
_SPAN = re.compile(
    r"(?P<year>\d{4})年?(?:(?P<half>[上下])半年|[第]?(?P<quarter>[1-4一二三四])季度"
    r"|(?P<first>\d{1,2})(?:月?(?:份)?[-—–~至到](?P<last>\d{1,2}))?月(?:份)?)"
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_EPOCH = date(1899, 12, 30)  # Excel counts days from here (its 1900 system, from March 1900 on)
_SERIAL = range(10_000, 110_000)  # 1927 to 2201: a count of days somebody may mean
MULTIPLIERS = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000), "百": Decimal(100)}


def half_width(text: str) -> str:
    """Full-width letters, digits and marks as usual ones, no blanks.

    >>> half_width("１，２３４．５ 万吨")
    '1,234.5万吨'
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def number_of(cell: Cell, unit: str = "", units: Mapping[str, Unit] | None = None) -> Decimal | None:
    """The number of a cell in ``unit``; None when it is none, or its unit is not of that kind.

    ``units`` are the written units that are known. A number without a unit counts as written in ``unit``.

    >>> [str(number_of(c)) for c in (12, "1,234.5", "１２３", "(1,200)", "12%", "3.5万", "约5")]
    ['12', '1234.5', '123', '-1200', '0.12', '35000.0', 'None']
    >>> tonne, ten_thousand = Unit("吨", "吨"), Unit("万吨", "吨", Decimal(10_000))
    >>> units = {"吨": tonne, "万吨": ten_thousand, "元": Unit("元", "元")}
    >>> [str(number_of(c, "吨", units)) for c in ("500万吨", "12.5 吨", "3亿元", 7)]
    ['5000000', '12.5', 'None', '7']
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return Decimal(repr(cell)) if abs(cell) < 1e18 else None
    return _written(half_width(cell), unit, units or {}) if isinstance(cell, str) else None


def _written(text: str, unit: str, units: Mapping[str, Unit]) -> Decimal | None:
    if text.startswith("(") and text.endswith(")"):  # how accountants write what is below nought
        inner = _written(text[1:-1], unit, units)
        return -inner if inner is not None and inner > 0 else None
    if _POWER.fullmatch(text):
        return Decimal(text)
    found = _NUMBER.fullmatch(text)
    return _with_unit(found, unit, units) if found else parse_number(text)


def _with_unit(found: re.Match[str], unit: str, units: Mapping[str, Unit]) -> Decimal | None:
    digits, rest = found["digits"], found["rest"]
    if len(digits) > _LONGEST or ("," in digits and not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits)):
        return None
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return None
    factor = _factor(rest, unit, units)
    if factor is None:
        return None
    return (-value if found["sign"] in ("-", "−") else value) * factor


def _factor(rest: str, unit: str, units: Mapping[str, Unit]) -> Decimal | None:
    """What the words after a number multiply it by, counted in ``unit``; None when they do not fit."""
    if not rest:
        return Decimal(1)
    if rest in MULTIPLIERS:
        return MULTIPLIERS[rest]
    if rest == "%" and not unit:
        return Decimal("0.01")
    written, wanted = unit_of(rest, units), units.get(unit)
    if written is None:
        return Decimal(1) if rest == unit else None
    base, factor = (wanted.base, wanted.factor) if wanted else (unit, Decimal(1))
    return written.factor / factor if written.base == base else None


def unit_of(word: str, units: Mapping[str, Unit]) -> Unit | None:
    """The unit a word means, also one with 万 or 亿 before it.

    >>> found = unit_of("亿元", {"元": Unit("元", "元")})
    >>> found and str(found.factor)
    '100000000'
    """
    if word in units or word[:1] not in MULTIPLIERS:
        return units.get(word)
    whole = units.get(word[1:])
    return whole and Unit(word, whole.base, whole.factor * MULTIPLIERS[word[0]])


def is_bare(cell: Cell) -> bool:
    """Whether a cell is figures alone, so that its unit stands elsewhere.

    >>> is_bare(12.5), is_bare("1,200"), is_bare("3.5万"), is_bare("3亿元")
    (True, True, False, False)
    """
    if isinstance(cell, str):
        return re.fullmatch(r"[-+−(]*[\d.,]+\)?", half_width(cell)) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def day_of(cell: Cell) -> date | None:
    """The day of a cell; None when it is none. A month alone is no day.

    >>> told = (datetime(2024, 3, 1, 10), "2024年3月1日", "2024/03/01", "2024.3.1", "20240301", 45352)
    >>> {str(day_of(cell)) for cell in told}
    {'2024-03-01'}
    >>> day_of("2024年3月"), day_of("2024-02-30")
    (None, None)
    """
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    if isinstance(cell, (int, float)) and cell == int(cell) and int(cell) in _SERIAL:
        return _EPOCH + timedelta(days=int(cell))
    text = half_width(text_of(cell))
    found = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def period_of(cell: Cell) -> Period | None:
    """The period of a cell in compact or Chinese writing; None when it is none.

    >>> [str(period_of(t)) for t in ("2024-03", "2024年3月", "2024年1—6月", "2024年上半年", "2024年二季度")]
    ['2024-03', '2024-03', '2024H1', '2024H1', '2024Q2']
    >>> [str(period_of(t)) for t in (2024, date(2024, 3, 31), "2024.3", "2024/03", "三月")]
    ['2024', '2024-03-31', '2024-03', '2024-03', 'None']
    """
    day = day_of(cell)
    if day is not None:
        return Period.day(day)
    text = re.sub(r"^(\d{4})[./](\d{1,2})$", r"\1年\2月", half_width(text_of(cell)))
    found = _SPAN.fullmatch(text)
    try:
        return _span(found) if found else Period.parse(text.removesuffix("年").removesuffix("全"))
    except ValueError:
        return None


def _span(found: re.Match[str]) -> Period:
    year = int(found["year"])
    if found["half"]:
        return Period.half(year, 1 if found["half"] == "上" else 2)
    if found["quarter"]:
        return Period.quarter(year, _QUARTERS.get(found["quarter"]) or int(found["quarter"]))
    first = int(found["first"])
    return Period.months(year, first, int(found["last"] or first))

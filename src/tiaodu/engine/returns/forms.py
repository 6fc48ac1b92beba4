"""Forms of a superior office: what labels around a cell say, where a moved cell has gone, what is written.

A cell of a blank form is understood from the words in its row to the left and in its column above. What is
found is a suggestion for a person to accept, never more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from tiaodu.engine.kernel.datafile import ListOf, Record, Text, load_datafile, with_head
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.returns.periods import FEBRUARY
from tiaodu.engine.tabular.grid import Grid, column_number, text_of
from tiaodu.engine.tabular.values import half_width, unit_of

_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_BRACKETED = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]|单位[:：]([^\s,，;；)）]+)")
_MONTHS = re.compile(r"\d+\s*[-—–~至到]\s*\d+\s*月")  # 1—3月: since January
_LOOSE = re.compile(r"[\d\s:：,，.。()（）\-—–~%]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A period told relative to the month of a form: its code, words for people, words that mean it."""

    code: str
    zh: str
    en: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words forms are understood by: spans, growth on a year before, other comparisons that are no
    figures, the region as a whole; ``as_delivered`` measures whose growth only its office tells.
    """

    spans: tuple[Span, ...]
    rates: tuple[str, ...]
    whole: tuple[str, ...]
    growth: tuple[str, ...] = ()
    as_delivered: tuple[str, ...] = ()


_SHAPE = with_head(
    {
        "spans": ListOf(Record({"span": Text(), "zh": Text(), "en": Text(), "words": ListOf(Text())})),
        "growth": ListOf(Text()),
        "as_delivered": ListOf(Text()),
        "rates": ListOf(Text()),
        "whole": ListOf(Text()),
    }
)


@lru_cache(maxsize=4)
def vocabulary(path: Path) -> Vocabulary:
    """The words of a data file."""
    loaded = load_datafile(path, _SHAPE)
    spans = (Span(row["span"], row["zh"], row["en"], tuple(row["words"])) for row in loaded["spans"])
    told = (tuple(loaded[name]) for name in ("rates", "whole", "growth", "as_delivered"))
    return Vocabulary(tuple(spans), *told)


# ---------------------------------------------------------------- places


def address(row: int, column: int) -> str:
    """A place (from 0) as a spreadsheet writes it.

    >>> address(4, 1), address(0, 26)
    ('B5', 'AA1')
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def place_of(text: str) -> tuple[int, int] | None:
    """Row and column (from 0) of an address; None where it is none.

    >>> place_of("AA1"), place_of("b5"), place_of("5B")
    ((0, 26), (4, 1), None)
    """
    found = _PLACE.fullmatch(text.upper())
    return (int(found[2]) - 1, column_number(found[1])) if found else None


# ---------------------------------------------------------------- labels


@dataclass(frozen=True, slots=True)
class Labels:
    """The words around a cell: of its row to the left, of its column above."""

    row: str
    column: str

    @property
    def both(self) -> str:
        return f"{self.row} {self.column}"

    def loosely(self) -> tuple[str, str]:
        """The labels without figures and marks: a new month's blank bears another month in its titles."""
        return _LOOSE.sub("", half_width(self.row)), _LOOSE.sub("", half_width(self.column))


def labels_of(grid: Grid, row: int, column: int) -> Labels:
    """The words around a place."""
    left = [text_of(cell) for cell in grid.rows[row][:column] if isinstance(cell, str)]
    above = (grid.spread(number) for number in range(row))
    over = [
        text_of(cells[column]) for cells in above if column < len(cells) and isinstance(cells[column], str)
    ]
    return Labels(" ".join(dict.fromkeys(left)), " ".join(dict.fromkeys(over)))


def open_places(grid: Grid, formulas: frozenset[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places that wait for a figure: empty or a number, a word to the left and one above, no formula, and
    not hidden under a merged cell.
    """
    width = max(map(len, grid.rows), default=0)
    covered = set(_covered(grid))
    for row, cells in enumerate(grid.rows):
        for column in range(width):
            cell = cells[column] if column < len(cells) else None
            free = cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))
            if not free or (row, column) in formulas or (row, column) in covered:
                continue
            labels = labels_of(grid, row, column)
            if labels.row and labels.column:
                yield row, column


def _covered(grid: Grid) -> Iterator[tuple[int, int]]:
    for (top, left), (bottom, right) in grid.merged:
        for row in range(top, bottom + 1):
            yield from ((row, column) for column in range(left, right + 1) if (row, column) != (top, left))


# ---------------------------------------------------------------- suggestions


@dataclass(frozen=True, slots=True)
class Known:
    """What words may mean: measures and subjects by name, the base unit of each measure, the units, and the
    series in which figures of a measure are there for the region as a whole, the first preferred.
    """

    measures: Mapping[str, str]  # word: code
    units_of: Mapping[str, str]  # code: base unit
    who: Mapping[str, str]  # word: whom the figure is about
    series: Mapping[tuple[str, str], str]  # (measure, who): series
    units: Mapping[str, Unit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a cell may ask for: the figure itself, or what it grew by in per cent (``take``)."""

    cell: str
    measure: str
    who: str
    series: str
    span: str
    unit: str
    take: str = "value"


VALUE, GROWTH = "value", "growth"  # what a cell takes
REGION = "region"  # the region itself, as whoever tells it delivers it
UNITS = "units"  # the sum of all units of the region


def suggest(
    grid: Grid, formulas: frozenset[tuple[int, int]], known: Known, words: Vocabulary
) -> tuple[Suggestion, ...]:
    """What the cells of a sheet seem to ask for; those that say too little are left out, and rates but for
    growth on the year before where the labels say of which span.
    """
    found = (_suggested(grid, place, known, words) for place in open_places(grid, formulas))
    return tuple(each for each in found if each is not None)


def _suggested(grid: Grid, place: tuple[int, int], known: Known, words: Vocabulary) -> Suggestion | None:
    labels = labels_of(grid, *place)
    measure = longest(labels.row, known.measures) or longest(labels.column, known.measures)
    if measure is None:
        return None
    take = _taken(labels, measure, known, words)
    if take is None:
        return None
    plain = half_width(labels.row)
    who = longest(plain, known.who) or (REGION if _about_the_whole(plain, words) else None) or REGION
    series = known.series.get((measure, who)) or (
        known.series.get((measure, UNITS)) if who == REGION else None
    )
    if series is None:
        return None
    if who == REGION and (measure, REGION) not in known.series:
        who = UNITS
    if take == GROWTH:
        return Suggestion(
            address(*place), measure, who, series, _grown_span(labels, words) or "", "%", GROWTH
        )
    span, unit = span_of(labels, words), unit_in(labels, known.units_of[measure], known.units)
    return Suggestion(address(*place), measure, who, series, span, unit or known.units_of[measure])


def longest(text: str, words: Mapping[str, str]) -> str | None:
    """What the longest word found in a text means; None where there is none.

    >>> longest("工业增加值（亿元）", {"增加值": "a", "工业增加值": "b"})
    'b'
    """
    plain = half_width(text).lower()
    found = [word for word in words if half_width(word).lower() in plain]
    return words[max(found, key=len)] if found else None


def _about_the_whole(text: str, words: Vocabulary) -> bool:
    return any(word in text for word in words.whole)


def _taken(labels: Labels, measure: str, known: Known, words: Vocabulary) -> str | None:
    """What a cell takes; None for a comparison that is not made here, or not said of which span."""
    told = half_width(labels.both)
    if known.units_of[measure] == "%":
        return VALUE
    if any(half_width(word) in told for word in words.growth):
        delivered = measure.split(".", maxsplit=1)[0] in words.as_delivered
        return GROWTH if _grown_span(labels, words) and not delivered else None
    return None if any(half_width(word) in told for word in words.rates) else VALUE


def _grown_span(labels: Labels, words: Vocabulary) -> str | None:
    """The span a growth is of, where the labels name one; 上年同期 beside it names only what it is compared
    with.
    """
    text = half_width(labels.column) + half_width(labels.row)
    meant = {word: span.code for span in words.spans for word in span.words if "_" not in span.code}
    return "year" if _MONTHS.search(text) else longest(text, meant)


def span_of(labels: Labels, words: Vocabulary) -> str:
    """The period a cell speaks of; the form's month where nothing else is said.

    >>> told = Vocabulary((Span("month", "", "", ("本月",)), Span("year", "", "", ("累计",))), (), ())
    >>> [span_of(Labels("原煤", column), told) for column in ("1—3月", "累计", "")]
    ['year', 'year', 'month']
    """
    text = half_width(labels.column) + half_width(labels.row)
    meant = {word: span.code for span in words.spans for word in span.words}
    found = longest(text, meant)
    if found in (None, "month_before") and _MONTHS.search(text):
        return "year_before" if found else "year"
    return found or "month"


def unit_in(labels: Labels, base: str, units: Mapping[str, Unit]) -> str | None:
    """The unit that stands at a cell and fits the measure: in its row, its column, else over all.

    >>> ton = {"吨": Unit("吨", "吨"), "元": Unit("元", "元")}
    >>> unit_in(Labels("原煤产量（万吨）", "单位：亿元"), "吨", ton)
    '万吨'
    >>> unit_in(Labels("产值", "单位：亿元"), "元", ton)
    '亿元'
    """
    for text in (labels.row, labels.column):
        told = [own or whole for own, whole in _BRACKETED.findall(text)] + text.split()
        for word in told:
            unit = unit_of(half_width(word), units)
            if unit is not None and unit.base == base:
                return half_width(word)
    return None


# ---------------------------------------------------------------- a changed blank


@dataclass(frozen=True, slots=True)
class Move:
    """A mapped cell whose labels are no longer around it: where they are now, empty where they are not."""

    cell: str
    now: str


def moved(grid: Grid, kept: Mapping[str, Labels]) -> tuple[Move, ...]:
    """Which mapped cells (address: the labels they had) stand elsewhere in a new blank."""
    there: dict[tuple[str, str], list[str]] = {}
    width = max(map(len, grid.rows), default=0)
    for row in range(len(grid.rows)):
        for column in range(width):
            there.setdefault(labels_of(grid, row, column).loosely(), []).append(address(row, column))
    found = []
    for cell, labels in kept.items():
        places = there.get(labels.loosely(), [])
        if cell not in places:
            found.append(Move(cell, places[0] if len(places) == 1 else ""))
    return tuple(found)


# ---------------------------------------------------------------- filling


def period_of(span: str, month: Period) -> Period:
    """The period of a span for a form of ``month``.

    >>> march = Period.month(2024, 3)
    >>> [str(period_of(s, march)) for s in ("month", "year", "month_before", "year_before")]
    ['2024-03', '2024Q1', '2023-03', '2023Q1']
    """
    last = month.end
    year = last.year - 1 if span.endswith("_before") else last.year
    first = 1 if span.startswith("year") else last.month
    return Period.months(year, first, last.month)


def compared(span: str, month: Period, *, level: bool = False) -> tuple[Period, Period] | None:
    """The period whose growth a cell takes and the one a year before; None where it ends with January.

    The spring festival lies now in January, now in February: January is never compared alone, and a February
    is compared as both months together. A level (``level``) stands on one day and adds no months up.

    >>> told = [compared(span, Period.month(2024, n)) for span in ("month", "year") for n in (1, 2, 3)]
    >>> [pair and f"{pair[0]} {pair[1]}" for pair in told[:3]]
    [None, '2024-01..2024-02 2023-01..2023-02', '2024-03 2023-03']
    >>> [pair and f"{pair[0]} {pair[1]}" for pair in told[3:]]
    [None, '2024-01..2024-02 2023-01..2023-02', '2024Q1 2023Q1']
    """
    now = period_of(span, month)
    if now.end.month == 1:
        return None
    if now.end.month == FEBRUARY and not level:
        now = Period.months(now.end.year, 1, FEBRUARY)
    return now, Period.months(now.end.year - 1, now.start.month, now.end.month)


def growth(now: Decimal, base: Decimal) -> Decimal | None:
    """Per cent by which ``now`` is above ``base``; None where the base is nothing or less.

    >>> growth(Decimal(106), Decimal(100)), growth(Decimal(1), Decimal(0))
    (Decimal('6.00'), None)
    """
    return (now / base - 1) * 100 if base > 0 else None


def laid(value: Decimal, unit: Unit, places: int) -> Decimal:
    """A value in base units as it is written into a form: in the form's unit, rounded half up.

    >>> str(laid(Decimal(123456), Unit("万吨", "吨", Decimal(10000)), 2))
    '12.35'
    """
    return (value / unit.factor).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def taken(written: Decimal, unit: Unit) -> Decimal:
    """The value in base units of what stands in a form: the way back, without what rounding took.

    >>> str(taken(Decimal("12.35"), Unit("万吨", "吨", Decimal(10000))))
    '123500.00'
    """
    return written * unit.factor

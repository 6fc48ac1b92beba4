"""What a number is counted in, and what comes of it when numbers are multiplied and divided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from tiaodu.engine.kernel.quantity import Unit

_ONE = Decimal(1)
# By definition of the words, not by a rule that could change.
_SHARES = MappingProxyType(
    {
        "%": Decimal("0.01"),
        "‰": Decimal("0.001"),
        "百分点": Decimal("0.01"),
        "千分点": Decimal("0.001"),
        "倍": _ONE,
    }
)
MULTIPLES = MappingProxyType(
    {
        "": _ONE,
        "十": Decimal(10),
        "百": Decimal(100),
        "千": Decimal(1000),
        "万": Decimal(10**4),
        "十万": Decimal(10**5),
        "百万": Decimal(10**6),
        "千万": Decimal(10**7),
        "亿": Decimal(10**8),
        "十亿": Decimal(10**9),
        "百亿": Decimal(10**10),
        "千亿": Decimal(10**11),
        "万亿": Decimal(10**12),
    }
)
_SHOWN = ("", "万", "亿")


@dataclass(frozen=True, slots=True)
class Compound:
    """Powers of base units, and how many of that one counts: 万元/吨 is (元¹ 吨⁻¹, 10,000), 5% is (, 0.01).

    >>> yuan, ton = Compound((("元", 1),)), Compound((("吨", 1),))
    >>> (yuan / ton * ton) == yuan, (yuan / yuan) == PURE
    (True, True)
    """

    powers: tuple[tuple[str, int], ...] = ()
    factor: Decimal = _ONE

    def __mul__(self, other: Compound) -> Compound:
        return Compound(_joined(self.powers, other.powers, 1), self.factor * other.factor)

    def __truediv__(self, other: Compound) -> Compound:
        return Compound(_joined(self.powers, other.powers, -1), self.factor / other.factor)

    @property
    def base(self) -> Compound:
        """The same, counted in whole base units."""
        return Compound(self.powers)


PURE = Compound()
DAYS = Compound((("天", 1),))  # what lies between two days of the calendar


def _joined(
    left: tuple[tuple[str, int], ...], right: tuple[tuple[str, int], ...], sign: int
) -> tuple[tuple[str, int], ...]:
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


class UnitTable:
    """Units by what people write: 元, 万吨, 元/吨, 千瓦时·年, %, 万."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._units = units
        self._found: dict[str, Compound | None] = {"": PURE}

    def with_units(self, units: Mapping[str, Unit]) -> UnitTable:
        """A table that knows ``units`` as well."""
        return UnitTable({**self._units, **units})

    def find(self, text: str) -> Compound | None:
        """What ``text`` stands for; None when it is no unit.

        >>> from tiaodu.engine.kernel.units import packaged_units
        >>> table = UnitTable(packaged_units())
        >>> texts = ("万元/吨", "MW", "千瓦时/元", "亿", "1/亩")
        >>> [table.name(table.find(text)) for text in texts]
        ['万元/吨', '兆瓦', '千瓦时/元', '亿', '1/亩']
        """
        if text not in self._found:
            self._found[text] = self._single(text) or self._compound(text)
        return self._found[text]

    def _single(self, text: str) -> Compound | None:
        if text in MULTIPLES:
            return Compound((), MULTIPLES[text])
        for length in range(min(2, len(text) - 1) + 1):
            unit = self._units.get(text[length:])
            if unit is not None and text[:length] in MULTIPLES:
                return _of(unit, self._units, MULTIPLES[text[:length]])
        return None

    def _compound(self, text: str) -> Compound | None:
        top, *below = text.split("/")
        found = PURE
        for word in top.split("·") if top != "1" else ():
            unit = self._single(word)
            if unit is None:
                return None
            found *= unit
        for word in below:
            unit = self._single(word)
            if unit is None:
                return None
            found /= unit
        return found if below or "·" in top else None

    def name(self, unit: Compound) -> str | None:
        """How ``unit`` is written; None when its multiple has no name of its own."""
        if not unit.powers:
            shares = (word for word, factor in _SHARES.items() if factor == unit.factor != 1)
            return next(shares, None) or _multiple(unit.factor, tuple(MULTIPLES))
        mark = _multiple(unit.factor, _SHOWN)
        if mark is not None:
            return mark + _written(unit.powers)
        return next((word for word in self._units if self.find(word) == unit), None)

    def counts(self, unit: Compound) -> bool:
        """Whether it only counts things (家, 条, 人), so that a bare number is understood."""
        if len(unit.powers) != 1 or unit.powers[0][1] != 1:
            return False
        entry = self._units.get(unit.powers[0][0])
        return entry is not None and entry.dimension in ("count", "people", "visits")

    @property
    def words(self) -> tuple[str, ...]:
        """All single units, for suggestions."""
        return tuple(self._units)


def _of(unit: Unit, units: Mapping[str, Unit], multiple: Decimal) -> Compound:
    factor = multiple * Decimal(unit.factor)
    if unit.base in _SHARES:
        return Compound((), factor * _SHARES[unit.base])
    own = units.get(unit.base)
    # 蒸吨/小时 has the base of another kind of thing in the reader's table: then it stands for itself.
    foreign = own is not None and own.dimension != unit.dimension
    return Compound(((unit.written if foreign else unit.base, 1),), factor)


def _multiple(factor: Decimal, words: tuple[str, ...]) -> str | None:
    return next((word for word in words if MULTIPLES[word] == factor), None)


def _written(powers: tuple[tuple[str, int], ...]) -> str:
    top = [base for base, power in powers for _ in range(power)]
    below = [base for base, power in powers for _ in range(-power)]
    return "/".join(["·".join(top) or "1", *below])

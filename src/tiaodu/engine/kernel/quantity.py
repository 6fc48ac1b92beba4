"""A number with its unit, brought to the base unit: 5万千瓦 and 50MW are both 50,000 千瓦."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, the base unit it is counted in, and how many base units one of it is."""

    written: str
    base: str
    factor: Decimal = Decimal(1)
    dimension: str = "count"  # money, power, energy, mass, volume, area, length, share, time, people, count …


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact value in a base unit.

    >>> kilowatt = Unit("MW", "千瓦", Decimal(1000), "power")
    >>> str(Quantity.of(Decimal(50), kilowatt))
    '50000 千瓦'
    """

    value: Decimal
    unit: str

    @classmethod
    def of(cls, number: Decimal, unit: Unit) -> Quantity:
        """``number`` of ``unit`` in its base unit, without trailing zeros."""
        return cls(plain(number * unit.factor), unit.base)

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}"


def plain(value: Decimal) -> Decimal:
    """The same value without exponent and without trailing zeros after the point.

    >>> str(plain(Decimal("5787.00"))), str(plain(Decimal("5E+3")))
    ('5787', '5000')
    """
    whole = value.to_integral_value()
    if value == whole:
        return Decimal(int(whole))
    return value.normalize()


def convert(quantity: Quantity, target: Unit, units: Mapping[str, Unit]) -> Decimal:
    """``quantity`` counted in ``target``; raises ValueError when the two do not measure the same thing."""
    base = units.get(quantity.unit)
    if (base.base if base else quantity.unit) != target.base:
        raise ValueError(f"{quantity.unit} is not counted in {target.written}")
    return plain(quantity.value / target.factor)

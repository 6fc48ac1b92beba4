"""Values in base units."""

from decimal import Decimal

import pytest

from tiaodu.engine.kernel.quantity import Quantity, Unit, convert, plain

KILOWATT = Unit("千瓦", "千瓦", Decimal(1), "power")
MEGAWATT = Unit("MW", "千瓦", Decimal(1000), "power")
TONNE = Unit("吨", "吨", Decimal(1), "mass")


def test_the_same_power_in_two_writings_is_one_quantity() -> None:
    assert Quantity.of(Decimal(50), MEGAWATT) == Quantity.of(Decimal(50000), KILOWATT)


def test_conversion_is_exact_and_refuses_another_dimension() -> None:
    quantity = Quantity.of(Decimal("0.3"), MEGAWATT)
    assert convert(quantity, MEGAWATT, {}) == Decimal("0.3")
    with pytest.raises(ValueError, match="吨"):
        convert(quantity, TONNE, {})


def test_plain_writing_has_no_exponent() -> None:
    assert f"{plain(Decimal('1E+10'))}" == "10000000000"
    assert f"{plain(Decimal('57.8700'))}" == "57.87"

"""Quantities as officials write them: 18.88亿元, 500万吨, 5万千瓦, 58条, 37812元."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_WAN, _YI = Decimal(10_000), Decimal(100_000_000)
_UNSCALED = frozenset(
    ("%", "‰", "百分点", "千分点", "倍", "年", "个月", "月", "天", "日", "工作日", "小时", "位", "期")
)


def display(value: Decimal, unit: str | None, *, places: int | None = None) -> str:
    """``value`` in base units with its unit, in 万 or 亿 where a person would write so.

    Without ``places`` no digit is lost: 万 is used only where at most two decimals remain, so 37,812 yuan
    stays 37812元. With ``places`` the shown number is rounded half up (四舍五入).

    >>> display(Decimal(1888000000), "元"), display(Decimal(5000000), "吨"), display(Decimal(58), "条")
    ('18.88亿元', '500万吨', '58条')
    >>> display(Decimal("6.50"), "%"), display(Decimal(37812), "元"), display(Decimal(-40000000), "元")
    ('6.5%', '37812元', '-4000万元')
    >>> display(Decimal("123456789"), "元", places=2)
    '1.23亿元'
    """
    scaled, mark = _scaled(value, unit or "", places)
    if places is not None:
        kept = min(places, _decimals(scaled))
        scaled = scaled.quantize(Decimal(1).scaleb(-kept), ROUND_HALF_UP)
    return f"{number_text(scaled)}{mark}{unit or ''}"


def _scaled(value: Decimal, unit: str, places: int | None) -> tuple[Decimal, str]:
    size = abs(value)
    if unit in _UNSCALED or size < _WAN:
        return value, ""
    if size >= _YI:
        return value / _YI, "亿"
    if places is not None or _decimals(size / _WAN) <= 2 or size >= _WAN * 100:
        return value / _WAN, "万"
    return value, ""


def scale_of(value: Decimal, unit: str | None) -> tuple[int, str]:
    """How a person writes figures of about the size of ``value``: in how many base units, and that in words.

    >>> scale_of(Decimal(5_000_000), "吨"), scale_of(Decimal(58), "条"), scale_of(Decimal(200_000_000), "元")
    ((10000, '万吨'), (1, '条'), (100000000, '亿元'))
    """
    size, unit = abs(value), unit or ""
    if unit in _UNSCALED or size < _WAN:
        return 1, unit
    return (int(_YI), f"亿{unit}") if size >= _YI else (int(_WAN), f"万{unit}")


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def number_text(value: Decimal) -> str:
    """A decimal without exponent and without zeros at its end.

    >>> number_text(Decimal("5E+3")), number_text(Decimal("1.20")), number_text(Decimal("-0.0"))
    ('5000', '1.2', '0')
    """
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text

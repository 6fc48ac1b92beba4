"""Numbers as official texts write them: 500, 2.5万, 三千二百万, 两百, 1000余万, 百分之十五, 廿三, 十几.

Values are exact (:class:`decimal.Decimal`). A run of more than 20 digits is a code, not a number, and
yields None.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8, "兆": 10**12}
DOUBLE = {"廿": 20, "卅": 30}
CHINESE_CHARACTERS = "零〇一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
LONGEST = 20

_MIXED = re.compile(r"(?P<digits>\d{1,20}(?:,\d{3})*(?:\.\d{1,20})?)(?P<multiplier>[十百千万亿]{0,4})")
_POSITIONAL = re.compile(r"[零〇○一二三四五六七八九]+")


def parse_number(text: str) -> Decimal | None:
    """The value of a number in Arabic, Chinese or mixed writing; None when ``text`` is not wholly a number.

    >>> [str(parse_number(t)) for t in ("2.5万", "三千二百万", "两百", "廿三", "一万二", "1,250.5", "百亿")]
    ['25000.0', '32000000', '200', '23', '12000', '1250.5', '10000000000']
    >>> parse_number("三只")
    """
    mixed = _MIXED.fullmatch(text)
    if mixed:
        return Decimal(mixed["digits"].replace(",", "")) * _multiplier(mixed["multiplier"])
    if not text or len(text) > LONGEST:
        return None
    if "点" in text:
        return _with_point(text)
    value = parse_chinese(text)
    return None if value is None else Decimal(value)


def _multiplier(text: str) -> int:
    product = 1
    for character in text:
        product *= TENS.get(character) or GROUPS[character]
    return product


def _with_point(text: str) -> Decimal | None:
    whole, _, rest = text.partition("点")
    tail = rest.rstrip("万亿")
    multiplier = _multiplier(rest[len(tail) :])
    left = parse_chinese(whole)
    if left is None or not tail or not _POSITIONAL.fullmatch(tail):
        return None
    return Decimal(f"{left}." + "".join(str(DIGITS[c]) for c in tail)) * multiplier


def parse_chinese(text: str) -> int | None:
    """The whole number a run of Chinese numerals writes, or None.

    >>> [parse_chinese(t) for t in ("十二", "一百零五", "三百五", "一亿三千万", "千万", "二一", "百百")]
    [12, 105, 350, 130000000, 10000000, 21, None]
    """
    if not text:
        return None
    if len(text) > 1 and _POSITIONAL.fullmatch(text):
        return int("".join(str(DIGITS[c]) for c in text))
    cut = max((text.rfind(c) for c in "亿兆"), default=-1)
    if cut >= 0:
        return _joined(text[:cut], GROUPS[text[cut]], text[cut + 1 :])
    cut = text.rfind("万")
    if cut >= 0:
        return None if "万" in text[:cut] else _joined(text[:cut], GROUPS["万"], text[cut + 1 :])
    return _below_ten_thousand(text)


def _joined(left: str, unit: int, right: str) -> int | None:
    high = parse_chinese(left) if left else 1
    if high is None:
        return None
    if len(right) == 1 and right in DIGITS and DIGITS[right]:
        return high * unit + DIGITS[right] * unit // 10  # 一万二 is 12,000
    low = parse_chinese(right) if right else 0
    return None if low is None or low >= unit else high * unit + low


def _below_ten_thousand(text: str) -> int | None:
    total, digit, last, zero = 0, None, 10**4, False
    for character in text:
        if character in DOUBLE:
            if digit is not None or last <= 10:
                return None
            total, last = total + DOUBLE[character], 10
        elif character in TENS:
            unit = TENS[character]
            if unit >= last or (digit is None and total):
                return None
            total, digit, last, zero = total + (1 if digit is None else digit) * unit, None, unit, False
        elif character in DIGITS:
            if digit not in (None, 0):
                return None
            digit, zero = DIGITS[character], zero or DIGITS[character] == 0
        else:
            return None
    if digit is None:
        return total
    return total + (digit * last // 10 if last in (100, 1000) and not zero else digit)

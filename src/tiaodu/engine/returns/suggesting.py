"""Whether words an official sends to a firm suggest a figure: the firewall has no slot for one.

Questions and reasons are written without numbers; the figures that are meant stand beside them by themselves.
A day or a month may be named, and the number of a form or a paragraph.
"""

from __future__ import annotations

import re
import unicodedata

_NUMERALS = "零〇一二两三四五六七八九十百千万亿半"
_UNITS = "吨|元|千瓦|度|立方|方|人|户|家|台|亩|米|公里|%|个百分点|百分点|成|倍|万|亿|千|kwh|kw|mw"
# What may stay: days, months, quarters, years, clauses and numbers of forms.
_ALLOWED = re.compile(
    rf"\d{{4}}年|\d{{1,2}}月(?:份)?|\d{{1,2}}[日号]|第?\d季度|\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?"
    rf"|第[\d{_NUMERALS}]+[条款项张号列行栏期次页]|[{_NUMERALS}]+月(?:份)?|[{_NUMERALS}]+季度|[A-Z]+\d+(?:-\d+)?表"
)
_FIGURE = re.compile(
    rf"\d[\d,.]*\s*(?:{_UNITS})?|百分之[{_NUMERALS}]+|[{_NUMERALS}]{{1,12}}(?:{_UNITS})"
    rf"|[{_NUMERALS}]{{3,}}",
    re.IGNORECASE,
)


def suggested(text: str) -> str:
    """The first figure in ``text``; empty where there is none.

    >>> suggested("请核对4月的产量，与5月差得多，是否停产过？")
    ''
    >>> suggested("产量请改为５２００吨"), suggested("应当是五万吨左右"), suggested("加到百分之十二")
    ('5200吨', '五万吨', '百分之十二')
    """
    plain = unicodedata.normalize("NFKC", text)
    found = _FIGURE.search(_ALLOWED.sub("，", plain))
    return found[0].strip() if found else ""

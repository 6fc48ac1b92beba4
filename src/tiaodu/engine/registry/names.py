"""When two names are the same subject's: the core of a name, without its place and its legal form.

石港煤业, 石港公司, 石港煤业有限公司 and 山西石港煤业有限责任公司 have the core 石港. 鑫瑞公司一矿 keeps what
tells it from 鑫瑞公司, and 华能左权煤电 what tells it from 华能左权.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOISE = re.compile(r"[\s“”\"'‘’《》·•・]|\([^()]*\)")
_LEGAL_FORM = re.compile(r"(集团)?(股份)?(有限)?(责任)?(总|分)?公司|集团(?=$)")
_TRADE = re.compile(r"(煤业|煤矿|矿业)$")
_DIVISION = re.compile(r"(省|市|县|区|自治区|自治县|自治州|特别行政区)$")
# What follows a name and makes it that of a part which stands in the register on its own: 一矿, 二期, 3号井.
_PART = re.compile(r"^(煤业|煤矿|矿业)?([一二三四五六七八九十\d]+|[东西南北中甲乙丙])号?(分?矿|井|分?厂|期)")
SHORTEST = 2  # a core of one character tells nothing


def plain(name: str) -> str:
    """The name in one form of writing: half-width, no spaces, quotes or brackets."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name))


def places_of(names: Iterable[str]) -> tuple[str, ...]:
    """The ways regions stand before a name, longest first: 左权县 and 左权."""
    found = {form for name in names for form in (name, _DIVISION.sub("", name)) if len(form) >= SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def without_place(name: str, places: Iterable[str]) -> str:
    """The name without the regions it begins with, as long as something is left."""
    stripped = True
    while stripped:
        stripped = False
        for place in places:
            rest = name.removeprefix(place)
            if rest != name and len(rest) >= SHORTEST:
                name, stripped = rest, True
                break
    return name


def core(name: str, places: Iterable[str] = ()) -> str:
    """What of a name tells its subject from others.

    >>> [core(name, ("山西",)) for name in ("石港煤业", "石港公司", "山西石港煤业有限责任公司")]
    ['石港', '石港', '石港']
    >>> core("鑫瑞公司一矿")
    '鑫瑞一矿'
    """
    bare = without_place(plain(name), places)
    without_form = _LEGAL_FORM.sub("", bare)
    without_trade = _TRADE.sub("", without_form)
    return next((c for c in (without_trade, without_form, bare) if len(c) >= SHORTEST), bare)


def is_part(rest: str) -> bool:
    """Whether what follows a name makes it the name of a part: 鑫瑞 + 一矿 is not 鑫瑞."""
    return _PART.match(rest) is not None

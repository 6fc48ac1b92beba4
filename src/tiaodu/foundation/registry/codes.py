"""Checks of codes: divisions (GB/T 2260, below the county GB/T 10114), organisations (GB 32100), industries
(GB/T 4754). Codes are pasted from anywhere: full-width characters, blanks and hyphens are read.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from tiaodu.engine.kernel.datafile import Integer, ListOf, Record, Text, load_datafile, with_head
from tiaodu.engine.registry.industries import Industries, load_industries
from tiaodu.foundation.refusal import Invalid

# Of the table of python-stdnum: "[1999-]左权县", with the years in which the code had the name.
_NAME = re.compile(r"(\[(?P<begin>\d*)-(?P<end>\d*)\])?(?P<name>.+)")
_LENGTHS = (6, 9, 12)  # GB/T 2260; with the township's three digits (GB/T 10114); statistical code


def is_division_code(code: str) -> bool:
    """Whether ``code`` is a division of GB/T 2260, or lies below one.

    >>> [is_division_code(code) for code in ("140722", "140000", "140722100", "140799", "14072")]
    [True, True, True, False, False]
    """
    if len(code) not in _LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    found = {
        key: value for _part, values in numdb.get("cn/loc").info(code[:6]) for key, value in values.items()
    }
    return "province" in found and (code[2:6] == "0000" or "county" in found)


def division_name(code: str) -> str:
    """The present name of a division of six digits; empty when the standard has none."""
    found = {key: value for _part, values in numdb.get("cn/loc").info(code) for key, value in values.items()}
    if code.endswith("0000"):
        return str(found.get("province", ""))
    entries = (_NAME.fullmatch(entry) for entry in found.get("county", "").split(","))
    names = [match["name"] for match in entries if match and not match["end"]]
    return str(names[-1]) if names else ""


def divisions_above(code: str) -> list[tuple[str, str]]:
    """From the province down to the division itself, (code, level), for a code of six digits."""
    line = [(code[:2] + "0000", "province"), (code[:4] + "00", "city"), (code, "county")]
    return [line[0], *(entry for above, entry in pairwise(line) if entry[0] != above[0])]


def plain_code(text: str) -> str:
    """A code without what pasting adds to it: half-width, no blanks, no hyphens.

    >>> plain_code(" １４０７２２-100 ")
    '140722100'
    """
    return re.sub(r"[\s\-‐－—·]", "", unicodedata.normalize("NFKC", text))


def check_division_code(code: str) -> str:
    """The code in its plain form; Invalid when GB/T 2260 does not know it."""
    plain = plain_code(code)
    if not is_division_code(plain):
        raise Invalid(
            _("“%(code)s”不是 GB/T 2260 的行政区划代码（6 位，乡镇为 9 或 12 位）。") % {"code": code}
        )
    return plain


@lru_cache(maxsize=1)
def _below_the_county() -> dict[str, Any]:
    ranges = ListOf(Record({"first": Integer(0, 999), "last": Integer(0, 999), "zh": Text(), "en": Text()}))
    source = Path(str(files("tiaodu.data").joinpath("registry", "townships.yaml")))
    loaded: dict[str, Any] = load_datafile(source, with_head({"township": ranges, "village": ranges}))
    return loaded


def kind_below(code: str) -> str:
    """What sort of division a code of 9 or 12 digits says it is (镇, 乡, 街道 …); empty for none."""
    found = _range_of(code)
    english = (get_language() or "").startswith("en")
    return str(found["en" if english else "zh"]) if found else ""


def _range_of(code: str) -> dict[str, Any] | None:
    level = {9: "township", 12: "village"}.get(len(code))
    if level is None:
        return None
    number = int(code[-3:])
    return next((row for row in _below_the_county()[level] if row["first"] <= number <= row["last"]), None)


def check_code_below(code: str, above: str) -> str:
    """A code of a township under the county ``above``, or of a village under the township ``above``.

    Invalid when it does not begin with the code above, has another length, or its three digits mean nothing
    (GB/T 10114).
    """
    plain, wanted = plain_code(code), len(above) + 3
    if not (plain.isascii() and plain.isdigit()) or len(plain) != wanted or not plain.startswith(above):
        raise Invalid(
            _("“%(code)s”不是 %(above)s 下面的代码：须为 %(length)d 位数字，以 %(above)s 开头。")
            % {"code": code, "above": above, "length": wanted}
        )
    if _range_of(plain) is None:
        spans = "、".join(
            f"{row['first']:03d}–{row['last']:03d} {row['zh']}"
            for row in _below_the_county()["township" if wanted == 9 else "village"]
        )
        raise Invalid(
            _("“%(code)s”的末三位 %(digits)s 不合 GB/T 10114：%(spans)s。")
            % {"code": plain, "digits": plain[-3:], "spans": spans}
        )
    return plain


def check_credit_code(code: str) -> str:
    """The code in its plain form, empty stays empty; Invalid when its check digit is wrong.

    Says which character the first seventeen ask for (GB 32100-2015).
    """
    plain = plain_code(code).upper()
    if not plain:
        return ""
    try:
        return str(uscc.validate(plain))
    except InvalidChecksum:
        raise Invalid(
            _("“%(code)s”的校验码不对：按前 17 位，最后一位应为“%(digit)s”。请核对前 17 位有没有录错。")
            % {"code": plain, "digit": uscc.calc_check_digit(plain[:-1])}
        ) from None
    except ValidationError:
        raise Invalid(
            _("“%(code)s”不是有效的统一社会信用代码（GB 32100，18 位数字和大写字母，不用 I、O、Z、S、V）。")
            % {"code": code.strip()}
        ) from None


@lru_cache(maxsize=1)
def industries() -> Industries:
    """The classification of industries: that of the county's data folder, else the one of the package."""
    own: Path = settings.DATA / "industries.yaml"
    packaged = Path(str(files("tiaodu.data").joinpath("registry", "industries.yaml")))
    return load_industries(own if own.exists() else packaged)


def check_industry_code(code: str) -> str:
    """The code in its plain form of 2 to 4 digits, empty stays empty; Invalid when GB/T 4754 lacks it."""
    if not plain_code(code):
        return ""
    found = industries().plain(plain_code(code))
    if found is None:
        raise Invalid(
            _("“%(code)s”不在 GB/T 4754-2017 的代码表里。可按名称查找；找不到小类时填中类（3 位）。")
            % {"code": code.strip()}
        )
    return found


def industry_words(code: str) -> str:
    """An industry by code and name, 2915 日用及医用橡胶制品制造; a code nobody knows stays as it is."""
    found = industries().by_code.get(code)
    return f"{code} {found.name}" if found else code

"""Checks of the two codes that identify: divisions (GB/T 2260) and organisations (GB 32100)."""

from __future__ import annotations

import re
from itertools import pairwise

from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

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


def check_division_code(code: str) -> str:
    """The code; Invalid when GB/T 2260 does not know it."""
    if not is_division_code(code):
        raise Invalid(
            _("“%(code)s”不是 GB/T 2260 的行政区划代码（6 位，乡镇为 9 或 12 位）。") % {"code": code}
        )
    return code


def check_credit_code(code: str) -> str:
    """The code in its plain form, empty stays empty; Invalid when its check digit is wrong."""
    if not code.strip():
        return ""
    try:
        return str(uscc.validate(code))
    except ValidationError:
        raise Invalid(
            _("“%(code)s”不是有效的统一社会信用代码（GB 32100，18 位，末位为校验码），请核对。")
            % {"code": code}
        ) from None

"""Checks of the two codes that identify: divisions (GB/T 2260) and organisations (GB 32100)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from tiaodu.foundation.refusal import Invalid

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


def check_division_code(code: str) -> str:
    """The code; Invalid when GB/T 2260 does not know it."""
    if not is_division_code(code):
        raise Invalid(
            _("“%(code)s”不是 GB/T 2260 的行政区划代码（6 位，乡镇为 9 或 12 位）。") % {"code": code}
        )
    return code


def check_credit_code(code: str) -> str:
    """The unified social credit code in its plain form, empty stays empty; Invalid when its check digit is wrong."""
    if not code.strip():
        return ""
    try:
        return str(uscc.validate(code))
    except ValidationError:
        raise Invalid(
            _("“%(code)s”不是有效的统一社会信用代码（GB 32100，18 位，末位为校验码），请核对。")
            % {"code": code}
        ) from None

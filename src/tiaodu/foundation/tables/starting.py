"""Looked at when the program starts: every declared table has a file that fits its shape."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext as _

from tiaodu.foundation.tables.packaged import file_faults


def packaged_files(**_asked: Any) -> list[CheckMessage]:
    """An error for each damaged file; it names the line and what is accepted."""
    hint = _("请改正该文件，或用安装包里的原文件。")
    return [Error(fault, hint=hint, obj=table.code, id="tables.E001") for table, fault in file_faults()]

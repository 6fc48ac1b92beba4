"""The source of an imported figure: a row of a file."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.services.importing import SOURCE
from tiaodu.foundation.files.models import StoredFile


def describe(_user: User, source_id: str) -> sources.Described | None:
    """The file and the row; the file itself is handed out with the figure."""
    key, _colon, row = source_id.partition(":")
    file = StoredFile.objects.filter(pk=key).first() if key.isdecimal() else None
    return file and sources.Described(_("%(file)s，第 %(row)s 条") % {"file": file.name, "row": row})


sources.register(SOURCE, title=gettext_lazy("导入"), describe=describe)

"""The shapes of the files that the register is loaded from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import SubjectKind


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject as a data file gives it: the fields of a demo file or of a county's own list."""

    code: str
    kind: str
    name: str
    full_name: str = ""
    aliases: tuple[str, ...] = ()
    sector: str = ""
    parent: str = ""
    credit_code: str = ""
    industry_code: str = ""
    sample: bool = False
    source: str = ""
    keywords: tuple[str, ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, row: dict[str, Any]) -> SubjectRow:
        """A row of a file; Invalid when a field is missing, unknown or of another kind."""
        known = set(cls.__dataclass_fields__)
        given = {key: value for key, value in row.items() if value is not None}
        missing = [key for key in ("code", "kind", "name") if not given.get(key)]
        unknown = sorted(set(given) - known)
        if missing or unknown:
            raise Invalid(
                _("主体“%(row)s”的字段不对：缺少 %(missing)s；不认识 %(unknown)s。")
                % {"row": row.get("code", row), "missing": missing, "unknown": unknown}
            )
        if given["kind"] not in SubjectKind.values:
            raise Invalid(
                _("主体“%(row)s”的类别“%(kind)s”不在以下之内：%(kinds)s。")
                % {"row": given["code"], "kind": given["kind"], "kinds": "、".join(SubjectKind.values)}
            )
        for key in ("aliases", "keywords"):
            given[key] = tuple(given.get(key) or ())
        return cls(**given)

    def fields(self) -> dict[str, Any]:
        """What stands in the subject's own columns, without code, parent and aliases."""
        names = ("kind", "name", "full_name", "sector", "credit_code", "industry_code", "sample", "source")
        return {name: getattr(self, name) for name in names} | {"keywords": list(self.keywords)}

"""The log in words: actions, kinds of objects, fields and values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import load_plain
from tiaodu.foundation import access


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    source = resources.files("tiaodu.data") / "access" / "actions.yaml"
    loaded: dict[str, Any] = load_plain(source.read_text(encoding="utf-8"))
    return {group: dict(loaded[group]) for group in ("actions", "types", "fields")}


def _said(group: str, code: str) -> str:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return _words()[group].get(code, {}).get(language, code)


def action_words(action: str) -> str:
    """An action as people read it; its code when no words are in data/access/actions.yaml."""
    return _said("actions", action)


def type_words(label: str) -> str:
    """The kind of an object as people read it; the name of its table when no words are there."""
    return _said("types", label)


def value_rows(label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """Before and after side by side, field by field, for an object of the table ``label``."""
    return [
        {
            "field": field_words(label, key),
            "before": _shown(_named(key, before.get(key))),
            "after": _shown(_named(key, after.get(key))),
        }
        for key in dict.fromkeys([*before, *after])
    ]


def _named(key: str, value: Any) -> Any:
    """Roles and languages by their names instead of their codes."""
    if key == "roles" and isinstance(value, list):
        language = "en" if (get_language() or "").startswith("en") else "zh"
        return [str(access.roles().get(code, {}).get(language, code)) for code in value]
    if key == "language":
        return str(dict(settings.LANGUAGES).get(value, value or ""))
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return value


def field_words(label: str, field: str) -> str:
    """The words of a field: its table's, else those of data/access/actions.yaml, else its name."""
    try:
        found: Any = apps.get_model(label)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return _said("fields", field)
    said = str(getattr(found, "verbose_name", ""))
    return _said("fields", field) if said in ("", field.replace("_", " ")) else said


def _shown(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

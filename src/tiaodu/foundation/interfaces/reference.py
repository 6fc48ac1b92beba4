"""The interface's own description, laid out for people from its OpenAPI schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from tiaodu.foundation.interfaces.scopes import scope_words


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: where it stands, what it may be."""

    name: str
    place: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """One operation: method, path, the scope a token needs, parameters, the fields of its body and answer."""

    method: str
    path: str
    summary: str
    scope: str
    parameters: tuple[Parameter, ...]
    body: tuple[Parameter, ...]
    answer: tuple[Parameter, ...]


def chapters(schema: Mapping[str, Any]) -> list[Chapter]:
    """Every operation of the interface in the order it was declared."""
    return [
        _chapter(schema, path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _chapter(schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Chapter:
    parameters = tuple(
        Parameter(p["name"], p["in"], _kind(p["schema"]), p.get("required", False))
        for p in told.get("parameters", ())
    )
    answer = told["responses"].get(200, {})
    return Chapter(
        method=method.upper(),
        path=path,
        summary=told["summary"] if get_language() == "en" else told["x-summary-zh"],
        scope=scope_words(told["x-scope"]),
        parameters=parameters,
        body=_fields(schema, told.get("requestBody", {})),
        answer=_fields(schema, answer),
    )


def _fields(schema: Mapping[str, Any], part: Mapping[str, Any]) -> tuple[Parameter, ...]:
    content = part.get("content", {}).get("application/json", {}).get("schema", {})
    found = _found(schema, content)
    required = found.get("required", ())
    return tuple(
        Parameter(name, "", _kind(told), name in required)
        for name, told in found.get("properties", {}).items()
    )


def _found(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference leads to."""
    name = part.get("$ref", "").rpartition("/")[2]
    return dict(schema["components"]["schemas"][name]) if name else part


def _kind(told: Mapping[str, Any]) -> str:
    """The type of a value in a word or two."""
    if "enum" in told:
        return " | ".join(map(str, told["enum"]))
    if "$ref" in told:
        return str(told["$ref"].rpartition("/")[2])
    if "anyOf" in told:
        return " | ".join(dict.fromkeys(_kind(part) for part in told["anyOf"] if part.get("type") != "null"))
    if told.get("type") == "array":
        return f"{_kind(told.get('items', {}))}[]"
    return str(told.get("format") or told.get("type") or "")

"""A template as the fields of its data file: what a project keeps of it, and what its digest is of.

>>> from tiaodu.engine.stages.template import package_templates
>>> template = package_templates()["generic"]
>>> template_from(raw_of(template)) == template
True
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from tiaodu.engine.stages.model import Label, Limit, Range, Step, Template
from tiaodu.engine.stages.template import template_from

__all__ = ["digest_of", "plain_of", "raw_of", "template_from"]


def raw_of(template: Template) -> dict[str, Any]:
    """The fields from which :func:`template_from` makes the same template; what it would assume is left
    out.
    """
    raw = {
        "code": template.code,
        "valid_from": template.valid_from,
        "source": template.source,
        "confidence": template.confidence,
        "title": _label(template.title),
        "kind": template.kind,
        "start": list(template.start),
        "goal": template.goal,
        "steps": [_step(step, template) for step in template.steps],
    }
    return raw if template.valid_to is None else {**raw, "valid_to": template.valid_to}


def _step(step: Step, template: Template) -> dict[str, Any]:
    usual = f"{template.kind}_{step.code.lower()}"
    return _filled(
        {
            "code": step.code,
            "name": _label(step.name),
            "stage": step.stage,
            "by": step.by,
            "kind": step.kind if step.kind != usual else "",
            "after": list(step.after),
            "gates": list(step.gates),
            "limits": [_days(limit) for limit in step.limits],
            "usual": _days(step.usual) if step.usual else None,
            "pauses": list(step.pauses),
            "waits": list(step.waits),
            "documents": _labels(step.documents),
            "proof": _labels(step.proof),
            "lapse": asdict(step.lapse) if step.lapse else None,
            "when": _label(step.condition.text) if step.condition else None,
            "choice": step.choice,
            "milestone": step.milestone,
            "source": step.source if step.source != template.source else "",
            "confidence": step.confidence if step.confidence != template.confidence else "",
            "note": _label(step.note) if step.note else None,
        }
    ) | ({"assumed": False} if step.condition and not step.condition.assumed else {})


def _days(value: Limit | Range) -> dict[str, Any]:
    """Its fields with plain words for kind and unit; an extension only where there is one."""
    found = {key: getattr(each, "value", each) for key, each in asdict(value).items()}
    return found if found.get("extension") else {k: v for k, v in found.items() if k != "extension"}


def _label(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def _labels(labels: Iterable[Label]) -> list[dict[str, str]]:
    return [_label(label) for label in labels]


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, "", [], False)}


def plain_of(template: Template) -> dict[str, Any]:
    """The same as JSON holds it: days as texts."""
    found: dict[str, Any] = json.loads(json.dumps(raw_of(template), default=str))
    return found


def digest_of(template: Template) -> str:
    """What tells a template from another: equal ones have the same.

    >>> from tiaodu.engine.stages.template import package_templates
    >>> len({digest_of(template) for template in package_templates().values()}) == len(package_templates())
    True
    """
    text = json.dumps(plain_of(template), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

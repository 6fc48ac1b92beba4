"""The one way an act gets into the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.middleware import origin

_encoder = DjangoJSONEncoder(ensure_ascii=False)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them; a related record by its key and name."""
    return {
        key: (value if isinstance(value, (str, int, float, bool, type(None), list, dict)) else _text(value))
        for key, value in values.items()
    }


def _text(value: Any) -> str:
    if isinstance(value, models.Model):
        return f"{value.pk} {value}"
    return str(value)


def record(
    *,
    action: str,
    actor: User | None,
    obj: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    region_code: str = "",
) -> AuditEntry:
    """Write one entry. Called inside the transaction of the act, so that neither exists without the other."""
    came_from = origin()
    return AuditEntry.objects.create(
        action=action,
        actor=actor,
        actor_name=str(actor) if actor else "",
        region_code=region_code or (actor.region.code if actor and actor.region else ""),
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=str(obj)[:200] if obj is not None else "",
        before=_plain(before or {}),
        after=_plain(after or {}),
        request_id=came_from.request_id,
        address=came_from.address,
        business_day=clock.today(),
    )


def changes(obj: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of ``values`` that differ from ``obj``: (before, after)."""
    differing = {k: v for k, v in values.items() if getattr(obj, k) != v}
    return {k: getattr(obj, k) for k in differing}, dict(differing)

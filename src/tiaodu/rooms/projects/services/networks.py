"""Templates kept as they stood when a project took them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import load_datafile
from tiaodu.engine.stages.template import TEMPLATE_SHAPE, package_templates
from tiaodu.engine.stages.words import stages_data
from tiaodu.foundation import clock
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.projects.models import StageNetwork


def network_snapshot(body: dict[str, Any]) -> StageNetwork:
    """The template with this body, kept once: its dates as texts, its digest over all of it."""
    plain: dict[str, Any] = json.loads(json.dumps(body, default=str, ensure_ascii=False, sort_keys=True))
    digest = hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    found, _made = StageNetwork.objects.get_or_create(
        digest=digest, defaults={"kind": plain["kind"], "body": plain, "known_on": clock.today()}
    )
    return found


def network_of_kind(kind: str) -> StageNetwork:
    """The newest template of a kind, kept."""
    if kind not in package_templates():
        raise Invalid(_("没有“%(kind)s”这种项目类型。") % {"kind": kind})
    return network_snapshot(load_datafile(stages_data(f"{kind}.yaml"), TEMPLATE_SHAPE))

"""Templates kept as they stood when a project took them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.writing import digest_of, plain_of
from tiaodu.foundation import clock
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.projects.models import StageNetwork
from tiaodu.rooms.projects.selectors.templates import template_for
from tiaodu.rooms.projects.stages import TEMPLATES


def network_snapshot(template: Template) -> StageNetwork:
    """The template, kept once: an equal one is the same record."""
    given = {"kind": template.kind, "body": plain_of(template), "known_on": clock.today()}
    found, _made = StageNetwork.objects.get_or_create(digest=digest_of(template), defaults=given)
    return found


def network_newest(region: Region, kind: str) -> StageNetwork:
    """The template of a kind that holds in a region today, kept."""
    if kind not in TEMPLATES:
        raise Invalid(_("没有“%(kind)s”这种项目类型。") % {"kind": kind})
    return network_snapshot(template_for(region, kind, clock.today())[0])

"""The templates of stage networks as they hold in a region on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Count

from tiaodu.engine.stages.flat import body_of
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.template import template_from
from tiaodu.engine.stages.writing import digest_of
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.overview import found_on
from tiaodu.foundation.tables.selectors import TableData, table
from tiaodu.foundation.tables.versions import waiting_for
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.scope import projects_visible_to
from tiaodu.rooms.projects.stages import TEMPLATES, code_of, in_words, packaged_title


def template_for(region: Region, kind: str, day: date) -> tuple[Template, int | None]:
    """The template of a kind for projects of ``region`` on ``day``, and the number of the county's version it
    is from (None: the package's).

    Raises Blocked where none holds, KeyError for a kind nobody knows.
    """
    data = table(code_of(kind), region=region, day=day)
    return made_of(data, kind), data.number


@lru_cache(maxsize=256)
def made_of(data: TableData, kind: str) -> Template:
    """The template that the rows of a table are; made once, because what a table holds is one thing."""
    title = packaged_title(kind)
    return template_from(
        {
            "code": data.code,
            "kind": kind,
            "title": {"zh": title.zh, "en": title.en},
            "valid_from": data.valid_from,
            "valid_to": data.valid_to,
            "source": data.source,
            "confidence": data.confidence,
            **body_of(data.rows),
        }
    )


@lru_cache(maxsize=256)
def _digest(data: TableData, kind: str) -> str:
    return digest_of(made_of(data, kind))


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A kind of template as a person sees it on a day. ``template`` is None where none holds, and ``missing``
    says why; ``used`` are the projects of her reach on any version of it, ``older`` those not on this one.
    """

    kind: str
    template: Template | None
    data: TableData | None
    missing: str
    used: int
    older: int
    waiting: int  # proposals nobody has decided

    @property
    def title(self) -> str:
        return in_words(packaged_title(self.kind))

    @property
    def number(self) -> int | None:
        """The number of the county's version; None for the package's."""
        return self.data.number if self.data else None

    @property
    def unsure(self) -> int:
        """Limits and usual days nobody has confirmed."""
        steps = self.template.steps if self.template else ()
        told = (each for step in steps for each in (*step.limits, step.usual) if each)
        return sum(not each.sure for each in told)


def template_rows(user: User, day: date) -> list[TemplateRow]:
    """Every kind of template; the same number of queries for any number of projects and versions."""
    used, waiting = _used(user, day), waiting_for(user, day)
    return [
        _row(user, kind, day, used.get(kind, {}), len(waiting.get(code_of(kind), ()))) for kind in TEMPLATES
    ]


def template_row(user: User, kind: str, day: date) -> TemplateRow:
    """One kind of template."""
    waiting = waiting_for(user, day).get(code_of(kind), ())
    return _row(user, kind, day, _used(user, day).get(kind, {}), len(waiting))


def _row(user: User, kind: str, day: date, used: Mapping[str, int], waiting: int) -> TemplateRow:
    data, missing = found_on(TEMPLATES[kind], user.region, day, known=day)
    template = made_of(data, kind) if data and not missing else None
    here = used.get(_digest(data, kind), 0) if data and template else 0
    count = sum(used.values())
    return TemplateRow(kind, template, data, missing, count, count - here, waiting)


def _used(user: User, day: date) -> dict[str, dict[str, int]]:
    """How many projects in reach run on each network, by kind and digest."""
    seen = Project.objects.filter(pk__in=projects_visible_to(user, day).values("pk"))
    found: dict[str, dict[str, int]] = {}
    for kind, digest, count in seen.values_list("network__kind", "network__digest").annotate(Count("pk")):
        found.setdefault(kind, {})[digest] = count
    return found


def is_newest(project: Project, day: date) -> bool:
    """Whether a project runs on the template that holds; True where none does."""
    held = TEMPLATES.get(project.network.kind)
    data, missing = found_on(held, project.region, day, known=day) if held else (None, "")
    if data is None or missing:
        return True
    return _digest(data, project.network.kind) == project.network.digest

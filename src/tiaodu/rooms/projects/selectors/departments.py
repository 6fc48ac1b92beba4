"""Which department of a county is meant by an actor of a template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from tiaodu.engine.ledger.departments import usual_departments
from tiaodu.engine.registry.names import plain
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation.registry.models import Alias, Region, Subject
from tiaodu.foundation.registry.selectors import departments_of
from tiaodu.foundation.tables.selectors import table

Doers = Mapping[str, Subject]  # by actor


def doers_of(region: Region, day: date) -> Doers:
    """The departments that do what the actors of templates do, by actor; those the register lacks are out.

    The county's own table goes first, then the usual names of such a department and the template's word.
    """
    told = {row["actor"]: row["department"] for row in table("projects.actors", region=region, day=day).rows}
    usual = {each.code: (each.name, each.short) for each in usual_departments()}
    known = _by_name(region)
    found: dict[str, Subject] = {}
    for code, actor in load_words().actors.items():
        names = [told[code]] if code in told else [*usual.get(actor.department, ()), actor.name.zh]
        subject = next((known[plain(name)] for name in names if plain(name) in known), None)
        if subject is not None:
            found[code] = subject
    return found


def _by_name(region: Region) -> dict[str, Subject]:
    """The departments of a region by every name they have."""
    found: dict[str, Subject] = {}
    departments = list(departments_of(region).order_by("pk"))
    aliases: dict[int, list[str]] = defaultdict(list)
    # Plain pairs: this is asked for at every act, and most aliases are never looked at again.
    told = Alias.objects.filter(subject__in=[subject.pk for subject in departments]).order_by("pk")
    for pk, text in told.values_list("subject_id", "text"):
        aliases[pk].append(text)
    for subject in departments:
        for name in (subject.name, subject.full_name, *aliases[subject.pk]):
            if name:
                found.setdefault(plain(name), subject)
    return found


def departments_in(template: Template, doers: Doers) -> list[Subject]:
    """The departments that have a step in the template, each once."""
    return list({doers[step.by].pk: doers[step.by] for step in template.steps if step.by in doers}.values())

"""Projects that look like one, and what was decided of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q, Sum

from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.projects.milestones import packaged_kinds
from tiaodu.engine.projects.repeats.model import Candidate, Pair
from tiaodu.engine.projects.repeats.pairing import repeats
from tiaodu.engine.projects.repeats.rules import Rules, rules_of
from tiaodu.engine.stages.model import Template
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.matching import places_before
from tiaodu.foundation.registry.models import Alias, Region
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.projects.models import InvestmentPlan, Project, RepeatDecision, StageEvent
from tiaodu.rooms.projects.selectors.networks import Events, events_of, template_of
from tiaodu.rooms.projects.selectors.scope import projects_visible_to, sees_inside

OPEN, SAME, DIFFERENT, ASIDE = "open", "same", "different", "aside"
AGAIN = frozenset({Project.Nature.EXPANSION, Project.Nature.RENEWAL, Project.Nature.RESUMPTION})
RELATED = ("subject", "developer", "park", "township", "region", "network")
Mark = tuple[Any, ...]
NAMED = 3  # likenesses that a list names; the page of a pair has all


@dataclass(frozen=True)
class RepeatRow:
    """Two projects with why they may be one (None: nothing says so any more), and what was decided last."""

    one: Project
    other: Project
    pair: Pair | None
    decision: RepeatDecision | None

    @property
    def pk(self) -> str:
        return f"{self.one.pk}-{self.other.pk}"

    @property
    def sample(self) -> bool:
        return self.one.sample or self.other.sample

    @property
    def score(self) -> int:
        return self.pair.score if self.pair is not None else 0

    @property
    def more(self) -> int:
        """Likenesses beyond the few that a list names."""
        return max(0, len(self.pair.reasons) - NAMED) if self.pair is not None else 0

    @property
    def state(self) -> str:
        """What is to be done: decided already, set aside by the rules, or open for a person."""
        if self.decision is not None:
            return SAME if self.decision.same else DIFFERENT
        return ASIDE if self.pair is not None and self.pair.aside is not None else OPEN

    @property
    def words(self) -> str:
        """All names and codes, for searching."""
        both = (self.one, self.other)
        return " ".join(f"{p.subject.name} {p.code} {p.platform_code} {p.developer or ''}" for p in both)


def repeat_rows(user: User, day: date | None = None) -> list[RepeatRow]:
    """The pairs of which the person sees both projects: what is open first, the most probable first.

    Ended projects count too: a project that was given up and signed again is a new number, not a new plant.
    """
    day = day or clock.today()
    if not sees_inside(user):
        return []
    seen = {project.pk: project for project in _seen(user, day)}
    regions = {project.region_id: project.region for project in seen.values()}
    pairs = [pair for region in regions.values() for pair in pairs_of(region, day)]
    return _rows(seen, pairs, _decisions(seen, day))


def _rows(
    seen: Mapping[int, Project], pairs: Iterable[Pair], decided: dict[tuple[int, int], RepeatDecision]
) -> list[RepeatRow]:
    """Pairs and decisions of projects that are seen, in the order of a list."""
    rows = [
        RepeatRow(seen[pair.one], seen[pair.other], pair, decided.pop((pair.one, pair.other), None))
        for pair in pairs
        if pair.one in seen and pair.other in seen
    ]
    rows += [RepeatRow(seen[one], seen[other], None, told) for (one, other), told in decided.items()]
    order = (OPEN, SAME, DIFFERENT, ASIDE)
    return sorted(rows, key=lambda row: (order.index(row.state), -row.score, row.one.pk, row.other.pk))


def repeat_row(user: User, one_id: int, other_id: int) -> RepeatRow:
    """Two projects in reach side by side, whether or not anything says that they are one."""
    day = clock.today()
    found = _seen_of(user, day, (one_id, other_id))
    if one_id == other_id or len(found) < 2 or not sees_inside(user):
        raise NotFound
    one, other = found[min(one_id, other_id)], found[max(one_id, other_id)]
    pair = None
    if one.region_id == other.region_id:
        pair = next((p for p in pairs_of(one.region, day) if (p.one, p.other) == (one.pk, other.pk)), None)
    return RepeatRow(one, other, pair, _decisions(found, day).get((one.pk, other.pk)))


def repeats_of(user: User, project: Project) -> list[RepeatRow]:
    """What a project may be the repeat of: open pairs, and those decided to be one."""
    day, key = clock.today(), project.pk
    if not sees_inside(user):
        return []
    pairs = [pair for pair in pairs_of(project.region, day) if key in (pair.one, pair.other)]
    decided = RepeatDecision.objects.filter(Q(one=key) | Q(other=key), known_on__lte=day)
    keys = {number for pair in pairs for number in (pair.one, pair.other)}
    keys.update(number for both in decided.values_list("one_id", "other_id") for number in both)
    seen = _seen_of(user, day, keys)
    rows = _rows(seen, pairs, {k: told for k, told in _decisions(seen, day).items() if key in k})
    return [row for row in rows if row.state in (OPEN, SAME)]


def _seen_of(user: User, day: date, keys: Iterable[int]) -> dict[int, Project]:
    rows = projects_visible_to(user, day, ended=True).filter(pk__in=set(keys)).select_related(*RELATED)
    return {project.pk: project for project in rows}


def _seen(user: User, day: date) -> list[Project]:
    return list(projects_visible_to(user, day, ended=True).select_related(*RELATED))


def _decisions(projects: Iterable[int], day: date) -> dict[tuple[int, int], RepeatDecision]:
    """The latest decision of each pair of the projects, as known on a day."""
    known = frozenset(projects)
    rows = RepeatDecision.objects.filter(known_on__lte=day).select_related("by").order_by("pk")
    return {(row.one_id, row.other_id): row for row in rows if {row.one_id, row.other_id} <= known}


# ---------------------------------------------------------------- finding them


def pairs_of(region: Region, day: date) -> tuple[Pair, ...]:
    """All pairs of a region's projects that look like one; found anew when anything they rest on changed."""
    return _pairs(region.pk, day, _mark(region))


def _mark(region: Region) -> Mark:
    """What a search rests on, in few figures: another value when anything of it changed."""
    projects = Project.objects.filter(region=region).aggregate(
        count=Count("pk"),
        versions=Sum("version"),
        names=Sum("subject__version"),
        developers=Sum("developer__version"),
        ended=Count("ended_on"),
    )
    events = StageEvent.objects.filter(project__region=region).aggregate(last=Max("pk"))
    plans = InvestmentPlan.objects.filter(project__region=region).aggregate(last=Max("pk"))
    aliases = Alias.objects.filter(region=region).aggregate(count=Count("pk"), last=Max("pk"))
    return (*projects.values(), *events.values(), *plans.values(), *aliases.values(), _rule_mark(region))


def _rule_mark(region: Region) -> str:
    return repr(sorted(table("projects.repeats", region=region, day=clock.today()).body.items()))


@lru_cache(maxsize=8)
def _pairs(region_id: int, day: date, _known: Mark) -> tuple[Pair, ...]:
    region = Region.objects.get(pk=region_id)
    found = candidates_of(region, day)
    return tuple(repeats(found, places_before(region), rules_on(region, day), packaged_units()))


def rules_on(region: Region, day: date) -> Rules:
    """The weights that hold in a region on a day."""
    return rules_of(table("projects.repeats", region=region, day=day).body)


def candidates_of(region: Region, day: date, keys: Sequence[int] = ()) -> list[Candidate]:
    """A region's projects (all, or some) as they are compared, those that have ended included."""
    rows = Project.objects.filter(region=region, created_on__lte=day)
    rows = rows.filter(pk__in=keys) if keys else rows
    projects = list(rows.select_related("subject", "developer", "network"))
    events, amounts = events_of(projects, day), _amounts(region, day)
    names = _other_names([project.developer_id for project in projects if project.developer_id])
    return [_candidate(each, events[each.pk], amounts.get(each.pk), names, day) for each in projects]


def _candidate(
    project: Project, events: Events, amount: Any, names: Mapping[int, Sequence[str]], day: date
) -> Candidate:
    developer, template = project.developer, template_of(project.network)
    own = (developer.name, developer.full_name, *names.get(developer.pk, ())) if developer else ()
    ended = project.ended_on if project.ended_on is not None and project.ended_on <= day else None
    return Candidate(
        key=project.pk,
        name=project.subject.name,
        developer=project.developer_id,
        developers=tuple(name for name in own if name),
        park=project.park_id,
        township=project.township_id,
        place=project.place,
        amount=amount,
        land=project.land_mu,
        content=project.content,
        signed_on=project.signed_on or _reached(template, events, "signed"),
        begun_on=_reached(template, events, "construction_start"),
        produced_on=_reached(template, events, "production"),
        ended_on=ended,
        again=project.nature in AGAIN,
    )


def _reached(template: Template, events: Events, milestone: str) -> date | None:
    """The day the steps of a milestone were finished; None while one is open."""
    days = [events[step.code].finished for step in _steps_of(template, milestone) if step.code in events]
    return max((day for day in days if day is not None), default=None)


def _steps_of(template: Template, milestone: str) -> list[Any]:
    kinds = packaged_kinds()[milestone].kinds
    return [step for step in template.steps if step.kind in kinds]


def _amounts(region: Region, day: date) -> dict[int, Any]:
    """The total investment of each project as it was known on a day."""
    rows = InvestmentPlan.objects.filter(project__region=region, known_on__lte=day)
    return dict(rows.order_by("year", "revision").values_list("project_id", "total"))


def _other_names(developers: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Alias.objects.filter(subject__in=set(developers)).order_by("pk").values_list("subject_id", "text")
    for subject_id, text in rows:
        found.setdefault(subject_id, []).append(text)
    return found

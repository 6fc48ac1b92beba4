"""Whether a template can be a network: no ring, every prerequisite there, limits sane, gates and choices
sound.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tiaodu.engine.stages.graph import followers, reached, ring
from tiaodu.engine.stages.model import Limit, LimitKind, Step, Template
from tiaodu.engine.stages.words import Words


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a template. ``code`` is worded in data/stages/words.yaml; ``steps`` are
    concerned.
    """

    code: str
    steps: tuple[str, ...]
    params: Mapping[str, str | int]


def check(template: Template, words: Words) -> tuple[Flaw, ...]:
    """All flaws of a template; empty when it may be used."""
    repeated = [code for code, count in Counter(step.code for step in template.steps).items() if count > 1]
    if repeated:
        return tuple(Flaw("repeated", (code,), {"step": code}) for code in repeated)
    return (
        *_of_links(template),
        *_of_ring(template),
        *_of_reach(template),
        *(flaw for step in template.steps for flaw in _of_step(step, template, words)),
        *_of_choices(template),
    )


def _of_links(template: Template) -> Iterator[Flaw]:
    """Every code named is a step; a step that starts the network needs nothing, any other something."""
    for step in template.steps:
        for need in step.needs:
            if need == step.code:
                yield Flaw("needs_itself", (step.code,), {"step": step.code})
            elif need not in template.by_code:
                yield Flaw("no_such_step", (step.code,), {"step": step.code, "other": need})
        if step.needs and step.code in template.start:
            yield Flaw("start_needs", (step.code,), {"step": step.code, "other": step.needs[0]})
    for code in (*template.start, template.goal):
        if code not in template.by_code:
            yield Flaw("no_such_step", (code,), {"step": template.code, "other": code})


def _of_ring(template: Template) -> Iterator[Flaw]:
    found = ring(template.prerequisites)
    if len(found) > 2:  # a step that needs itself is told apart
        yield Flaw("ring", found[:-1], {"ring": " → ".join(found)})


def _of_reach(template: Template) -> Iterator[Flaw]:
    """A step that hangs on no declared start is never begun; without its goal a network has no finish."""
    links = followers(template.prerequisites)
    met = reached(template.start, links)
    for step in template.steps:
        if step.code not in met:
            yield Flaw("unreachable", (step.code,), {"step": step.code})


def _of_step(step: Step, template: Template, words: Words) -> Iterator[Flaw]:
    named = {"stage": step.stage, "actor": step.by}
    known = {"stage": words.stages, "actor": words.actors}
    for what, code in named.items():
        if code not in known[what]:
            yield Flaw(f"no_such_{what}", (step.code,), {"step": step.code, "other": code})
    for what, codes, listed in (("wait", step.waits, words.waits), ("pause", step.pauses, words.pauses)):
        for code in codes:
            if code not in listed:
                yield Flaw(f"no_such_{what}", (step.code,), {"step": step.code, "other": code})
    yield from _of_limits(step)
    if step.lapse and step.lapse.before not in template.by_code:
        yield Flaw("no_such_step", (step.code,), {"step": step.code, "other": step.lapse.before})
    elif step.lapse and step.code not in _before(step.lapse.before, template):
        yield Flaw("lapse_unrelated", (step.code,), {"step": step.code, "other": step.lapse.before})


def _before(code: str, template: Template) -> frozenset[str]:
    """Everything that comes before a step."""
    return reached([code], template.prerequisites)


def _of_limits(step: Step) -> Iterator[Flaw]:
    """One limit of each kind; least ≤ committed ≤ law where they are counted alike; a range in its order."""
    kinds = Counter(limit.kind for limit in step.limits)
    for kind, count in kinds.items():
        if count > 1:
            yield Flaw("limit_twice", (step.code,), {"step": step.code, "kind": kind.value})
    by_kind = {limit.kind: limit for limit in step.limits}
    for low, high in (
        (LimitKind.COMMITTED, LimitKind.LAW),
        (LimitKind.LEAST, LimitKind.COMMITTED),
        (LimitKind.LEAST, LimitKind.LAW),
    ):
        if _above(by_kind.get(low), by_kind.get(high)):
            params: dict[str, str | int] = {"step": step.code}
            params |= {"low": by_kind[low].days, "high": by_kind[high].days}
            yield Flaw(f"{low.value}_above_{high.value}", (step.code,), params)
    usual = step.usual
    if usual and not usual.low <= usual.likely <= usual.high:
        yield Flaw("range_order", (step.code,), {"step": step.code})
    if step.milestone and (step.limits or usual):
        yield Flaw("milestone_takes_time", (step.code,), {"step": step.code})


def _above(low: Limit | None, high: Limit | None) -> bool:
    """Days counted alike only; an office that promises more than the law allows gains nothing by an
    extension.
    """
    if low is None or high is None or low.unit != high.unit:
        return False
    return low.days > high.days + (high.extension if low.kind == LimitKind.LEAST else 0)


def _of_choices(template: Template) -> Iterator[Flaw]:
    """Of alternatives exactly one is assumed, and each says when it is taken."""
    groups: dict[str, list[Step]] = defaultdict(list)
    for step in template.steps:
        if step.choice:
            groups[step.choice].append(step)
    for choice, steps in groups.items():
        codes = tuple(step.code for step in steps)
        if len(steps) < 2 or any(step.condition is None for step in steps):
            yield Flaw("choice_incomplete", codes, {"choice": choice, "steps": "、".join(codes)})
        elif sum(step.condition.assumed for step in steps if step.condition) != 1:
            yield Flaw("choice_assumed", codes, {"choice": choice, "steps": "、".join(codes)})
    goal = template.by_code.get(template.goal)
    if goal and goal.condition and not goal.condition.assumed:
        yield Flaw("goal_not_assumed", (goal.code,), {"step": goal.code})

"""Moving a record from one template to another: which step is which, what differs, what has no place.

A step is the same where code and class agree; else the one step of its class, else of its name, that is left
on both sides; else the one with its code. Its record goes with it.

>>> from tiaodu.engine.stages.template import package_templates
>>> from tiaodu.engine.stages.state import StepState
>>> old, new = package_templates()["generic"], package_templates()["manufacturing"]
>>> pairs(old, old)["G02"], pairs(old, new)  # start of work and start of production are of one class
('G02', {'G03': 'A18', 'G06': 'A25'})
>>> [change.kind for change in changes(old, old)][:2]
['kept', 'kept']
>>> left_behind(NetworkState({"G01": StepState(needed=True)}), {})
('G01',)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tiaodu.engine.stages.model import LimitKind, Step, Template
from tiaodu.engine.stages.state import BLANK, NetworkState

ADDED, REMOVED, CHANGED, KEPT = "added", "removed", "changed", "kept"
Pairs = Mapping[str, str]  # new codes by old ones


@dataclass(frozen=True, slots=True)
class Differing:
    """A value of a step before and after; the field is an attribute of a step, or ``goal``."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that is new, gone, changed or kept; one of the two is None where it is new or gone."""

    kind: str
    before: Step | None
    after: Step | None
    fields: tuple[Differing, ...] = ()

    @property
    def step(self) -> Step:
        """The step as it is to be, or as it was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101
        return found


def pairs(old: Template, new: Template) -> dict[str, str]:
    """Which step of ``new`` each step of ``old`` becomes; no two become one."""
    found: dict[str, str] = {}
    for key in (_code_and_class, _class, _name, _code):
        _match(old, new, key, found)
    return {step.code: found[step.code] for step in old.steps if step.code in found}


def _code_and_class(step: Step, template: Template) -> Any:
    return step.code, _own_class(step, template)


def _class(step: Step, template: Template) -> Any:
    return _own_class(step, template) or None


def _name(step: Step, _template: Template) -> Any:
    return step.name.zh


def _code(step: Step, _template: Template) -> Any:
    return step.code


def _own_class(step: Step, template: Template) -> str:
    """The class of a step that was given one; a class made of its code is none."""
    return "" if step.kind == f"{template.kind}_{step.code.lower()}" else step.kind


def _match(old: Template, new: Template, key: Callable[[Step, Template], Any], found: dict[str, str]) -> None:
    """Pair the steps left on both sides that alone on their side have a key."""
    taken = set(found.values())
    before = _alone([(key(step, old), step.code) for step in old.steps if step.code not in found])
    after = _alone([(key(step, new), step.code) for step in new.steps if step.code not in taken])
    found |= {code: after[named] for named, code in before.items() if named in after}


def _alone(keyed: Sequence[tuple[Any, str]]) -> dict[Any, str]:
    count = Counter(key for key, _code in keyed)
    return {key: code for key, code in keyed if key is not None and count[key] == 1}


def changes(old: Template, new: Template) -> tuple[StepChange, ...]:
    """Every step of both: those of ``new`` in its order, each that is gone behind what it stood behind."""
    same = pairs(old, new)
    back = {after: before for before, after in same.items()}
    gone = _gone(old, same)
    found = [StepChange(REMOVED, step, None) for step in gone.get("", ())]
    for step in new.steps:
        before = old.by_code.get(back.get(step.code, ""))
        if before is None:
            found.append(StepChange(ADDED, None, step))
        else:
            fields = tuple(_differing(before, step, old, new, same))
            found.append(StepChange(CHANGED if fields else KEPT, before, step, fields))
        found += [StepChange(REMOVED, each, None) for each in gone.get(step.code, ())]
    return tuple(found)


def _gone(old: Template, same: Pairs) -> dict[str, list[Step]]:
    """The steps that are gone by the new code of the step before them."""
    found: dict[str, list[Step]] = {}
    last = ""
    for step in old.steps:
        if step.code in same:
            last = same[step.code]
        else:
            found.setdefault(last, []).append(step)
    return found


_PLAIN: Final = ("code", "name", "stage", "by", "pauses", "waits", "documents", "proof", "usual", "condition")
_MORE: Final = ("choice", "milestone")


def _differing(before: Step, after: Step, old: Template, new: Template, same: Pairs) -> Iterator[Differing]:
    for field in (*_PLAIN, *_MORE):
        yield from _one(field, getattr(before, field), getattr(after, field))
    yield from _one("kind", _own_class(before, old), _own_class(after, new))
    for field in ("after", "gates"):
        was = tuple(same.get(code, code) for code in getattr(before, field))
        if set(was) != set(getattr(after, field)):
            yield Differing(field, was, getattr(after, field))
    for kind in LimitKind:
        yield from _one(kind.value, _limit(before, kind), _limit(after, kind))
    if _lapse(before, same) != _lapse(after, {}):
        yield Differing("lapse", before.lapse, after.lapse)
    yield from _one("goal", before.code == old.goal, after.code == new.goal)


def _one(field: str, before: Any, after: Any) -> Iterator[Differing]:
    if before != after:
        yield Differing(field, before, after)


def _lapse(step: Step, same: Pairs) -> Any:
    return step.lapse and (step.lapse.months, same.get(step.lapse.before, step.lapse.before))


def _limit(step: Step, kind: LimitKind) -> Any:
    return step.limit(kind, confirmed=True)


def carried(state: NetworkState, same: Pairs) -> NetworkState:
    """The record on the new steps; what has no step there is left out."""
    return NetworkState(
        {same[code]: kept for code, kept in state.steps.items() if code in same}, state.signed
    )


def left_behind(state: NetworkState, same: Pairs) -> tuple[str, ...]:
    """The steps with a record that have no place in the new template."""
    return tuple(code for code, kept in state.steps.items() if kept != BLANK and code not in same)

"""From records to what is learned of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log, sqrt
from statistics import NormalDist

import numpy as np

from tiaodu.engine.stages.durations import Duration, levels
from tiaodu.engine.stages.learning.design import Case, Design, Groups, Smooth
from tiaodu.engine.stages.learning.learned import Learned
from tiaodu.engine.stages.learning.mixed import Fit, Floats, fit
from tiaodu.engine.stages.learning.records import StepRecord
from tiaodu.engine.stages.learning.settings import Settings, load_settings
from tiaodu.engine.stages.learning.taken import converted, taken
from tiaodu.engine.stages.model import Unit

_NORMAL = NormalDist()


def learn(
    records: Iterable[StepRecord],
    reference: Iterable[StepRecord] = (),
    settings: Settings | None = None,
) -> Learned:
    """Learn from a county's ``records`` and a ``reference`` class.

    >>> from tiaodu.engine.stages.template import package_templates
    >>> rows = [StepRecord("energy_review", days, Unit.WORKING, f"p{n}", planned=20, stage="procedures")
    ...         for n, days in enumerate((24, 31, 22, 28, 35, 26))]
    >>> found = learn(rows)
    >>> plant = package_templates()["manufacturing"]
    >>> found.explain(plant.by_code["A04"]).tell("en")
    '6 finished steps of this kind, median 27 working days; county 6, reference 0; by law 20 working days'
    >>> found.explain(plant.by_code["A06"]).tell("en")
    'no record of this kind; from what 6 steps of its stage took of their plan; by law 10 working days'
    >>> found.explain(plant.by_code["A19"]).tell("en")
    'no record, no limit and no usual days: not guessed'
    >>> [round(found.explain(plant.by_code[code]).duration.scale, 1) for code in ("A04", "A06")]
    [27.0, 12.5]
    """
    settings = settings or load_settings()
    rows = [*records, *reference]
    stats = taken(rows, working_part=settings.working_part)
    plans, centres = _centres(rows, settings)
    stages = Counter(row.stage for row in rows if row.finished and row.kind in plans)
    if not rows:
        return Learned(settings, stats, stages, None, None, {}, centres, plans, (), _prior(settings), 1.0, {})
    cases = [_case(row, plans, centres, settings) for row in rows]
    design = _design(rows, cases, settings)
    classes = {kind: n for n, kind in enumerate(sorted({row.kind for row in rows}))}
    found = _fit(rows, cases, design, classes, settings, centres)
    return Learned(
        settings=settings,
        taken=stats,
        stages=stages,
        design=design,
        fit=found,
        classes=classes,
        centres=centres,
        planned_kinds=plans,
        shape=_shape(rows, found, classes, settings),
        factor_sd=found.spreads.get("project", found.pooled * sqrt(settings.shared_part)),
        own_part=1.0 if "project" in found.spreads else 1.0 - settings.shared_part,
        idle=_idle(rows, settings),
    )


def _centres(rows: Sequence[StepRecord], settings: Settings) -> tuple[frozenset[str], dict[str, float]]:
    """The kinds that are learned as a multiple of a plan, and the logarithm of the middle length of every
    kind: of its plans, else of its days; in calendar days.
    """
    lengths: dict[tuple[bool, str], list[float]] = defaultdict(list)
    for row in rows:
        planned = row.planned if row.planned is not None else row.days
        days = converted(max(planned, settings.least_days), row.unit, Unit.CALENDAR, settings.working_part)
        lengths[row.planned is not None, row.kind].append(log(days))
    plans = frozenset(kind for by_plan, kind in lengths if by_plan)
    centres = {kind: float(np.median(lengths[kind in plans, kind])) for _, kind in lengths}
    return plans, centres


def _case(row: StepRecord, plans: frozenset[str], centres: Mapping[str, float], settings: Settings) -> Case:
    """A row as a case; where its kind is planned but it is not, it is measured by the middle plan."""
    planned = row.planned
    if planned is None and row.kind in plans:
        planned = converted(float(np.exp(centres[row.kind])), Unit.CALENDAR, row.unit, settings.working_part)
    if planned is not None:
        planned = max(planned, settings.least_days)
    return Case(row.kind, row.stage, row.template, row.department, row.project, planned, row.traits)


def _design(rows: Sequence[StepRecord], cases: Sequence[Case], settings: Settings) -> Design:
    """Every group that has two levels or more; the project where one has two steps or more."""
    groups = [
        _groups(name, of, cases)
        for name, of in _GROUPS.items()
        if name in ("kind", "length") or len({of(case) for case in cases} - {""}) > 1
    ]
    if max(Counter(row.project for row in rows).values()) > 1:
        groups.append(_groups("project", lambda case: case.project, cases))
    texts, numbers = _traits(rows)
    groups += [_groups(f"trait:{name}", _text(name), cases) for name in texts]
    smooths = [(f"trait:{name}", _number(name)) for name in numbers]
    spreads = dict.fromkeys((f"trait:{name}" for name in texts), settings.spreads["trait"])
    for name, _ in smooths:
        spreads |= {f"{name} line": settings.spreads["line"], f"{name} bends": settings.spreads["bends"]}
    found = []
    for name, value in smooths:
        known = np.array([number for case in cases if (number := value(case)) is not None])
        found.append((Smooth.of(name, known, pieces=settings.pieces), value))
    return Design(tuple(groups), tuple(found), {**settings.spreads, **spreads})


_GROUPS: Mapping[str, Callable[[Case], str]] = {
    "stage": lambda case: case.stage if case.measured else "",
    "kind": lambda case: case.kind if case.measured else "",
    "length": lambda case: "" if case.measured else case.kind,
    "department": lambda case: case.department,
}


def _groups(name: str, of: Callable[[Case], str], cases: Sequence[Case]) -> Groups:
    return Groups(name, tuple(sorted({of(case) for case in cases} - {""})), of)


def _traits(rows: Sequence[StepRecord]) -> tuple[list[str], list[str]]:
    """Names of traits that are texts, and of those that are numbers."""
    texts: set[str] = set()
    numbers: set[str] = set()
    for row in rows:
        for name, value in row.traits.items():
            (texts if isinstance(value, str) else numbers).add(name)
    return sorted(texts), sorted(numbers - texts)


def _text(name: str) -> Callable[[Case], str]:
    return lambda case: str(case.traits.get(name, "")) if case.traits else ""


def _number(name: str) -> Callable[[Case], float | None]:
    def of(case: Case) -> float | None:
        value = case.traits.get(name) if case.traits else None
        return None if value is None or isinstance(value, str) else float(value)

    return of


def _fit(
    rows: Sequence[StepRecord],
    cases: Sequence[Case],
    design: Design,
    classes: Mapping[str, int],
    settings: Settings,
    centres: Mapping[str, float],
) -> Fit:
    y = []
    for row, case in zip(rows, cases, strict=True):
        if case.planned is None:
            days = converted(1.0, Unit.CALENDAR, row.unit, settings.working_part)
            middle = centres[row.kind] + log(days)
        else:
            middle = log(case.planned)
        y.append(log(max(row.days, settings.least_days)) - middle)
    return fit(
        np.array(y),
        design.terms(cases),
        settings.spreads["step"],
        censored=np.array([not row.finished for row in rows]),
        classes=np.array([classes[row.kind] for row in rows]),
        class_weight=settings.class_weight,
    )


def _prior(settings: Settings) -> float:
    return settings.spreads["project"].sd


def _shape(
    rows: Sequence[StepRecord], found: Fit, classes: Mapping[str, int], settings: Settings
) -> tuple[float, ...]:
    """The shape of what is left in finished steps, drawn to a normal one as if that had ``shape_weight``
    observations.
    """
    done = np.array([row.finished for row in rows])
    sigma = found.sigma[[classes[row.kind] for row in rows]]
    left = (found.residuals / (sigma * np.sqrt(1.0 - found.leverage)))[done]
    if left.size < 2 or float(left.std()) == 0.0:
        return ()
    left = (left - left.mean()) / left.std()
    normal = np.array([_NORMAL.inv_cdf(float(level)) for level in levels()])
    own = np.quantile(left, levels(), method="hazen")
    part = left.size / (left.size + settings.shape_weight)
    return tuple((part * own + (1 - part) * normal).tolist())


def _idle(rows: Sequence[StepRecord], settings: Settings) -> dict[str, Duration]:
    """Idle days before a step of each kind: its own, and those of all kinds as if they were ``idle_weight``
    more.
    """
    days: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.idle is not None:
            part = settings.working_part
            days[row.kind].append(converted(row.idle, row.unit, Unit.CALENDAR, part))
    everything = [each for kind in sorted(days) for each in days[kind]]
    if not everything:
        return {}
    found = {kind: _idle_of(own, everything, settings.idle_weight) for kind, own in sorted(days.items())}
    return {"": _idle_of([], everything, settings.idle_weight), **found}


def _idle_of(own: Sequence[float], everything: Sequence[float], weight: float) -> Duration:
    values = np.array([*own, *everything])
    weights = np.array([1.0] * len(own) + [weight / len(everything)] * len(everything))
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    places = np.minimum(np.searchsorted(reached, levels(), side="left"), values.size - 1)
    nodes: Floats = values[order][places]
    return Duration(
        1.0, Unit.CALENDAR, shared=False, shape=tuple(nodes.tolist()), given=True, origin="learned"
    )
